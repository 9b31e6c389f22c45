//! Which proposals may well be the same wish, said twice.
//!
//! Chinese has no spaces between words, so texts are compared by their pairs of neighbouring characters, which needs no
//! dictionary: the same on every machine, in whole numbers only. It proposes and never decides: people merge.

use std::cmp::Ordering;

use crate::{Category, Content};

/// A share of 10,000.
pub const ALIKE_IN_FULL: u32 = 10_000;

/// How much each part says, out of their sum.
const TITLE: u32 = 5;
const DESCRIPTION: u32 = 2;
const PLACE: u32 = 2;
const CATEGORY: u32 = 1;

/// Characters of a description that are compared: what is asked for stands at its beginning, and a thousand comparisons
/// take no longer than somebody waits for.
const BEGINNING: usize = 300;

/// What is compared of a proposal, made once for many comparisons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    title: Pairs,
    description: Pairs,
    place: Pairs,
    category: Category,
}

impl Sketch {
    /// Of what a proposal says.
    pub fn of(content: &Content) -> Self {
        Self {
            title: Pairs::of(content.title.chars()),
            description: Pairs::of(content.description.chars().take(BEGINNING)),
            place: Pairs::of(content.place.chars()),
            category: content.category,
        }
    }

    /// How alike two proposals are: 0 to 10,000, the same in both directions. What neither says anything of does not count.
    pub fn likeness(&self, other: &Self) -> u32 {
        let parts = [
            (TITLE, self.title.likeness(&other.title)),
            (DESCRIPTION, self.description.likeness(&other.description)),
            (PLACE, self.place.likeness(&other.place)),
            (CATEGORY, Some(if self.category == other.category { ALIKE_IN_FULL } else { 0 })),
        ];
        let told = parts.into_iter().filter_map(|(weight, alike)| Some((weight, alike?)));
        let (weights, sum) =
            told.fold((0, 0), |(weights, sum), (weight, alike)| (weights + weight, sum + weight * alike));
        sum / weights
    }
}

/// The pairs of neighbouring letters, digits and characters of a text, sorted; of a text with one, that one twice.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pairs(Vec<(char, char)>);

impl Pairs {
    fn of(text: impl Iterator<Item = char>) -> Self {
        let letters: Vec<char> =
            text.filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let mut pairs: Vec<(char, char)> = match letters[..] {
            [only] => vec![(only, only)],
            _ => letters.windows(2).map(|pair| (pair[0], pair[1])).collect(),
        };
        pairs.sort_unstable();
        Self(pairs)
    }

    /// Twice what is in both over all there is; none if there is nothing in one of them.
    fn likeness(&self, other: &Self) -> Option<u32> {
        if self.0.is_empty() || other.0.is_empty() {
            return None;
        }
        let (mut left, mut right, mut common) = (0, 0, 0_u64);
        while let (Some(a), Some(b)) = (self.0.get(left), other.0.get(right)) {
            let order = a.cmp(b);
            left += usize::from(order != Ordering::Greater);
            right += usize::from(order != Ordering::Less);
            common += u64::from(order == Ordering::Equal);
        }
        // A text has some hundreds of pairs at the most.
        let all = self.0.len() as u64 + other.0.len() as u64;
        u32::try_from(2 * common * u64::from(ALIKE_IN_FULL) / all).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::village::content;

    fn sketch(title: &str, description: &str, place: &str) -> Sketch {
        let content = Content {
            title: title.to_owned(),
            description: description.to_owned(),
            place: place.to_owned(),
            ..content()
        };
        Sketch::of(&content)
    }

    #[test]
    fn pairs_are_counted_as_often_as_they_stand_there() {
        let alike = |a: &str, b: &str| Pairs::of(a.chars()).likeness(&Pairs::of(b.chars()));
        assert_eq!(alike("硬化村道", "硬化村道"), Some(10_000));
        // 硬化, 化村, 村道 and 硬化, 化道, 道路: one of three each.
        assert_eq!(alike("硬化村道", "硬化道路"), Some(3_333));
        assert_eq!(alike("路路路", "路路"), Some(6_666));
        assert_eq!(alike("修渠", "路灯"), Some(0));
        assert_eq!(alike("路", "路"), Some(10_000));
        assert_eq!(alike("", "路灯"), None);
    }

    #[test]
    fn marks_spaces_and_case_do_not_count() {
        let pairs = |text: &str| Pairs::of(text.chars());
        assert_eq!(pairs("安装 LED 路灯！"), pairs("安装led路灯"));
        assert_eq!(pairs("　，。"), Pairs(Vec::new()));
    }

    #[test]
    fn the_same_wish_in_other_words_is_likely_and_another_wish_is_not() {
        let road = sketch("硬化三组村道", "三组到村委会的土路硬化三公里", "三组");
        let same = sketch("三组村道硬化", "把三组到村委会的土路硬化", "三组");
        let lamps = sketch("安装太阳能路灯", "主干道安装路灯四十盏", "主干道");
        assert!(road.likeness(&same) >= 5_000, "{}", road.likeness(&same));
        assert!(road.likeness(&lamps) < 2_500, "{}", road.likeness(&lamps));
    }

    #[test]
    fn what_one_of_them_does_not_say_does_not_count() {
        let (with, without) = (sketch("修村道", "硬化", "三组"), sketch("修村道", "硬化", ""));
        assert_eq!(with.likeness(&without), ALIKE_IN_FULL);
        assert_eq!(sketch("，", "。", "").likeness(&with), ALIKE_IN_FULL, "the category is all there is");
    }

    #[test]
    fn the_longest_texts_are_compared() {
        let (title, description) = ("路".repeat(100), "修路".repeat(1_000));
        let long = sketch(&title, &description, &title);
        assert_eq!(long.likeness(&long), ALIKE_IN_FULL);
        let ends_otherwise = sketch(&title, &format!("{description}渠"), &title);
        assert_eq!(
            long.likeness(&ends_otherwise),
            ALIKE_IN_FULL,
            "only the beginning of a description counts"
        );
    }

    proptest::proptest! {
        #[test]
        fn it_is_a_share_the_same_in_both_directions(a in "[路灯修渠a-c ，]{0,12}", b in "[路灯修渠a-c ，]{0,12}") {
            let (one, other) = (sketch(&a, &b, &a), sketch(&b, &a, ""));
            proptest::prop_assert!(one.likeness(&other) <= ALIKE_IN_FULL);
            proptest::prop_assert_eq!(one.likeness(&other), other.likeness(&one));
            proptest::prop_assert_eq!(one.likeness(&one), ALIKE_IN_FULL);
        }
    }
}
