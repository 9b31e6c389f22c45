use std::{cmp::Reverse, fmt};

use serde::{Deserialize, Serialize};

/// An amount of money in whole fen (a hundredth of a yuan); may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(i64);

impl Fen {
    /// No money.
    pub const ZERO: Fen = Fen(0);

    /// So many fen.
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// The number of fen.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, unless it overflows.
    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    /// The difference, unless it overflows.
    pub fn checked_sub(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// The same amount the other way, unless it overflows.
    pub fn checked_neg(self) -> Option<Fen> {
        self.0.checked_neg().map(Fen)
    }

    /// The sum of all, unless it overflows on the way.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Fen>) -> Option<Fen> {
        amounts.into_iter().try_fold(Fen::ZERO, Fen::checked_add)
    }

    /// Parts in proportion to the weights that add up to the whole to the fen.
    ///
    /// Each part is rounded towards zero; the fen left over go one each to the largest remainders, the earlier
    /// index first. If no weight is positive all count alike. No weights, no parts.
    pub fn split(self, weights: &[u64]) -> Vec<Fen> {
        let weigh =
            |weight: u64| if weights.iter().any(|&weight| weight > 0) { u128::from(weight) } else { 1 };
        let weights: Vec<u128> = weights.iter().map(|&weight| weigh(weight)).collect();
        let total: u128 = weights.iter().sum();
        let amount = u128::from(self.0.unsigned_abs());

        // 2^63 fen times a 64-bit weight stays below 2^127.
        let mut parts: Vec<u128> = weights.iter().map(|weight| amount * weight / total).collect();
        let left = amount - parts.iter().sum::<u128>();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|&index| (Reverse(amount * weights[index] % total), index));
        for (index, _) in order.into_iter().zip(0..left) {
            parts[index] += 1;
        }

        let sign = if self.0 < 0 { -1 } else { 1 };
        let signed = |part| i128::try_from(part).ok().and_then(|part| i64::try_from(sign * part).ok());
        parts.into_iter().map(|part| Fen(signed(part).expect("a part is no larger than the whole"))).collect()
    }

    /// The amount in yuan with two decimals, as in `1234.56`.
    pub fn yuan(self) -> impl fmt::Display {
        Yuan(self.0)
    }

    /// Reads an amount in yuan: digits, perhaps a minus sign before, perhaps one or two decimals.
    pub fn parse_yuan(text: &str) -> Result<Fen, YuanError> {
        read_yuan(text).map(Fen).ok_or_else(|| YuanError(text.to_owned()))
    }
}

struct Yuan(i64);

impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        f.pad_integral(self.0 >= 0, "", &format!("{}.{:02}", fen / 100, fen % 100))
    }
}

fn read_yuan(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(decimals) || decimals.len() > 2 {
        return None;
    }
    let cents: i128 = format!("{decimals:0<2}").parse().ok()?;
    let fen = whole.parse::<i128>().ok()?.checked_mul(100)?.checked_add(cents)?;
    i64::try_from(sign * fen).ok()
}

/// A text that is no amount in yuan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an amount in yuan: write digits with at most two decimals, as in 1234.56, without separators"
)]
pub struct YuanError(String);

/// A share of a whole in hundredths of a per cent, 0 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// All of it.
    pub const WHOLE: BasisPoints = BasisPoints(10_000);

    /// So many hundredths of a per cent, 10,000 at most.
    pub const fn new(points: u16) -> Option<Self> {
        if points <= Self::WHOLE.0 { Some(Self(points)) } else { None }
    }

    /// Hundredths of a per cent.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// This share of an amount, rounded towards zero.
    pub fn of(self, amount: Fen) -> Fen {
        let part = i128::from(amount.0) * i128::from(self.0) / i128::from(Self::WHOLE.0);
        Fen(i64::try_from(part).expect("a share is no larger than the whole"))
    }
}

/// Per cent with two decimals, as in `49.40%`.
impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

impl From<BasisPoints> for u16 {
    fn from(share: BasisPoints) -> u16 {
        share.0
    }
}

impl TryFrom<u16> for BasisPoints {
    type Error = BasisPointsError;

    fn try_from(points: u16) -> Result<Self, Self::Error> {
        Self::new(points).ok_or(BasisPointsError(points))
    }
}

