//! What is written, and what is served, is read back the same.

use prost::Message;
use yishi_intake_domain::align::{Fact, Revision};
use yishi_intake_domain::book::{self, BookId};
use yishi_intake_domain::{Event, Fact as All};
use yishi_kernel::{MatterId, UnitCode};
use yishi_store::journal::Entry;

use super::*;
use crate::convert::{event as payload, told_from};
use crate::task::Told;

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const AT: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

fn matter() -> MatterId {
    format!("villages/{VILLAGE}/matters/2022-1").parse().unwrap()
}

fn water() -> Department {
    "water".parse().unwrap()
}

fn scope() -> Scope {
    Scope { cost_estimate: Fen::new(7), households: 2, persons: 3, place: "三组".into() }
}

fn stands() -> Vec<Option<Stand>> {
    let conditions = asked_for(&["留出水渠".to_owned(), "报备".to_owned()]);
    vec![None, Some(Stand::Consent), Some(Stand::Conditional(conditions)), Some(Stand::Objection)]
}

fn entry(unit: UnitCode, to: Option<UnitCode>, kind: &str, told: &pb::Event) -> Entry {
    let (actor, kind, payload) = ("officer-1".into(), kind.into(), told.encode_to_vec());
    Entry { unit, epoch: 1, seq: 1, at: AT, actor, kind, to: to.map(|unit| (unit, 1)), payload }
}

#[test]
fn every_fact_comes_back_from_its_entry() {
    let mut facts = vec![
        Fact::Revised(Revision { scope: scope(), reason: "涨价".into() }),
        Fact::OpinionsRequested { round: 2, departments: [water()].into(), due: AT },
        Fact::ConditionMet { department: water(), condition: 1, text: "已留出".into(), papers: vec![] },
    ];
    for stand in stands() {
        let opinion = Opinion { stand, text: "同意".into(), given: AT };
        let (department, still_met, outstanding) = (water(), vec![2], [water()].into());
        facts.push(Fact::OpinionHeard { department, opinion, still_met, outstanding });
    }
    for fact in facts {
        let kind = fact.kind();
        let there = Event { matter: matter(), at: AT, fact: All::Align(fact) };
        let entry = entry(VILLAGE, None, kind, &payload(&there));
        assert_eq!(told_from(&entry), Ok(Told::Matter(there)));
    }
}

#[test]
fn a_departments_word_comes_back_from_its_letter() {
    for stand in stands() {
        let (department, text) = (water(), "同意".to_owned());
        let fact = book::Fact::OpinionGiven { matter: matter(), round: 2, department, stand, text };
        let book = BookId { unit: COUNTY, year: matter().year };
        let there = book::Event { book, to: Some(VILLAGE), at: AT, fact };
        let told = crate::convert::book::event(&there);
        let entry = entry(COUNTY, Some(VILLAGE), there.fact.kind(), &told);
        assert_eq!(told_from(&entry), Ok(Told::Book(there)));
    }
}

#[test]
fn what_is_served_is_read_back_the_same() {
    let mut opinions: std::collections::BTreeMap<Department, Option<Opinion>> = [(water(), None)].into();
    for (nth, mut stand) in (0..).zip(stands()) {
        if let Some(Stand::Conditional(conditions)) = &mut stand {
            conditions[0].met = Some(Met { text: "已留出".into(), papers: vec![], at: AT });
        }
        let given = Timestamp::from_micros(AT.as_micros() + nth);
        opinions.insert(
            format!("office_{nth}").parse().unwrap(),
            Some(Opinion { stand, text: "看".into(), given }),
        );
    }
    let there = Alignment { round: 2, asked: AT, due: AT, scope: scope(), opinions };
    let mut served = alignment(&there);
    assert_eq!(alignment_from(&served), Some(there));
    let late: Vec<bool> = served.opinions.iter().map(|opinion| opinion.late).collect();
    assert_eq!(late, [false, true, true, true, false], "a moment later is late");
    in_short(&mut served);
    assert!(served.opinions.iter().all(|opinion| opinion.text.is_empty() && opinion.conditions.is_empty()));
}
