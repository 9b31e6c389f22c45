//! What another node makes of a service's entries, to compare with what the entries' own node made of them.

use std::path::Path;
use std::sync::Arc;

use yishi_appraisal::Appraisal;
use yishi_escalation::Escalation;
use yishi_funding::Funding;
use yishi_intake::Intake;
use yishi_kernel::Timestamp;
use yishi_store::journal::Entry;
use yishi_store::{Engine, Location, Model, Moment};

use crate::bare::Bare;
use crate::sandbox::{Books, Contents, Sandbox};

/// Tables that every service has, and that its entries say nothing about.
const OF_THE_STORE: [(&str, &str); 9] = [
    ("_sqlx_migrations", "when the tables were made"),
    ("address", "the writer keeps it, with the entries"),
    ("cursor", "how far this node has read other journals"),
    ("head", "the writer keeps it, with the entries"),
    ("journal", "the entries themselves"),
    ("lease", "who writes here"),
    ("sealed", "what came beside the entries, and not in them"),
    ("request", "what callers asked of the entries' own node, and is answered there"),
    ("term", "who wrote here"),
];

/// Tables of a service that do not follow from its entries.
fn of_no_entry(service: &str) -> &'static [(&'static str, &'static str)] {
    match service {
        "appraisal" => &[
            ("figures", "what intake and funding say: heard of their entries, here as there"),
            ("report", "when entries of other nodes arrived at this one"),
            ("step", "what escalation says: heard of its entries, here as there"),
            ("token", "no entry holds a token, and none is spent twice where it was spent once"),
            ("work", "what intake and funding say: heard of their entries, here as there"),
        ],
        _ => &[],
    }
}

/// The rows that follow from entries. A sum that everything has left says nothing: whether there is a row for it depends on
/// what was written together, and not on what was written.
#[must_use]
pub fn projections(service: &str, mut tables: Contents) -> Contents {
    for (table, _) in OF_THE_STORE.iter().chain(of_no_entry(service)) {
        tables.remove(*table);
    }
    if let Some(sums) = tables.get_mut("tally") {
        sums.retain(|row| !is_nothing(row));
    }
    tables.retain(|_, rows| !rows.is_empty());
    tables
}

/// A row of a tally has a key of four columns; the others are what is summed.
fn is_nothing(row: &str) -> bool {
    row.trim_matches(['(', ')']).split(',').skip(4).all(|sum| sum == "0")
}

/// How entries come: so many in a command, so many commands in a batch.
const WAYS: [(usize, usize); 5] = [(1, 1), (2, 1), (7, 1), (3, 4), (usize::MAX, 1)];

/// Panics unless a second database, which is told nothing but the entries of the first, comes to hold the same rows; answers
/// what there is in them.
pub async fn follow<E: Engine, M: Model>(from: &Location, make: impl Fn() -> M) -> Contents
where
    M::Refusal: std::fmt::Debug,
{
    let mut books = Books::<E>::open(from).await;
    let entries: Vec<Entry> = books.entries().await.into_iter().map(|stored| stored.entry).collect();
    let there = projections(M::SERVICE, books.contents().await);
    let mut copy = Bare::<E, M>::open(&beside(from), make).await;
    come_to(&mut copy, &entries, &there).await;
    there
}

/// The same for every service of a node that hosts them all; answers which tables have rows.
pub async fn follow_node<E: Engine>(sandbox: &Sandbox<E>) -> Vec<String> {
    let (at, house) = (|service| sandbox.location(service), sandbox.house());
    let all = [
        follow::<E, _>(&at("intake"), || Intake::new(Arc::clone(&house), yishi_intake::Policy::default()))
            .await,
        follow::<E, _>(&at("escalation"), || {
            Escalation::new(Arc::clone(&house), yishi_escalation::Policy::default())
        })
        .await,
        follow::<E, _>(&at("funding"), || Funding::new(Arc::clone(&house), yishi_funding::Policy::default()))
            .await,
        follow::<E, _>(&at("appraisal"), Appraisal::default).await,
    ];
    let services = ["intake", "escalation", "funding", "appraisal"];
    let tables = services
        .into_iter()
        .zip(all)
        .flat_map(|(service, rows)| rows.into_keys().map(move |table| format!("{service}.{table}")));
    tables.collect()
}

/// Panics unless these entries lead to these rows, in whatever way they come. Leaves the copy as it was: empty.
pub async fn come_to<E: Engine, M: Model>(copy: &mut Bare<E, M>, entries: &[Entry], there: &Contents)
where
    M::Refusal: std::fmt::Debug,
{
    for (at_once, together) in WAYS {
        copy.begin().await;
        let commands: Vec<M::Command> =
            entries.chunks(at_once.min(entries.len().max(1))).map(M::copied).collect();
        for commands in commands.chunks(together) {
            for verdict in copy.batch(commands, &elsewhere()).await {
                let outcome = verdict.unwrap_or_else(|refusal| panic!("{}: {refusal:?}", M::SERVICE));
                assert!(outcome.entries.is_empty() && outcome.response.is_empty(), "a copy adds nothing");
            }
        }
        let here = projections(M::SERVICE, copy.contents().await);
        assert_eq!(&here, there, "{at_once} at once, {together} together");
        copy.roll_back().await;
    }
}

/// When and by whom copies are applied, which none of the rows may show.
#[must_use]
pub fn elsewhere() -> Moment {
    let actor = "elsewhere".parse().expect("an actor");
    Moment { now: Timestamp::from_micros(1), actor, heard: Arc::default() }
}

/// A place for a second database beside a first.
#[must_use]
pub fn beside(first: &Location) -> Location {
    match first {
        Location::File(file) => {
            let name = file.file_name().map(Path::new).unwrap_or(file);
            Location::File(file.with_file_name("copy").join(name))
        }
        Location::Server { url, schema } => {
            Location::Server { url: url.clone(), schema: format!("{schema}_copy") }
        }
    }
}
