//! What villages may do, by chance.

use proptest::prelude::*;

/// One thing that happens. Villages, matters and letters are told by numbers that wrap around.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Wait {
        days: i64,
    },
    Lead {
        village: usize,
        nth: usize,
        act: Lead,
    },
    Partner {
        village: usize,
        nth: usize,
        act: Partner,
    },
    /// The next letter on a way arrives.
    Deliver {
        way: usize,
    },
    /// One that arrived before comes again.
    Again {
        nth: usize,
    },
}

/// What a village does with a matter of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lead {
    Propose,
    Update,
    /// The other villages, and how the shares are cut.
    Invite {
        others: usize,
        cut: u16,
    },
    Release,
    Deliberate {
        carried: bool,
    },
    Publish,
    Object,
    Answer {
        upheld: bool,
    },
    Determine,
    Withdraw,
    Decline,
    Merge,
    Progress,
    End {
        carried_over: bool,
        granted: bool,
    },
}

/// What a village does about the matter of another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Partner {
    Deliberate { carried: bool },
    Accept,
    Decline,
    Leave,
}

fn lead() -> impl Strategy<Value = Lead> {
    prop_oneof![
        5 => Just(Lead::Propose),
        1 => Just(Lead::Update),
        6 => (1..=3_usize, 0..=11_000_u16).prop_map(|(others, cut)| Lead::Invite { others, cut }),
        1 => Just(Lead::Release),
        10 => prop::bool::weighted(0.9).prop_map(|carried| Lead::Deliberate { carried }),
        8 => Just(Lead::Publish),
        1 => Just(Lead::Object),
        4 => prop::bool::weighted(0.2).prop_map(|upheld| Lead::Answer { upheld }),
        10 => Just(Lead::Determine),
        1 => Just(Lead::Withdraw),
        1 => Just(Lead::Decline),
        1 => Just(Lead::Merge),
        1 => Just(Lead::Progress),
        6 => (any::<bool>(), prop::bool::weighted(0.8)).prop_map(|(carried_over, granted)| Lead::End { carried_over, granted }),
    ]
}

fn partner() -> impl Strategy<Value = Partner> {
    prop_oneof![
        8 => prop::bool::weighted(0.9).prop_map(|carried| Partner::Deliberate { carried }),
        12 => Just(Partner::Accept),
        1 => Just(Partner::Decline),
        2 => Just(Partner::Leave),
    ]
}

/// What happens in one run.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let few = || 0..3_usize;
    let step = prop_oneof![
        1 => prop_oneof![Just(0), Just(1), Just(8_i64)].prop_map(|days| Step::Wait { days }),
        14 => (few(), few(), lead()).prop_map(|(village, nth, act)| Step::Lead { village, nth, act }),
        8 => (few(), few(), partner()).prop_map(|(village, nth, act)| Step::Partner { village, nth, act }),
        12 => any::<usize>().prop_map(|way| Step::Deliver { way }),
        1 => any::<usize>().prop_map(|nth| Step::Again { nth }),
    ];
    prop::collection::vec(step, 0..250)
}
