//! The ranking: total, the same for the same figures whatever order they come in.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use yishi_kernel::{Timestamp, UnitCode, Year};

use crate::{Indicator, Inputs, Scheme, Score, digest::Numbers, score};

/// A village with its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// The village.
    pub village: UnitCode,
    /// What it is scored by.
    pub inputs: Inputs,
    /// What it got.
    pub score: Score,
}

/// A village in a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// The village and its score.
    pub scored: Scored,
    /// Its place, from 1; each has its own.
    pub position: u32,
    /// Its competition rank, from 1; equals share one, and the next rank after them is left out as often.
    pub rank: u32,
}

/// A ranking that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranking {
    /// How many villages it ranks.
    pub villages: u32,
    /// The digest of all that it was computed from.
    pub inputs_sha256: [u8; 32],
    /// The digest of the result.
    pub ranking_sha256: [u8; 32],
    /// When it was made.
    pub at: Timestamp,
}

/// What [`appraise`] makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraisal {
    /// The digest of all that it was computed from.
    pub inputs_sha256: [u8; 32],
    /// The digest of the result.
    pub ranking_sha256: [u8; 32],
    /// All villages, the best first.
    pub standings: Vec<Ranked>,
}

/// Ranks villages, the best first: by total, then by the scheme's tie-break chain, no figure behind any. Equals
/// in all of it share a rank and stand in the order of their codes.
pub fn rank(scheme: &Scheme, villages: Vec<Scored>) -> Vec<Ranked> {
    let mut order: Vec<(u128, Scored)> =
        villages.into_iter().map(|scored| (merit(scheme, &scored.score), scored)).collect();
    order.sort_unstable_by_key(|(merit, scored)| (Reverse(*merit), scored.village));
    let mut ranked: Vec<Ranked> = Vec::with_capacity(order.len());
    let mut equals = None;
    for (position, (merit, scored)) in (1..).zip(order) {
        let rank = match equals {
            Some((of, rank)) if of == merit => rank,
            _ => position,
        };
        equals = Some((merit, rank));
        ranked.push(Ranked { scored, position, rank });
    }
    ranked
}

/// One number to compare by: the total, then each link of the tie-break chain, none of which needs more than 20
/// bits. One total and five indicators are 120 bits at the most.
fn merit(scheme: &Scheme, score: &Score) -> u128 {
    let figure = |by: &Indicator| score.points(*by).map_or(0, |points| points.get() + 1);
    let chain = scheme.tie_break().iter().map(figure);
    chain.fold(u128::from(score.total.get()), |merit, figure| merit << 20 | u128::from(figure))
}

