//! What is written is read back the same, and nothing else is read.

use yishi_intake_domain::doing::{Paper, PaperKind};
use yishi_intake_domain::{Category, Deliberation, Ending, Meeting, MeetingKind, MeetingPaper};
use yishi_intake_domain::{MeetingPapers, Outcome, PaperFormat, Subcategory};
use yishi_kernel::{Actor, UnitCode};

use super::*;

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const AT: Timestamp = Timestamp::from_micros(1_638_331_200_000_000);

fn matter(ordinal: u32) -> MatterId {
    MatterId { ordinal, ..format!("villages/{VILLAGE}/matters/2022-1").parse().unwrap() }
}

fn actor() -> Actor {
    "villager-1".parse().unwrap()
}

fn content() -> Content {
    Content {
        title: "修村道".into(),
        description: "硬化主干道三公里".into(),
        category: Category::ReformAndOther,
        subcategory: "village_road".parse().unwrap(),
        cost_estimate: Fen::new(120_000_000),
        households: 200,
        persons: 700,
        place: "三组".into(),
    }
}

fn held(outcome: Outcome) -> Deliberation {
    let meeting = Meeting {
        kind: MeetingKind::VillagersAssembly,
        held_on: AT.date(),
        entitled: 30,
        present: 25,
        in_favour: 20,
        against: 4,
        abstaining: 1,
        minutes_sha256: [7; 32],
        papers: MeetingPapers {
            minutes_size_bytes: 1_048_576,
            minutes_format: Some(PaperFormat::Ofd),
            sign_in_sheet: Some(MeetingPaper { sha256: [8; 32], size_bytes: 1, format: PaperFormat::Jpeg }),
        },
    };
    Deliberation { meeting, outcome }
}

fn paper() -> Vec<Paper> {
    let media = "image/jpeg".parse().unwrap();
    vec![Paper { sha256: [3; 32], size: 1_000_000_000, media, kind: PaperKind::Photograph }]
}

/// One of each kind but those about the work, and the other side of what is yes or no.
fn every_fact() -> Vec<Fact> {
    let words = || String::from("无力承担");
    let progress = Progress {
        percent: 40,
        spent: Fen::new(7),
        text: words(),
        papers_sha256: vec![[1; 32], [2; 32]],
        papers: paper(),
    };
    let answered = |upheld| Fact::Answered { objection: 3, answer: words(), upheld, reopened: !upheld };
    let mut facts = vec![
        Fact::Proposed { content: content(), proposer: actor() },
        Fact::Updated { content: Content { place: String::new(), ..content() } },
        Fact::Supported { supporter: Supporter::Salted([7; 16]) },
        Fact::Supported { supporter: Supporter::Plain(actor()) },
        Fact::Merged { into: matter(2), supporters_gained: 9 },
        Fact::Declined { reason: words() },
        Fact::Withdrawn { reason: words() },
        Fact::Noticed { earliest_end: Timestamp::from_micros(AT.as_micros() + 1) },
        Fact::Objected { objection: 3, text: words(), objector: actor() },
        answered(true),
        answered(false),
        Fact::Determined {
            number: format!("{VILLAGE}-2022-018").parse().unwrap(),
            due: AT.date(),
            category: Category::Industry,
            cost_estimate: Fen::ZERO,
            additional: true,
        },
        Fact::Progressed(Progress { percent: 0, papers_sha256: Vec::new(), ..progress.clone() }),
        Fact::Progressed(progress),
        Fact::Completed { text: words() },
        Fact::Accepted,
        Fact::ClosingRequested,
        Fact::Closed { paid: Fen::new(119_999_999) },
        Fact::EndingRefused { by: VILLAGE, reason: words() },
        Fact::CarriedOver { by: VILLAGE, reason: words() },
        Fact::Cancelled { by: VILLAGE, reason: words(), void: format!("{VILLAGE}-2022-018").parse().ok() },
        Fact::Cancelled { by: VILLAGE, reason: words(), void: None },
    ];
    facts.extend(Ending::ALL.iter().map(|ending| Fact::EndingRequested {
        number: 2,
        ending: *ending,
        reason: words(),
    }));
    facts.extend(Outcome::ALL.iter().map(|outcome| Fact::Deliberated(held(*outcome))));
    facts
}

