//! What may be asked, by chance.

use proptest::prelude::*;
use proptest::sample::select;
use yishi_intake_domain::doing::PaperKind;
use yishi_intake_domain::{
    Act, Amendment, Category, Command, Content, Delivery, Ending, Meeting, MeetingKind, MeetingPapers,
    Policy, Progress, Supporter, contact,
};
use yishi_kernel::{Actor, Date, Fen, MatterId, PersonId, Sealed, UnitCode, Year};

#[path = "work.rs"]
mod work;

/// Mostly the first, so that commands meet.
pub(crate) const VILLAGES: [u64; 2] = [640_324_100_200, 640_324_100_201];
/// Mostly the first, so that commands meet.
pub(crate) const YEARS: [i32; 2] = [2022, 2023];

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Wait {
        days: i64,
    },
    /// The command, aimed at the `nth` matter for which it is meant, if there is one and `aimed` says so.
    Run {
        command: Command,
        aimed: bool,
        nth: usize,
        held_days_ago: i64,
    },
}

/// Bounds so small that random commands run into them.
pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    (1..=2_u16).prop_map(|matters_per_village_year| Policy {
        matters_per_village_year,
        supporters_per_matter: 3,
        objections_per_matter: 2,
        proposals_per_village_year: 6,
        findings_per_book: 2,
        corrections_per_book: 2,
        milestones_per_matter: 2,
        inspections_per_matter: 4,
        findings_per_matter: 4,
        refusals_per_matter: 2,
        opinions: work::opinions(matters_per_village_year == 2),
        ..Policy::default()
    })
}

fn village() -> impl Strategy<Value = UnitCode> {
    prop_oneof![5 => Just(VILLAGES[0]), 1 => Just(VILLAGES[1])].prop_map(|code| UnitCode::new(code).unwrap())
}

fn year() -> impl Strategy<Value = Year> {
    prop_oneof![5 => Just(YEARS[0]), 1 => Just(YEARS[1])].prop_map(|year| Year::try_from(year).unwrap())
}

fn matter() -> impl Strategy<Value = MatterId> {
    (village(), year(), 1..=4_u32).prop_map(|(village, year, ordinal)| MatterId { village, year, ordinal })
}

fn actor() -> impl Strategy<Value = Actor> {
    "[a-d]".prop_map(|token| token.parse().unwrap())
}

fn supporter() -> impl Strategy<Value = Supporter> {
    "[a-d]".prop_map(|token| Supporter::Salted([token.as_bytes()[0]; 16]))
}

fn content() -> impl Strategy<Value = Content> {
    (select(Category::ALL), 0..5_i64).prop_map(|(category, cost)| Content {
        title: "修村道".into(),
        description: "硬化主干道三公里".into(),
        category,
        subcategory: "village_road".parse().unwrap(),
        cost_estimate: Fen::new(cost),
        households: 200,
        persons: 700,
        place: String::new(),
    })
}

fn meeting() -> impl Strategy<Value = Meeting> {
    let votes = prop_oneof![1 => (8..=12_u32, 0..=11_u32, 0..=11_u32), 2 => Just((12, 11, 10))];
    votes.prop_map(|(entitled, present, in_favour)| Meeting {
        kind: MeetingKind::VillagersRepresentatives,
        held_on: Date::MIN,
        entitled,
        present,
        in_favour,
        against: present.saturating_sub(in_favour),
        abstaining: 0,
        minutes_sha256: [1; 32],
        papers: MeetingPapers::default(),
    })
}

/// None, or a day within one year and beyond another.
fn due() -> impl Strategy<Value = Option<Date>> {
    prop::option::weighted(
        0.3,
        select(vec![2022, 2023]).prop_map(|year| Date::from_ordinal_date(year, 300).unwrap()),
    )
}

fn progress() -> impl Strategy<Value = Progress> {
    (select(vec![0_u8, 30, 60, 100, 100]), 0..5_i64, 0..3_usize).prop_map(|(percent, spent, digests)| {
        let papers = vec![work::paper(2, PaperKind::Photograph); digests];
        let papers_sha256 = vec![[2; 32]; digests];
        Progress { percent, spent: Fen::new(spent), text: "yes".into(), papers_sha256, papers }
    })
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => select(Category::ALL).prop_map(|category| {
            Act::Update(Amendment { category: Some(category), ..Amendment::default() })
        }),
        6 => supporter().prop_map(|supporter| Act::Support { supporter, formerly: None }),
        3 => matter().prop_map(|into| Act::Merge { into }),
        1 => Just(Act::Decline { reason: "no".into() }),
        1 => Just(Act::Withdraw { reason: "no".into() }),
        8 => meeting().prop_map(Act::Deliberate),
        6 => Just(Act::Publish),
        3 => actor().prop_map(|objector| Act::Object { text: "no".into(), objector }),
        9 => (0..=2_u32, prop::bool::weighted(0.3)).prop_map(|(objection, upheld)| Act::Answer {
            objection,
            answer: "yes".into(),
            upheld,
        }),
        6 => due().prop_map(|due| Act::Determine { due }),
        6 => progress().prop_map(Act::Progress),
        5 => Just(Act::Complete { text: "yes".into() }),
        6 => Just(Act::Accept),
        4 => Just(Act::RequestClosing),
        4 => select(Ending::ALL).prop_map(|ending| Act::RequestEnding { ending, reason: "no".into() }),
        1 => sealed().prop_map(|sealed| Act::Contact(contact::Act::Keep(sealed))),
        1 => select(vec![contact::Act::Erase, contact::Act::Reveal]).prop_map(Act::Contact),
    ]
}

/// What the rules know of it is its id.
fn sealed() -> impl Strategy<Value = Box<Sealed>> {
    any::<[u8; 16]>().prop_map(|person| {
        let person = PersonId::from_random_bytes(person);
        Box::new(Sealed { person, key: [1; Sealed::KEY_BYTES], record: vec![2] })
    })
}

fn command() -> impl Strategy<Value = Command> {
    let version = prop_oneof![9 => Just(None), 1 => (1..6_u32).prop_map(Some)];
    prop_oneof![
        2 => (village(), year(), content(), actor(), prop::option::of(sealed())).prop_map(
            |(village, year, content, proposer, contact)| {
                Command::Propose { village, year, content, proposer, contact }
            },
        ),
        8 => (matter(), version, act()).prop_map(|(matter, version, act)| Command::Change { matter, version, act }),
        1 => (matter(), 0..5_i64).prop_map(|(matter, paid)| {
            Command::Delivery(Delivery::Settled { matter, paid: Fen::new(paid) })
        }),
        3 => (matter(), 1..=2_u32, any::<bool>()).prop_map(|(matter, number, granted)| {
            let (by, reason) = (UnitCode::new(640_324_100_000).unwrap(), "yes".into());
            Command::Delivery(Delivery::EndingAnswered { matter, by, number, granted, reason })
        }),
    ]
}

/// What happens in one run: anything, or much about the work on one matter.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop_oneof![2 => life(), 1 => work::steps()]
}

/// Anything that can happen to matters but what is about the work alone.
pub(crate) fn life() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => prop_oneof![20 => select(&[0, 1, 2, 8_i64]), 1 => Just(200)].prop_map(|days| Step::Wait { days }),
        9 => (command(), prop::bool::weighted(0.9), any::<usize>(), -1..=2_i64).prop_map(
            |(command, aimed, nth, held_days_ago)| Step::Run { command, aimed, nth, held_days_ago },
        ),
    ];
    prop::collection::vec(step, 0..150)
}
