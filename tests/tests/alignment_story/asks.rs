//! What departments, villages and counties ask, and what they are told.

use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::{Level, Register, UnitCode};
use yishi_proto::funding::v1 as funding;
use yishi_proto::funding::v1::funding_service_client::FundingServiceClient;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::alignment_service_client::AlignmentServiceClient;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Signature, as_caller, as_department, fresh_id};

use crate::COUNTY;

type Signed = InterceptedService<Channel, Signature>;

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("whoever does everything right is not refused").into_inner()
}

pub(crate) fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason")).reason
}

pub(crate) fn department<E: Engine>(
    node: &Sandbox<E>,
    county: UnitCode,
    kind: &str,
) -> AlignmentServiceClient<Signed> {
    AlignmentServiceClient::with_interceptor(node.channel(), Signature::of(&as_department(county, kind)))
}

pub(crate) fn officer<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> AlignmentServiceClient<Signed> {
    AlignmentServiceClient::with_interceptor(node.channel(), Signature::of(&as_caller(unit, Role::Officer)))
}

/// What a department says; on two conditions, if on any.
pub(crate) fn give(matter: &str, kind: &str, stand: pb::OpinionStand) -> pb::GiveOpinionRequest {
    let asks = if stand == pb::OpinionStand::Conditional { &["留出水渠", "报备"][..] } else { &[] };
    pb::GiveOpinionRequest {
        matter: matter.to_owned(),
        department: format!("departments/{COUNTY}/{kind}"),
        stand: stand as i32,
        text: "已研究".to_owned(),
        conditions: asks.iter().map(|text| (*text).to_owned()).collect(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

pub(crate) fn withdraw(matter: &str, kind: &str) -> pb::WithdrawOpinionRequest {
    let (matter, department) = (matter.to_owned(), format!("departments/{COUNTY}/{kind}"));
    let (reason, request_id, etag) = ("情况有变".to_owned(), fresh_id(), String::new());
    pb::WithdrawOpinionRequest { matter, department, reason, request_id, etag }
}

/// The matter as it was, but for what it costs.
pub(crate) fn revise(name: &str, cost_estimate_fen: i64) -> pb::ReviseMatterRequest {
    pb::ReviseMatterRequest {
        name: name.to_owned(),
        cost_estimate_fen,
        households: 210,
        persons: 760,
        place: "村委会至三组".to_owned(),
        reason: "材料涨价".to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    }
}

/// Each department, how it stands, and whether it said so too late.
pub(crate) fn stands(matter: &pb::Matter) -> Vec<String> {
    let opinions = matter.alignment.iter().flat_map(|asked| &asked.opinions);
    let tell = |opinion: &pb::Opinion| {
        let stand = opinion.stand().as_str_name().trim_start_matches("OPINION_STAND_");
        let late = if opinion.late { " late" } else { "" };
        format!("{} {stand}{late}", opinion.department)
    };
    opinions.map(tell).collect()
}

pub(crate) fn asked(page: &pb::ListOpinionsResponse) -> Vec<&str> {
    page.matters.iter().map(|one| &*one.matter.as_ref().unwrap().name).collect()
}

fn money<E: Engine>(node: &Sandbox<E>, county: UnitCode) -> FundingServiceClient<Signed> {
    let officer = Signature::of(&as_caller(county, Role::Officer));
    FundingServiceClient::with_interceptor(node.channel(), officer)
}

/// A channel of a county, with so much in it.
pub(crate) async fn channel<E: Engine>(node: &Sandbox<E>, county: UnitCode, amount_fen: i64) -> String {
    let channel = funding::Channel {
        title: "乡村振兴补助资金".to_owned(),
        kind: funding::ChannelKind::Livelihood as i32,
        year: 2022,
        remainder: funding::Remainder::Lapse as i32,
        ..funding::Channel::default()
    };
    let (parent, request_id) = (format!("units/{county}"), fresh_id());
    let mut office = money(node, county);
    let open = funding::OpenChannelRequest { parent, channel: Some(channel), request_id };
    let name = done(office.open_channel(open).await).name;
    let (parent, document_sha256, request_id) = (name.clone(), vec![9; 32], fresh_id());
    let ask = funding::ReceiveBudgetRequest { parent, amount_fen, document_sha256, request_id };
    done(office.receive_budget(ask).await);
    name
}

pub(crate) async fn commit<E: Engine>(
    node: &Sandbox<E>,
    county: UnitCode,
    matter: &str,
    channel: &str,
    amount_fen: i64,
) -> Result<Response<funding::MatterFunding>, Status> {
    let lines = vec![funding::ChannelAmount { channel: channel.to_owned(), amount_fen }];
    let (matter, request_id, etag) = (matter.to_owned(), fresh_id(), String::new());
    let ask = funding::CommitFundsRequest { matter, lines, request_id, etag };
    money(node, county).commit_funds(ask).await
}

/// Why no money was committed, and who has yet to agree, if that is why.
pub(crate) fn why(answer: Result<Response<funding::MatterFunding>, Status>) -> String {
    let told = answer.unwrap_err().get_details_error_info().unwrap();
    match told.metadata.get("departments") {
        Some(departments) => format!("{}: {departments}", told.reason),
        None => told.reason,
    }
}

/// Who has yet to agree, as funding tells it.
pub(crate) async fn outstanding<E: Engine>(node: &Sandbox<E>, matter: &str) -> Vec<String> {
    let register: &Register = &node.register;
    let village = matter.split('/').nth(1).unwrap().parse().unwrap();
    let county = register.ancestor_at(village, Level::County).unwrap();
    let ask = funding::GetMatterFundingRequest { matter: matter.to_owned() };
    done(money(node, county).get_matter_funding(ask).await).outstanding_departments
}
