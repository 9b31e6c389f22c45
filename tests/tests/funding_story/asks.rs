//! What units ask of funding, right in every field, each request with an id of its own.

use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;
use yishi_proto::funding::v1::funding_service_client::FundingServiceClient;
use yishi_proto::intake::v1::Category;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Signature, as_caller, fresh_id};

/// A client of funding that says who calls.
pub(crate) type Client = FundingServiceClient<InterceptedService<Channel, Signature>>;

pub(crate) fn officer<E: Engine>(sandbox: &Sandbox<E>, unit: UnitCode) -> Client {
    FundingServiceClient::with_interceptor(sandbox.channel(), Signature::of(&as_caller(unit, Role::Officer)))
}

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("an office that does everything right is not refused").into_inner()
}

/// The code and the reason of a refusal.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), status.get_details_error_info().expect("every refusal has a reason").reason)
}

/// Why money did not move.
pub(crate) fn no(reason: &str) -> (Code, String) {
    (Code::FailedPrecondition, reason.to_owned())
}

/// A channel of a unit: a kind, a year, and categories and a ceiling where its money is earmarked.
pub(crate) fn open(
    owner: UnitCode,
    kind: pb::ChannelKind,
    year: i32,
    earmark: Option<pb::Earmark>,
) -> pb::OpenChannelRequest {
    let channel = pb::Channel {
        title: "乡村振兴补助资金".to_owned(),
        kind: kind as i32,
        year,
        earmark,
        remainder: pb::Remainder::Lapse as i32,
        ..pb::Channel::default()
    };
    pb::OpenChannelRequest { parent: unit(owner), channel: Some(channel), request_id: fresh_id() }
}

/// For infrastructure, and three quarters of a matter at most.
pub(crate) fn infrastructure() -> Option<pb::Earmark> {
    let categories = vec![Category::Infrastructure as i32];
    Some(pb::Earmark { categories, ceiling_share_bp: 7_500, ..pb::Earmark::default() })
}

pub(crate) fn unit(unit: UnitCode) -> String {
    format!("units/{unit}")
}

pub(crate) fn receive(channel: &str, amount_fen: i64) -> pb::ReceiveBudgetRequest {
    let (parent, document_sha256) = (channel.to_owned(), vec![9; 32]);
    pb::ReceiveBudgetRequest { parent, amount_fen, document_sha256, request_id: fresh_id() }
}

pub(crate) fn appropriate(
    from: UnitCode,
    channel: &str,
    to: UnitCode,
    amount_fen: i64,
) -> pb::AppropriateRequest {
    let (parent, channel, to) = (unit(from), channel.to_owned(), unit(to));
    pb::AppropriateRequest { parent, channel, to, amount_fen, request_id: fresh_id() }
}

pub(crate) fn give_back(from: UnitCode, channel: &str, amount_fen: i64) -> pb::ReturnAppropriationRequest {
    let (parent, channel) = (unit(from), channel.to_owned());
    pb::ReturnAppropriationRequest { parent, channel, amount_fen, request_id: fresh_id() }
}

pub(crate) fn lapse(holder: UnitCode, channel: &str) -> pb::LapseRemainderRequest {
    pb::LapseRemainderRequest { parent: unit(holder), channel: channel.to_owned(), request_id: fresh_id() }
}

pub(crate) type Lines<'a> = &'a [(&'a str, i64)];

fn lines(lines: Lines<'_>) -> Vec<pb::ChannelAmount> {
    let line = |(channel, amount_fen): &(&str, i64)| pb::ChannelAmount {
        channel: (*channel).to_owned(),
        amount_fen: *amount_fen,
    };
    lines.iter().map(line).collect()
}

pub(crate) fn commit(matter: &str, amounts: Lines<'_>) -> pb::CommitFundsRequest {
    let (matter, lines) = (matter.to_owned(), lines(amounts));
    pb::CommitFundsRequest { matter, lines, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn release(matter: &str, amounts: Lines<'_>) -> pb::ReleaseCommitmentRequest {
    let (matter, lines, reason) = (matter.to_owned(), lines(amounts), "招标节余".to_owned());
    pb::ReleaseCommitmentRequest { matter, lines, reason, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn pay(matter: &str, amounts: Lines<'_>) -> pb::PayMatterRequest {
    let (matter, lines) = (matter.to_owned(), lines(amounts));
    pb::PayMatterRequest { matter, lines, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn reward(payer: UnitCode, order: &str, village: &str, channel: &str) -> pb::PayRewardRequest {
    let (order, village, channel) = (order.to_owned(), village.to_owned(), channel.to_owned());
    pb::PayRewardRequest { parent: unit(payer), order, village, channel, request_id: fresh_id() }
}

pub(crate) async fn funding(office: &mut Client, matter: &str) -> pb::MatterFunding {
    let ask = pb::GetMatterFundingRequest { matter: matter.to_owned() };
    done(office.get_matter_funding(ask).await)
}

pub(crate) async fn ledger(office: &mut Client, holder: UnitCode, year: i32) -> Vec<pb::Holding> {
    done(office.get_ledger(pb::GetLedgerRequest { unit: unit(holder), year }).await).holdings
}

pub(crate) async fn report(office: &mut Client, of: UnitCode, year: i32) -> pb::InvestmentReport {
    done(office.get_investment_report(pb::GetInvestmentReportRequest { unit: unit(of), year }).await)
}

/// All channels that a unit owns or has money of, page by page.
pub(crate) async fn channels(
    office: &mut Client,
    of: UnitCode,
    year: i32,
    kind: pb::ChannelKind,
    page_size: i32,
) -> Vec<String> {
    let (parent, kind, mut page_token) = (unit(of), kind as i32, String::new());
    let mut names = Vec::new();
    loop {
        let ask = pb::ListChannelsRequest { parent: parent.clone(), page_size, page_token, year, kind };
        let page = done(office.list_channels(ask).await);
        names.extend(page.channels.into_iter().map(|channel| channel.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return names;
        }
    }
}

/// All postings of a unit, page by page, of a channel and about a matter where these are given.
pub(crate) async fn postings(
    office: &mut Client,
    of: UnitCode,
    channel: &str,
    matter: &str,
    page_size: i32,
) -> Vec<pb::PostingRecord> {
    let mut postings = Vec::new();
    let mut ask = pb::ListPostingsRequest {
        parent: unit(of),
        page_size,
        page_token: String::new(),
        channel: channel.to_owned(),
        matter: matter.to_owned(),
    };
    loop {
        let page = done(office.list_postings(ask.clone()).await);
        postings.extend(page.postings);
        ask.page_token = page.next_page_token;
        if ask.page_token.is_empty() {
            return postings;
        }
    }
}
