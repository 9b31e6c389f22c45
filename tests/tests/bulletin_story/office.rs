//! What offices ask on the way to a bulletin.

use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_proto::appraisal::v1::appraisal_service_client::AppraisalServiceClient;
use yishi_proto::escalation::v1 as escalation;
use yishi_proto::escalation::v1::escalation_service_client::EscalationServiceClient;
use yishi_proto::funding::v1 as funding;
use yishi_proto::funding::v1::funding_service_client::FundingServiceClient;
use yishi_proto::intake::v1 as intake;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Signature, as_caller, fresh_id};

pub(crate) type Client = AppraisalServiceClient<InterceptedService<Channel, Signature>>;

fn officer(unit: UnitCode) -> Signature {
    Signature::of(&as_caller(unit, Role::Officer))
}

pub(crate) fn appraisal_at<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> Client {
    AppraisalServiceClient::with_interceptor(node.channel(), officer(unit))
}

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("an office that does everything right is not refused").into_inner()
}

/// Why something was refused.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> String {
    answer.unwrap_err().get_details_error_info().expect("every refusal has a reason").reason
}

pub(crate) fn unit(unit: UnitCode) -> String {
    format!("units/{unit}")
}

/// Of the matters of 2022.
pub(crate) fn issue(of: UnitCode, period: &str) -> pb::IssueBulletinRequest {
    let (parent, period) = (unit(of), period.to_owned());
    pb::IssueBulletinRequest { parent, year: 2022, period, request_id: fresh_id() }
}

pub(crate) async fn get(client: &mut Client, name: &str) -> pb::Bulletin {
    done(client.get_bulletin(pb::GetBulletinRequest { name: name.to_owned() }).await)
}

/// The ranks, each with which of these units has it.
pub(crate) fn ranks(bulletin: &pb::Bulletin, codes: &[UnitCode]) -> Vec<(i32, usize)> {
    let which = |row: &pb::BulletinRow| codes.iter().position(|code| unit(*code) == row.unit).unwrap();
    bulletin.ranked.iter().map(|row| (row.rank, which(row))).collect()
}

/// A village raises its matter to the unit above.
pub(crate) async fn raised<E: Engine>(node: &Sandbox<E>, village: UnitCode, matter: &str) {
    let (_, id) = matter.split_once("/matters/").unwrap();
    let name = format!("units/{village}/referrals/{village}-{id}");
    let (reason, request_id) = ("本级无力承担".to_owned(), fresh_id());
    let ask = escalation::RaiseMatterRequest { name, reason, request_id, etag: String::new() };
    let mut office = EscalationServiceClient::with_interceptor(node.channel(), officer(village));
    done(office.raise_matter(ask).await);
}

/// A county commits what a matter costs, and pays half of it.
pub(crate) async fn funded<E: Engine>(node: &Sandbox<E>, county: UnitCode, matter: &intake::Matter) {
    let mut office = FundingServiceClient::with_interceptor(node.channel(), officer(county));
    let channel = funding::Channel {
        title: "民生项目资金".to_owned(),
        kind: funding::ChannelKind::Livelihood as i32,
        year: 2022,
        remainder: funding::Remainder::Lapse as i32,
        ..funding::Channel::default()
    };
    let (parent, request_id) = (unit(county), fresh_id());
    let open = funding::OpenChannelRequest { parent, channel: Some(channel), request_id };
    let channel = done(office.open_channel(open).await).name;
    let (cost, parent, document_sha256) = (matter.cost_estimate_fen, channel.clone(), vec![9; 32]);
    let request_id = fresh_id();
    let budget = funding::ReceiveBudgetRequest { parent, amount_fen: cost, document_sha256, request_id };
    done(office.receive_budget(budget).await);
    let lines = |amount_fen| vec![funding::ChannelAmount { channel: channel.clone(), amount_fen }];
    let (name, etag, request_id) = (matter.name.clone(), String::new(), fresh_id());
    let commit = funding::CommitFundsRequest { matter: name.clone(), lines: lines(cost), request_id, etag };
    done(office.commit_funds(commit).await);
    let (etag, request_id) = (String::new(), fresh_id());
    let pay = funding::PayMatterRequest { matter: name, lines: lines(cost / 2), request_id, etag };
    done(office.pay_matter(pay).await);
}
