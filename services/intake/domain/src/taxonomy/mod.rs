//! Taxonomies: the finer codes under which offices file matters, and what each is counted as.
//!
//! A unit that has taxonomies of its own has one after the other, each from a year on; units below go by them. Every code
//! counts as one of the five published categories, and leads to a code of the next version and to one of the unit above,
//! so that what a village was filed under can be told years later, and at the region.
//!
//! Architecture invariant: [`Taxonomies::try_new`] refuses whatever would leave a code without such a way, or two ways with
//! two ends. What is asked of them afterwards has an answer for every code, and asking never fails.

mod draft;
mod id;
mod near;
mod published;
mod table;
mod way;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use yishi_kernel::{Register, UnitCode, Year};

use crate::{Category, Subcategory};

pub use draft::{CategoryDraft, Draft, Fault, Renamed, SubcategoryDraft};
pub use id::{TaxonomyId, TaxonomyIdError};

/// The region that published the programme's own categories.
const REGION: UnitCode = UnitCode::new(640_000_000_000).expect("it has 12 digits");
/// The version that an entry need not name: the region's first.
const FIRST: u16 = 1;

/// What an office calls something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A category of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCategory {
    /// The code.
    pub code: Subcategory,
    /// What it is called.
    pub name: Name,
    /// Which of the five it is counted as.
    pub counts_as: Category,
}

/// A subcategory of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The code.
    pub code: Subcategory,
    /// What it is called.
    pub name: Name,
    /// Its place in [`Taxonomy::entries`].
    pub place: usize,
    /// The place of its category in [`Taxonomy::categories`].
    pub category: usize,
    /// The place of what it became in the next version, if there is one.
    next: usize,
    /// The place of what it is in the taxonomy of the unit above, if there is one.
    up: usize,
}

/// One version of a unit's taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomy {
    /// Which.
    pub id: TaxonomyId,
    /// The first year in which it holds; it does until the next version.
    pub from: Year,
    /// Whether other codes are taken, too, and counted as other of their category.
    pub open: bool,
    /// The unit's categories, in its order.
    pub categories: Vec<OwnCategory>,
    /// Their subcategories, in its order.
    pub entries: Vec<Entry>,
    by_code: BTreeMap<Box<str>, usize>,
}

impl Taxonomy {
    /// What it has under a code.
    pub fn find(&self, code: &str) -> Option<&Entry> {
        self.by_code.get(code).map(|place| &self.entries[*place])
    }

    /// The category of an entry of it.
    pub fn category_of(&self, entry: &Entry) -> &OwnCategory {
        &self.categories[entry.category]
    }

    /// What it has under a code, if that is counted as this one of the five.
    pub fn find_as(&self, code: &str, category: Category) -> Option<&Entry> {
        self.find(code).filter(|entry| self.category_of(entry).counts_as == category)
    }
}

/// The versions of one unit, and the unit that it answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Jurisdiction {
    unit: UnitCode,
    /// The place of the nearest one above; the region has none.
    above: Option<usize>,
    versions: Vec<Taxonomy>,
}

/// All taxonomies of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomies {
    /// The region first, and each after the one above it.
    jurisdictions: Vec<Jurisdiction>,
    /// Who goes by which, but for those who go by the region's.
    of_unit: BTreeMap<UnitCode, usize>,
}

impl Taxonomies {
    /// The published five categories, which every village goes by if nobody says otherwise.
    pub fn published() -> Arc<Self> {
        static PUBLISHED: LazyLock<Arc<Taxonomies>> =
            LazyLock::new(|| Arc::new(Taxonomies::of_region(REGION).expect("what is shipped is in order")));
        Arc::clone(&PUBLISHED)
    }

    /// The published categories for the region of a register, and what its offices have drafted. A region that drafts its
    /// first version itself goes by that one.
    pub fn try_new(register: &Register, drafts: &[Draft]) -> Result<Self, Fault> {
        table::build(register, drafts)
    }

    fn of_region(unit: UnitCode) -> Result<Self, Fault> {
        table::alone(unit)
    }

    /// The taxonomy that a unit goes by in a year.
    pub fn holding(&self, unit: UnitCode, year: Year) -> &Taxonomy {
        self.at(self.of_unit.get(&unit).copied().unwrap_or_default(), year)
    }

    /// Every version of the unit's own, or of whose it goes by, and of all above that, the nearest first.
    pub fn above(&self, unit: UnitCode) -> impl Iterator<Item = &Taxonomy> {
        let first = self.of_unit.get(&unit).copied().unwrap_or_default();
        let line = std::iter::successors(Some(first), |place| self.jurisdictions[*place].above);
        line.flat_map(|place| &self.jurisdictions[place].versions)
    }

    /// The version, if there is one.
    pub fn get(&self, id: TaxonomyId) -> Option<&Taxonomy> {
        let owner = self.jurisdictions.iter().find(|owner| owner.unit == id.unit)?;
        owner.versions.get(usize::from(id.version).checked_sub(1)?)
    }

    /// The taxonomy under which a code was written: the region's first, if the code does not say.
    pub fn written_under(&self, code: &Subcategory) -> TaxonomyId {
        code.taxonomy().unwrap_or_else(|| self.first())
    }

    /// What a code of a village's matter is written under: nothing for the region's first. Or why it is not taken.
    pub fn admit(
        &self,
        village: UnitCode,
        year: Year,
        category: Category,
        code: &Subcategory,
    ) -> Result<Option<TaxonomyId>, Unlisted> {
        let taxonomy = self.holding(village, year);
        if !taxonomy.open && taxonomy.find_as(code.as_str(), category).is_none() {
            return Err(self.unlisted(taxonomy, category, code));
        }
        Ok(Some(taxonomy.id).filter(|id| *id != self.first()))
    }

    fn unlisted(&self, taxonomy: &Taxonomy, category: Category, code: &Subcategory) -> Unlisted {
        let elsewhere = taxonomy.find(code.as_str()).map(|entry| taxonomy.category_of(entry).counts_as);
        let near = near::nearest(taxonomy, category, code.as_str());
        Unlisted { taxonomy: taxonomy.id, category, code: code.to_string(), elsewhere, near }
    }

    fn first(&self) -> TaxonomyId {
        TaxonomyId { unit: self.jurisdictions[0].unit, version: FIRST }
    }

    /// The version of the jurisdiction that holds in a year, or of the nearest above that had one by then.
    fn at(&self, mut place: usize, year: Year) -> &Taxonomy {
        loop {
            let owner = &self.jurisdictions[place];
            let version = owner.versions.iter().rev().find(|version| version.from <= year);
            match (version, owner.above) {
                (Some(version), _) => return version,
                (None, Some(above)) => place = above,
                // The region's first version holds in every year there is.
                (None, None) => return &owner.versions[0],
            }
        }
    }
}

/// A code that a taxonomy does not have under a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlisted {
    /// Which taxonomy.
    pub taxonomy: TaxonomyId,
    /// Which category.
    pub category: Category,
    /// Which code.
    pub code: String,
    /// What the code is counted as, if the taxonomy has it at all.
    pub elsewhere: Option<Category>,
    /// Codes of the category that come near, the nearest first.
    pub near: Vec<String>,
}

#[cfg(test)]
mod tests;
