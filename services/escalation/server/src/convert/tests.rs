//! What goes out comes back the same.

use std::collections::BTreeSet;

use prost::Message;
use yishi_escalation_domain::{
    Answer, Answered, Assignment, Coordination, Department, Desk, Event, Fact, Outlook, Reply, Stance,
    Standing, State, TakeBack, Why,
};
use yishi_kernel::{MatterId, Register, Timestamp, UnitCode};
use yishi_proto::escalation::v1 as pb;
use yishi_proto::escalation::v1::StepKind;

use super::*;

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();

fn matter() -> MatterId {
    "villages/640324100200/matters/2022-7".parse().unwrap()
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn department(kind: &str) -> Department {
    format!("departments/640000000000/{kind}").parse().unwrap()
}

fn words() -> String {
    "无力承担".into()
}

fn coordinating() -> Standing {
    let asked = Coordination {
        lead: assignment("water", Some(Reply::Accept), Some(at(9))),
        helpers: vec![
            assignment("transport", Some(Reply::Decline { reason: words() }), None),
            assignment("energy", None, None),
        ],
    };
    desk(Stance::Coordinating { due: at(40), coordination: asked }, None).standing()
}

fn assignment(kind: &str, reply: Option<Reply>, reported: Option<Timestamp>) -> Assignment {
    let answer = reply.map(|reply| Answer { at: at(8), reply });
    Assignment { department: department(kind), since: at(6), due: at(7), answer, reported }
}

fn desk(stance: Stance, asked: Option<TakeBack>) -> Desk {
    let below = Some(VILLAGE);
    Desk {
        unit: TOWNSHIP,
        matter: matter(),
        below,
        stance,
        asked,
        version: 77,
        created: at(1),
        updated: at(2),
    }
}

fn every_stance() -> Vec<Stance> {
    let raised = |heard, take_back| Stance::Raised { to: COUNTY, reason: words(), heard, take_back };
    let wish = TakeBack { since: at(5), due: None, reason: words() };
    let coordination = Coordination {
        lead: assignment("water", Some(Reply::Accept), Some(at(9))),
        helpers: vec![assignment("transport", Some(Reply::Decline { reason: words() }), None)],
    };
    vec![
        Stance::Offered { due: at(30), reason: words() },
        Stance::Holding { due: None },
        Stance::Holding { due: Some(at(30)) },
        raised(None, None),
        raised(None, Some(wish.clone())),
        raised(Some(Standing::raised(TOWNSHIP, COUNTY, Some(at(30)))), Some(wish.clone())),
        raised(Some(Standing::handled(COUNTY, Some(at(30)))), None),
        raised(Some(coordinating()), Some(wish)),
        Stance::Returned { reason: words(), confirmed: false },
        Stance::Returned { reason: words(), confirmed: true },
        Stance::Coordinating { due: at(40), coordination },
        Stance::Resolved { outcome: words() },
    ]
}

#[test]
fn every_desk_comes_back_from_its_served_form() {
    let mut states = BTreeSet::new();
    for stance in every_stance() {
        // Earlier than any step of its own, so that it is what is due.
        let asked = Some(TakeBack { since: at(3), due: Some(at(4)), reason: words() });
        for asked in [None, asked] {
            let desk = desk(stance.clone(), asked);
            let served = referral(&desk);
            assert_eq!(desk_from(&served), Ok(desk.clone()));
            let stored = pb::Referral::decode(served.encode_to_vec().as_slice()).unwrap();
            assert_eq!(stored, served);
            states.insert(desk.state());
        }
    }
    assert!(states.iter().eq(State::ALL));
    let village = Desk { unit: VILLAGE, below: None, ..desk(Stance::Holding { due: None }, None) };
    assert_eq!(desk_from(&referral(&village)), Ok(village));
}

#[test]
fn what_cannot_be_a_desk_is_named() {
    let served = referral(&desk(Stance::Offered { due: at(30), reason: words() }, None));
    for (wrong, what) in [
        (pb::Referral { name: "units/1".into(), ..served.clone() }, "name"),
        (pb::Referral { state: 0, ..served.clone() }, "state"),
        (pb::Referral { standing: None, ..served.clone() }, "state"),
        (pb::Referral { raised_by: "640324100200".into(), ..served.clone() }, "raised_by"),
        (pb::Referral { etag: String::new(), ..served }, "etag"),
    ] {
        let problem = desk_from(&wrong).unwrap_err();
        assert!(problem.ends_with(&format!("{what} cannot be read")), "{problem}");
    }
}

#[test]
fn it_is_red_from_the_instant_after_and_yellow_for_a_while_before() {
    let mut served = referral(&desk(Stance::Holding { due: Some(at(30)) }, None));
    let mut never = referral(&desk(Stance::Holding { due: None }, None));
    use pb::Light::{Green, Red, Yellow};
    for (now, light) in [(19, Green), (20, Yellow), (30, Yellow), (31, Red)] {
        let outlook = Outlook { now: at(now), soon: at(now + 10) };
        tell_light(&mut served, outlook);
        tell_light(&mut never, outlook);
        assert_eq!((served.light(), never.light()), (light, Green), "{now}");
        assert_eq!((served.overdue, never.overdue), (light == Red, false), "{now}");
    }
}

fn every_fact() -> Vec<Fact> {
    let (reason, due) = (words(), at(30));
    vec![
        Fact::Opened,
        Fact::Raised { reason: reason.clone() },
        Fact::Offered { reason: reason.clone(), due },
        Fact::Accepted { due },
        Fact::Returned { reason: reason.clone() },
        Fact::Regained { reason: reason.clone(), due },
        Fact::Refused { why: Why::NotBelow },
        Fact::Bounced { why: Why::AlreadyHere, due },
        Fact::Told { standing: Standing::raised(VILLAGE, TOWNSHIP, None) },
        Fact::Heard { standing: coordinating() },
        Fact::Confirmed,
        Fact::AskedBack { reason: reason.clone() },
        Fact::AskBackNoted { reason: reason.clone(), due },
        Fact::AskBackDenied { reason: reason.clone() },
        Fact::AskBackEnded { reason: reason.clone() },
        Fact::Assigned {
            lead: department("water"),
            helpers: vec![department("energy")],
            answers_due: at(29),
            due,
        },
        Fact::AssignmentAnswered { department: department("water"), reply: Reply::Accept },
        Fact::AssignmentAnswered { department: department("energy"), reply: Reply::Decline { reason } },
        Fact::Reported { department: department("water"), text: words() },
        Fact::Resolved { outcome: words() },
        Fact::SetAside { from: VILLAGE, kind: "escalation.asked_back".into() },
    ]
}

fn happened(unit: UnitCode, to: Option<UnitCode>, fact: Fact) -> Event {
    Event { unit, matter: matter(), at: at(20), to, answers: None, fact }
}

#[test]
fn every_event_comes_back_from_its_payload() {
    let mut kinds = BTreeSet::new();
    for (nth, fact) in every_fact().into_iter().enumerate() {
        let answers = (nth % 2 == 0).then_some(Answered { from: COUNTY, number: 7 });
        let event = Event { answers, ..happened(TOWNSHIP, Some(VILLAGE), fact) };
        let payload = super::event(&event).encode_to_vec();
        let told = pb::Event::decode(payload.as_slice()).unwrap();
        kinds.insert(event.fact.kind());
        assert_eq!(event_from(event.unit, event.to, event.at, told), Some(event));
    }
    assert_eq!(kinds.len(), 20, "every kind there is");
}

fn register() -> Register {
    let divisions = "code,parent,level,name\n640000000000,,region,区\n640324000000,640000000000,county,县\n\
                     640324100000,640324000000,township,镇\n640324100200,640324100000,village,村\n";
    Register::parse(divisions, "").unwrap()
}

fn told(here: UnitCode, events: &[Event]) -> pb::Referral {
    let mut told = pb::Referral::default();
    let known = |event: &Event| Known { event: event.clone(), actor: "officer:7".into() };
    let written: Vec<Known> = events.iter().map(known).collect();
    history(&mut told, here, &written, &register(), at(50));
    told
}

#[test]
fn a_unit_is_told_what_it_may_know() {
    let reason = words();
    let events = [
        happened(VILLAGE, None, Fact::Opened),
        happened(VILLAGE, Some(TOWNSHIP), Fact::Raised { reason: reason.clone() }),
        happened(TOWNSHIP, Some(VILLAGE), Fact::Offered { reason: reason.clone(), due: at(30) }),
        happened(TOWNSHIP, Some(COUNTY), Fact::Raised { reason: reason.clone() }),
        happened(COUNTY, Some(TOWNSHIP), Fact::Offered { reason, due: at(30) }),
        happened(
            TOWNSHIP,
            Some(VILLAGE),
            Fact::Heard { standing: Standing::raised(TOWNSHIP, COUNTY, Some(at(30))) },
        ),
    ];
    use StepKind::{Offered, Opened, Raised};
    for (here, steps) in [
        (VILLAGE, vec![Opened, Raised, Offered]),
        (TOWNSHIP, vec![Opened, Raised, Offered, Raised, Offered]),
        (COUNTY, vec![Opened, Raised, Offered, Raised, Offered]),
    ] {
        let told = told(here, &events);
        assert_eq!(told.steps.iter().map(pb::Step::kind).collect::<Vec<_>>(), steps, "{here}");
        let stays = told.stays.iter().map(|stay| (stay.level(), stay.leave_time_us));
        let all = [(pb::Level::Village, 20), (pb::Level::Township, 20), (pb::Level::County, 0)];
        assert!(stays.eq(all), "{here}: {:?}", told.stays);
    }
}

#[test]
fn a_long_history_is_told_from_its_end() {
    let mut events = vec![happened(VILLAGE, None, Fact::Opened)];
    for nth in 0..600 {
        events.push(happened(
            TOWNSHIP,
            Some(VILLAGE),
            Fact::Offered { reason: nth.to_string(), due: at(30) },
        ));
        events.push(happened(VILLAGE, Some(TOWNSHIP), Fact::Regained { reason: words(), due: at(30) }));
    }
    let told = told(VILLAGE, &events);
    assert_eq!((told.steps.len(), told.stays.len()), (500, 500));
    assert_eq!(told.steps[498].text, "599");
    assert_eq!(told.stays[499].unit, format!("units/{VILLAGE}"));
}

#[test]
fn every_fact_that_concerns_people_is_a_step() {
    let kinds: Vec<StepKind> = every_fact()
        .into_iter()
        .flat_map(|fact| told(TOWNSHIP, &[happened(TOWNSHIP, None, fact)]).steps)
        .map(|step| step.kind())
        .collect();
    let all = (1..).map_while(|number| StepKind::try_from(number).ok());
    assert!(kinds.iter().copied().eq(all), "{kinds:?}");
}
