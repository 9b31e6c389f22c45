//! Taxonomies as they are served, and why a code is not taken.

use yishi_intake_domain::taxonomy::{Entry, OwnCategory, Taxonomies, Taxonomy, Unlisted};
use yishi_kernel::{Register, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::desk::Subject;
use yishi_runtime::errors::Failure;

use super::codes;
use super::failure::invalid;
use super::fields::unit_of;
use crate::model::Intake;

macro_rules! subjects {
    ($($request:ident, $rpc:literal, $unit:ident;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.TaxonomyService/", $rpc);
            fn subject(&self, _: &Register) -> Option<UnitCode> {
                unit_of("units", &self.$unit)
            }
        }
    )*};
}

subjects! {
    GetTaxonomyRequest, "GetTaxonomy", unit;
    ListTaxonomiesRequest, "ListTaxonomies", parent;
    GetTranslationRequest, "GetTranslation", unit;
    GetSubcategoryReportRequest, "GetSubcategoryReport", unit;
}

/// A taxonomy without what is under its categories.
pub(crate) fn in_short(taxonomy: &Taxonomy) -> pb::Taxonomy {
    pb::Taxonomy {
        name: taxonomy.id.to_string(),
        first_year: taxonomy.from.get().into(),
        open: taxonomy.open,
        categories: taxonomy.categories.iter().map(category).collect(),
    }
}

/// A taxonomy, whole.
pub(crate) fn whole(taxonomies: &Taxonomies, taxonomy: &Taxonomy) -> pb::Taxonomy {
    let mut served = in_short(taxonomy);
    for entry in &taxonomy.entries {
        if let Some(category) = served.categories.get_mut(entry.category) {
            category.subcategories.push(subcategory(taxonomies, taxonomy, entry));
        }
    }
    served
}

fn category(category: &OwnCategory) -> pb::OwnCategory {
    pb::OwnCategory {
        code: category.code.to_string(),
        title_zh: category.name.zh.clone(),
        title_en: category.name.en.clone(),
        counts_as: codes::category(category.counts_as) as i32,
        subcategories: Vec::new(),
    }
}

fn subcategory(taxonomies: &Taxonomies, taxonomy: &Taxonomy, entry: &Entry) -> pb::OwnSubcategory {
    let above = taxonomies.counts_with(taxonomy, entry);
    pb::OwnSubcategory {
        code: entry.code.to_string(),
        title_zh: entry.name.zh.clone(),
        title_en: entry.name.en.clone(),
        counts_with: above.map(|above| above.code.to_string()).unwrap_or_default(),
    }
}

/// What the codes of a translation are.
pub(crate) fn translated((taxonomy, entry): (&Taxonomy, Option<&Entry>)) -> pb::TranslatedCode {
    let code = entry.map(|entry| entry.code.to_string()).unwrap_or_default();
    pb::TranslatedCode { taxonomy: taxonomy.id.to_string(), code }
}

/// The failure for a code that the taxonomy that holds does not have.
pub(super) fn unlisted(unlisted: &Unlisted) -> Failure {
    let Unlisted { taxonomy, category, code, elsewhere, near } = unlisted;
    let (zh, en) = match elsewhere {
        Some(elsewhere) => (
            format!("{code} 计入 {elsewhere}，不属 {category}"),
            format!("{code} counts as {elsewhere}, not {category}"),
        ),
        None => (format!("{taxonomy} 没有 {code}"), format!("{taxonomy} has no {code}")),
    };
    if near.is_empty() {
        let (zh, en) =
            (format!("{zh}；{category} 下没有子类"), format!("{en}; it has nothing under {category}"));
        return invalid("matter.subcategory", zh, en);
    }
    let (of_zh, of_en) = (near.join("、"), near.join(", "));
    invalid(
        "matter.subcategory",
        format!("{zh}；{category} 下相近的有 {of_zh}"),
        format!("{en}; near it under {category} are {of_en}"),
    )
}