/// Scores and ranks all villages of a year.
pub fn appraise(scheme: &Scheme, year: Year, villages: &BTreeMap<UnitCode, Inputs>) -> Appraisal {
    let mut inputs = Numbers::default();
    inputs.add(year.get());
    inputs.add(u64::try_from(villages.len()).expect("there are fewer villages than numbers"));
    let mut scored = Vec::with_capacity(villages.len());
    for (&village, figures) in villages {
        inputs.add(village.as_u64());
        figures.add_to(&mut inputs);
        scored.push(Scored { village, inputs: *figures, score: score(scheme, figures) });
    }
    let inputs_sha256 = inputs.finish();
    let standings = rank(scheme, scored);
    let mut result = Numbers::after(&inputs_sha256);
    for Ranked { scored, rank, .. } in &standings {
        result.add(scored.village.as_u64());
        result.add(*rank);
        result.add(scored.score.total.get());
    }
    Appraisal { inputs_sha256, ranking_sha256: result.finish(), standings }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;
    use yishi_kernel::{Fen, Seeded};

    use super::*;
    use crate::Survey;
    use crate::rules::region::{inputs, village, year};

    fn closed_of_four(closed: u32) -> Inputs {
        Inputs { determined: 4, closed, ..Inputs::default() }
    }

    fn appraised(villages: &[(u64, Inputs)]) -> Vec<(u64, u32, u32)> {
        let figures = villages.iter().map(|&(nth, inputs)| (village(nth), inputs)).collect();
        let standings = appraise(&Scheme::default(), year(), &figures).standings;
        standings.iter().map(|one| (one.scored.village.as_u64() % 1_000, one.rank, one.position)).collect()
    }

    #[test]
    fn equals_share_a_rank_and_stand_in_the_order_of_their_codes() {
        let (good, fair, poor) = (closed_of_four(4), closed_of_four(2), closed_of_four(0));
        let order = appraised(&[(1, poor), (2, fair), (3, good), (4, fair), (5, fair)]);
        assert_eq!(order, [(3, 1, 1), (2, 2, 2), (4, 2, 3), (5, 2, 4), (1, 5, 5)]);
    }

    #[test]
    fn the_chain_breaks_a_tie_before_the_code_does() {
        // Without a figure for satisfaction the weights are those of the others, so that all get all points.
        let money = Fen::new(1);
        let all = Inputs { on_time: 4, settled: 4, committed: money, paid: money, ..closed_of_four(4) };
        let satisfied = Inputs { survey: Survey::from_counts([[0, 0, 0, 0, 30]; 5]).unwrap(), ..all };
        assert_eq!(appraised(&[(1, all), (2, satisfied)]), [(2, 1, 1), (1, 2, 2)]);
    }

    #[test]
    fn digests_tell_any_figure_year_and_village_apart() {
        let digests = |year, figures: &BTreeMap<_, _>| {
            let made = appraise(&Scheme::default(), year, figures);
            (made.inputs_sha256, made.ranking_sha256)
        };
        let one = BTreeMap::from([(village(1), closed_of_four(4))]);
        let told = digests(year(), &one);
        assert_eq!(told, digests(year(), &one));
        let late = BTreeMap::from([(village(1), Inputs { late: 1, ..closed_of_four(4) })]);
        let other = BTreeMap::from([(village(2), closed_of_four(4))]);
        for different in
            [digests(year(), &late), digests(year(), &other), digests(Year::try_from(2021).unwrap(), &one)]
        {
            assert!(told.0 != different.0 && told.1 != different.1);
        }
    }

    #[test]
    fn half_a_million_villages_are_ranked() {
        let scheme = Scheme::default();
        let mut scored: Vec<Scored> = (0..500_000_u32)
            .map(|nth| {
                let survey = Survey::from_counts([[0, 0, 20, nth % 41 + 10, 0]; 5]).unwrap();
                let inputs = Inputs { survey, ..closed_of_four(nth % 5) };
                Scored { village: village(nth.into()), inputs, score: score(&scheme, &inputs) }
            })
            .collect();
        let ranked = rank(&scheme, scored.clone());
        assert!(
            ranked.is_sorted_by(|one, next| compare(&scheme, &one.scored.score, &next.scored.score).is_le())
        );
        assert_eq!(ranked.last().unwrap().position, 500_000);
        scored.reverse();
        assert!(rank(&scheme, scored) == ranked, "another order gave another ranking");
    }

    /// The same order as that of the merits, said at length.
    fn compare(scheme: &Scheme, one: &Score, other: &Score) -> Ordering {
        let chain = scheme.tie_break().iter().map(|&by| other.points(by).cmp(&one.points(by)));
        chain.fold(other.total.cmp(&one.total), Ordering::then)
    }

    proptest! {
        #[test]
        fn a_ranking_is_total_and_the_same_in_any_order(figures in prop::collection::vec(inputs(), 0..40), seed: u64) {
            let scheme = Scheme::default();
            let mut scored: Vec<Scored> = (0..)
                .zip(&figures)
                .map(|(nth, inputs)| Scored { village: village(nth), inputs: *inputs, score: score(&scheme, inputs) })
                .collect();
            let ranked = rank(&scheme, scored.clone());
            Seeded::new(seed, "order").shuffle(&mut scored);
            prop_assert_eq!(&rank(&scheme, scored), &ranked);
            for one in &ranked {
                let better = ranked.iter().filter(|other| compare(&scheme, &other.scored.score, &one.scored.score).is_lt());
                prop_assert_eq!(usize::try_from(one.rank).unwrap(), better.count() + 1);
            }
            let positions: Vec<u32> = ranked.iter().map(|one| one.position).collect();
            prop_assert!(positions.into_iter().eq(1..=u32::try_from(figures.len()).unwrap()));
        }
    }
}
