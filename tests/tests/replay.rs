//! `yishi replay` of one county, as it is typed: every total is met, whatever the engine and the seed.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::process::Command;
use tokio::time::timeout;
use yishi_tests::postgres::Postgres;
use yishi_tests::program::program;

/// A small one, whose matters fill every category all the same.
const COUNTY: &str = "640323000000";
const UNITS: i64 = 1 + 8 + 102;
const CATEGORIES: [&str; 5] =
    ["governance", "industry", "infrastructure", "public_service", "reform_and_other"];

/// What the object says of the county, which depends on nothing but the county.
const TOTALS: [&str; 9] = [
    "matters",
    "by_category",
    "by_handling_level",
    "estimated_fen",
    "invested_fen",
    "rewarded_villages",
    "reward_fen",
    "survey_forms",
    "units",
];
/// What it says of the run, and of what is wrong.
const RUN: [&str; 8] =
    ["seed", "scenario", "journal_entries", "chains_verified", "rpcs", "seconds", "mismatches", "missing"];

/// Ten seconds on a machine that does nothing else; longer, and it hangs.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::test]
async fn a_county_meets_its_totals_on_both_engines_and_with_any_seed() {
    let database = Postgres::shared().database("replay");
    let (sqlite, postgres, other) =
        tokio::join!(replay("1", None), replay("1", Some(database.url())), replay("7", None));

    for told in [&sqlite, &postgres, &other] {
        let keys: BTreeSet<&str> = told.keys().map(String::as_str).collect();
        assert_eq!(keys, TOTALS.into_iter().chain(RUN).collect());
        assert_eq!((&told["mismatches"], &told["missing"]), (&0.into(), &0.into()), "{told:?}");
        for total in TOTALS {
            assert_eq!(told[total], sqlite[total], "{total}");
        }
    }
    same_story(&sqlite, &postgres);
    assert_eq!((&sqlite["seed"], &other["seed"]), (&1.into(), &7.into()));
    assert_ne!(sqlite["scenario"], other["scenario"], "another seed tells another story");
    adds_up(&sqlite);
}

/// One seed, one story: it leaves the same behind on either engine.
fn same_story(one: &Map<String, Value>, other: &Map<String, Value>) {
    for key in ["scenario", "journal_entries", "chains_verified"] {
        assert_eq!(one[key], other[key], "{key}");
    }
}

/// Totals that are the same everywhere could all be nought.
fn adds_up(told: &Map<String, Value>) {
    let number = |key: &str| told[key].as_i64().unwrap_or_else(|| panic!("{key} is no number: {told:?}"));
    let parts = |key: &str| {
        let parts = told[key].as_object().unwrap_or_else(|| panic!("{key} is no object: {told:?}"));
        let part = |(name, value): (&String, &Value)| {
            let value = value.as_i64().filter(|value| *value > 0);
            value.unwrap_or_else(|| panic!("{key}: nothing for {name}: {told:?}"))
        };
        (parts.keys().map(String::as_str).collect::<Vec<_>>(), parts.iter().map(part).sum::<i64>())
    };
    assert_eq!(number("units"), UNITS);
    assert_eq!(parts("by_category"), (CATEGORIES.to_vec(), number("matters")));
    // A county's own node has nobody above to hand a matter to.
    assert_eq!(parts("by_handling_level"), (vec!["county", "township", "village"], number("matters")));
    assert_eq!(parts("estimated_fen").0, CATEGORIES);
    assert_eq!(parts("invested_fen"), parts("estimated_fen"), "what was planned is what was paid");
    assert!(number("survey_forms") > 10_000 && number("rpcs") > 1_000, "{told:?}");
    assert!(number("journal_entries") > number("chains_verified") && number("chains_verified") > UNITS);
    // Villages are ranked and rewarded by the region alone.
    assert_eq!((number("rewarded_villages"), number("reward_fen")), (0, 0));
}

/// Runs it to its good end; answers the one object that it prints.
async fn replay(seed: &str, database_url: Option<&str>) -> Map<String, Value> {
    let mut command = Command::new(program("yishi"));
    command.args(["replay", "--region", COUNTY, "--seed", seed, "-o", "json", "--lang", "en"]);
    command.arg("--node-binary").arg(program("yishi-node")).env_remove("YISHI_DATABASE_URL");
    if let Some(url) = database_url {
        command.args(["--database-url", url]);
    }
    let ended = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let ended = timeout(PATIENCE, ended).await.expect("a replay that ends").expect("a program that starts");
    let (out, error) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert_eq!(ended.status.code(), Some(0), "{out}{error}");
    assert_eq!(out.lines().count(), 1, "{out}");
    serde_json::from_str(&out).expect("one JSON object")
}
