use std::{fmt, str::FromStr};

use crate::{UnitCode, Year, serde_text::serde_as_text};

/// The number of a determined matter: `640324100200-2022-018`, village, year, ordinal and check character.
///
/// The ordinal counts from 1 without holes per village and year and has two digits at least. The last
/// character checks all digits before it by ISO 7064 MOD 11-2, as in Chinese identity numbers: it catches
/// every wrong digit and every swap of two neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectNumber {
    /// The village, of a joint matter the lead village.
    pub village: UnitCode,
    /// The year the matter is determined for.
    pub year: Year,
    /// Which one of the village and year, from 1.
    pub ordinal: u16,
}

/// One step of MOD 11-2: the state before and a digit give the state after.
const fn step(state: u32, digit: u32) -> u32 {
    (state + digit) * 2 % 11
}

/// The character that brings a state to 1, which is what a right number ends in.
fn check_character(state: u32) -> char {
    match (12 - state) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).expect("below ten"),
    }
}

/// The check character over all digits of a text; whatever is no digit is a separator.
fn check(text: &str) -> char {
    check_character(text.chars().filter_map(|character| character.to_digit(10)).fold(0, step))
}

impl fmt::Display for ProjectNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = format!("{}-{}-{:02}", self.village, self.year, self.ordinal);
        write!(f, "{body}{}", check(&body))
    }
}

/// A text that is no project number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectNumberError {
    /// It is not even laid out as one.
    #[error(
        "{0:?} is not a project number: write village-year-ordinal and the check character, as in 640324100200-2022-018"
    )]
    Layout(String),
    /// A digit is wrong or two are swapped.
    #[error(
        "project number {0:?} has a typing error: its check character does not fit its digits, compare it with the original"
    )]
    Check(String),
}

impl FromStr for ProjectNumber {
    type Err = ProjectNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = read(text).ok_or_else(|| ProjectNumberError::Layout(text.to_owned()))?;
        // Comparing whole texts also refuses a second way of writing the same number, such as more zeros.
        if number.to_string() == text { Ok(number) } else { Err(ProjectNumberError::Check(text.to_owned())) }
    }
}

fn read(text: &str) -> Option<ProjectNumber> {
    let (village, rest) = text.split_once('-')?;
    let (year, tail) = rest.split_once('-')?;
    let ordinal = tail.strip_suffix(|last: char| last.is_ascii_digit() || last == 'X')?;
    let digits = ordinal.len() >= 2 && ordinal.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = ordinal.len() > 2 && ordinal.starts_with('0');
    if !digits || zeros {
        return None;
    }
    let ordinal = ordinal.parse().ok().filter(|&ordinal| ordinal > 0)?;
    Some(ProjectNumber { village: village.parse().ok()?, year: year.parse().ok()?, ordinal })
}

serde_as_text!(ProjectNumber);

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: std::ops::Range<u32> = 0..11;
    const DIGITS: std::ops::Range<u32> = 0..10;

    /// The check digit of a state; `None` stands for the X, which no digit equals.
    fn check_digit(state: u32) -> Option<u32> {
        check_character(state).to_digit(10)
    }

    /// Together with `a_difference_never_heals` this proves it for numbers of every length.
    #[test]
    fn every_wrong_digit_and_every_swap_makes_a_difference() {
        for state in STATES {
            for one in DIGITS {
                for other in DIGITS.filter(|other| *other != one) {
                    assert_ne!(step(state, one), step(state, other), "{one} for {other}");
                    assert_ne!(step(step(state, one), other), step(step(state, other), one), "{one}{other}");
                }
            }
        }
    }

    #[test]
    fn a_difference_never_heals() {
        for one in STATES {
            for other in STATES.filter(|other| *other != one) {
                for digit in DIGITS {
                    assert_ne!(step(one, digit), step(other, digit));
                }
                assert_ne!(check_character(one), check_character(other));
            }
        }
    }

    #[test]
    fn a_swap_with_the_check_character_makes_a_difference() {
        for state in STATES {
            for last in DIGITS {
                match check_digit(step(state, last)) {
                    // An X inside the digits is refused by the layout.
                    None => {}
                    Some(check) if check == last => {}
                    Some(check) => assert_ne!(check_digit(step(state, check)), Some(last)),
                }
            }
        }
    }

    /// The well-known specimen of GB 11643.
    #[test]
    fn it_is_the_check_of_chinese_identity_numbers() {
        assert_eq!(check("11010519491231002"), 'X');
        assert_eq!(check("44052418800101001"), '4');
    }

    #[test]
    fn one_way_to_write_a_number() {
        let number = ProjectNumber {
            village: "640324100200".parse().unwrap(),
            year: Year::try_from(2022).unwrap(),
            ordinal: 1,
        };
        let text = number.to_string();
        assert_eq!(text, "640324100200-2022-018");
        assert_eq!(text.parse(), Ok(number));
        let layout =
            |text: &str| text.parse::<ProjectNumber>() == Err(ProjectNumberError::Layout(text.to_owned()));
        for zeros in ["1", "001", "0001", "00", "000"] {
            let body = format!("640324100200-2022-{zeros}");
            assert!(layout(&format!("{body}{}", check(&body))), "{body}");
        }
        for wrong in [
            "",
            "640324100200-2022",
            "640324100200-2022-",
            "640324100200-2022-01",
            "640324100200-2022-70000X",
            "640324100200-2022-01x",
        ] {
            assert!(layout(wrong), "{wrong}");
        }
        let wrong = "640324100200-2022-028";
        assert_eq!(wrong.parse::<ProjectNumber>(), Err(ProjectNumberError::Check(wrong.to_owned())));
    }
}