/// A number that is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a share: write basis points, 0 to 10000")]
pub struct BasisPointsError(u16);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fen(amounts: &[i64]) -> Vec<Fen> {
        amounts.iter().copied().map(Fen::new).collect()
    }

    #[test]
    fn what_is_left_over_goes_to_the_largest_remainders_and_the_first_of_equals() {
        assert_eq!(Fen::new(100).split(&[1, 1, 1]), fen(&[34, 33, 33]));
        assert_eq!(Fen::new(101).split(&[1, 1, 1]), fen(&[34, 34, 33]));
        assert_eq!(Fen::new(10).split(&[3, 3, 1]), fen(&[4, 4, 2]));
        assert_eq!(Fen::new(-100).split(&[1, 1, 1]), fen(&[-34, -33, -33]));
        assert_eq!(Fen::new(5).split(&[0, 1, 0]), fen(&[0, 5, 0]));
    }

    #[test]
    fn without_positive_weights_all_count_alike() {
        assert_eq!(Fen::new(5).split(&[0, 0]), fen(&[3, 2]));
        assert_eq!(Fen::new(5).split(&[]), []);
    }

    #[test]
    fn the_largest_amounts_and_weights_do_not_overflow() {
        for amount in [i64::MIN, i64::MAX] {
            let parts = Fen::new(amount).split(&[u64::MAX, u64::MAX, u64::MAX - 1]);
            assert_eq!(Fen::checked_sum(parts), Some(Fen::new(amount)));
            assert_eq!(Fen::new(amount).split(&[u64::MAX]), fen(&[amount]));
        }
    }

    #[test]
    fn arithmetic_that_overflows_says_so() {
        let (least, most, one) = (Fen::new(i64::MIN), Fen::new(i64::MAX), Fen::new(1));
        assert_eq!(most.checked_add(one), None);
        assert_eq!(least.checked_sub(one), None);
        assert_eq!(least.checked_neg(), None);
        assert_eq!(Fen::checked_sum([most, one]), None);
        assert_eq!(Fen::checked_sum([]), Some(Fen::ZERO));
        assert_eq!(one.checked_add(one), Some(Fen::new(2)));
        assert_eq!(one.checked_sub(Fen::new(3)), Some(Fen::new(-2)));
        assert_eq!(one.checked_neg(), Some(Fen::new(-1)));
    }

    #[test]
    fn yuan_have_two_decimals() {
        for (fen, text) in [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_456, "1234.56"), (-100, "-1.00")] {
            assert_eq!(Fen::new(fen).yuan().to_string(), text);
        }
        assert_eq!(
            format!("{:>8}|{:<8}|", Fen::new(-5).yuan(), Fen::new(1_200).yuan()),
            "   -0.05|12.00   |"
        );
        for (text, fen) in [("7", 700), ("7.5", 750), ("007.05", 705), ("-0.01", -1)] {
            assert_eq!(Fen::parse_yuan(text), Ok(Fen::new(fen)));
        }
        for wrong in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "1.234",
            "1,000.00",
            "+1",
            "--1",
            "1e3",
            "1 ",
            "１",
            "92233720368547758.08",
        ] {
            assert_eq!(Fen::parse_yuan(wrong), Err(YuanError(wrong.to_owned())));
        }
    }

    #[test]
    fn a_share_is_a_part_of_the_whole() {
        let share = BasisPoints::new(4_940).unwrap();
        assert_eq!(share.to_string(), "49.40%");
        assert_eq!(share.of(Fen::new(1_001)), Fen::new(494));
        assert_eq!(share.of(Fen::new(-1_001)), Fen::new(-494));
        assert_eq!(BasisPoints::WHOLE.of(Fen::new(i64::MIN)), Fen::new(i64::MIN));
        assert_eq!(BasisPoints::new(10_001), None);
        assert_eq!(serde_json::from_str::<BasisPoints>("4940").unwrap(), share);
        assert!(serde_json::from_str::<BasisPoints>("10001").unwrap_err().to_string().contains("0 to 10000"));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_are_less_than_a_fen_from_their_due(amount: i64, weights in prop::collection::vec(any::<u64>(), 1..20)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = Fen::new(amount).split(&weights);
            prop_assert_eq!(parts.iter().map(|part| i128::from(part.get())).sum::<i128>(), i128::from(amount));
            let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let due = u128::from(amount.unsigned_abs()) * u128::from(*weight) / total;
                let part_fen = u128::from(part.get().unsigned_abs());
                prop_assert!(part_fen == due || part_fen == due + 1);
                prop_assert!(part.get() == 0 || (part.get() < 0) == (amount < 0));
            }
        }

        #[test]
        fn a_larger_remainder_never_gets_less(amount in 0..1_000_000_i64, weights in prop::collection::vec(1..1_000_u64, 2..10)) {
            let total = i64::try_from(weights.iter().sum::<u64>()).unwrap();
            let parts = Fen::new(amount).split(&weights);
            let extra: Vec<(i64, i64)> = parts.iter().zip(&weights).map(|(part, weight)| {
                let due = amount * i64::try_from(*weight).unwrap();
                (due % total, part.get() - due / total)
            }).collect();
            for (index, one) in extra.iter().enumerate() {
                for other in &extra[index + 1..] {
                    prop_assert!(one.0 < other.0 || one.1 >= other.1);
                    prop_assert!(one.0 >= other.0 || one.1 <= other.1);
                }
            }
        }

        #[test]
        fn yuan_go_there_and_back(amount: i64) {
            let amount = Fen::new(amount);
            prop_assert_eq!(Fen::parse_yuan(&amount.yuan().to_string()), Ok(amount));
        }
    }
}
