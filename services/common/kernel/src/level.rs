use std::{fmt, str::FromStr};

use crate::serde_text::serde_as_text;

/// The five levels of the administration, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 村: an administrative village.
    Village,
    /// 乡镇: a township or town.
    Township,
    /// 县区: a county, district or county-level city.
    County,
    /// 市: a city of prefecture rank.
    City,
    /// 自治区: the region, root of the tree.
    Region,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Level; 5] = [Level::Village, Level::Township, Level::County, Level::City, Level::Region];

    /// The name used in files, SQL and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Village => "village",
            Level::Township => "township",
            Level::County => "county",
            Level::City => "city",
            Level::Region => "region",
        }
    }

    /// The Chinese word for it.
    pub const fn zh(self) -> &'static str {
        match self {
            Level::Village => "村",
            Level::Township => "乡镇",
            Level::County => "县区",
            Level::City => "市",
            Level::Region => "自治区",
        }
    }

    /// The next level up; the region has none. A unit's parent may sit higher still: ask the register.
    pub const fn above(self) -> Option<Level> {
        match self {
            Level::Village => Some(Level::Township),
            Level::Township => Some(Level::County),
            Level::County => Some(Level::City),
            Level::City => Some(Level::Region),
            Level::Region => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a level: use village, township, county, city or region")]
pub struct LevelError(String);

impl FromStr for Level {
    type Err = LevelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Level::ALL.into_iter().find(|level| level.as_str() == text).ok_or_else(|| LevelError(text.to_owned()))
    }
}

serde_as_text!(Level);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_rise_one_by_one_up_to_the_region() {
        for pair in Level::ALL.windows(2) {
            assert_eq!(pair[0].above(), Some(pair[1]));
            assert!(pair[0] < pair[1]);
        }
        assert_eq!(Level::Region.above(), None);
    }

    #[test]
    fn text_goes_there_and_back_and_nothing_else_is_a_level() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
        for wrong in ["", "Village", "VILLAGE", " village", "province", "村"] {
            assert_eq!(wrong.parse::<Level>(), Err(LevelError(wrong.to_owned())));
        }
    }
}
