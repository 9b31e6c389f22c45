//! What offices ask at their own nodes, and what must be equal everywhere.

use std::collections::BTreeMap;

use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use yishi_kernel::UnitCode;
use yishi_proto::escalation::v1 as escalation;
use yishi_proto::escalation::v1::escalation_service_client::EscalationServiceClient;
use yishi_proto::funding::v1 as funding;
use yishi_proto::funding::v1::funding_service_client::FundingServiceClient;
use yishi_proto::intake::v1::dossier_service_client::DossierServiceClient;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_store::journal::Hash;
use yishi_tests::federation::Federation;
use yishi_tests::sandbox::{Sandbox, Signature, as_caller, fresh_id};

type Signed = InterceptedService<Channel, Signature>;

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("an office that does everything right is not refused").into_inner()
}

pub(crate) fn escalation_at<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> EscalationServiceClient<Signed> {
    let officer = Signature::of(&as_caller(unit, Role::Officer));
    EscalationServiceClient::with_interceptor(node.channel(), officer)
}

pub(crate) fn dossiers_at<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> DossierServiceClient<Signed> {
    let officer = Signature::of(&as_caller(unit, Role::Officer));
    DossierServiceClient::with_interceptor(node.channel(), officer)
}

pub(crate) fn funding_at<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> FundingServiceClient<Signed> {
    let officer = Signature::of(&as_caller(unit, Role::Officer));
    FundingServiceClient::with_interceptor(node.channel(), officer)
}

/// What a unit knows of a matter.
pub(crate) fn referral(unit: UnitCode, matter: &str) -> String {
    let (village, id) = matter["villages/".len()..].split_once("/matters/").unwrap();
    format!("units/{unit}/referrals/{village}-{id}")
}

pub(crate) fn raise(name: &str) -> escalation::RaiseMatterRequest {
    let (name, reason) = (name.to_owned(), "本级无力承担".to_owned());
    escalation::RaiseMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn accept(name: &str) -> escalation::AcceptReferralRequest {
    escalation::AcceptReferralRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
}

pub(crate) fn give_back(name: &str) -> escalation::ReturnReferralRequest {
    let (name, reason) = (name.to_owned(), "应由本级办理".to_owned());
    escalation::ReturnReferralRequest { name, reason, request_id: fresh_id(), etag: String::new() }
}

/// Opens a channel of a unit, with so much in it.
pub(crate) async fn channel<E: Engine>(node: &Sandbox<E>, owner: UnitCode, amount_fen: i64) -> String {
    let channel = funding::Channel {
        title: "乡村振兴补助资金".to_owned(),
        kind: funding::ChannelKind::Livelihood as i32,
        year: 2022,
        remainder: funding::Remainder::Lapse as i32,
        ..funding::Channel::default()
    };
    let (parent, request_id) = (format!("units/{owner}"), fresh_id());
    let mut office = funding_at(node, owner);
    let open = funding::OpenChannelRequest { parent, channel: Some(channel), request_id };
    let channel = done(office.open_channel(open).await).name;
    let (parent, document_sha256, request_id) = (channel.clone(), vec![9; 32], fresh_id());
    done(
        office
            .receive_budget(funding::ReceiveBudgetRequest { parent, amount_fen, document_sha256, request_id })
            .await,
    );
    channel
}

pub(crate) async fn appropriated<E: Engine>(
    node: &Sandbox<E>,
    from: UnitCode,
    channel: &str,
    to: UnitCode,
    amount_fen: i64,
) {
    let (parent, channel, to) = (format!("units/{from}"), channel.to_owned(), format!("units/{to}"));
    let ask = funding::AppropriateRequest { parent, channel, to, amount_fen, request_id: fresh_id() };
    done(funding_at(node, from).appropriate(ask).await);
}

fn lines(channel: &str, amount_fen: i64) -> Vec<funding::ChannelAmount> {
    vec![funding::ChannelAmount { channel: channel.to_owned(), amount_fen }]
}

pub(crate) async fn committed<E: Engine>(
    node: &Sandbox<E>,
    county: UnitCode,
    matter: &str,
    channel: &str,
    fen: i64,
) {
    let (matter, lines, request_id) = (matter.to_owned(), lines(channel, fen), fresh_id());
    let ask = funding::CommitFundsRequest { matter, lines, request_id, etag: String::new() };
    done(funding_at(node, county).commit_funds(ask).await);
}

pub(crate) async fn paid<E: Engine>(
    node: &Sandbox<E>,
    county: UnitCode,
    matter: &str,
    channel: &str,
    fen: i64,
) {
    let (matter, lines, request_id) = (matter.to_owned(), lines(channel, fen), fresh_id());
    let ask = funding::PayMatterRequest { matter, lines, request_id, etag: String::new() };
    done(funding_at(node, county).pay_matter(ask).await);
}

/// Every journal is whole, and every copy of it is the same to the byte; answers how many entries units wrote in all.
pub(crate) async fn copies_are_equal<E: Engine>(federation: &Federation<E>) -> usize {
    let mut written = 0;
    for service in ["intake", "escalation", "funding", "appraisal"] {
        let mut journals: BTreeMap<(UnitCode, i64), (Hash, Hash, Vec<u8>)> = BTreeMap::new();
        for (node_unit, node) in federation.nodes() {
            let mut last: BTreeMap<UnitCode, i64> = BTreeMap::new();
            for stored in node.books(service).await.entries().await {
                let entry = stored.entry;
                if !stored.letter {
                    let seq = last.entry(entry.unit).or_insert(0);
                    *seq += 1;
                    assert_eq!(entry.seq, *seq, "{service} of {} at {node_unit}", entry.unit);
                }
                let told = (stored.entry_hash, stored.chain, entry.payload);
                let known = journals.entry((entry.unit, entry.seq)).or_insert_with(|| told.clone());
                assert_eq!(*known, told, "{service}: entry {} of {} at {node_unit}", entry.seq, entry.unit);
            }
        }
        written += journals.len();
    }
    for (_, node) in federation.nodes() {
        node.verified().await;
    }
    written
}
