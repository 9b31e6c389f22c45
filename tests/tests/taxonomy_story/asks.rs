//! What offices ask about what is filed, and what they are told.

use std::collections::BTreeMap;
use std::path::Path;

use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::taxonomy_service_client::TaxonomyServiceClient;
use yishi_runtime::access::Role;
use yishi_runtime::config::Settings;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, Sandbox, Signature, as_caller};

pub(crate) type Catalogue = TaxonomyServiceClient<InterceptedService<Channel, Signature>>;

/// The county of the tests goes by codes of its own: by its first version from 2021 on, and by its second from 2023 on.
pub(crate) fn own_codes(settings: &mut Settings) {
    let file = |file| Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/taxonomies").join(file);
    settings.intake.taxonomies = ["tongxin-1.toml", "tongxin-2.toml"].map(file).to_vec();
}

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("whoever does everything right is not refused").into_inner()
}

pub(crate) fn catalogue<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> Catalogue {
    TaxonomyServiceClient::with_interceptor(node.channel(), Signature::of(&as_caller(unit, Role::Officer)))
}

/// What is asked for, under a category and a code.
pub(crate) fn filed(category: pb::Category, code: &str, cost_estimate_fen: i64) -> pb::Matter {
    let (category, subcategory) = (category as i32, code.to_owned());
    pb::Matter { category, subcategory, cost_estimate_fen, ..Asks::matter("村里的一件事") }
}

/// The one field that is wrong, and what would be right.
pub(crate) fn wrong(status: &Status) -> (String, String) {
    assert_eq!(status.get_details_error_info().unwrap().reason, "INVALID_FIELDS");
    let fields = status.get_details_bad_request().unwrap().field_violations;
    let [field] = fields.as_slice() else { panic!("{fields:?}") };
    (field.field.clone(), field.description.clone())
}

/// Code, matters and cost of each row.
pub(crate) fn rows(report: &pb::SubcategoryReport) -> Vec<(&str, i64, i64)> {
    let row = |row: &pb::SubcategoryCount| (row.matters, row.cost_estimate_fen);
    report.by_subcategory.iter().map(|one| (&*one.subcategory, row(one).0, row(one).1)).collect()
}

/// What a unit counts by subcategory, once it is seen that its rows add up to what it counts by category.
pub(crate) async fn counted<E: Engine>(
    node: &Sandbox<E>,
    unit: UnitCode,
    year: i32,
) -> pb::SubcategoryReport {
    let name = format!("units/{unit}");
    let ask = pb::GetSubcategoryReportRequest { unit: name.clone(), year };
    let report = done(catalogue(node, unit).get_subcategory_report(ask).await);
    let ask = pb::GetProgressReportRequest { unit: name, year };
    let progress = done(node.officer(unit).get_progress_report(ask).await);
    let (mut fine, mut coarse) = (BTreeMap::new(), BTreeMap::new());
    for row in &report.by_subcategory {
        let sum: &mut (i64, i64) = fine.entry(row.category).or_default();
        *sum = (sum.0 + row.matters, sum.1 + row.cost_estimate_fen);
    }
    for row in &progress.by_state_and_category {
        let sum: &mut (i64, i64) = coarse.entry(row.category).or_default();
        *sum = (sum.0 + row.matters, sum.1 + row.cost_estimate_fen);
    }
    assert_eq!(fine, coarse, "{unit} {year}");
    let determined = report.by_subcategory.iter().map(|row| row.determined_matters).sum::<i64>();
    assert_eq!(determined, progress.determined_matters, "{unit} {year}");
    let cost = report.by_subcategory.iter().map(|row| row.determined_cost_estimate_fen).sum::<i64>();
    assert_eq!(cost, progress.determined_cost_estimate_fen, "{unit} {year}");
    report
}
