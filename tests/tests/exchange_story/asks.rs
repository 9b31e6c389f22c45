//! What units record, and what they are told.

use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::dossier_service_client::DossierServiceClient;
use yishi_proto::intake::v1::exchange_service_client::ExchangeServiceClient;
use yishi_proto::intake::v1::year_book_service_client::YearBookServiceClient;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Signature, YEAR, as_caller, fresh_id};

type Signed = InterceptedService<Channel, Signature>;

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("whoever does everything right is not refused").into_inner()
}

pub(crate) fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason")).reason
}

pub(crate) fn office<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> ExchangeServiceClient<Signed> {
    ExchangeServiceClient::with_interceptor(node.channel(), Signature::of(&as_caller(unit, Role::Officer)))
}

/// Something of a kind, with so many people, at which these spoke.
pub(crate) fn held(kind: pb::ActivityKind, participants: i32, speakers: &[&str]) -> pb::ActivityContent {
    let speaker = |token: &&str| pb::Speaker { token: (*token).to_owned() };
    pb::ActivityContent {
        kind: kind as i32,
        day: "2021-12-01".to_owned(),
        participants,
        speakers: speakers.iter().map(speaker).collect(),
        title: "一事一议宣讲".to_owned(),
        text: "讲解办事程序".to_owned(),
        papers: Vec::new(),
    }
}

pub(crate) fn record(unit: UnitCode, content: pb::ActivityContent) -> pb::RecordActivityRequest {
    let (parent, content) = (format!("units/{unit}"), Some(content));
    pb::RecordActivityRequest { parent, year: YEAR, content, request_id: fresh_id() }
}

pub(crate) fn correct(name: &str, content: pb::ActivityContent) -> pb::CorrectActivityRequest {
    let (name, content, reason) = (name.to_owned(), Some(content), "人数有误".to_owned());
    pb::CorrectActivityRequest { name, content, reason, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn withdraw(name: &str) -> pb::WithdrawActivityRequest {
    let (name, reason) = (name.to_owned(), "重复登记".to_owned());
    pb::WithdrawActivityRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

/// Why a matter is one to copy.
pub(crate) fn example(by: UnitCode, matter: &str, reason: &str) -> pb::MarkExampleRequest {
    let (parent, matter, reason) = (format!("units/{by}"), matter.to_owned(), reason.to_owned());
    pb::MarkExampleRequest { parent, matter, reason, request_id: fresh_id() }
}

pub(crate) fn unexample(by: UnitCode, matter: &str) -> pb::UnmarkExampleRequest {
    let (parent, matter, reason) = (format!("units/{by}"), matter.to_owned(), "质量有问题".to_owned());
    pb::UnmarkExampleRequest { parent, matter, reason, request_id: fresh_id() }
}

pub(crate) fn demonstrate(by: UnitCode, village: UnitCode) -> pb::MarkDemonstrationVillageRequest {
    let (parent, village) = (format!("units/{by}"), format!("villages/{village}"));
    let (reason, request_id) = ("全县观摩点".to_owned(), fresh_id());
    pb::MarkDemonstrationVillageRequest { parent, village, year: YEAR, reason, request_id }
}

pub(crate) fn undemonstrate(by: UnitCode, village: UnitCode) -> pb::UnmarkDemonstrationVillageRequest {
    let (parent, village) = (format!("units/{by}"), format!("villages/{village}"));
    let (reason, request_id) = ("验收有问题".to_owned(), fresh_id());
    pb::UnmarkDemonstrationVillageRequest { parent, village, year: YEAR, reason, request_id }
}

/// The subjects that are held up below a unit, page by page.
pub(crate) async fn listed<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> Vec<String> {
    let (mut listed, mut page_token) = (Vec::new(), String::new());
    loop {
        let parent = format!("units/{unit}");
        let ask = pb::ListMarksRequest { parent, year: YEAR, page_size: 1, page_token };
        let page = done(office(node, unit).list_marks(ask).await);
        listed.extend(
            page.subjects.into_iter().map(|one| if one.matter.is_empty() { one.village } else { one.matter }),
        );
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return listed;
        }
    }
}

/// Examples and demonstration villages of a unit.
pub(crate) async fn held_up<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> (i64, i64) {
    let report = report(node, unit).await;
    (report.examples, report.demonstration_villages)
}

/// Who holds a village up in the year, and who its first matter of it, as its long view shows them.
pub(crate) async fn shown<E: Engine>(node: &Sandbox<E>, village: UnitCode) -> (usize, usize) {
    let officer = Signature::of(&as_caller(village, Role::Officer));
    let mut dossiers = DossierServiceClient::with_interceptor(node.channel(), officer);
    let village = format!("villages/{village}");
    let ask = pb::GetLongViewRequest { village, last_year: YEAR, years: 1 };
    let year = done(dossiers.get_long_view(ask).await).years.remove(0);
    (year.demonstrations.len(), year.matters.first().map_or(0, |matter| matter.examples.len()))
}

/// The kinds of the steps that a matter's dossier tells.
pub(crate) async fn steps<E: Engine>(node: &Sandbox<E>, village: UnitCode, name: &str) -> Vec<String> {
    let officer = Signature::of(&as_caller(village, Role::Officer));
    let mut dossiers = DossierServiceClient::with_interceptor(node.channel(), officer);
    let ask = pb::GetDossierRequest { name: name.to_owned(), ..pb::GetDossierRequest::default() };
    let steps = done(dossiers.get_dossier(ask).await).steps;
    steps.into_iter().map(|step| step.entry.unwrap().kind).collect()
}

/// Records it, and answers its name.
pub(crate) async fn recorded<E: Engine>(
    node: &Sandbox<E>,
    unit: UnitCode,
    content: pb::ActivityContent,
) -> String {
    done(office(node, unit).record_activity(record(unit, content)).await).name
}

/// Activities, participants and speakers of a unit and all below it.
pub(crate) async fn counted<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> (i64, i64, i64) {
    let report = report(node, unit).await;
    (report.activities, report.participants, report.speakers)
}

pub(crate) async fn report<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> pb::ExchangeReport {
    let ask = pb::GetExchangeReportRequest { unit: format!("units/{unit}"), year: YEAR };
    done(office(node, unit).get_exchange_report(ask).await)
}

/// A village settles its book of the year.
pub(crate) async fn settle<E: Engine>(node: &Sandbox<E>, unit: UnitCode) {
    let officer = Signature::of(&as_caller(unit, Role::Officer));
    let mut books = YearBookServiceClient::with_interceptor(node.channel(), officer);
    let parent = format!("units/{unit}");
    let open = pb::OpenYearBookRequest { parent, year: YEAR, request_id: fresh_id() };
    let name = done(books.open_year_book(open).await).name;
    let (request_id, etag) = (fresh_id(), String::new());
    let announce = pb::AnnounceYearEndRequest { name: name.clone(), request_id, etag };
    done(books.announce_year_end(announce).await);
    let (missing, request_id, etag) = (Vec::new(), fresh_id(), String::new());
    done(books.settle_year_book(pb::SettleYearBookRequest { name, missing, request_id, etag }).await);
    node.caught_up().await;
}
