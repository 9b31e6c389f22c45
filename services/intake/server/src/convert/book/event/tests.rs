//! What is written is read back the same, and nothing else is read.

use prost::Message;
use yishi_intake_domain::book::{Numbered, Place, Service, Snapshot, Total, Tree};
use yishi_intake_domain::{Category, State};
use yishi_kernel::{Date, Timestamp, UnitCode};

use super::*;

const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const AT: Timestamp = Timestamp::from_micros(1_648_331_200_000_000);

fn id() -> BookId {
    format!("units/{TOWNSHIP}/yearBooks/2022").parse().unwrap()
}

fn stood() -> Snapshot {
    let (cost, category) = (Fen::new(120_000_000), Category::PublicService);
    let total = |state| Total { state, category, matters: 2, cost, determined: 1, determined_cost: cost };
    let number = format!("{VILLAGE}-2022-018").parse().unwrap();
    let matters = vec![Numbered { number, state: State::CarriedOver, cost }];
    Snapshot::of(id(), State::ALL.iter().copied().map(total).collect(), matters)
}

fn tree() -> Tree {
    let day = Date::from_ordinal_date(2022, 60).unwrap();
    Tree { day, children: vec![VILLAGE], sha256: [7; 32] }
}

/// One of each kind, and the other side of what may be left out.
fn every_fact() -> Vec<Fact> {
    let words = || String::from("台账不全");
    let named = [(VILLAGE, words())].into();
    let corrects = |service| Place { service, unit: VILLAGE, seq: 7 };
    let mut facts = vec![
        Fact::Opened { snapshot: stood(), tree: None },
        Fact::Opened { snapshot: stood(), tree: Some(tree()) },
        Fact::Announced { by: None },
        Fact::Announced { by: Some(TOWNSHIP) },
        Fact::Told,
        Fact::FindingRecorded { finding: 3, text: words() },
        Fact::FindingAnswered { finding: 3, answer: words() },
        Fact::SettlingRequested { asked: 2, missing: [].into() },
        Fact::SettlingHeld { asked: 2, in_transit: Fen::new(7), matters: 3, unpaid: Fen::new(8) },
        Fact::Settled { missing: named, snapshot: stood() },
        Fact::EndingAnswered {
            matter: format!("villages/{VILLAGE}/matters/2022-1").parse().unwrap(),
            number: 2,
            granted: true,
            reason: words(),
        },
    ];
    facts.extend(Service::ALL.iter().map(|service| Fact::Corrected {
        correction: 1,
        corrects: corrects(*service),
        text: words(),
    }));
    facts
}

fn entry(kind: &str, told: &pb::Event) -> Entry {
    Entry {
        unit: TOWNSHIP,
        epoch: 1,
        seq: 1,
        at: AT,
        actor: "officer-1".into(),
        kind: kind.into(),
        to: Some((VILLAGE, 1)),
        payload: told.encode_to_vec(),
    }
}

fn read(entry: &Entry) -> Result<Event, String> {
    event_from(entry, pb::Event::decode(entry.payload.as_slice()).unwrap())
}

#[test]
fn every_fact_comes_back_from_its_entry() {
    let mut kinds = std::collections::BTreeSet::new();
    for fact in every_fact() {
        let kind = fact.kind();
        let there = Event { book: id(), to: Some(VILLAGE), at: AT, fact };
        assert_eq!(read(&entry(kind, &event(&there))), Ok(there));
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 10);
}

#[test]
fn what_is_no_event_of_the_entry_is_told() {
    let there = Event { book: id(), to: None, at: AT, fact: Fact::Told };
    let right = entry("intake.year_end_told", &event(&there));
    let elsewhere = Entry { unit: VILLAGE, ..right.clone() };
    let unlike = Entry { kind: "intake.year_settled".into(), ..right };
    let nothing = pb::Event { year_book: id().to_string(), ..pb::Event::default() };
    let mut twice = event(&Event { fact: Fact::Settled { missing: [].into(), snapshot: stood() }, ..there });
    let Some(Kind::YearSettled(settled)) = &mut twice.kind else { panic!("it is another") };
    settled.missing = vec![pb::MissingUnit { unit: format!("units/{VILLAGE}"), reason: "no".into() }; 2];
    let wrong = [
        elsewhere,
        unlike,
        entry("intake.year_end_told", &nothing),
        entry("intake.year_end_told", &pb::Event::default()),
        entry("intake.year_settled", &twice),
    ];
    let problems = wrong.map(|wrong| read(&wrong).unwrap_err());
    assert_eq!(problems[0], format!("{} is not a book of {VILLAGE}", id()));
    assert_eq!(problems[1], "it holds intake.year_end_told");
    assert_eq!(
        (&*problems[2], &*problems[4]),
        ("what it holds cannot be read", "what it holds cannot be read")
    );
}
