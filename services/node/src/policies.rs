//! What units go by in which year, as it is set.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use yishi_intake::taxonomy::Taxonomies;
use yishi_intake::{Category, Figures, Policies, Policy, PolicyRow};
use yishi_kernel::{Register, Year};
use yishi_runtime::config::{Intake, PolicyRow as Set};

use crate::opinions::opinions;

/// The policies of the settings, or which row cannot be meant.
pub(crate) fn policies(
    settings: &Intake,
    register: &Register,
    taxonomies: Arc<Taxonomies>,
) -> Result<Policies> {
    let everywhere = Policy { opinions: opinions(settings, register)?, taxonomies, ..Policy::default() };
    let rows = (1..).zip(&settings.policy);
    let rows = rows.map(|(nth, set)| row(set, register).with_context(|| format!("intake.policy, row {nth}")));
    let rows = rows.collect::<Result<Vec<_>>>()?;
    Policies::new(&everywhere, rows, register).context("intake.policy")
}

fn row(set: &Set, register: &Register) -> Result<PolicyRow> {
    if let Some(unit) = set.unit.filter(|unit| register.get(*unit).is_none()) {
        return Err(anyhow!("unit = {unit} is not in node.divisions"));
    }
    if set.year.is_some() && !set.years.is_empty() {
        return Err(anyhow!("year and years are both set; write one of them"));
    }
    let years = set.year.iter().chain(&set.years);
    Ok(PolicyRow {
        unit: set.unit,
        years: years.map(|year| Year::try_from(*year)).collect::<Result<_, _>>().context("year")?,
        figures: Figures {
            season_first: set.season_first,
            season_last: set.season_last,
            quorum: set.quorum.as_deref().map(str::parse).transpose().context("quorum")?,
            majority: set.majority.as_deref().map(str::parse).transpose().context("majority")?,
            notice_days: set.notice_days,
            notice_working_days: set.notice_working_days,
            matters_per_village_year: set.matters_per_village_year,
            additional_matters: set.additional_matters,
            additional_categories: set.additional_categories.as_deref().map(categories).transpose()?,
            opinion_days: set.opinion_days,
            opinion_renewal_bp: set.opinion_renewal_bp,
        },
    })
}

fn categories(codes: &[String]) -> Result<BTreeSet<Category>> {
    codes.iter().map(|code| code.parse().context("additional_categories")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use yishi_kernel::UnitCode;
    use yishi_runtime::config::Settings;

    use super::*;

    const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");
    const EXAMPLE: &str = include_str!("../../../deploy/policies/example.toml");

    /// The settings of a node with such a file beside its level's.
    fn settings(text: &str) -> Result<Settings> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy.toml");
        std::fs::write(&file, text).unwrap();
        let place = |file: &str| format!("{DEPLOY}/divisions/{file}");
        let variables = [
            ("YISHI__NODE__DIVISIONS", place("ningxia.csv")),
            ("YISHI__NODE__NEIGHBOURS", place("ningxia-neighbours.csv")),
        ];
        let files = [Path::new(DEPLOY).join("levels/county.toml"), file];
        Ok(Settings::load_with(&files, variables.map(|(name, value)| (name.to_owned(), value)))?)
    }

    fn set(text: &str) -> Result<Policies> {
        let settings = settings(text)?;
        policies(&settings.intake, &settings.node.register().unwrap(), Taxonomies::published())
    }

    fn refused(text: &str) -> String {
        format!("{:#}", set(text).unwrap_err())
    }

    #[test]
    fn by_itself_a_node_goes_by_the_programme() {
        assert_eq!(set("").unwrap(), Policies::new(&Policy::default(), vec![], &register()).unwrap());
        let (unit, year) = (UnitCode::new(640_324_100_200).unwrap(), Year::try_from(2026).unwrap());
        assert_eq!(set("").unwrap().of(&register(), unit, year).policy, Policy::default());
    }

    fn register() -> Register {
        settings("").unwrap().node.register().unwrap()
    }

    #[test]
    fn the_example_is_all_comments_and_every_line_of_it_can_be_set() {
        assert_eq!(settings(EXAMPLE).unwrap().intake, Intake::default(), "it sets nothing by itself");
        let lines = EXAMPLE.lines().filter_map(|line| line.strip_prefix("#! "));
        let policies = set(&lines.collect::<Vec<_>>().join("\n")).unwrap();
        let told = |unit: u64, year| {
            let (unit, year) = (UnitCode::new(unit).unwrap(), Year::try_from(year).unwrap());
            let policy = &policies.of(&register(), unit, year).policy;
            (policy.season(year).first.to_string(), policy.notice_days, policy.matters_per_village_year)
        };
        assert_eq!(told(640_323_100_200, 2026), ("2025-11-15".to_owned(), 7, 1));
        assert_eq!(told(640_324_100_200, 2026), ("2025-12-01".to_owned(), 10, 1));
        assert_eq!(told(640_324_100_200, 2027), ("2026-12-01".to_owned(), 10, 2));
        assert_eq!(told(640_324_100_201, 2027), ("2026-12-01".to_owned(), 10, 1));
    }

    #[test]
    fn a_row_that_cannot_be_meant_is_named() {
        const FIRST: &str = "[[intake.policy]]\nnotice_days = 8\n\n[[intake.policy]]\n";
        for (second, told) in [
            ("notice_day = 9", "notice_day"),
            ("season_first = \"2025-11-01\"", "\"2025-11-01\" is not a day of the year"),
            (
                "unit = \"999999999999\"\nnotice_days = 9",
                "intake.policy, row 2: unit = 999999999999 is not in",
            ),
            (
                "year = 2025\nyears = [2026]\nnotice_days = 9",
                "intake.policy, row 2: year and years are both set",
            ),
            ("year = 1999\nnotice_days = 9", "intake.policy, row 2: year: "),
            ("quorum = \"3/2\"", "intake.policy, row 2: quorum: \"3/2\" is not a share"),
            (
                "additional_categories = [\"ROADS\"]",
                "intake.policy, row 2: additional_categories: \"ROADS\" is no Category",
            ),
            ("", "intake.policy: row 2 sets no figure"),
            ("notice_days = 8", "intake.policy: row 2 sets notice_days for the same unit and year as row 1"),
            ("year = 2025\nnotice_days = 0", "intake.policy: row 2: notice_days must be 1 to 365 days"),
        ] {
            let text = refused(&format!("{FIRST}{second}\n"));
            assert!(text.contains(told), "{second}: {text}");
        }
    }
}
