//! The result as one JSON object; null stands for what no service says yet.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;
use yishi_proto::intake::v1::Category;

use super::{
    count::{Cell, Findings, determined},
    nodes::Many,
    tally::Sum,
};
use crate::scenario::Totals;

/// Under the contract's names in small letters.
type ByName = BTreeMap<String, i64>;

/// What a program reads.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    seed: u64,
    /// SHA-256 of the scenario.
    scenario: String,
    /// Determined matters.
    matters: i64,
    by_category: ByName,
    by_handling_level: Option<ByName>,
    /// Estimated cost of the determined matters.
    estimated_fen: ByName,
    /// Paid.
    invested_fen: Option<ByName>,
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
    /// Of several nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    federation: Option<FederationSummary>,
}

/// Whether many nodes are as good as one. `journal_entries` and `chains_verified` are of the topmost node, which holds
/// every journal once.
#[derive(Debug, Serialize)]
struct FederationSummary {
    nodes: usize,
    kills: usize,
    restarts: u64,
    cuts: usize,
    proposals: usize,
    proposals_listed: usize,
    /// Ends of journals and of ways between units that two nodes of a link both hold.
    ends_compared: usize,
    ends_alike: usize,
    lost: i64,
    doubled: i64,
    links_down: usize,
    chains_broken: usize,
    /// In all nodes, copies included.
    entries_held: i64,
    /// From the last act or the last heal, whichever was later, until all nodes held the same.
    converged_ms: u128,
}

impl FederationSummary {
    fn of(many: &Many) -> Self {
        Self {
            nodes: many.nodes,
            kills: many.kills,
            restarts: many.restarts,
            cuts: many.cuts,
            proposals: many.proposals[0],
            proposals_listed: many.proposals[1],
            ends_compared: many.likeness.compared,
            ends_alike: many.likeness.alike,
            lost: many.likeness.lost,
            doubled: many.likeness.doubled,
            links_down: many.links_down,
            chains_broken: many.broken,
            entries_held: many.entries_held,
            converged_ms: many.converged.as_millis(),
        }
    }
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
        let matters = &findings.intake.matters.reported;
        let determined = determined(matters);
        let handled = findings.escalation.as_ref().map(|found| &found.matters.reported);
        let funding = findings.funding.as_ref();
        let rewards = funding.filter(|_| findings.appraisal.is_some()).map(|found| found.rewards);
        let forms = findings.appraisal.as_ref().map(|found| Sum::of(found.forms.reported.values()).number);
        Self {
            seed,
            scenario: digest,
            matters: matters.get(&Cell::Determined).map_or(0, |sum| sum.number),
            by_category: by_category(&determined, |sum| sum.number),
            by_handling_level: handled.map(|sums| {
                sums.iter().map(|(level, sum)| (small(level.as_str_name(), "LEVEL_"), sum.number)).collect()
            }),
            estimated_fen: by_category(&determined, |sum| sum.fen),
            invested_fen: funding.map(|found| by_category(&found.investment.reported, |sum| sum.fen)),
            rewarded_villages: rewards.map(|sum| sum.number),
            reward_fen: rewards.map(|sum| sum.fen),
            survey_forms: forms,
            units: findings.status.units,
            journal_entries: findings.verdicts.iter().map(|verdict| verdict.entries_checked).sum(),
            chains_verified: findings.verdicts.iter().map(|verdict| verdict.chains_verified).sum(),
            rpcs,
            seconds: seconds.parse().expect("digits around a dot are a number"),
            mismatches,
            missing,
            federation: findings.many.as_ref().map(FederationSummary::of),
        }
    }

    /// One line.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts make JSON") + "\n"
    }
}

/// All five, those without matters too.
fn by_category(sums: &BTreeMap<Category, Sum>, figure: impl Fn(Sum) -> i64) -> ByName {
    let sum = |category: Category| sums.get(&category).copied().unwrap_or_default();
    let categories = Totals::PUBLISHED.categories.map(|total| total.category);
    categories.map(|one| (small(one.as_str_name(), "CATEGORY_"), figure(sum(one)))).into()
}

fn small(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_lowercase()
}

#[cfg(test)]
mod tests {
    use yishi_proto::{
        admin::v1::{JournalVerdict, NodeStatus},
        escalation::v1::Level,
        intake::v1::MatterState,
    };

    use super::{
        super::{
            count::{Appraisal, Escalation, Funding, Intake},
            tally::{Figures, Sums},
        },
        *,
    };

    fn reported<K: Ord>(sums: impl Into<Sums<K>>) -> Figures<K> {
        Figures { reported: sums.into(), ..Figures::default() }
    }

    /// What intake alone would say.
    fn findings() -> Findings {
        let sum = Sum { number: 2, fen: 300 };
        let service = Cell::Of(MatterState::Determined.into(), Category::PublicService.into());
        Findings {
            intake: Intake {
                matters: reported([(service, sum), (Cell::Determined, sum)]),
                ..Intake::default()
            },
            escalation: None,
            funding: None,
            appraisal: None,
            status: NodeStatus { units: 9, ..NodeStatus::default() },
            verdicts: vec![JournalVerdict { entries_checked: 5, chains_verified: 4, ..Default::default() }],
            many: None,
        }
    }

    #[test]
    fn what_the_services_say_stands_under_its_name() {
        let sum = Sum { number: 2, fen: 300 };
        let findings = Findings {
            escalation: Some(Escalation { matters: reported([(Level::Region, sum)]) }),
            funding: Some(Funding {
                investment: reported([(Category::Industry, sum)]),
                rewards: Sum { number: 6, fen: 70 },
                ..Funding::default()
            }),
            appraisal: Some(Appraisal { forms: reported([((), sum)]), ..Appraisal::default() }),
            ..findings()
        };
        let run = Run { seed: 1, digest: "ab".into(), rpcs: 7, took: Duration::from_secs(1) };
        let object: serde_json::Value =
            serde_json::from_str(&Summary::of(&findings, run, 0, 0).text()).unwrap();
        assert_eq!(object["by_handling_level"], serde_json::json!({ "region": 2 }));
        assert_eq!(object["invested_fen"]["industry"], 300);
        assert_eq!((&object["rewarded_villages"], &object["reward_fen"]), (&6.into(), &70.into()));
        assert_eq!(object["survey_forms"], 2);
    }

    #[test]
    fn many_nodes_have_a_section_of_their_own() {
        let many = Many { nodes: 28, kills: 20, restarts: 20, cuts: 20, ..Many::default() };
        let findings = Findings { many: Some(many), ..findings() };
        let run = Run { seed: 1, digest: "ab".into(), rpcs: 7, took: Duration::from_secs(1) };
        let object: serde_json::Value =
            serde_json::from_str(&Summary::of(&findings, run, 0, 0).text()).unwrap();
        assert_eq!(object["federation"]["nodes"], 28);
        assert_eq!(
            (&object["federation"]["restarts"], &object["federation"]["lost"]),
            (&20.into(), &0.into())
        );
        assert_eq!(object["journal_entries"], 5);
    }

    #[test]
    fn what_is_not_served_is_null() {
        let findings = findings();
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
