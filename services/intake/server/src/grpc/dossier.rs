//! What was: dossiers and long views.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_intake_domain::{NoticeDocument, Refusal, State};
use yishi_kernel::{Level, MatterId, Year};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::dossier_service_server::{DossierService, DossierServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, caller, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::journal::Stored;
use yishi_store::{Engine, StoreError, to_hex};

use super::{found, get, token};
use crate::convert::{self, dossier, failure, matter_from};
use crate::model::Intake;
use crate::store::dossier::{last_at, window};
use crate::store::{self, long_view, map};

const STEPS_DEFAULT: u32 = 50;
const STEPS_MAX: u32 = 100;
const YEARS_DEFAULT: u16 = 3;
const YEARS_MAX: u16 = 10;
const FORMATS: &[&str] = &["TEXT", "HTML"];
/// Where a matter can be for its decision to hang out, or to have hung out.
const WITH_NOTICE: &[State] = &[
    State::Noticed,
    State::Determined,
    State::InProgress,
    State::Completed,
    State::Closed,
    State::Cancelled,
    State::CarriedOver,
];

/// The service of what was.
pub struct Dossiers<E: Engine> {
    desk: Desk<E, Intake>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn dossiers<E: Engine>(
    desk: Desk<E, Intake>,
    limits: &config::Grpc,
) -> DossierServiceServer<Dossiers<E>> {
    DossierServiceServer::from_arc(Arc::new(Dossiers { desk }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

#[tonic::async_trait]
impl<E: Engine> DossierService for Dossiers<E> {
    async fn get_dossier(
        &self,
        request: Request<pb::GetDossierRequest>,
    ) -> Result<Response<pb::Dossier>, Status> {
        let unit = caller(&request)?.unit;
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let name: Option<MatterId> = check.matter("name", &request.name);
        let size = check.page_size("page_size", request.page_size, STEPS_DEFAULT, STEPS_MAX);
        let (id, size) = check.finish(|| name.zip(size))?;
        let question = format!("dossier {id}");
        let after = match request.page_token.as_str() {
            "" => None,
            given => {
                let last =
                    token::open(&self.desk, &question, given).and_then(|last| i64::try_from(last).ok());
                Some(last.ok_or_else(Failure::foreign_page_token)?)
            }
        };
        let matter = get::<E>(&self.desk, &mut reader, id, unit).await?;
        let window = window::<E>(&mut reader, id, &matter, after).await.map_err(unreadable)?;
        reader.done();
        let steps_max = usize::try_from(size).unwrap_or(usize::MAX);
        let told = dossier::told(&window.entries, &matter.name, steps_max)
            .map_err(|problem| corrupt("journal", problem))?;
        let ended = told.entries.checked_sub(1).and_then(|last| window.entries.get(last));
        let (last_seq, chain) =
            ended.map_or((window.first - 1, window.before), |stored| (stored.entry.seq, stored.chain));
        let next = u64::try_from(last_seq).ok().filter(|_| last_seq < window.last);
        Ok(Response::new(pb::Dossier {
            name: matter.name.clone(),
            matter: Some(matter),
            first_seq: window.first,
            chain_before: window.before.to_vec(),
            steps: told.steps,
            rest_sha256: told.rest,
            rest_supports: told.supports,
            last_seq,
            chain: chain.to_vec(),
            next_page_token: next.map(|last| token::seal(&self.desk, &question, last)).unwrap_or_default(),
        }))
    }

    async fn get_long_view(
        &self,
        request: Request<pb::GetLongViewRequest>,
    ) -> Result<Response<pb::LongView>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let village = check.unit_name("village", "villages", &request.village);
        if village.is_some_and(|unit| self.desk.house().register.level(unit) != Some(Level::Village)) {
            check.refuse("village", "应为行政村的代码", "write the code of a village");
        }
        let last = check.year("last_year", request.last_year);
        let years = match request.years {
            0 => Some(YEARS_DEFAULT),
            years => check.count("years", years, 1..=i64::from(YEARS_MAX)),
        };
        let (village, last, years) = check.finish(|| Some((village?, last?, years?)))?;
        let first = (1..years).fold(last, |first, _| first.previous().unwrap_or(Year::MIN));
        let years = long_view::years::<E>(&mut reader, village, (first, last)).await.map_err(unreadable)?;
        let told = map::successions::<E>(&mut reader, [village]).await.map_err(unreadable)?;
        reader.done();
        let (own, others): (Vec<_>, Vec<_>) =
            told.into_iter().map(|(_, told)| told).partition(|told| told.village == village);
        let succession = own.first().map(convert::map::succession);
        let predecessors = others.iter().map(convert::map::succession).collect();
        Ok(Response::new(pb::LongView { village: request.village, years, succession, predecessors }))
    }

    async fn render_notice(
        &self,
        request: Request<pb::RenderNoticeRequest>,
    ) -> Result<Response<pb::RenderNoticeResponse>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let name: Option<MatterId> = check.matter("name", &request.name);
        let format = check.enumeration::<pb::NoticeFormat>("format", request.format, FORMATS);
        let (id, format) = check.finish(|| name.zip(format))?;
        let served = found(store::get::<E>(&mut reader, id).await, id)?;
        let matter = matter_from(&served).map_err(|problem| corrupt("matter", problem))?;
        let Some(notice) = matter.notice() else {
            let refusal = Refusal::WrongState { state: matter.state(), wanted: WITH_NOTICE };
            return Err(failure(&served.name, &refusal).into());
        };
        let is_notice = |stored: &Stored| dossier::is_notice(stored, &served.name);
        let entry = last_at::<E>(&mut reader, id.village, notice.published, is_notice).await;
        reader.done();
        let entry = entry.map_err(unreadable)?;
        let entry = entry.ok_or_else(|| corrupt("journal", format!("the notice of {id} is not there")))?;
        // As the village was called when the decision hung out.
        let register = &self.desk.house().register;
        let village = register.name_on(id.village, notice.published.date());
        let (seq, chain) = (entry.entry.seq, to_hex(entry.chain));
        let document = NoticeDocument::of(village, &matter, seq, &chain)
            .ok_or_else(|| corrupt("matter", format!("{id} hangs out without a meeting")))?;
        let (media_type, text) = match format {
            pb::NoticeFormat::Html => ("text/html; charset=utf-8", document.html()),
            pb::NoticeFormat::Text | pb::NoticeFormat::Unspecified => {
                ("text/plain; charset=utf-8", document.text())
            }
        };
        let (media_type, chain) = (media_type.to_owned(), entry.chain.to_vec());
        Ok(Response::new(pb::RenderNoticeResponse { media_type, text, seq, chain }))
    }
}

fn corrupt(table: &'static str, problem: String) -> Failure {
    unreadable(StoreError::Corrupt { table, problem })
}
