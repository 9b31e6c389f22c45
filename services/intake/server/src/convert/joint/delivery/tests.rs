use yishi_intake_domain::joint::{Cause, State};
use yishi_kernel::{MatterId, Timestamp, UnitCode};

use super::*;
use crate::convert;
use prost::Message;

const LEAD: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const PARTNER: UnitCode = UnitCode::new(640_324_100_201).unwrap();
const OTHER: UnitCode = UnitCode::new(640_324_100_202).unwrap();
const AT: Timestamp = Timestamp::from_micros(77);

fn matter() -> MatterId {
    format!("villages/{LEAD}/matters/2022-7").parse().unwrap()
}

fn part() -> ParticipationId {
    ParticipationId { village: PARTNER, matter: matter() }
}

fn entry(unit: UnitCode, to: Option<UnitCode>, kind: &str, payload: Vec<u8>) -> Entry {
    let (actor, kind, to) = ("officer:7".into(), kind.into(), to.map(|unit| (unit, 1)));
    Entry { unit, epoch: 1, seq: 1, at: AT, actor, kind, to, payload }
}

fn of_lead(fact: LeadFact, to: Option<UnitCode>) -> Entry {
    let event = MatterEvent { matter: matter(), at: AT, fact: MatterFact::Joint(fact) };
    entry(LEAD, to, event.fact.kind(), convert::event(&event).encode_to_vec())
}

fn of_partner(fact: Fact, to: Option<UnitCode>) -> Entry {
    let event = Event { participation: part(), at: AT, fact };
    entry(PARTNER, to, event.fact.kind(), convert::joint::event(&event).encode_to_vec())
}

fn released() -> LeadFact {
    LeadFact::Released { village: PARTNER, terms: 3, cause: Cause::Dropped, reason: "no".into() }
}

#[test]
fn letters_of_the_lead_are_heard() {
    let number = format!("{LEAD}-2022-018").parse().unwrap();
    let (village, terms, due) = (PARTNER, 3, Timestamp::from_micros(0).date());
    let (cause, reason) = (Cause::Dropped, String::from("no"));
    for (fact, says) in [
        (released(), FromLead::Released { terms, cause, reason }),
        (LeadFact::Determined { village, terms, number, due }, FromLead::Determined { terms, number, due }),
        (LeadFact::Ended { village, state: State::Closed }, FromLead::Ended { state: State::Closed }),
    ] {
        let heard = Command::HearLead { participation: part(), says };
        assert_eq!(delivery(&of_lead(fact, Some(PARTNER))), Ok(Asked::Joint(heard)));
    }
}

#[test]
fn letters_of_a_partner_are_heard() {
    let (terms, reason) = (3, || String::from("no"));
    for (fact, says) in [
        (Fact::Accepted { terms }, FromPartner::Accepted),
        (Fact::Declined { terms, reason: reason() }, FromPartner::Declined { reason: reason() }),
        (Fact::LeaveRequested { terms, reason: reason() }, FromPartner::LeaveRequested { reason: reason() }),
    ] {
        let heard = Command::HearPartner { participation: part(), terms, says };
        assert_eq!(delivery(&of_partner(fact, Some(LEAD))), Ok(Asked::Joint(heard)));
    }
}

#[test]
fn a_letter_that_is_not_for_its_addressee_is_told() {
    let wrongs = [
        of_lead(released(), None),
        of_lead(released(), Some(OTHER)),
        of_partner(Fact::Accepted { terms: 3 }, Some(OTHER)),
        of_partner(Fact::Released { cause: Cause::Left, reason: String::new() }, Some(LEAD)),
        Entry { unit: OTHER, ..of_partner(Fact::Accepted { terms: 3 }, Some(LEAD)) },
        entry(LEAD, Some(PARTNER), RELEASED, b"\xff".to_vec()),
    ];
    for wrong in wrongs {
        delivery(&wrong).unwrap_err();
    }
}
