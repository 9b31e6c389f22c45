//! What is written is read back the same, and nothing else is read.

use yishi_intake_domain::doing::{Paper, PaperKind};
use yishi_kernel::UnitCode;

use super::*;
use crate::convert::told_from;
use crate::task::Told;

const AT: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

fn held() -> Content {
    let media = "image/jpeg".parse().unwrap();
    Content {
        kind: ActivityKind::Visit,
        day: AT.date(),
        participants: 40,
        speakers: ["s-1".parse().unwrap(), "s-2".parse().unwrap()].into(),
        title: "现场观摩".into(),
        text: "看了三个村".into(),
        papers: vec![Paper { sha256: [3; 32], size: 1_000, media, kind: PaperKind::Photograph }],
    }
}

fn there(fact: Fact) -> Event {
    Event { activity: "units/640324000000/activities/2022-7".parse().unwrap(), at: AT, fact }
}

fn entry(there: &Event) -> Entry {
    Entry {
        unit: there.activity.unit,
        epoch: 1,
        seq: 1,
        at: AT,
        actor: "officer-1".into(),
        kind: there.fact.kind().into(),
        to: None,
        payload: prost::Message::encode_to_vec(&event(there)),
    }
}

#[test]
fn an_event_goes_there_and_back() {
    let reason = || String::from("重复登记");
    for fact in [
        Fact::Recorded(held()),
        Fact::Corrected { content: held(), reason: reason() },
        Fact::Withdrawn { reason: reason() },
    ] {
        let there = there(fact);
        assert_eq!(told_from(&entry(&there)), Ok(Told::Activity(there)));
    }
}

#[test]
fn what_is_no_event_of_the_entry_is_told() {
    let right = entry(&there(Fact::Recorded(held())));
    let elsewhere = Entry { unit: UnitCode::new(640_323_000_000).unwrap(), ..right.clone() };
    let unlike = Entry { kind: "intake.activity_withdrawn".into(), ..right };
    let problems = [elsewhere, unlike].map(|wrong| told_from(&wrong).unwrap_err());
    assert_eq!(problems[0], "units/640324000000/activities/2022-7 is not an activity of 640323000000");
    assert_eq!(problems[1], "it holds intake.activity_recorded");
}

#[test]
fn what_is_served_is_read_again() {
    let (correction, withdrawal) = (Some("人数有误".to_owned()), Some("重复登记".to_owned()));
    let id = "units/640324000000/activities/2022-7".parse().unwrap();
    let plain = Activity {
        id,
        content: held(),
        correction: None,
        withdrawal: None,
        version: 1,
        created: AT,
        updated: AT,
    };
    let ended = Activity { correction, withdrawal, version: 3, ..plain.clone() };
    for there in [plain, ended] {
        assert_eq!(activity_from(&activity(&there)), Ok(there));
    }
}
