//! The work on one matter, by chance: it is determined first, so that chance need not.

use proptest::prelude::*;
use proptest::sample::select;
use yishi_intake_domain::align::{self, Condition, Opinion, Opinions, Revision, Row, Scope, Stand};
use yishi_intake_domain::doing::{self, Inspector, Paper, PaperKind};
use yishi_intake_domain::{Act, Command, Delivery, Meeting, MeetingKind, MeetingPapers};
use yishi_kernel::{Date, Fen, MatterId, Timestamp, UnitCode, Year};

use super::{Step, VILLAGES, YEARS, content, progress};

pub(super) fn paper(digest: u8, kind: PaperKind) -> Paper {
    Paper { sha256: [digest; 32], size: digest.into(), media: "image/jpeg".parse().unwrap(), kind }
}

/// Few enough that matters share them.
fn papers() -> impl Strategy<Value = Vec<Paper>> {
    let one = (1..4_u8, select(PaperKind::ALL)).prop_map(|(digest, kind)| paper(digest, kind));
    prop::collection::vec(one, 0..3)
}

fn matter() -> MatterId {
    let (village, year) = (UnitCode::new(VILLAGES[0]).unwrap(), Year::try_from(YEARS[0]).unwrap());
    MatterId { village, year, ordinal: 1 }
}

fn run(command: Command) -> Step {
    Step::Run { command, aimed: false, nth: 0, held_days_ago: 0 }
}

fn change(act: Act) -> Step {
    run(Command::Change { matter: matter(), version: None, act })
}

/// From the proposal to the determination.
fn opening() -> impl Strategy<Value = Vec<Step>> {
    content().prop_map(|content| {
        let MatterId { village, year, .. } = matter();
        let meeting = Meeting {
            kind: MeetingKind::VillagersRepresentatives,
            held_on: Date::MIN,
            entitled: 12,
            present: 11,
            in_favour: 10,
            against: 1,
            abstaining: 0,
            minutes_sha256: [1; 32],
            papers: MeetingPapers::default(),
        };
        vec![
            run(Command::Propose { village, year, content, proposer: "a".parse().unwrap(), contact: None }),
            change(Act::Deliberate(meeting)),
            change(Act::Publish),
            Step::Wait { days: 8 },
            change(Act::Determine { due: None }),
        ]
    })
}

fn doing() -> impl Strategy<Value = doing::Act> {
    let text = || Just("no".to_owned());
    let inspector = || select(Inspector::ALL);
    prop_oneof![
        1 => "[a-d]".prop_map(|officer| doing::Act::NameOfficer {
            unit: matter().village,
            officer: officer.parse().unwrap(),
        }),
        2 => (text(), select(vec![2023, 2030])).prop_map(|(title, year)| doing::Act::PlanMilestone {
            title,
            due: Date::from_ordinal_date(year, 300).unwrap(),
        }),
        2 => (1..=3_u32, text(), papers())
            .prop_map(|(milestone, text, papers)| doing::Act::ReachMilestone { milestone, text, papers }),
        1 => (1..=3_u32, text())
            .prop_map(|(milestone, reason)| doing::Act::DropMilestone { milestone, reason }),
        2 => (inspector(), text(), prop::collection::vec(text(), 0..2), papers()).prop_map(
            |(inspector, text, findings, papers)| doing::Act::Inspect { inspector, text, findings, papers },
        ),
        5 => (1..=3_u32, text(), papers())
            .prop_map(|(finding, text, papers)| doing::Act::Rework { finding, text, papers }),
        9 => (inspector(), 1..=3_u32, prop::bool::weighted(0.8), text()).prop_map(
            |(inspector, finding, satisfied, text)| doing::Act::Judge { inspector, finding, satisfied, text },
        ),
        2 => text().prop_map(|text| doing::Act::RefuseAcceptance { text }),
    ]
}

const DEPARTMENTS: [&str; 2] = ["transport", "water"];

/// Two departments must agree, or nobody.
pub(super) fn opinions(asked: bool) -> Opinions {
    let departments = DEPARTMENTS.iter().map(|kind| kind.parse().unwrap()).collect();
    let row = Row { unit: None, year: None, category: None, subcategory: None, departments };
    Opinions { rows: if asked { vec![row] } else { Vec::new() }, ..Opinions::default() }
}

fn department() -> impl Strategy<Value = align::Department> {
    select(&DEPARTMENTS).prop_map(|kind| kind.parse().unwrap())
}

fn align() -> impl Strategy<Value = align::Act> {
    prop_oneof![
        1 => (0..9_i64, 200..=201_u32).prop_map(|(cost, households)| {
            let scope = Scope { cost_estimate: Fen::new(cost), households, persons: 700, place: String::new() };
            align::Act::Revise(Revision { scope, reason: "no".into() })
        }),
        8 => (department(), 0..=1_u32, papers()).prop_map(|(department, condition, papers)| {
            align::Act::MeetCondition { department, condition, text: "yes".into(), papers }
        }),
    ]
}

/// What a department says, at a time that whoever runs it fills in.
fn letter() -> impl Strategy<Value = Command> {
    let condition = Condition { text: "no".into(), met: None };
    let stand = prop_oneof![
        1 => Just(None),
        3 => Just(Some(Stand::Consent)),
        2 => Just(Some(Stand::Conditional(vec![condition]))),
        1 => Just(Some(Stand::Objection)),
    ];
    (department(), 1..=2_u32, stand).prop_map(|(department, round, stand)| {
        let opinion = Opinion { stand, text: "yes".into(), given: Timestamp::from_micros(0) };
        let by = UnitCode::new(640_324_000_000).unwrap();
        Command::Delivery(Delivery::OpinionGiven { matter: matter(), by, department, round, opinion })
    })
}

/// The work, and now and then a step towards its end.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let settled = Delivery::Settled { matter: matter(), paid: Fen::new(4) };
    let step = prop_oneof![
        1 => select(&[0, 1, 30_i64]).prop_map(|days| Step::Wait { days }),
        12 => doing().prop_map(|act| change(Act::Doing(act))),
        3 => align().prop_map(|act| change(Act::Align(act))),
        3 => letter().prop_map(run),
        3 => progress().prop_map(|progress| change(Act::Progress(progress))),
        3 => Just(change(Act::Complete { text: "yes".into() })),
        3 => Just(change(Act::Accept)),
        3 => Just(change(Act::RequestClosing)),
        2 => Just(run(Command::Delivery(settled))),
    ];
    (opening(), prop::collection::vec(step, 0..80)).prop_map(|(opening, work)| [opening, work].concat())
}
