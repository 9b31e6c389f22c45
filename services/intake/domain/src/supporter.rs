//! Who backs a proposal, as it is written down: nobody who reads it can tell, or find out by trying, who that is.

use std::{fmt, str::FromStr};

use yishi_kernel::{Actor, ActorError};

/// One villager of a village and year. The same token gives the same supporter there, and another one anywhere else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Supporter {
    /// By a keyed digest of the token, made by whoever lets the token in.
    Salted([u8; 16]),
    /// By the token itself, as it was written down before tokens were salted.
    Plain(Actor),
}

/// What no token begins with.
const MARK: char = '#';

impl fmt::Display for Supporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Salted(digest) => {
                write!(f, "{MARK}{:032x}", u128::from_be_bytes(*digest))
            }
            Self::Plain(token) => token.fmt(f),
        }
    }
}

impl FromStr for Supporter {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digest = text.strip_prefix(MARK).filter(|digits| digits.len() == 32);
        match digest.and_then(|digits| u128::from_str_radix(digits, 16).ok()) {
            Some(digest) => Ok(Self::Salted(digest.to_be_bytes())),
            None => text.parse().map(Self::Plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_never_taken_for_a_token() {
        let salted = Supporter::Salted([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
        assert_eq!(salted.to_string(), "#000102030405060708090a0b0c0d0eff");
        assert_eq!(salted.to_string().parse(), Ok(salted.clone()));
        assert!(salted.to_string().parse::<Actor>().is_err());
        let plain = Supporter::Plain("v-1".parse().unwrap());
        assert_eq!((plain.to_string(), "v-1".parse()), ("v-1".into(), Ok(plain)));
        for wrong in ["", "#", "#0", "#000102030405060708090a0b0c0d0e0g", "##"] {
            assert!(wrong.parse::<Supporter>().is_err(), "{wrong}");
        }
    }
}
