use sha2::{Digest as _, Sha256};
use yishi_kernel::{Fen, UnitCode};
use yishi_proto::funding::v1 as pb;

use super::Session;
use crate::{
    failure::Failure,
    remote::{Caller, Funding, Remote},
    scenario::Line,
};

/// Lines of the scenario with the names that the channels were given.
pub(super) fn amounts(lines: &[Line], channels: &[String]) -> Vec<pb::ChannelAmount> {
    let amount = |line: &Line| pb::ChannelAmount {
        channel: channels[line.source].clone(),
        amount_fen: line.amount.get(),
    };
    lines.iter().map(amount).collect()
}

pub(super) async fn commit(
    node: &Remote,
    county: UnitCode,
    matter: &str,
    lines: Vec<pb::ChannelAmount>,
    request_id: String,
) -> Result<pb::MatterFunding, Failure> {
    let (matter, etag) = (matter.to_owned(), String::new());
    let request = pb::CommitFundsRequest { matter, lines, request_id, etag };
    node.ask(&Caller::officer(county), request, Funding::commit_funds).await
}

pub(super) async fn pay(
    node: &Remote,
    county: UnitCode,
    matter: &str,
    lines: Vec<pb::ChannelAmount>,
    request_id: String,
) -> Result<pb::MatterFunding, Failure> {
    let (matter, etag) = (matter.to_owned(), String::new());
    let request = pb::PayMatterRequest { matter, lines, request_id, etag };
    node.ask(&Caller::officer(county), request, Funding::pay_matter).await
}

/// Opens a channel of the topmost unit, and answers its name.
pub(super) async fn open(session: &Session<'_>, channel: pb::Channel) -> Result<String, Failure> {
    let top = session.units.top;
    let request_id = session.scenario.request(&format!("open {} {}", channel.year, channel.kind)).to_string();
    let request =
        pb::OpenChannelRequest { parent: format!("units/{top}"), channel: Some(channel), request_id };
    let opened = session.top().ask(&Caller::officer(top), request, Funding::open_channel).await?;
    Ok(opened.name)
}

/// Money from outside comes into a channel of the topmost unit.
pub(super) async fn receive(session: &Session<'_>, channel: &str, amount: Fen) -> Result<(), Failure> {
    let request_id = session.scenario.request(&format!("receive {channel}")).to_string();
    let document = format!("{channel}: {} yuan", amount.yuan());
    let request = pb::ReceiveBudgetRequest {
        parent: channel.to_owned(),
        amount_fen: amount.get(),
        document_sha256: Sha256::digest(document).to_vec(),
        request_id,
    };
    let officer = Caller::officer(session.units.top);
    session.top().ask(&officer, request, Funding::receive_budget).await.map(drop)
}

pub(super) async fn appropriate(
    session: &Session<'_>,
    from: UnitCode,
    to: UnitCode,
    amount: pb::ChannelAmount,
) -> Result<(), Failure> {
    let pb::ChannelAmount { channel, amount_fen } = amount;
    let request_id = session.scenario.request(&format!("appropriate {channel} {to}")).to_string();
    let (parent, to) = (format!("units/{from}"), format!("units/{to}"));
    let request = pb::AppropriateRequest { parent, channel, to, amount_fen, request_id };
    session.at(from).ask(&Caller::officer(from), request, Funding::appropriate).await.map(drop)
}

/// Pays a village what an order gives it.
pub(super) async fn reward(
    session: &Session<'_>,
    order: &str,
    village: String,
    channel: &str,
) -> Result<(), Failure> {
    let request_id = session.scenario.request(&format!("reward {order} {village}")).to_string();
    let parent = format!("units/{}", session.units.top);
    let (order, channel) = (order.to_owned(), channel.to_owned());
    let request = pb::PayRewardRequest { parent, order, village, channel, request_id };
    let officer = Caller::officer(session.units.top);
    session.top().ask(&officer, request, Funding::pay_reward).await.map(drop)
}
