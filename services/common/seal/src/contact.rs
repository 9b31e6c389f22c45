//! How a person is reached.

use std::fmt;

use yishi_kernel::text;

/// What a sealed record is long, whoever it is of: its length, too, would tell something.
const RECORD_BYTES: usize = 256;
const STARS: &str = "**";

/// A person's name and telephone number. Nothing prints them by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    name: String,
    telephone: String,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(hidden)")
    }
}

/// Why a name or a number is none. It never says what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactProblem {
    /// The name.
    #[error("write a name of 1 to 50 characters, without line breaks or digits")]
    Name,
    /// The number.
    #[error("write a telephone number of 7 to 15 digits, which may begin with + and hold hyphens")]
    Telephone,
}

impl Contact {
    /// The most characters of a name.
    pub const NAME_CHARS_MAX: usize = 50;
    const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
    const TELEPHONE_CHARS_MAX: usize = 20;

    /// The contact, if both are what they should be.
    pub fn new(name: &str, telephone: &str) -> Result<Self, ContactProblem> {
        Self::check_name(name)?;
        Self::check_telephone(telephone)?;
        Ok(Self { name: name.to_owned(), telephone: telephone.to_owned() })
    }

    /// Whether a name can be one.
    pub fn check_name(name: &str) -> Result<(), ContactProblem> {
        let plain = !name.chars().any(|character| character.is_control() || character.is_numeric());
        let well = text::required(name, Self::NAME_CHARS_MAX).is_ok() && plain && name.trim() == name;
        if well { Ok(()) } else { Err(ContactProblem::Name) }
    }

    /// Whether a telephone number can be one.
    pub fn check_telephone(telephone: &str) -> Result<(), ContactProblem> {
        let rest = telephone.strip_prefix('+').unwrap_or(telephone);
        let digits = rest.bytes().filter(u8::is_ascii_digit).count();
        let plain = rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let ends = !rest.starts_with('-') && !rest.ends_with('-');
        let well =
            plain && ends && Self::DIGITS.contains(&digits) && telephone.len() <= Self::TELEPHONE_CHARS_MAX;
        if well { Ok(()) } else { Err(ContactProblem::Telephone) }
    }

    /// Name and number as they are, for whoever needs them to reach the person.
    #[must_use]
    pub fn whole(&self) -> (String, String) {
        (self.name.clone(), self.telephone.clone())
    }

    /// Name and number as others may see them: `张**` and `138****5678`. How long the name is does not show.
    #[must_use]
    pub fn masked(&self) -> (String, String) {
        let family = self.name.chars().next().filter(|_| self.name.chars().nth(1).is_some());
        let name = family.map_or_else(|| STARS.to_owned(), |family| format!("{family}{STARS}"));
        (name, masked_number(&self.telephone))
    }

    /// What is sealed: both with their lengths in front, in a record that is always as long.
    pub(crate) fn to_record(&self) -> [u8; RECORD_BYTES] {
        let mut record = [0; RECORD_BYTES];
        let mut at = 0;
        for part in [&self.name, &self.telephone] {
            let length = u8::try_from(part.len()).expect("50 characters have no more than 200 bytes");
            record[at] = length;
            record[at + 1..=at + part.len()].copy_from_slice(part.as_bytes());
            at += 1 + part.len();
        }
        record
    }

    /// What was sealed, if it is that.
    pub(crate) fn from_record(record: &[u8]) -> Option<Self> {
        let mut rest = record;
        let mut part = || {
            let (&length, after) = rest.split_first()?;
            let (text, after) = after.split_at_checked(length.into())?;
            rest = after;
            String::from_utf8(text.to_vec()).ok()
        };
        Some(Self { name: part()?, telephone: part()? })
    }
}

/// The first three and the last four digits of a mobile number; of a shorter one the last two.
fn masked_number(telephone: &str) -> String {
    let digits: String = telephone.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        0..=10 => format!("****{}", &digits[digits.len().saturating_sub(2)..]),
        long => format!("{}****{}", &digits[..3], &digits[long - 4..]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_numbers_are_checked_and_never_repeated() {
        for (name, telephone, problem) in [
            ("张三", "13812345678", None),
            ("欧阳·阿卜杜拉", "+86-951-5012345", None),
            ("李", "5012345", None),
            ("", "13812345678", Some(ContactProblem::Name)),
            ("  ", "13812345678", Some(ContactProblem::Name)),
            (" 张三", "13812345678", Some(ContactProblem::Name)),
            ("张三\n", "13812345678", Some(ContactProblem::Name)),
            ("张三 13812345678", "13812345678", Some(ContactProblem::Name)),
            ("张三", "", Some(ContactProblem::Telephone)),
            ("张三", "123456", Some(ContactProblem::Telephone)),
            ("张三", "1381234567a", Some(ContactProblem::Telephone)),
            ("张三", "-13812345678", Some(ContactProblem::Telephone)),
            ("张三", "1381234567812345", Some(ContactProblem::Telephone)),
            ("张三", "１３８１２３４５６７８", Some(ContactProblem::Telephone)),
        ] {
            assert_eq!(Contact::new(name, telephone).err(), problem, "{name} {telephone}");
        }
        let long = "张".repeat(Contact::NAME_CHARS_MAX);
        assert!(Contact::check_name(&long).is_ok() && Contact::check_name(&format!("{long}三")).is_err());
        let said = ContactProblem::Telephone.to_string();
        assert!(!said.contains("1381234567a"));
    }

    #[test]
    fn a_mask_leaves_what_is_needed_to_ask_for_the_rest() {
        for (name, telephone, masked) in [
            ("张三丰", "13812345678", ("张**", "138****5678")),
            ("张三", "+86-13812345678", ("张**", "861****5678")),
            ("欧", "5012345", ("**", "****45")),
        ] {
            let (name, telephone) = Contact::new(name, telephone).unwrap().masked();
            assert_eq!((name.as_str(), telephone.as_str()), masked);
        }
        assert_eq!(format!("{:?}", Contact::new("张三丰", "13812345678").unwrap()), "Contact(hidden)");
    }

    proptest! {
        #[test]
        fn what_is_written_into_a_record_is_read_from_it(name in "\\PC{1,50}", telephone in "[0-9]{7,15}") {
            prop_assume!(Contact::check_name(&name).is_ok());
            let contact = Contact::new(&name, &telephone).unwrap();
            prop_assert_eq!(Contact::from_record(&contact.to_record()), Some(contact));
        }

        #[test]
        fn no_bytes_are_read_that_are_not_there(record: Vec<u8>) {
            Contact::from_record(&record);
        }
    }
}
