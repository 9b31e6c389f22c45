//! What is written, and what is served, is read back the same.

use prost::Message;
use yishi_intake_domain::doing::{Fact, MediaType, Paper, PaperKind};
use yishi_intake_domain::{Event, Fact as All};
use yishi_kernel::UnitCode;
use yishi_store::journal::Entry;

use super::*;
use crate::convert::{event as payload, told_from};
use crate::task::Told;

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const AT: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

fn shown() -> Vec<Paper> {
    let media: MediaType = "image/jpeg".parse().unwrap();
    let paper = |kind: &PaperKind| Paper { sha256: [4; 32], size: 7, media: media.clone(), kind: *kind };
    PaperKind::ALL.iter().map(paper).collect()
}

#[test]
fn every_fact_comes_back_from_its_entry() {
    let text = || String::from("路基");
    let mut facts = vec![
        Fact::OfficerNamed { unit: VILLAGE, officer: "o-1".parse().unwrap() },
        Fact::MilestonePlanned { milestone: 1, title: text(), due: AT.date() },
        Fact::MilestoneReached { milestone: 1, text: text(), papers: shown() },
        Fact::MilestoneDropped { milestone: 2, reason: text() },
        Fact::Reworked { finding: 3, text: text(), papers: shown() },
        Fact::AcceptanceRefused { inspection: 2, text: text(), was_on_time: true },
    ];
    facts.extend([true, false].map(|satisfied| Fact::Judged { finding: 3, satisfied, text: text() }));
    facts.extend(Inspector::ALL.iter().map(|inspector| Fact::Inspected {
        inspection: 1,
        inspector: *inspector,
        text: text(),
        findings: vec![text(); 2],
        papers: shown(),
    }));
    let mut kinds = std::collections::BTreeSet::new();
    for fact in facts {
        let kind = fact.kind();
        let matter = format!("villages/{VILLAGE}/matters/2022-1").parse().unwrap();
        let there = Event { matter, at: AT, fact: All::Doing(fact) };
        let entry = Entry {
            unit: VILLAGE,
            epoch: 1,
            seq: 1,
            at: AT,
            actor: "officer-1".into(),
            kind: kind.into(),
            to: None,
            payload: payload(&there).encode_to_vec(),
        };
        assert_eq!(told_from(&entry), Ok(Told::Matter(there)));
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 8);
}

#[test]
fn what_is_served_is_read_back_the_same() {
    let text = || String::from("路基");
    let milestone = |outcome| Milestone { title: text(), due: AT.date(), outcome };
    let rework = |verdict| Some(Rework { text: text(), papers: shown(), at: AT, verdict });
    let verdict = |satisfied| Some(Verdict { satisfied, text: text(), at: AT });
    let finding = |rework| Finding { inspection: 1, text: text(), rework };
    let doing = Doing {
        officer: Some(Officer { unit: VILLAGE, officer: "o-1".parse().unwrap(), named: AT }),
        milestones: vec![
            milestone(None),
            milestone(Some(Outcome::Reached { text: text(), papers: shown(), at: AT })),
            milestone(Some(Outcome::Dropped { reason: text(), at: AT })),
        ],
        inspections: vec![Inspection {
            inspector: Inspector::WorkGroup,
            text: text(),
            papers: shown(),
            refused: true,
            at: AT,
        }],
        findings: vec![
            finding(None),
            finding(rework(None)),
            finding(rework(verdict(false))),
            finding(rework(verdict(true))),
        ],
    };
    let mut served = pb::Matter::default();
    serve(&doing, &mut served);
    assert_eq!(doing_from(&served), Some(doing));
    assert_eq!(served.open_findings, 3);
    use pb::InspectionFindingState::{Closed, Open, Reworked};
    let states: Vec<_> = served.findings.iter().map(pb::InspectionFinding::state).collect();
    assert_eq!(states, [Open, Reworked, Open, Closed]);
    in_short(&mut served);
    assert!(served.findings.is_empty() && served.inspections.is_empty());
    assert!(served.milestones.iter().all(|milestone| milestone.papers.is_empty()));
}
