//! A taxonomy as an office writes it down, and what can be wrong with it.

use std::fmt;

use yishi_kernel::{UnitCode, Year};

use super::{Name, TaxonomyId};
use crate::Category;

/// One version, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Whose.
    pub unit: UnitCode,
    /// Which version: 1, 2, 3 and so on.
    pub version: u16,
    /// The first year in which it holds.
    pub from: Year,
    /// Whether other codes are taken, too.
    pub open: bool,
    /// The unit's categories.
    pub categories: Vec<CategoryDraft>,
    /// What became of codes of the version before that are not here.
    pub renamed: Vec<Renamed>,
}

/// A category, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryDraft {
    /// The code.
    pub code: String,
    /// What it is called.
    pub name: Name,
    /// Which of the five it is counted as.
    pub counts_as: Category,
    /// What is under it.
    pub subcategories: Vec<SubcategoryDraft>,
}

/// A subcategory, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubcategoryDraft {
    /// The code.
    pub code: String,
    /// What it is called.
    pub name: Name,
    /// The code of the unit above that it is counted with, if not the same one.
    pub counts_with: Option<String>,
}

/// What became of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// A code of the version before.
    pub old: String,
    /// The code here.
    pub new: String,
}

/// What cannot be meant in a draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{taxonomy}, {entry}: {problem}; {mend}")]
pub struct Fault {
    /// The place of the draft among those that were handed in; none for what is shipped.
    pub draft: Option<usize>,
    /// Which taxonomy.
    pub taxonomy: TaxonomyId,
    /// Which entry of it.
    pub entry: String,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub mend: String,
}

impl Fault {
    pub(super) fn new(
        (draft, taxonomy): (Option<usize>, TaxonomyId),
        entry: impl fmt::Display,
        problem: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self { draft, taxonomy, entry: entry.to_string(), problem: problem.into(), mend: mend.into() }
    }
}
