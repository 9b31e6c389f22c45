//! What may happen, drawn from four bytes: so a run is a list of numbers, which shrinks by itself.

use crate::matter::{Matter, State};
use crate::small::Small;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inspector {
    Committee,
    Group,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    Consent,
    Conditional,
    Objection,
}

#[derive(Debug, Clone)]
pub(crate) enum Work {
    Inspect(Inspector, usize),
    Refuse,
    Rework(usize),
    Judge(Inspector, usize, bool),
}

/// What the other village does about its part.
#[derive(Debug, Clone)]
pub(crate) enum Partner {
    Deliberate { present: u32, in_favour: u32, days_ago: i32 },
    Accept,
    Decline,
    Leave,
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Wait(i32),
    Settle(usize, usize),
    Propose(usize, usize, usize),
    Update(usize),
    Support(u8),
    Merge(usize),
    Decline,
    Withdraw,
    Deliberate { present: u32, in_favour: u32, days_ago: i32 },
    Publish,
    Object,
    Answer(usize, bool),
    Determine,
    Progress(u8),
    Complete,
    Accept,
    Close,
    Settled,
    End(bool),
    EndingAnswered { number: u32, granted: bool },
    Work(Work),
    Opinion { department: usize, round: u32, stand: Stand },
    MeetCondition(usize),
    Invite,
    Release,
    Partner(Partner),
}

/// The step, and the matter that it is about: mostly one for which it is meant.
pub(crate) fn drawn([kind, what, which, how]: [u8; 4], small: &Small) -> Option<(usize, Step)> {
    if kind >= small.figures.pace
        && let Some(at) = usize::from(which).checked_rem(small.matters.len())
    {
        return Some((at, next(&small.matters[at], what, how)));
    }
    let pick = |of: usize| usize::from(what) % of;
    let coin = how % 2 == 0;
    // Mostly a meeting that decides for it.
    let (present, in_favour, days_ago) = match what % 12 {
        0 => (7, 7, 0),
        1 => (8, 4, 0),
        2 => (13, 9, 0),
        3 => (9, 10, 0),
        4 => (12, 12, -1),
        5 => (12, 12, i32::from(how % 40)),
        _ => (8, 5, 0),
    };
    let inspector = if how % 3 == 0 { Inspector::Group } else { Inspector::Committee };
    let village_year = (usize::from(what % 4 == 0), usize::from(how % 4 == 0));
    let step = match kind % 64 {
        0..=3 => Step::Wait([0, 1, 2, 8, 8, 30][pick(6)]),
        4 => Step::Wait(200),
        5 if what % 8 == 0 => Step::Settle(usize::from(how % 2), usize::from(how % 4 == 0)),
        5..=10 => Step::Propose(village_year.0, village_year.1, usize::from(which % 3)),
        11 => Step::Update(pick(3)),
        12..=16 => Step::Support(what % 6),
        17 => Step::Merge(usize::from(how) % small.matters.len().max(1)),
        18 => Step::Decline,
        19 => Step::Withdraw,
        20..=25 => Step::Deliberate { present, in_favour, days_ago },
        26..=30 => Step::Publish,
        31 | 32 => Step::Object,
        33..=35 => Step::Answer(pick(4), how % 3 == 0),
        36..=40 => Step::Determine,
        41..=43 => Step::Progress([0, 40, 100, 100][pick(4)]),
        44 | 45 => Step::Complete,
        46 | 47 => Step::Accept,
        48 => Step::Close,
        49 => Step::Settled,
        50 => Step::End(coin),
        51 => Step::EndingAnswered { number: u32::from(what % 3), granted: coin },
        52 => Step::Work(Work::Inspect(inspector, pick(3))),
        53 => Step::Work(Work::Refuse),
        54 => Step::Work(Work::Rework(pick(4))),
        55 => Step::Work(Work::Judge(inspector, pick(4), what % 3 != 0)),
        56 | 57 => Step::Opinion {
            department: usize::from(how % 2),
            round: 1 + u32::from(how % 8 == 7),
            stand: [Stand::Consent, Stand::Conditional, Stand::Objection][pick(3)],
        },
        58 => Step::MeetCondition(usize::from(how % 2)),
        59 => Step::Invite,
        60 if coin => Step::Release,
        60 | 61 => Step::Partner(Partner::Deliberate { present, in_favour, days_ago }),
        62 => Step::Partner(if what % 4 == 0 { Partner::Decline } else { Partner::Accept }),
        _ => Step::Partner(if coin { Partner::Leave } else { Partner::Accept }),
    };
    if matches!(step, Step::Wait(_) | Step::Settle(..) | Step::Propose(..)) {
        return Some((0, step));
    }
    let meant = |at: &usize| {
        let matter = &small.matters[*at];
        match &step {
            Step::Partner(Partner::Leave) => matter.part.state == "ACCEPTED",
            Step::Partner(_) => matter.part.state == "INVITED",
            Step::EndingAnswered { .. } | Step::Opinion { .. } => {
                matches!(matter.state, State::Determined | State::InProgress | State::Completed)
            }
            Step::Settled => matter.state == State::Completed,
            _ => Small::wanted(&step).contains(&matter.state),
        }
    };
    let all: Vec<usize> = (0..small.matters.len()).filter(|at| which >= 240 || meant(at)).collect();
    let at = *all.get(usize::from(which) % all.len().max(1))?;
    Some((at, step))
}

/// A step by which a matter comes further, mostly: chance alone seldom comes to the end of a life.
fn next(matter: &Matter, what: u8, how: u8) -> Step {
    let finding = 1 + usize::from(how) % matter.findings().max(1);
    let inspector = if how & 4 == 0 { Inspector::Group } else { Inspector::Committee };
    let put_right = [
        Step::Work(Work::Rework(finding)),
        Step::Work(Work::Judge(inspector, finding, how & 7 != 0)),
        Step::MeetCondition(usize::from(how % 2)),
    ];
    let together =
        [Partner::Deliberate { present: 12, in_favour: 12, days_ago: 0 }, Partner::Accept, Partner::Decline];
    match (matter.state, what % 8) {
        (State::Proposed | State::Deliberated, 0..=2) if matter.plan.is_some() => {
            Step::Partner(together[usize::from(what % 8)].clone())
        }
        (State::Proposed | State::Deliberated, 3) if matter.plan.is_some() => Step::Invite,
        (State::Proposed, _) => Step::Deliberate { present: 12, in_favour: 12, days_ago: 0 },
        (State::Deliberated, _) => Step::Publish,
        (State::Noticed, 0..=3) => Step::Wait(7 + i32::from(how % 2)),
        (State::Noticed, _) if matter.open_objections() > 0 => Step::Answer(1 + usize::from(how % 2), false),
        (State::Noticed, _) => Step::Determine,
        (State::InProgress | State::Completed, 0..=2) => put_right[usize::from(what % 8)].clone(),
        (State::Completed, 3) => Step::Work(Work::Inspect(inspector, usize::from(how % 2))),
        (State::Completed, 4) => Step::Accept,
        (State::Completed, 5) => Step::Close,
        (State::Completed, 6) => Step::Work(Work::Refuse),
        (State::InProgress, 3..=5) => Step::Complete,
        (State::InProgress, 6) => Step::Work(Work::Inspect(inspector, usize::from(how % 2))),
        (State::Determined, 0..=2) => {
            let department = usize::from(how % 2);
            Step::Opinion { department, round: 1, stand: Stand::Conditional }
        }
        (State::Determined | State::InProgress, _) => Step::Progress(100),
        _ => Step::Settled,
    }
}
