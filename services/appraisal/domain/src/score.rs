//! The score of a village: whole numbers, each division rounded down once.

use yishi_kernel::Fen;

use crate::{Indicator, Inputs, Scheme};

/// Points for an indicator or in all, in millionths of what there is to get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(u32);

impl Points {
    /// No points.
    pub const NONE: Points = Points(0);
    /// All points.
    pub const FULL: Points = Points(1_000_000);

    /// So many, if that is no more than all.
    pub const fn new(points: u32) -> Option<Self> {
        if points <= Self::FULL.0 { Some(Self(points)) } else { None }
    }

    /// How many.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// As many as a part is of a whole, rounded down, at most all; `None` if there is no whole.
    fn share(part: u64, whole: u64) -> Option<Self> {
        let points = u128::from(part.min(whole)) * u128::from(Self::FULL.0)
            / (whole > 0).then_some(u128::from(whole))?;
        u32::try_from(points).ok().and_then(Self::new)
    }
}

/// What a village got, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    points: [Option<Points>; Indicator::COUNT],
    /// All together.
    pub total: Points,
}

impl Score {
    /// The score of these points, in the order of [`Indicator::ALL`], as it was kept.
    pub const fn new(points: [Option<Points>; Indicator::COUNT], total: Points) -> Self {
        Self { points, total }
    }

    /// The points for an indicator; `None` if there is no figure.
    pub const fn points(&self, indicator: Indicator) -> Option<Points> {
        self.points[indicator.index()]
    }
}

/// The score by a scheme. The weight of an indicator without a figure is spread over the others in proportion.
pub fn score(scheme: &Scheme, inputs: &Inputs) -> Score {
    let mut points = [None; Indicator::COUNT];
    let (mut sum, mut weights) = (0, 0);
    for &indicator in Indicator::ALL {
        let figure = figure(scheme, inputs, indicator);
        points[indicator.index()] = figure;
        if let Some(figure) = figure {
            let weight = u64::from(scheme.weight(indicator).get());
            sum += weight * u64::from(figure.0);
            weights += weight;
        }
    }
    let whole = weights * u64::from(Points::FULL.0);
    Score { points, total: Points::share(sum, whole).unwrap_or(Points::NONE) }
}

fn figure(scheme: &Scheme, inputs: &Inputs, indicator: Indicator) -> Option<Points> {
    // What has not been done yet earns nothing, so that there is nothing to gain by not doing it.
    let of_determined =
        |count: u32| Some(Points::share(count.into(), inputs.determined.into()).unwrap_or(Points::NONE));
    match indicator {
        Indicator::Determination => of_determined(inputs.determined),
        Indicator::Closing => of_determined(inputs.closed),
        Indicator::OnTime => of_determined(inputs.on_time),
        Indicator::InvestmentUse if inputs.settled == 0 => Some(Points::NONE),
        Indicator::InvestmentUse => Points::share(positive(inputs.paid), positive(inputs.committed)),
        Indicator::Satisfaction if inputs.survey.forms() < scheme.min_forms() => None,
        Indicator::Satisfaction => {
            let (above, most) = inputs.survey.above_worst();
            Points::share(above, most)
        }
    }
}

fn positive(amount: Fen) -> u64 {
    u64::try_from(amount.get()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Survey;
    use crate::rules::region::inputs;

    fn points(figure: u32) -> Option<Points> {
        Some(Points::new(figure).unwrap())
    }

    /// One matter, closed late, 9 of 10 yuan used, 30 forms that say 4 throughout.
    fn worked() -> Inputs {
        Inputs {
            determined: 1,
            late: 1,
            closed: 1,
            settled: 1,
            paid: Fen::new(900),
            committed: Fen::new(1_000),
            survey: Survey::from_counts([[0, 0, 0, 30, 0]; 5]).unwrap(),
            ..Inputs::default()
        }
    }

    #[test]
    fn a_worked_example() {
        let score = score(&Scheme::default(), &worked());
        let all = Indicator::ALL.iter().map(|&indicator| score.points(indicator)).collect::<Vec<_>>();
        assert_eq!(all, [points(1_000_000), points(1_000_000), points(0), points(900_000), points(750_000)]);
        // 0.20 + 0.25 + 0 + 0.15 x 0.9 + 0.20 x 0.75
        assert_eq!(score.total.get(), 200_000 + 250_000 + 135_000 + 150_000);
    }

    #[test]
    fn too_few_forms_make_no_figure_and_spread_the_weight() {
        let few = Inputs { survey: Survey::from_counts([[29, 0, 0, 0, 0]; 5]).unwrap(), ..worked() };
        let score = score(&Scheme::default(), &few);
        assert_eq!(score.points(Indicator::Satisfaction), None);
        // (2000 + 2500 + 1500 x 0.9) / 8000
        assert_eq!(score.total.get(), 731_250);
    }

    #[test]
    fn what_needs_no_money_has_no_figure_and_what_is_not_settled_earns_nothing() {
        let free = Inputs { paid: Fen::ZERO, committed: Fen::ZERO, ..worked() };
        assert_eq!(score(&Scheme::default(), &free).points(Indicator::InvestmentUse), None);
        let unsettled = Inputs { settled: 0, ..free };
        assert_eq!(score(&Scheme::default(), &unsettled).points(Indicator::InvestmentUse), points(0));
    }

    #[test]
    fn a_village_that_did_nothing_gets_nothing() {
        assert_eq!(score(&Scheme::default(), &Inputs::default()).total, Points::NONE);
    }

    #[test]
    fn thirds_are_rounded_down() {
        let third = Inputs { determined: 3, closed: 1, on_time: 2, ..Inputs::default() };
        let score = score(&Scheme::default(), &third);
        assert_eq!(score.points(Indicator::Closing), points(333_333));
        assert_eq!(score.points(Indicator::OnTime), points(666_666));
    }

    #[test]
    fn the_largest_figures_do_not_overflow() {
        let most = Inputs {
            determined: u32::MAX,
            on_time: u32::MAX,
            late: u32::MAX,
            closed: u32::MAX,
            settled: u32::MAX,
            paid: Fen::new(i64::MAX),
            committed: Fen::new(i64::MAX),
            survey: Survey::from_counts([[0, 0, 0, 0, u32::MAX]; 5]).unwrap(),
        };
        assert_eq!(score(&Scheme::default(), &most).total, Points::FULL);
    }

    proptest! {
        #[test]
        fn doing_better_in_one_thing_never_costs_points(before in inputs()) {
            let mut moved = before.survey.counts().to_owned();
            moved[2] = { let [a, b, c, d, e] = moved[2]; [0, b + a, c, d, e] };
            let more = before.determined.min(before.closed + 1);
            for after in [
                Inputs { determined: before.determined.max(1), ..before },
                Inputs { closed: more, ..before },
                Inputs { on_time: before.on_time + before.late, late: 0, ..before },
                Inputs { paid: before.committed, ..before },
                Inputs { survey: Survey::from_counts(moved).unwrap(), ..before },
            ] {
                let scheme = Scheme::default();
                prop_assert!(score(&scheme, &after).total >= score(&scheme, &before).total, "{after:?}");
            }
        }
    }
}
