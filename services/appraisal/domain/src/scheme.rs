//! 考评方案: by what villages are scored.

use yishi_kernel::BasisPoints;

use crate::{codes::codes, limits::MIN_FORMS};

codes! {
    /// What a village is scored by.
    pub enum Indicator {
        /// Whether it has a matter in the year.
        Determination = "DETERMINATION",
        /// How many of its matters are struck off.
        Closing = "CLOSING",
        /// How many were completed by their due day.
        OnTime = "ON_TIME",
        /// How much of the money committed was paid.
        InvestmentUse = "INVESTMENT_USE",
        /// How its people answered.
        Satisfaction = "SATISFACTION",
    }
}

impl Indicator {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// Weights, tie-break chain and the number of forms that make a figure. A scheme that is there is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    weights: [BasisPoints; Indicator::COUNT],
    tie_break: Vec<Indicator>,
    min_forms: u32,
}

/// What is wrong with a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SchemeError {
    /// An indicator has two weights.
    #[error("{0} has two weights: give each indicator one at the most")]
    WeightTwice(Indicator),
    /// The weights are not the whole.
    #[error("the weights add up to {0}: they must add up to 10000")]
    WeightsNotWhole(u32),
    /// An indicator is in the tie-break chain twice.
    #[error("{0} is in the tie-break chain twice: name each indicator once at the most")]
    TieBreakTwice(Indicator),
    /// The number of forms is out of bounds.
    #[error("{0} forms cannot make a figure: write {min} to {max}", min = MIN_FORMS.start(), max = MIN_FORMS.end())]
    MinForms(u32),
}

impl Scheme {
    /// The scheme, if it is sound. An indicator without a weight does not count.
    pub fn new(
        weights: &[(Indicator, BasisPoints)],
        tie_break: &[Indicator],
        min_forms: u32,
    ) -> Result<Self, SchemeError> {
        let mut given = [None; Indicator::COUNT];
        for &(indicator, weight) in weights {
            if given[indicator.index()].replace(weight).is_some() {
                return Err(SchemeError::WeightTwice(indicator));
            }
        }
        let sum = given.iter().flatten().map(|weight| u32::from(weight.get())).sum();
        if sum != u32::from(BasisPoints::WHOLE.get()) {
            return Err(SchemeError::WeightsNotWhole(sum));
        }
        if let Some(twice) = (1..tie_break.len()).find(|&at| tie_break[..at].contains(&tie_break[at])) {
            return Err(SchemeError::TieBreakTwice(tie_break[twice]));
        }
        if !MIN_FORMS.contains(&min_forms) {
            return Err(SchemeError::MinForms(min_forms));
        }
        let nothing = BasisPoints::new(0).expect("nothing is a share");
        let weights = given.map(|weight| weight.unwrap_or(nothing));
        Ok(Self { weights, tie_break: tie_break.to_vec(), min_forms })
    }

    /// How much an indicator counts.
    pub fn weight(&self, indicator: Indicator) -> BasisPoints {
        self.weights[indicator.index()]
    }

    /// What villages of the same total are compared by, one after the other.
    pub fn tie_break(&self) -> &[Indicator] {
        &self.tie_break
    }

    /// How many forms make a figure for satisfaction.
    pub fn min_forms(&self) -> u32 {
        self.min_forms
    }
}

/// The programme's own.
impl Default for Scheme {
    fn default() -> Self {
        use Indicator::*;
        let share = |points| BasisPoints::new(points).expect("a share of 10000");
        let weights = [
            (Determination, share(2_000)),
            (Closing, share(2_500)),
            (OnTime, share(2_000)),
            (InvestmentUse, share(1_500)),
            (Satisfaction, share(2_000)),
        ];
        let tie_break = [Satisfaction, Closing, OnTime, InvestmentUse];
        Self::new(&weights, &tie_break, 30).expect("the programme's own scheme is sound")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(points: u16) -> BasisPoints {
        BasisPoints::new(points).unwrap()
    }

    #[test]
    fn weights_are_the_whole_and_named_once() {
        use Indicator::*;
        let scheme = |weights: &[_]| Scheme::new(weights, &[], 1);
        assert!(scheme(&[(Closing, share(4_000)), (OnTime, share(6_000))]).is_ok());
        assert_eq!(scheme(&[(Closing, share(9_999))]), Err(SchemeError::WeightsNotWhole(9_999)));
        assert_eq!(scheme(&[]), Err(SchemeError::WeightsNotWhole(0)));
        let all_of_each: Vec<_> = Indicator::ALL.iter().map(|&each| (each, share(10_000))).collect();
        assert_eq!(scheme(&all_of_each), Err(SchemeError::WeightsNotWhole(50_000)));
        let twice = [(Closing, share(4_000)), (Closing, share(6_000))];
        assert_eq!(scheme(&twice), Err(SchemeError::WeightTwice(Closing)));
    }

    #[test]
    fn a_tie_is_broken_by_each_indicator_once() {
        use Indicator::*;
        let scheme = |tie_break: &[_]| Scheme::new(&[(Closing, share(10_000))], tie_break, 1);
        assert_eq!(scheme(&[OnTime, Closing]).unwrap().tie_break(), [OnTime, Closing]);
        assert_eq!(scheme(&[OnTime, Closing, OnTime]), Err(SchemeError::TieBreakTwice(OnTime)));
    }

    #[test]
    fn some_form_makes_the_figure() {
        let error =
            Scheme::new(&[(Indicator::Closing, share(10_000))], &[], 0).map(|_| ()).unwrap_err().to_string();
        assert_eq!(error, "0 forms cannot make a figure: write 1 to 100000");
    }
}
