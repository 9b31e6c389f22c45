//! What a proposal says.

use std::{fmt, str::FromStr};

use yishi_kernel::Fen;

use crate::{codes::codes, limits::SUBCATEGORY_CHARS, taxonomy::TaxonomyId};

codes! {
    /// The five categories under which the programme counts its matters.
    pub enum Category {
        /// 基础设施
        Infrastructure = "INFRASTRUCTURE",
        /// 产业发展
        Industry = "INDUSTRY",
        /// 公共服务
        PublicService = "PUBLIC_SERVICE",
        /// 乡村治理
        Governance = "GOVERNANCE",
        /// 改革及其他
        ReformAndOther = "REFORM_AND_OTHER",
    }
}

/// The office's finer code within a category, for example `village_road`, and the taxonomy that it is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subcategory {
    code: Box<str>,
    taxonomy: Option<TaxonomyId>,
}

impl Subcategory {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.code
    }

    /// What it was written under, if not the region's first.
    pub const fn taxonomy(&self) -> Option<TaxonomyId> {
        self.taxonomy
    }

    /// The same code of another taxonomy: the region's first, if none is named.
    #[must_use]
    pub fn under(self, taxonomy: Option<TaxonomyId>) -> Self {
        Self { taxonomy, ..self }
    }
}

impl fmt::Display for Subcategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.code)
    }
}

/// A text that is no subcategory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a subcategory: write 1 to {SUBCATEGORY_CHARS} of a-z, 0-9 and _, a letter first, as in village_road"
)]
pub struct SubcategoryError(String);

impl FromStr for Subcategory {
    type Err = SubcategoryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let well_made = text.len() <= SUBCATEGORY_CHARS
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(plain);
        if well_made {
            Ok(Self { code: text.into(), taxonomy: None })
        } else {
            Err(SubcategoryError(text.to_owned()))
        }
    }
}

/// What a proposal says. Texts and numbers are within [`crate::limits`]: whoever lets them in checks that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// In a few words.
    pub title: String,
    /// In full.
    pub description: String,
    /// The category it is counted under.
    pub category: Category,
    /// The finer code.
    pub subcategory: Subcategory,
    /// What it will cost by estimate.
    pub cost_estimate: Fen,
    /// Households that benefit.
    pub households: u32,
    /// Persons who benefit.
    pub persons: u32,
    /// Where, in words; may be empty.
    pub place: String,
}

/// New values for some parts of a [`Content`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amendment {
    /// A new title.
    pub title: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// A new category.
    pub category: Option<Category>,
    /// A new finer code.
    pub subcategory: Option<Subcategory>,
    /// A new estimate.
    pub cost_estimate: Option<Fen>,
    /// A new number of households.
    pub households: Option<u32>,
    /// A new number of persons.
    pub persons: Option<u32>,
    /// A new place.
    pub place: Option<String>,
}

impl Amendment {
    /// The content with the new values in it.
    pub fn applied_to(&self, content: &Content) -> Content {
        fn new<T: Clone>(new: &Option<T>, old: &T) -> T {
            new.as_ref().unwrap_or(old).clone()
        }
        Content {
            title: new(&self.title, &content.title),
            description: new(&self.description, &content.description),
            category: new(&self.category, &content.category),
            subcategory: new(&self.subcategory, &content.subcategory),
            cost_estimate: new(&self.cost_estimate, &content.cost_estimate),
            households: new(&self.households, &content.households),
            persons: new(&self.persons, &content.persons),
            place: new(&self.place, &content.place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subcategory_is_a_plain_code() {
        let longest = "a".repeat(SUBCATEGORY_CHARS);
        for right in ["village_road", "a", "co2", longest.as_str()] {
            assert_eq!(right.parse::<Subcategory>().unwrap().as_str(), right);
        }
        let too_long = "a".repeat(SUBCATEGORY_CHARS + 1);
        for wrong in ["", "Road", "1st", "_road", "village road", "道路", "road\0", too_long.as_str()] {
            assert!(wrong.parse::<Subcategory>().is_err(), "{wrong}");
        }
    }
}
