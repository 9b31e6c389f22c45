//! The result as one JSON object; null stands for what no service says yet.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;
use yishi_proto::intake::v1::Category;

use super::{
    count::Findings,
    tally::{Determined, Sum},
};
use crate::scenario::Totals;

/// By category, under the contract's names in small letters.
type ByCategory = BTreeMap<String, i64>;

/// What a program reads.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    seed: u64,
    /// SHA-256 of the scenario.
    scenario: String,
    /// Determined matters.
    matters: i64,
    by_category: ByCategory,
    by_handling_level: Option<BTreeMap<String, i64>>,
    /// Estimated cost of the determined matters.
    estimated_fen: ByCategory,
    /// Paid.
    invested_fen: Option<ByCategory>,
    rewarded_villages: Option<i64>,
    reward_fen: Option<i64>,
    survey_forms: Option<i64>,
    units: i32,
    journal_entries: i64,
    chains_verified: i64,
    rpcs: u64,
    seconds: f64,
    /// Rows that differ.
    mismatches: usize,
    /// Rows about which no service says anything yet.
    missing: usize,
}

/// What is known about the run itself.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) seed: u64,
    pub(super) digest: String,
    pub(super) rpcs: u64,
    pub(super) took: Duration,
}

impl Summary {
    pub(super) fn of(findings: &Findings, run: Run, mismatches: usize, missing: usize) -> Self {
        let Run { seed, digest, rpcs, took } = run;
        // Through text: a sum of binary fractions would print as 4.5969999999999995.
        let seconds = format!("{}.{:03}", took.as_secs(), took.subsec_millis());
        Self {
            seed,
            scenario: digest,
            matters: findings.reported_whole.matters,
            by_category: by_category(&findings.reported, |sum| sum.matters),
            by_handling_level: None,
            estimated_fen: by_category(&findings.reported, |sum| sum.fen),
            invested_fen: None,
            rewarded_villages: None,
            reward_fen: None,
            survey_forms: None,
            units: findings.status.units,
            journal_entries: findings.verdicts.iter().map(|verdict| verdict.entries_checked).sum(),
            chains_verified: findings.verdicts.iter().map(|verdict| verdict.chains_verified).sum(),
            rpcs,
            seconds: seconds.parse().expect("digits around a dot are a number"),
            mismatches,
            missing,
        }
    }

    /// One line.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts make JSON") + "\n"
    }
}

/// All five, those without matters too.
fn by_category(sums: &Determined, figure: impl Fn(Sum) -> i64) -> ByCategory {
    let name = |category: Category| category.as_str_name().trim_start_matches("CATEGORY_").to_lowercase();
    let sum = |category: Category| sums.get(&category).copied().unwrap_or_default();
    Totals::PUBLISHED.categories.map(|total| (name(total.category), figure(sum(total.category)))).into()
}

#[cfg(test)]
mod tests {
    use yishi_proto::admin::v1::{JournalVerdict, NodeStatus};

    use super::*;

    #[test]
    fn what_is_not_served_yet_is_null() {
        let sums = Determined::from([(Category::PublicService, Sum { matters: 2, fen: 300 })]);
        let findings = Findings {
            reported: sums.clone(),
            reported_whole: Sum { matters: 2, fen: 300 },
            recounted: sums,
            crowded_years: 0,
            misnumbered: 0,
            unequal: 0,
            status: NodeStatus { units: 9, ..NodeStatus::default() },
            verdicts: vec![JournalVerdict { entries_checked: 5, chains_verified: 4, ..Default::default() }],
        };
        let run = Run { seed: 1, digest: "ab".into(), rpcs: 7, took: Duration::from_micros(4_597_999) };
        assert_eq!(
            Summary::of(&findings, run, 0, 12).text(),
            concat!(
                r#"{"seed":1,"scenario":"ab","matters":2,"by_category":{"governance":0,"industry":0,"infrastructure":0,"public_service":2,"reform_and_other":0},"by_handling_level":null,"#,
                r#""estimated_fen":{"governance":0,"industry":0,"infrastructure":0,"public_service":300,"reform_and_other":0},"invested_fen":null,"rewarded_villages":null,"#,
                r#""reward_fen":null,"survey_forms":null,"units":9,"journal_entries":5,"chains_verified":4,"rpcs":7,"#,
                r#""seconds":4.597,"mismatches":0,"missing":12}"#,
                "\n"
            )
        );
    }
}
