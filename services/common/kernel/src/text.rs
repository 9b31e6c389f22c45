use std::fmt;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// There is nothing in it.
    #[error("the text is empty: write something")]
    Empty,
    /// It is longer than the field allows.
    #[error("the text has more than {max_chars} characters: shorten it")]
    TooLong {
        /// The limit of the field.
        max_chars: usize,
    },
    /// U+0000, which PostgreSQL cannot store.
    #[error("character {position} of the text is U+0000: remove it")]
    Nul {
        /// Which character, from 1.
        position: usize,
    },
    /// A control character that is neither a line break nor a tab.
    #[error("character {position} of the text is the control character U+{:04X}: remove it", u32::from(*.character))]
    Control {
        /// The character.
        character: char,
        /// Which character, from 1.
        position: usize,
    },
    /// A number that looks like a person's.
    #[error(
        "the text holds what looks like {kind} at character {position}: remove it, personal data has fields of its own"
    )]
    PersonalNumber {
        /// What it looks like.
        kind: PersonalNumber,
        /// Where it begins, from 1.
        position: usize,
    },
}

/// Numbers by which a person is known; a journal that lasts for good must not hold them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalNumber {
    /// 11 digits, with or without the country's code.
    Telephone,
    /// 18 digits, of which the last may be an X.
    Identity,
}

impl fmt::Display for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            PersonalNumber::Telephone => "a telephone number",
            PersonalNumber::Identity => "an identity number",
        })
    }
}

/// Refuses a text that must not be kept; an empty one may be.
pub fn check(value: &str, max_chars: usize) -> Result<(), TextProblem> {
    if value.chars().nth(max_chars).is_some() {
        return Err(TextProblem::TooLong { max_chars });
    }
    for (position, character) in (1..).zip(value.chars()) {
        match character {
            '\0' => return Err(TextProblem::Nul { position }),
            '\n' | '\t' => {}
            _ if character.is_control() => return Err(TextProblem::Control { character, position }),
            _ => {}
        }
    }
    match personal_number(value) {
        Some((kind, position)) => Err(TextProblem::PersonalNumber { kind, position }),
        None => Ok(()),
    }
}

/// As [`check`], and refuses a text of nothing but white space.
pub fn required(value: &str, max_chars: usize) -> Result<(), TextProblem> {
    if value.trim().is_empty() { Err(TextProblem::Empty) } else { check(value, max_chars) }
}

/// Whether a text is a person's number and nothing else: no opaque id of anybody, whatever else it may be.
pub fn is_personal_number(value: &str) -> bool {
    let digits = value.strip_suffix(['X', 'x']).unwrap_or(value);
    digits.bytes().all(|byte| byte.is_ascii_digit()) && personal_number(value).is_some()
}

/// The first run of digits as long as a person's number. Unit codes (12 digits) and amounts are none.
fn personal_number(value: &str) -> Option<(PersonalNumber, usize)> {
    let mut run = 0;
    // As many of a run's first digits as a country code may have: 0086, and the digit behind it.
    let mut first = 0;
    for (position, character) in (1..).zip(value.chars().map(narrow).chain(['\0'])) {
        if let Some(digit) = character.to_digit(10) {
            run += 1;
            first = if run <= 5 { first * 10 + digit } else { first };
            continue;
        }
        match (run, character) {
            (11, _) => return Some((PersonalNumber::Telephone, position - run)),
            // A mobile number of China with the country's code: 86 1.. or 0086 1..
            (13, _) if first / 100 == 861 => return Some((PersonalNumber::Telephone, position - run)),
            (15, _) if first == 861 => return Some((PersonalNumber::Telephone, position - run)),
            (18, _) | (17, 'X' | 'x') => return Some((PersonalNumber::Identity, position - run)),
            _ => (run, first) = (0, 0),
        }
    }
    None
}

