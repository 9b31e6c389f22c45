//! From a code as it was written to the code under which somebody else counts it.

use yishi_kernel::Year;

use super::{Entry, Taxonomies, Taxonomy, TaxonomyId};
use crate::{Category, Subcategory};

impl Taxonomies {
    /// The entry of a taxonomy under which a code is counted that was written under another one, by a matter of this
    /// category; none if it is counted there as other of the category.
    ///
    /// The way leads up to the unit that counts, and there from version to version. Who counts further down, or by an
    /// older version, knows the code if it has the same one.
    pub fn counted<'a>(&self, category: Category, code: &Subcategory, by: &'a Taxonomy) -> Option<&'a Entry> {
        let written = self.get(self.written_under(code));
        let entry = written.and_then(|under| Some((under, under.find_as(code.as_str(), category)?)));
        let Some((under, entry)) = entry else { return by.find_as(code.as_str(), category) };
        let reached = self.way(under, entry).find_map(|(taxonomy, entry)| {
            let goes_on = taxonomy.id.unit == by.id.unit && taxonomy.id.version <= by.id.version;
            goes_on.then(|| self.later(taxonomy, entry, by.id.version))
        });
        match reached {
            // The same place in the same version.
            Some(place) => by.entries.get(place),
            None => by.find_as(entry.code.as_str(), category),
        }
    }

    /// A code of the taxonomy that holds for a unit in one year, as it is counted in another: by the unit itself, or whose
    /// taxonomy it goes by, and by all above. Nothing if the taxonomy does not have it.
    pub fn translations(&self, under: &Taxonomy, code: &str, year: Year) -> Vec<(&Taxonomy, Option<&Entry>)> {
        let Some(entry) = under.find(code) else { return Vec::new() };
        let category = under.category_of(entry).counts_as;
        let code = entry.code.clone().under(Some(under.id));
        let line = self.line(under.id).map(|place| self.at(place, year));
        let mut told: Vec<(&Taxonomy, Option<&Entry>)> = Vec::new();
        for by in line {
            if told.last().is_none_or(|(last, _)| last.id != by.id) {
                told.push((by, self.counted(category, &code, by)));
            }
        }
        told
    }

    /// What an entry is in the taxonomy above when its own begins; the region's is nothing there.
    pub fn counts_with(&self, taxonomy: &Taxonomy, entry: &Entry) -> Option<&Entry> {
        self.over(taxonomy).map(|above| &above.entries[entry.up])
    }

    /// The entry, and what it is further up, to the region.
    fn way<'a>(
        &'a self,
        taxonomy: &'a Taxonomy,
        entry: &'a Entry,
    ) -> impl Iterator<Item = (&'a Taxonomy, &'a Entry)> {
        std::iter::successors(Some((taxonomy, entry)), |(taxonomy, entry)| {
            let above = self.over(taxonomy)?;
            Some((above, &above.entries[entry.up]))
        })
    }

    /// The place of what an entry has become in a later version of the same unit.
    fn later(&self, taxonomy: &Taxonomy, entry: &Entry, version: u16) -> usize {
        let owner = self.jurisdictions.iter().find(|owner| owner.unit == taxonomy.id.unit);
        let between = owner
            .map_or(&[][..], |owner| &owner.versions[usize::from(taxonomy.id.version)..usize::from(version)]);
        let mut entries = &taxonomy.entries;
        between.iter().fold(entry.place, |place, next| {
            let next_place = entries[place].next;
            entries = &next.entries;
            next_place
        })
    }

    /// The taxonomy above one: that of the unit above which held when it began.
    fn over(&self, taxonomy: &Taxonomy) -> Option<&Taxonomy> {
        let owner = self.jurisdictions.iter().find(|owner| owner.unit == taxonomy.id.unit)?;
        owner.above.map(|above| self.at(above, taxonomy.from))
    }

    /// The places of who goes by what, from a taxonomy's unit up to the region.
    fn line(&self, id: TaxonomyId) -> impl Iterator<Item = usize> {
        let first = self.jurisdictions.iter().position(|owner| owner.unit == id.unit);
        std::iter::successors(first, |place| self.jurisdictions[*place].above)
    }

    /// What an entry is at the region in a year.
    pub(super) fn at_region(&self, taxonomy: &Taxonomy, entry: &Entry, year: Year) -> Option<&Entry> {
        let (top, reached) = self.way(taxonomy, entry).last()?;
        let by = self.at(0, year);
        by.entries.get(self.later(top, reached, by.id.version.max(top.id.version)))
    }
}
