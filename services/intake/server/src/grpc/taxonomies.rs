//! Taxonomies, and what is filed under them.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_intake_domain::Subcategory;
use yishi_intake_domain::taxonomy::{self, Taxonomy};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::taxonomy_service_server::{TaxonomyService, TaxonomyServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use crate::convert;
use crate::convert::taxonomy::{in_short, translated, whole};
use crate::model::Intake;
use crate::store::subcategories::{self, OTHER, Sum};

/// The service of taxonomies.
pub struct Taxonomies<E: Engine> {
    desk: Desk<E, Intake>,
    all: Arc<taxonomy::Taxonomies>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn taxonomies<E: Engine>(
    desk: Desk<E, Intake>,
    all: Arc<taxonomy::Taxonomies>,
    limits: &config::Grpc,
) -> TaxonomyServiceServer<Taxonomies<E>> {
    TaxonomyServiceServer::from_arc(Arc::new(Taxonomies { desk, all }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

#[tonic::async_trait]
impl<E: Engine> TaxonomyService for Taxonomies<E> {
    async fn get_taxonomy(
        &self,
        request: Request<pb::GetTaxonomyRequest>,
    ) -> Result<Response<pb::Taxonomy>, Status> {
        let (request, reader) = self.desk.read(request).await?;
        reader.done();
        let mut check = Checker::default();
        let unit = check.unit_name("unit", "units", &request.unit);
        let year = check.year("year", request.year);
        let (unit, year) = check.finish(|| unit.zip(year))?;
        Ok(Response::new(whole(&self.all, self.all.holding(unit, year))))
    }

    async fn list_taxonomies(
        &self,
        request: Request<pb::ListTaxonomiesRequest>,
    ) -> Result<Response<pb::ListTaxonomiesResponse>, Status> {
        let (request, reader) = self.desk.read(request).await?;
        reader.done();
        let mut check = Checker::default();
        let unit = check.unit_name("parent", "units", &request.parent);
        let unit = check.finish(|| unit)?;
        let taxonomies = self.all.above(unit).map(in_short).collect();
        Ok(Response::new(pb::ListTaxonomiesResponse { taxonomies }))
    }

    async fn get_translation(
        &self,
        request: Request<pb::GetTranslationRequest>,
    ) -> Result<Response<pb::Translation>, Status> {
        let (request, reader) = self.desk.read(request).await?;
        reader.done();
        let mut check = Checker::default();
        let unit = check.unit_name("unit", "units", &request.unit);
        let from = check.year("from_year", request.from_year);
        let code: Option<Subcategory> = convert::code(&mut check, "code", &request.code);
        let to = check.year("to_year", request.to_year);
        let (unit, from, code, to) = check.finish(|| Some((unit?, from?, code?, to?)))?;
        let under = self.all.holding(unit, from);
        let known = under.find(code.as_str());
        let category = known.map(|entry| convert::category(under.category_of(entry).counts_as));
        Ok(Response::new(pb::Translation {
            taxonomy: under.id.to_string(),
            category: category.unwrap_or_default() as i32,
            codes: self.all.translations(under, code.as_str(), to).into_iter().map(translated).collect(),
        }))
    }

    async fn get_subcategory_report(
        &self,
        request: Request<pb::GetSubcategoryReportRequest>,
    ) -> Result<Response<pb::SubcategoryReport>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let unit = check.unit_name("unit", "units", &request.unit);
        let year = check.year("year", request.year);
        let (unit, year) = check.finish(|| unit.zip(year))?;
        let by = self.all.holding(unit, year);
        let house = self.desk.house();
        let sums = subcategories::report::<E>(&mut reader, house, &self.all, by, (unit, year)).await;
        reader.done();
        let sums = sums.map_err(unreadable)?;
        let rows = sums.into_iter().map(|((category, place), sum)| {
            row(by, convert::category(category), (place != OTHER).then_some(place), sum)
        });
        Ok(Response::new(pb::SubcategoryReport {
            unit: format!("units/{unit}"),
            year: i32::from(year.get()),
            taxonomy: by.id.to_string(),
            by_subcategory: rows.collect(),
        }))
    }
}

fn row(by: &Taxonomy, category: pb::Category, place: Option<usize>, sum: Sum) -> pb::SubcategoryCount {
    let other = || ("其他".to_owned(), "Other".to_owned());
    let entry = place.and_then(|place| by.entries.get(place));
    let (title_zh, title_en) =
        entry.map_or_else(other, |entry| (entry.name.zh.clone(), entry.name.en.clone()));
    pb::SubcategoryCount {
        category: category as i32,
        own_category: entry.map(|entry| by.category_of(entry).code.to_string()).unwrap_or_default(),
        subcategory: entry.map(|entry| entry.code.to_string()).unwrap_or_default(),
        title_zh,
        title_en,
        matters: sum.matters,
        cost_estimate_fen: sum.fen,
        determined_matters: sum.determined,
        determined_cost_estimate_fen: sum.determined_fen,
    }
}