/// Full-width forms, which Chinese input methods write as readily, count as their narrow twins.
fn narrow(character: char) -> char {
    match character {
        '０'..='９' | 'Ｘ' | 'ｘ' => {
            char::from_u32(u32::from(character) - 0xFEE0).expect("a narrow twin")
        }
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROOM: usize = 200;

    #[test]
    fn an_opaque_id_is_not_a_persons_number() {
        for number in ["13812345678", "64032419900101123X", "640324199001011234", "8613812345678"] {
            assert!(is_personal_number(number), "{number}");
        }
        for id in
            ["officer:640324100200", "v-13812345678", "1381234567", "138-12345678", "6403241990010112345", ""]
        {
            assert!(!is_personal_number(id), "{id}");
        }
    }

    #[test]
    fn a_limit_counts_characters_not_bytes() {
        assert_eq!(check("硬化道路三公里", 7), Ok(()));
        assert_eq!(check("硬化道路三公里", 6), Err(TextProblem::TooLong { max_chars: 6 }));
        assert_eq!(check("", 0), Ok(()));
    }

    #[test]
    fn required_text_is_more_than_space() {
        for empty in ["", " ", "\n\t", "\u{3000}"] {
            assert_eq!(required(empty, ROOM), Err(TextProblem::Empty));
            assert_eq!(check(empty, ROOM), Ok(()));
        }
        assert_eq!(required("路\0", ROOM), Err(TextProblem::Nul { position: 2 }));
    }

    #[test]
    fn control_characters_are_refused_but_for_line_breaks_and_tabs() {
        for code in 0..=0x9F {
            let character = char::from_u32(code).unwrap();
            let expected = match character {
                '\0' => Err(TextProblem::Nul { position: 2 }),
                '\n' | '\t' => Ok(()),
                '\u{1}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => {
                    Err(TextProblem::Control { character, position: 2 })
                }
                _ => Ok(()),
            };
            assert_eq!(check(&format!("路{character}"), ROOM), expected, "U+{code:04X}");
        }
        let message = check("路\u{1b}[31m", ROOM).unwrap_err().to_string();
        assert_eq!(message, "character 2 of the text is the control character U+001B: remove it");
    }

    #[test]
    fn numbers_of_persons_are_found_wherever_they_stand() {
        let telephone =
            |position| Err(TextProblem::PersonalNumber { kind: PersonalNumber::Telephone, position });
        let identity =
            |position| Err(TextProblem::PersonalNumber { kind: PersonalNumber::Identity, position });
        assert_eq!(check("13900000000", ROOM), telephone(1));
        assert_eq!(check("张某13900000000，请回电", ROOM), telephone(3));
        assert_eq!(check("电话１３９００００００００", ROOM), telephone(3));
        assert_eq!(check("+86 13900000000", ROOM), telephone(5));
        assert_eq!(check("+8613900000000", ROOM), telephone(2));
        assert_eq!(check("拨008613900000000。", ROOM), telephone(2));
        assert_eq!(check("000000190001010000", ROOM), identity(1));
        assert_eq!(check("证00000019000101000X。", ROOM), identity(2));
        assert_eq!(check("00000019000101000x", ROOM), identity(1));
        assert_eq!(check("０００００００００００００００００Ｘ", ROOM), identity(1));
        assert_eq!(check("1 12 123\n13900000000", ROOM), telephone(10));
    }

    #[test]
    fn unit_codes_amounts_and_project_numbers_are_no_persons() {
        for fine in [
            "640324100200",
            "640324100200-2022-018",
            "投资1234567.89元",
            "2022年3月1日",
            "00000019000101000",
            "8523900000000",
            "86139000000001",
        ] {
            assert_eq!(check(fine, ROOM), Ok(()), "{fine}");
        }
    }

    proptest! {
        #[test]
        fn exactly_the_runs_of_eleven_and_eighteen_are_refused(len in 0..40_usize, before in "[^0-9０-９\\p{Cc}]{0,5}", after in "[^0-9０-９XxＸｘ\\p{Cc}]{0,5}") {
            let text = format!("{before}{}{after}", "7".repeat(len));
            prop_assert_eq!(check(&text, ROOM).is_err(), len == 11 || len == 18, "{}", text);
        }

        #[test]
        fn any_text_gets_an_answer_and_what_passes_is_clean(text in any::<String>(), max_chars in 0..50_usize) {
            if check(&text, max_chars).is_ok() {
                prop_assert!(text.chars().count() <= max_chars);
                prop_assert!(!text.contains('\0'));
            }
        }
    }
}
