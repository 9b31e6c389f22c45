//! Names that count: `units/640000000000/channels/2022-3`.

use yishi_kernel::{UnitCode, Year};

/// A text that is no name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is no name: write units/CODE/{collection}/YEAR-ORDINAL, as in units/640000000000/{collection}/2022-3"
)]
pub struct NameError {
    /// What the names are of.
    pub collection: &'static str,
    /// What was written.
    pub text: String,
}

pub(crate) fn parse(collection: &'static str, text: &str) -> Result<(UnitCode, Year, u32), NameError> {
    let read = || {
        let (unit, rest) = text.strip_prefix("units/")?.split_once('/')?;
        let (year, ordinal) = rest.strip_prefix(collection)?.strip_prefix('/')?.split_once('-')?;
        let one_way = ordinal.bytes().all(|byte| byte.is_ascii_digit()) && !ordinal.starts_with('0');
        let ordinal = if one_way { ordinal.parse().ok()? } else { return None };
        Some((unit.parse().ok()?, year.parse().ok()?, ordinal))
    };
    read().ok_or_else(|| NameError { collection, text: text.to_owned() })
}

/// The n-th of something that a unit makes for a year, from 1, with its resource name as text.
macro_rules! numbered {
    ($(#[$about:meta])* pub struct $name:ident { $(#[$by:meta])* $unit:ident in $collection:literal }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            $(#[$by])*
            pub $unit: UnitCode,
            /// The year of the money.
            pub year: Year,
            /// Which one of that unit and year, from 1.
            pub ordinal: u32,
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!("units/{}/", $collection, "/{}-{}"), self.$unit, self.year, self.ordinal)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let ($unit, year, ordinal) = $crate::names::parse($collection, text)?;
                Ok(Self { $unit, year, ordinal })
            }
        }
    };
}
pub(crate) use numbered;

#[cfg(test)]
mod tests {
    use crate::{ChannelId, TransferId};

    #[test]
    fn names_go_there_and_back() {
        let channel = "units/640000000000/channels/2022-3";
        assert_eq!(channel.parse::<ChannelId>().unwrap().to_string(), channel);
        let transfer = "units/640000000000/transfers/2022-4294967295";
        assert_eq!(transfer.parse::<TransferId>().unwrap().to_string(), transfer);
        assert!(channel.parse::<TransferId>().is_err());
    }

    #[test]
    fn other_texts_are_no_names() {
        for wrong in [
            "",
            "units/640000000000/channels/2022-",
            "units/640000000000/channels/2022-0",
            "units/640000000000/channels/2022-03",
            "units/640000000000/channels/2022-+3",
            "units/640000000000/channels/1999-3",
            "units/64/channels/2022-3",
            "units/640000000000/channels2022-3",
            "units/640000000000/channels/2022-3/",
        ] {
            assert!(wrong.parse::<ChannelId>().is_err(), "{wrong}");
        }
    }
}
