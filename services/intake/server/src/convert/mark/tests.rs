//! What is written is read back the same, and nothing else is read.

use super::*;
use crate::convert::told_from;
use crate::task::Told;

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const AT: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

fn events() -> Vec<Event> {
    let subjects = ["villages/640324100200/matters/2022-7", "villages/640324100200/years/2022"];
    let word = |lifted| Word { lifted, text: "群众出工出力".into() };
    let event = |subject: &str, heard, lifted| {
        let subject = subject.parse().unwrap();
        Event { subject, by: COUNTY, heard, at: AT, word: word(lifted) }
    };
    let ways = [(false, false), (false, true), (true, false), (true, true)];
    subjects.iter().flat_map(|subject| ways.map(|(heard, lifted)| event(subject, heard, lifted))).collect()
}

fn entry(there: &Event) -> Entry {
    let to = (!there.heard).then_some((there.subject.village(), 1));
    let payload = prost::Message::encode_to_vec(&event(there));
    let (unit, kind) = (there.unit(), there.kind().to_owned());
    Entry { unit, epoch: 1, seq: 1, at: AT, actor: "officer-1".into(), kind, to, payload }
}

#[test]
fn an_event_goes_there_and_back() {
    for there in events() {
        assert_eq!(told_from(&entry(&there)), Ok(Told::Mark(there)));
    }
}

#[test]
fn a_letter_is_for_its_village() {
    for there in events() {
        let village = Some(there.subject.village());
        assert_eq!(delivery(there.clone(), village).is_ok(), !there.heard);
        assert!(delivery(there.clone(), Some(COUNTY)).is_err());
        let elsewhere = Entry { unit: UnitCode::new(640_323_000_000).unwrap(), ..entry(&there) };
        assert!(told_from(&elsewhere).is_err());
    }
}
