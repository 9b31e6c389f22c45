//! Which departments must agree.

use std::collections::BTreeSet;

use yishi_kernel::{UnitCode, Year};

use super::{Department, Scope};
use crate::{Category, Content, Subcategory};

/// One row of the table. What is left out fits everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Only villages of this unit.
    pub unit: Option<UnitCode>,
    /// Only matters of this year.
    pub year: Option<Year>,
    /// Only matters of this category.
    pub category: Option<Category>,
    /// Only matters of this subcategory.
    pub subcategory: Option<Subcategory>,
    /// Who must agree; nobody, if a matter of that kind needs no opinion.
    pub departments: BTreeSet<Department>,
}

impl Row {
    fn fits(&self, year: Year, content: &Content) -> bool {
        self.year.is_none_or(|only| only == year)
            && self.category.is_none_or(|only| only == content.category)
            && self.subcategory.as_ref().is_none_or(|only| only.as_str() == content.subcategory.as_str())
    }
}

/// The table and its figures. By default nobody must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinions {
    /// Read from the top: the first row that fits holds.
    pub rows: Vec<Row>,
    /// Working days to answer in, the day of the asking not counted.
    pub answer_days: u32,
    /// By how much a matter may differ from what was asked about, in parts of 10,000, before it is asked about again.
    pub renewal_bp: u32,
}

impl Default for Opinions {
    fn default() -> Self {
        Self { rows: Vec::new(), answer_days: 10, renewal_bp: 1_000 }
    }
}

impl Opinions {
    /// The table as it is for a village; `is_within` tells whether the village is of a unit.
    #[must_use]
    pub fn of(&self, is_within: impl Fn(UnitCode) -> bool) -> Self {
        let rows = self.rows.iter().filter(|row| row.unit.is_none_or(&is_within)).cloned().collect();
        Self { rows, ..self.clone() }
    }

    /// Who must agree to a matter of a year.
    pub fn required(&self, year: Year, content: &Content) -> BTreeSet<Department> {
        let row = self.rows.iter().find(|row| row.fits(year, content));
        row.map(|row| row.departments.clone()).unwrap_or_default()
    }

    /// Whether a matter differs so much from what was asked about that it is to be asked about again.
    pub fn is_beyond(&self, asked: &Scope, now: &Scope) -> bool {
        let beyond = |asked: i64, now: i64| {
            let (asked, now, measure) = (i128::from(asked), i128::from(now), i128::from(self.renewal_bp));
            (now - asked).abs() * 10_000 > asked * measure
        };
        beyond(asked.cost_estimate.get(), now.cost_estimate.get())
            || beyond(asked.households.into(), now.households.into())
            || beyond(asked.persons.into(), now.persons.into())
            || asked.place != now.place
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Fen;

    use super::*;
    use crate::rules::village::{above, content};

    fn row(category: Option<Category>, subcategory: &str, departments: &[&str]) -> Row {
        Row {
            unit: None,
            year: None,
            category,
            subcategory: subcategory.parse().ok(),
            departments: departments.iter().map(|kind| kind.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn the_first_row_that_fits_holds() {
        let (year, other) = (Year::try_from(2022).unwrap(), Year::try_from(2023).unwrap());
        let of_unit = Row { unit: Some(above()), ..row(None, "", &["ecology"]) };
        let of_year = Row { year: Some(other), ..row(Some(Category::Infrastructure), "", &[]) };
        let road = row(Some(Category::Infrastructure), "village_road", &["transport", "natural_resources"]);
        let rows = vec![of_unit, of_year, road, row(Some(Category::Infrastructure), "", &["housing"])];
        let table = Opinions { rows, ..Opinions::default() };
        let kinds = |table: &Opinions, year, content: &Content| {
            let required = table.required(year, content);
            required.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let elsewhere = table.of(|_| false);
        assert_eq!(kinds(&table.of(|unit| unit == above()), year, &content()), "ecology");
        assert_eq!(kinds(&elsewhere, year, &content()), "natural_resources transport");
        assert_eq!(kinds(&elsewhere, other, &content()), "", "nobody that year");
        let lamps = Content { subcategory: "lamps".parse().unwrap(), ..content() };
        assert_eq!(kinds(&elsewhere, year, &lamps), "housing");
        let industry = Content { category: Category::Industry, ..content() };
        assert_eq!(kinds(&elsewhere, year, &industry), "");
        assert!(Opinions::default().required(year, &content()).is_empty());
    }

    #[test]
    fn a_tenth_is_not_beyond_a_tenth() {
        let (table, asked) = (Opinions::default(), Scope::of(&content()));
        let cost = |fen| Scope { cost_estimate: Fen::new(fen), ..asked.clone() };
        for (now, beyond) in [
            (cost(132_000_000), false),
            (cost(132_000_001), true),
            (cost(108_000_000), false),
            (cost(107_999_999), true),
            (Scope { households: 220, ..asked.clone() }, false),
            (Scope { households: 221, ..asked.clone() }, true),
            (Scope { persons: 1, ..asked.clone() }, true),
            (Scope { place: "三组".into(), ..asked.clone() }, true),
        ] {
            assert_eq!(table.is_beyond(&asked, &now), beyond, "{now:?}");
        }
        assert!(table.is_beyond(&cost(0), &cost(1)) && !table.is_beyond(&cost(0), &cost(0)));
        assert!(!table.is_beyond(&cost(i64::MAX), &cost(i64::MAX)));
    }
}
