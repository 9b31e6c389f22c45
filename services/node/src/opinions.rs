//! Which departments must agree to which matters, as it is set.

use anyhow::{Context, Result, anyhow};
use yishi_intake::{Category, Opinions, Row};
use yishi_kernel::{Register, UnitCode};
use yishi_runtime::config::{Intake, OpinionRow};

/// The table of the settings, or which row of it cannot be meant.
pub(crate) fn opinions(settings: &Intake, register: &Register) -> Result<Opinions> {
    let rows = (1..).zip(&settings.opinions);
    let rows =
        rows.map(|(nth, set)| row(set, register).with_context(|| format!("intake.opinions, row {nth}")));
    Ok(Opinions {
        rows: rows.collect::<Result<_>>()?,
        answer_days: settings.opinion_days,
        renewal_bp: settings.opinion_renewal_bp,
    })
}

fn row(set: &OpinionRow, register: &Register) -> Result<Row> {
    let known = |unit: UnitCode| match register.get(unit) {
        Some(_) => Ok(unit),
        None => Err(anyhow!("unit = {unit} is not in node.divisions")),
    };
    Ok(Row {
        unit: set.unit.map(known).transpose()?,
        year: set.year.map(TryInto::try_into).transpose().context("year")?,
        category: set.category.as_deref().map(str::parse::<Category>).transpose().context("category")?,
        subcategory: set.subcategory.as_deref().map(str::parse).transpose().context("subcategory")?,
        departments: set
            .departments
            .iter()
            .map(|kind| kind.parse().context("departments"))
            .collect::<Result<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use yishi_runtime::config::Settings;

    use super::*;

    const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");

    /// The settings of a node with these files.
    fn settings(files: &[&str]) -> Settings {
        let files: Vec<_> = files.iter().map(|file| Path::new(DEPLOY).join(file)).collect();
        let place = |file: &str| format!("{DEPLOY}/divisions/{file}");
        let variables = [
            ("YISHI__NODE__DIVISIONS", place("ningxia.csv")),
            ("YISHI__NODE__NEIGHBOURS", place("ningxia-neighbours.csv")),
        ];
        Settings::load_with(&files, variables.map(|(name, value)| (name.to_owned(), value))).unwrap()
    }

    #[test]
    fn by_itself_a_node_asks_nobody() {
        let settings = settings(&["levels/county.toml"]);
        let register = settings.node.register().unwrap();
        assert_eq!(opinions(&settings.intake, &register).unwrap(), Opinions::default());
    }

    #[test]
    fn ningxia_asks_by_category_and_subcategory() {
        let settings = settings(&["levels/county.toml", "policies/ningxia.toml"]);
        let register = settings.node.register().unwrap();
        let table = opinions(&settings.intake, &register).unwrap();
        let first = |category: Category, subcategory: &str| {
            let fits = |row: &&Row| {
                row.category.is_none_or(|only| only == category)
                    && row.subcategory.as_ref().is_none_or(|only| only.to_string() == subcategory)
            };
            let row = table.rows.iter().find(fits);
            let departments = row.iter().flat_map(|row| &row.departments);
            departments.map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(first(Category::Infrastructure, "village_road"), "natural_resources transport");
        assert_eq!(first(Category::Infrastructure, "drinking_water"), "ecology water");
        assert_eq!(first(Category::Infrastructure, "other"), "housing natural_resources");
        assert_eq!(first(Category::Industry, "greenhouse"), "agriculture natural_resources");
        assert_eq!(first(Category::Governance, "mediation"), "");
    }

    #[test]
    fn a_row_that_cannot_be_meant_is_named() {
        let settings = settings(&["levels/county.toml"]);
        let register = settings.node.register().unwrap();
        let row = |row: OpinionRow| {
            let table = Intake { opinions: vec![OpinionRow::default(), row], ..Intake::default() };
            format!("{:#}", opinions(&table, &register).unwrap_err())
        };
        let departments = vec!["Water".to_owned()];
        let unknown = row(OpinionRow { departments, ..OpinionRow::default() });
        assert!(
            unknown.starts_with("intake.opinions, row 2: departments: \"Water\" is no kind"),
            "{unknown}"
        );
        let nowhere = OpinionRow { unit: UnitCode::new(999_999_999_999), ..OpinionRow::default() };
        assert!(row(nowhere).contains("is not in node.divisions"));
        let category = Some("ROADS".to_owned());
        assert!(row(OpinionRow { category, ..OpinionRow::default() }).contains("is no Category"));
    }
}
