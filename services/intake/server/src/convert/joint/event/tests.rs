//! What is written is read back the same, and nothing else is read; so is what a projection holds.

use yishi_intake_domain::joint::{
    Cause, Participation, Partner, Party, Plan, Shares, Standing, State, Terms,
};
use yishi_intake_domain::{
    Category, Content, Deliberation, Event as MatterEvent, Fact as MatterFact, Meeting, MeetingKind,
    MeetingPapers, Outcome,
};
use yishi_kernel::{BasisPoints, Fen, Timestamp};

use super::super::{participation, participation_from, plan, plan_from};
use super::*;
use crate::convert;
use crate::task::Told;
use prost::Message;

const LEAD: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const PARTNER: UnitCode = UnitCode::new(640_324_100_201).unwrap();
const AT: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

fn matter() -> MatterId {
    format!("villages/{LEAD}/matters/2022-7").parse().unwrap()
}

fn part() -> ParticipationId {
    ParticipationId { village: PARTNER, matter: matter() }
}

fn shares(cost: i64, credit: u16) -> Shares {
    Shares { cost: Fen::new(cost), credit: BasisPoints::new(credit).unwrap() }
}

fn offered() -> Terms {
    let parties = vec![Party { village: PARTNER, shares: shares(20, 4_000) }];
    Terms { number: 3, lead: shares(0, 6_000), parties }
}

fn said() -> Content {
    Content {
        title: "修桥".into(),
        description: "两村之间".into(),
        category: Category::PublicService,
        subcategory: "bridge".parse().unwrap(),
        cost_estimate: Fen::new(20),
        households: 200,
        persons: 700,
        place: "三组".into(),
    }
}

fn held() -> Deliberation {
    let meeting = Meeting {
        kind: MeetingKind::VillagersAssembly,
        held_on: AT.date(),
        entitled: 30,
        present: 25,
        in_favour: 20,
        against: 4,
        abstaining: 1,
        minutes_sha256: [7; 32],
        papers: MeetingPapers::default(),
    };
    Deliberation { meeting, outcome: Outcome::Carried }
}

fn words() -> String {
    "无力承担".into()
}

fn of_lead() -> Vec<LeadFact> {
    let (village, terms, reason) = (PARTNER, 3, words());
    let number = format!("{LEAD}-2022-018").parse().unwrap();
    let mut facts = vec![
        LeadFact::Invited { terms: offered(), reopened: true },
        LeadFact::Invited { terms: offered(), reopened: false },
        LeadFact::Offered { village, content: said(), terms: offered() },
        LeadFact::Answered { partner: village, declined: None },
        LeadFact::Answered { partner: village, declined: Some(words()) },
        LeadFact::Dropped { cause: Cause::Dropped, reason: words(), reopened: true },
        LeadFact::Determined { village, terms, number, due: AT.date() },
        LeadFact::Ended { village, state: State::Closed },
    ];
    facts.extend(Cause::ALL.iter().map(|cause| LeadFact::Released {
        village,
        terms,
        cause: *cause,
        reason: reason.clone(),
    }));
    facts
}

fn of_partner() -> Vec<Fact> {
    let (terms, number) = (3, format!("{LEAD}-2022-018").parse().unwrap());
    let mut facts = vec![
        Fact::Invited { content: said(), terms: offered() },
        Fact::Deliberated(held()),
        Fact::Accepted { terms },
        Fact::Declined { terms, reason: words() },
        Fact::LeaveRequested { terms, reason: words() },
        Fact::Released { cause: Cause::Left, reason: String::new() },
        Fact::Determined { number, due: AT.date() },
    ];
    facts.extend(State::ALL.iter().map(|state| Fact::Ended { state: *state }));
    facts
}

fn entry(unit: UnitCode, kind: &str, told: &pb::Event) -> Entry {
    Entry {
        unit,
        epoch: 1,
        seq: 1,
        at: AT,
        actor: "officer:7".into(),
        kind: kind.into(),
        to: None,
        payload: told.encode_to_vec(),
    }
}

