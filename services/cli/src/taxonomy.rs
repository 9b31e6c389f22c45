//! `yishi taxonomy`: under which codes a unit's matters of a year are filed, and how many are.

use std::collections::BTreeMap;

use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    figures::{count, table},
    lang::Lang,
    operator::print,
    remote::{Caller, Remote, Taxonomies},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The unit: 12 digits.
    #[arg(value_name = "UNIT")]
    unit: UnitCode,
    /// The year of the matters.
    #[arg(value_name = "YEAR")]
    year: Year,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let (caller, unit, year) =
        (Caller::officer(options.unit), format!("units/{}", options.unit), i32::from(options.year.get()));
    let at = |failure: Failure| failure.about(&options.node);
    let ask = pb::GetTaxonomyRequest { unit: unit.clone(), year };
    let taxonomy = remote.ask(&caller, ask, Taxonomies::get_taxonomy).await.map_err(at)?;
    let ask = pb::GetSubcategoryReportRequest { unit, year };
    let report = remote.ask(&caller, ask, Taxonomies::get_subcategory_report).await.map_err(at)?;
    print(&as_text(&taxonomy, &report, lang))?;
    Ok(Exit::Good)
}

fn as_text(taxonomy: &pb::Taxonomy, report: &pb::SubcategoryReport, lang: Lang) -> String {
    let filed: BTreeMap<&str, i64> =
        report.by_subcategory.iter().map(|row| (&*row.subcategory, row.matters)).collect();
    let title = |zh: &String, en: &String| lang.pick(zh, en).clone();
    let words = ["类别或子类", "名称", "计入", "上级代码", "事项"];
    let words = lang.pick(words, ["category, subcategory", "name", "counts as", "counts with", "matters"]);
    let mut rows = vec![words.map(str::to_owned).to_vec()];
    for category in &taxonomy.categories {
        let counts_as = category.counts_as().as_str_name().trim_start_matches("CATEGORY_").to_owned();
        let name = title(&category.title_zh, &category.title_en);
        rows.push(vec![category.code.clone(), name, counts_as]);
        for one in &category.subcategories {
            let matters = filed.get(&*one.code).copied().unwrap_or_default();
            rows.push(vec![
                format!("  {}", one.code),
                title(&one.title_zh, &one.title_en),
                String::new(),
                one.counts_with.clone(),
                count(matters),
            ]);
        }
    }
    // What has no code is told by category.
    for row in report.by_subcategory.iter().filter(|row| row.subcategory.is_empty()) {
        let counts_as = row.category().as_str_name().trim_start_matches("CATEGORY_").to_owned();
        let name = title(&row.title_zh, &row.title_en);
        rows.push(vec!["-".to_owned(), name, counts_as, String::new(), count(row.matters)]);
    }
    let open = lang.pick("，也可用其他代码", "; other codes are taken, too");
    let open = if taxonomy.open { open } else { "" };
    let (name, first) = (&taxonomy.name, taxonomy.first_year);
    let head = lang.pick(format!("{name}，{first} 年起{open}"), format!("{name}, from {first} on{open}"));
    format!("{head}\n{}", table(&rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filed_stands_beside_its_code_and_the_rest_at_the_end() {
        let under = pb::OwnSubcategory {
            code: "lane".into(),
            title_zh: "巷道".into(),
            title_en: "Lanes".into(),
            counts_with: "village_road".into(),
        };
        let category = pb::OwnCategory {
            code: "roads".into(),
            title_zh: "道路".into(),
            title_en: "Roads".into(),
            counts_as: pb::Category::Infrastructure as i32,
            subcategories: vec![under],
        };
        let name = "units/640324000000/taxonomies/1".to_owned();
        let taxonomy = pb::Taxonomy { name, first_year: 2021, open: false, categories: vec![category] };
        let row = |subcategory: &str, matters| pb::SubcategoryCount {
            category: pb::Category::Industry as i32,
            subcategory: subcategory.into(),
            title_en: "Other".into(),
            matters,
            ..pb::SubcategoryCount::default()
        };
        let by_subcategory = vec![row("lane", 1_234), row("", 2)];
        let report = pb::SubcategoryReport { by_subcategory, ..pb::SubcategoryReport::default() };
        let text = "\
units/640324000000/taxonomies/1, from 2021 on
category, subcategory  name   counts as       counts with   matters
roads                  Roads  INFRASTRUCTURE
  lane                 Lanes                  village_road  1,234
-                      Other  INDUSTRY                      2
";
        assert_eq!(as_text(&taxonomy, &report, Lang::En), text);
    }
}