fn entry(kind: &str, told: &pb::Event) -> Entry {
    Entry {
        unit: VILLAGE,
        epoch: 1,
        seq: 1,
        at: AT,
        actor: "officer-1".into(),
        kind: kind.into(),
        to: None,
        payload: told.encode_to_vec(),
    }
}

#[test]
fn every_fact_comes_back_from_its_entry() {
    let mut kinds = std::collections::BTreeSet::new();
    for fact in every_fact() {
        let kind = fact.kind();
        let there = Event { matter: matter(1), at: AT, fact };
        assert_eq!(told_from(&entry(kind, &event(&there))), Ok(Told::Matter(there)));
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 20);
}

#[test]
fn what_is_no_event_of_the_entry_is_told() {
    let there = Event { matter: matter(1), at: AT, fact: Fact::Accepted };
    let right = entry("intake.accepted", &event(&there));
    let elsewhere = Entry { unit: UnitCode::new(640_324_100_201).unwrap(), ..right.clone() };
    let unlike = Entry { kind: "intake.closed".into(), ..right.clone() };
    let garbage = Entry { payload: b"\xff".to_vec(), ..right.clone() };
    let nobody = Entry { payload: Vec::new(), ..right };
    let nothing =
        entry("intake.accepted", &pb::Event { matter: matter(1).to_string(), ..pb::Event::default() });
    let mut problems = Vec::new();
    for wrong in [elsewhere, unlike, garbage, nobody, nothing] {
        problems.push(told_from(&wrong).unwrap_err());
    }
    assert_eq!(problems[0], "villages/640324100200/matters/2022-1 is not a matter of 640324100201");
    assert_eq!(problems[1], "it holds intake.accepted");
    assert_eq!(problems[4], "what it holds cannot be read");
}

/// Entries of before say nothing of a taxonomy, and neither do new ones by default.
#[test]
fn a_code_is_read_with_what_it_was_written_under() {
    let written = |subcategory: &Subcategory| {
        let content = Content { subcategory: subcategory.clone(), ..content() };
        event(&Event { matter: matter(1), at: AT, fact: Fact::Updated { content } })
    };
    let plain: Subcategory = "lane".parse().unwrap();
    let own = plain.clone().under("units/640324000000/taxonomies/2".parse().ok());
    for (code, name) in [(plain, ""), (own, "units/640324000000/taxonomies/2")] {
        let told = written(&code);
        let Some(Kind::Updated(pb::Updated { content: Some(said) })) = &told.kind else { panic!("{told:?}") };
        assert_eq!((&*said.subcategory, &*said.taxonomy), ("lane", name));
        let Told::Matter(read) = told_from(&entry("intake.updated", &told)).unwrap() else { panic!() };
        let Fact::Updated { content } = read.fact else { panic!("{read:?}") };
        assert_eq!(content.subcategory, code);
    }
}

#[test]
fn a_field_that_cannot_be_is_not_read() {
    let said = |fact| event(&Event { matter: matter(1), at: AT, fact });
    let proposed = Fact::Proposed { content: content(), proposer: actor() };
    let wrongs: [fn(&mut Kind); 6] = [
        |kind| with(kind, |content| content.category = 0),
        |kind| with(kind, |content| content.cost_estimate_fen = -1),
        |kind| with(kind, |content| content.households = -1),
        |kind| with(kind, |content| content.subcategory = "Road".into()),
        |kind| with(kind, |content| content.taxonomy = "units/640324000000/taxonomies/0".into()),
        |kind| {
            let Kind::Proposed(told) = kind else { return };
            told.proposer = "张三".into();
        },
    ];
    for wrong in wrongs {
        let mut told = said(proposed.clone());
        wrong(told.kind.as_mut().unwrap());
        assert_eq!(told_from(&entry("intake.proposed", &told)).unwrap_err(), "what it holds cannot be read");
    }
}

fn with(kind: &mut Kind, wrong: impl Fn(&mut pb::Content)) {
    let Kind::Proposed(pb::Proposed { content: Some(content), .. }) = kind else { return };
    wrong(content);
}
