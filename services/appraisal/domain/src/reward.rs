//! 以奖代补: the best villages get a fixed sum each out of a pool.

use yishi_kernel::{Fen, Timestamp, UnitCode, Year};

use crate::{Ranked, codes::codes, digest::Numbers};

/// How many get how much out of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RewardTerms {
    /// How many villages at the most.
    pub winners: u32,
    /// What each gets.
    pub each: Fen,
    /// What there is to give.
    pub pool: Fen,
}

/// A village on a reward list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reward {
    /// The village.
    pub village: UnitCode,
    /// Its place in the ranking.
    pub position: u32,
    /// Its rank.
    pub rank: u32,
    /// What funding has paid it.
    pub paid: Option<Payment>,
}

/// What funding paid a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// How much.
    pub amount: Fen,
    /// When that became known.
    pub at: Timestamp,
}

/// The pool does not hold what the terms promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolExceeded {
    /// What they promise; `None` if it is more than can be said.
    pub promised: Option<Fen>,
    /// The pool.
    pub pool: Fen,
}

/// The villages to be rewarded, the best first: as many as the terms say, or all if there are fewer.
pub fn rewards(standings: &[Ranked], terms: &RewardTerms) -> Result<Vec<Reward>, PoolExceeded> {
    let promised = terms.each.get().checked_mul(terms.winners.into()).map(Fen::new);
    if promised.is_none_or(|promised| promised > terms.pool) {
        return Err(PoolExceeded { promised, pool: terms.pool });
    }
    let winners = usize::try_from(terms.winners).unwrap_or(usize::MAX);
    let reward = |one: &Ranked| Reward {
        village: one.scored.village,
        position: one.position,
        rank: one.rank,
        paid: None,
    };
    Ok(standings.iter().take(winners).map(reward).collect())
}

pub(crate) fn digest(unit: UnitCode, year: Year, each: Fen, lines: &[Reward]) -> [u8; 32] {
    let mut numbers = Numbers::default();
    numbers.add(unit.as_u64());
    numbers.add(year.get());
    numbers.add_fen(each);
    lines.iter().for_each(|line| numbers.add(line.village.as_u64()));
    numbers.finish()
}

codes! {
    /// The codes for where a reward list is in its life.
    pub enum ListState {
        /// 公示
        Issued = "ISSUED",
        /// An order to funding.
        Ordered = "ORDERED",
        /// Every village on it is paid.
        Paid = "PAID",
    }
}

/// Where a reward list is in its life, with the facts that belong to being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStage {
    /// It hangs out.
    Issued,
    /// It is an order to funding.
    Ordered {
        /// Since when.
        at: Timestamp,
    },
    /// Every village on it is paid.
    Paid {
        /// Since when it is an order.
        ordered: Timestamp,
        /// Since when it is paid.
        at: Timestamp,
    },
}

impl ListStage {
    /// The stage's code.
    pub const fn state(&self) -> ListState {
        match self {
            ListStage::Issued => ListState::Issued,
            ListStage::Ordered { .. } => ListState::Ordered,
            ListStage::Paid { .. } => ListState::Paid,
        }
    }
}

/// A reward list without its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RewardList {
    /// What it was issued by.
    pub terms: RewardTerms,
    /// How many villages are on it.
    pub villages: u32,
    /// How many of them are paid.
    pub paid_villages: u32,
    /// What they were paid.
    pub paid: Fen,
    /// The digest of the list.
    pub list_sha256: [u8; 32],
    /// When it was issued.
    pub issued: Timestamp,
    /// When it may be confirmed at the earliest.
    pub earliest_confirm: Timestamp,
    /// Where it is in its life.
    pub stage: ListStage,
    /// Differs after every change; what an etag is made of.
    pub version: u32,
}

impl RewardList {
    /// The sum of all rewards.
    pub fn total(&self) -> Fen {
        // Issuing checked that more than this is within the pool.
        Fen::new(self.terms.each.get().saturating_mul(self.villages.into()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::region::standings;

    fn terms(winners: u32, each: i64, pool: i64) -> RewardTerms {
        RewardTerms { winners, each: Fen::new(each), pool: Fen::new(pool) }
    }

    #[test]
    fn the_best_are_rewarded() {
        let list = rewards(&standings(3), &terms(2, 50, 100)).unwrap();
        let lines: Vec<_> = list.iter().map(|line| (line.village.as_u64() % 1_000, line.position)).collect();
        assert_eq!(lines, [(0, 1), (1, 2)]);
        assert_eq!(rewards(&standings(3), &terms(9, 50, 1_000)).unwrap().len(), 3);
    }

    #[test]
    fn the_programmes_own_terms_use_up_the_pool() {
        let own = terms(400, 5_000_000, 2_000_000_000);
        assert_eq!(rewards(&standings(2_214), &own).unwrap().len(), 400);
        let one_more = RewardTerms { winners: 401, ..own };
        let exceeded = PoolExceeded { promised: Some(Fen::new(2_005_000_000)), pool: own.pool };
        assert_eq!(rewards(&standings(2_214), &one_more), Err(exceeded));
    }

    #[test]
    fn a_promise_beyond_all_numbers_is_refused() {
        let beyond = rewards(&[], &terms(2, i64::MAX, i64::MAX));
        assert_eq!(beyond, Err(PoolExceeded { promised: None, pool: Fen::new(i64::MAX) }));
    }

    proptest! {
        #[test]
        fn the_sum_stays_within_the_pool(villages in 0..50_u64, winners in 0..60_u32, each in 0..1_000_i64, pool in 0..40_000_i64) {
            match rewards(&standings(villages), &terms(winners, each, pool)) {
                Ok(list) => prop_assert!(each * i64::try_from(list.len()).unwrap() <= pool),
                Err(_) => prop_assert!(each * i64::from(winners) > pool),
            }
        }
    }
}
