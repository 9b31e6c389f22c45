//! What happens, by chance.

use proptest::prelude::*;
use proptest::sample::select;
use yishi_escalation_domain::{Act, Department, Policy, Reply};

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Time passes.
    Wait { days: i64 },
    /// The `nth` matter is determined.
    Open { nth: usize },
    /// An officer acts: at the `nth` desk that is meant for it if `aimed`, else at the `nth` of all units and matters.
    Act { act: Act, aimed: bool, nth: usize, version: Option<u32> },
    /// A link works for a while: the `nth` way between two units carries `count` letters, the last `again` of those that
    /// arrived before once more in front.
    Carry { nth: usize, count: usize, again: usize },
}

/// Bounds so small that chance runs into them.
pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    (1..=12_u32, 6..=30_u32).prop_map(|(step_working_days, changes_per_desk)| Policy {
        step_working_days,
        helpers_per_matter: 2,
        changes_per_desk,
        ..Policy::default()
    })
}

/// Mostly the region's own.
fn department() -> impl Strategy<Value = Department> {
    let unit = prop_oneof![30 => Just("640000000000"), 1 => Just("640300000000")];
    (unit, select(&["water", "transport", "ecology"]))
        .prop_map(|(unit, kind)| format!("departments/{unit}/{kind}").parse().unwrap())
}

fn reply() -> impl Strategy<Value = Reply> {
    prop_oneof![3 => Just(Reply::Accept), 1 => Just(Reply::Decline { reason: "not ours".into() })]
}

fn act() -> impl Strategy<Value = Act> {
    let why = || String::from("why");
    prop_oneof![
        12 => Just(Act::Raise { reason: why() }),
        5 => Just(Act::Accept),
        3 => Just(Act::Return { reason: why() }),
        4 => Just(Act::AskBack { reason: why() }),
        4 => any::<bool>().prop_map(move |grant| Act::AnswerAskBack { grant, reason: why() }),
        5 => (department(), prop::collection::vec(department(), 0..=3))
            .prop_map(|(lead, helpers)| Act::Assign { lead, helpers }),
        6 => (department(), reply())
            .prop_map(|(department, reply)| Act::AnswerAssignment { department, reply }),
        4 => department().prop_map(move |department| Act::Report { department, text: why() }),
        2 => Just(Act::Resolve { outcome: why() }),
    ]
}

/// What happens in one run.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let version = prop_oneof![19 => Just(None), 1 => (1..6_u32).prop_map(Some)];
    let acts = (act(), prop::bool::weighted(0.9), any::<usize>(), version)
        .prop_map(|(act, aimed, nth, version)| Step::Act { act, aimed, nth, version });
    let carries = (any::<usize>(), 1..=4_usize, prop_oneof![2 => Just(0), 1 => 1..=3_usize])
        .prop_map(|(nth, count, again)| Step::Carry { nth, count, again });
    let step = prop_oneof![
        2 => (0..6_i64).prop_map(|days| Step::Wait { days }),
        2 => any::<usize>().prop_map(|nth| Step::Open { nth }),
        12 => acts,
        12 => carries,
    ];
    prop::collection::vec(step, 0..200)
}