#[test]
fn every_fact_of_a_lead_is_read_back_as_it_was_written() {
    for fact in of_lead() {
        let event = MatterEvent { matter: matter(), at: AT, fact: MatterFact::Joint(fact) };
        let written = entry(LEAD, event.fact.kind(), &convert::event(&event));
        assert_eq!(convert::told_from(&written), Ok(Told::Matter(event)));
    }
}

#[test]
fn every_fact_of_a_partner_is_read_back_as_it_was_written() {
    for fact in of_partner() {
        let event = Event { participation: part(), at: AT, fact };
        let written = entry(PARTNER, event.fact.kind(), &super::event(&event));
        assert_eq!(convert::told_from(&written), Ok(Told::Participation(event)));
    }
}

#[test]
fn an_entry_that_does_not_fit_its_payload_is_told() {
    let told = |fact| super::event(&Event { participation: part(), at: AT, fact });
    let accepted = told(Fact::Accepted { terms: 3 });
    let foreign = convert::told_from(&entry(LEAD, "intake.participation_accepted", &accepted));
    assert!(foreign.unwrap_err().ends_with("is not a participation of 640324100200"));
    let other = convert::told_from(&entry(PARTNER, "intake.participation_declined", &accepted));
    assert_eq!(other.unwrap_err(), "it holds intake.participation_accepted");
    let nameless = pb::Event { participation: "participations/7".into(), ..accepted };
    assert!(convert::told_from(&entry(PARTNER, "intake.participation_accepted", &nameless)).is_err());

    let wrongs: [fn(&mut pb::JointOffered); 6] = [
        |told| told.content = None,
        |told| told.terms = None,
        |told| told.terms.get_or_insert_default().lead = None,
        |told| told.terms.get_or_insert_default().partners[0].credit_share_bp = 10_001,
        |told| told.terms.get_or_insert_default().partners[0].cost_share_fen = -1,
        // Terms of which another village is the lead.
        |told| told.terms.get_or_insert_default().lead.get_or_insert_default().village.clear(),
    ];
    for wrong in wrongs {
        let mut invited = told(Fact::Invited { content: said(), terms: offered() });
        let Some(Kind::ParticipationInvited(inner)) = &mut invited.kind else { panic!("{invited:?}") };
        wrong(inner);
        let read = convert::told_from(&entry(PARTNER, "intake.participation_invited", &invited));
        assert_eq!(read.unwrap_err(), "what it holds cannot be read");
    }
}

#[test]
fn what_a_projection_holds_is_read_back() {
    for state in State::ALL.iter().copied() {
        let fixed = state.takes_part();
        let kept = Participation {
            id: part(),
            state,
            content: said(),
            terms: offered(),
            offered: AT,
            deliberation: fixed.then(held),
            slot: fixed,
            reason: words(),
            released: (state == State::Released).then(|| (Cause::Merged, String::new())),
            determination: fixed.then(|| (format!("{LEAD}-2022-018").parse().unwrap(), AT.date())),
            version: 77,
            created: AT,
            updated: AT,
        };
        assert_eq!(participation_from(&participation(&kept)), Ok(kept));
    }
    let reason = words();
    let standings = [
        Standing::Invited,
        Standing::Accepted,
        Standing::Declined { reason: reason.clone() },
        Standing::Left { reason },
        Standing::Released,
    ];
    for standing in standings {
        let partner = Partner { party: offered().parties[0], since: 2, standing };
        let lead = shares(0, 6_000);
        let kept = Plan { number: 3, lead, partners: vec![partner], offered: AT, dropped: true };
        assert_eq!(plan_from(&plan(&kept)), Some(kept));
    }
    let unreadable = pb::Participation { name: part().to_string(), ..pb::Participation::default() };
    assert_eq!(participation_from(&unreadable), Err(format!("{} cannot be read", part())));
}
