//! A file that holds one taxonomy.

use std::path::PathBuf;

use serde::Deserialize;
use yishi_kernel::UnitCode;

use super::{ConfigError, Intake, read};

/// One version of a unit's taxonomy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxonomyFile {
    /// Whose.
    #[serde(with = "unit")]
    pub unit: UnitCode,
    /// Which version: 1, 2, 3 and so on.
    pub version: u16,
    /// The first year in which it holds.
    pub from: i32,
    /// Whether other codes are taken, too.
    #[serde(default)]
    pub open: bool,
    /// The unit's categories.
    #[serde(default)]
    pub categories: Vec<CategoryTable>,
    /// What became of codes of the version before that are not here.
    #[serde(default)]
    pub renamed: Vec<RenamedTable>,
}

/// A category of such a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryTable {
    /// The code.
    pub code: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// What it is called in English.
    pub en: String,
    /// Which of the published five it is counted as, such as `INFRASTRUCTURE`.
    pub counts_as: String,
    /// What is under it.
    #[serde(default)]
    pub subcategories: Vec<SubcategoryTable>,
}

/// A subcategory of such a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubcategoryTable {
    /// The code.
    pub code: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// What it is called in English.
    pub en: String,
    /// The code of the unit above that it is counted with, if not the same one.
    pub counts_with: Option<String>,
}

/// What became of a code of the version before.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenamedTable {
    /// The code there.
    pub old: String,
    /// The code here.
    pub new: String,
}

impl Intake {
    /// What the files of taxonomies hold, in their order.
    pub fn taxonomy_files(&self) -> Result<Vec<TaxonomyFile>, ConfigError> {
        let file = |path: &PathBuf| {
            toml::from_str(&read("intake.taxonomies", path)?).map_err(|error| ConfigError::Toml {
                key: "intake.taxonomies",
                path: path.clone(),
                problem: error.to_string(),
            })
        };
        self.taxonomies.iter().map(file).collect()
    }
}

/// A unit's code as a number, which it looks like, or as text.
mod unit {
    use serde::{Deserialize, Deserializer, de::Error};
    use yishi_kernel::UnitCode;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u64),
        Text(String),
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<UnitCode, D::Error> {
        let text = match Written::deserialize(from)? {
            Written::Number(number) => number.to_string(),
            Written::Text(text) => text,
        };
        text.parse().map_err(D::Error::custom)
    }
}
