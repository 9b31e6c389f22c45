//! How a matter is carried out, paid and struck off.

use sha2::{Digest as _, Sha256};
use yishi_kernel::{Date, Fen, UnitCode};

use super::{
    act::{Act, Deed, Progress},
    assignment::Assignment,
    money,
    phase::{Phase, day},
    teller::Teller,
    words,
};

/// Work is reported and paid in the last so many of these; a late matter's last report comes in December.
const ROUNDS: [Phase; 3] = [Phase::Spring, Phase::Summer, Phase::Autumn];

/// The day a matter is to be completed by; one that is late misses it.
pub(super) fn due_day(teller: &mut Teller, late: bool) -> Date {
    let days = [(10, 31), (11, 30), (12, 31)];
    let days = if late { &days[..2] } else { &days[..] };
    let (month, last) = *teller.chance.pick(days).expect("there are some");
    day(teller.year.get().into(), month, last)
}

pub(super) fn tell(
    teller: &mut Teller,
    proposal: usize,
    county: UnitCode,
    assignment: &Assignment,
    late: bool,
) {
    let shares = money::shares(&mut teller.chance, assignment.category, assignment.investment);
    let rounds = *teller.chance.pick(&[1, 2, 2, 3]).expect("there are four");
    let payments = money::payments(&mut teller.chance, &shares, rounds);
    teller.act(Phase::Commitment, Act::Commit { county, lines: shares });
    let mut spent = Fen::ZERO;
    let phases = ROUNDS.into_iter().skip(ROUNDS.len() - rounds);
    for (round, (phase, lines)) in (1..).zip(phases.zip(payments)) {
        let last = round == rounds;
        let phase = if last && late { Phase::Latecomers } else { phase };
        let percent = if last { 100 } else { percent(teller, round, rounds) };
        spent = Fen::checked_sum(lines.iter().map(|line| line.amount).chain([spent]))
            .expect("payments add up to the investment");
        let text = teller.one(if last { &words::DONE } else { &words::UNDER_WAY });
        let papers = format!("{proposal} {round} {percent} {}", teller.chance.next_u64());
        let progress = Progress { percent, spent, text, paper_sha256: Sha256::digest(papers).into() };
        teller.act(phase, Deed::Report { proposal, progress });
        if !lines.is_empty() {
            teller.act(phase, Act::Pay { county, lines });
        }
    }
    let phase = if late { Phase::Latecomers } else { Phase::Completion };
    let text = teller.one(&words::ACHIEVEMENTS);
    teller.act(phase, Deed::Complete { proposal, text });
    teller.act(phase, Deed::Accept { proposal });
    teller.act(phase, Deed::RequestClosing { proposal });
}

/// Somewhere within the round's part of the whole: more than the round before, less than the next.
fn percent(teller: &mut Teller, round: usize, rounds: usize) -> i32 {
    let part = 100 / i32::try_from(rounds).expect("three at most");
    part * (i32::try_from(round).expect("three at most") - 1) + teller.number(10, 30)
}
