//! Sets of codes: each code is written the same in contracts, in SQL and here.

/// A text that is none of the codes of a set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code:?} is no {set}: write one of {known}")]
pub struct UnknownCode {
    /// What the codes are of, for example `Account`.
    pub set: &'static str,
    /// What was written.
    pub code: String,
    /// What could have been.
    pub known: String,
}

macro_rules! codes {
    ($(#[$about:meta])* pub enum $set:ident { $($(#[$one:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $set { $($(#[$one])* $variant,)+ }

        impl $set {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as it is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl std::fmt::Display for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $set {
            type Err = $crate::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|known| known.as_str() == code).ok_or_else(|| $crate::UnknownCode {
                    set: stringify!($set),
                    code: code.to_owned(),
                    known: [$($code),+].join(", "),
                })
            }
        }
    };
}
pub(crate) use codes;

#[cfg(test)]
mod tests {
    use crate::{Account, Category, ChannelKind};

    #[test]
    fn codes_go_there_and_back() {
        for &account in Account::ALL {
            assert_eq!(account.as_str().parse(), Ok(account));
        }
        assert_eq!((Category::ALL.len(), ChannelKind::ALL.len()), (5, 10));
    }

    #[test]
    fn an_unknown_code_is_told_what_would_be_right() {
        let error = "cash".parse::<Account>().unwrap_err().to_string();
        assert!(error.starts_with("\"cash\" is no Account: write one of RECEIVED, FREE,"), "{error}");
    }
}
