//! Each request: which unit it is about, and which command it becomes.

use yishi_funding_domain::{Act, ChannelId, Command, TransferId, limits};
use yishi_kernel::{Level, MatterId, Register, RequestId, UnitCode};
use yishi_proto::funding::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;

use crate::model::{Funding, Task};

use super::fields::{amount, amounts, seen};
use super::names::{channel_name, county, county_of, unit_of};

mod open;
#[cfg(test)]
mod tests;

pub(crate) use open::CHANNEL_KINDS;

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident, $register:ident| $subject:expr;)*) => {$(
        impl Subject<Funding> for pb::$request {
            const RPC: &'static str = concat!("yishi.funding.v1.FundingService/", $rpc);
            fn subject(&self, $register: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    OpenChannelRequest, "OpenChannel", |r, _register| unit_of("units", &r.parent);
    ReceiveBudgetRequest, "ReceiveBudget", |r, _register| owner(&r.parent);
    AppropriateRequest, "Appropriate", |r, _register| unit_of("units", &r.parent);
    ReturnAppropriationRequest, "ReturnAppropriation", |r, _register| unit_of("units", &r.parent);
    LapseRemainderRequest, "LapseRemainder", |r, _register| unit_of("units", &r.parent);
    CommitFundsRequest, "CommitFunds", |r, register| county_of(register, &r.matter);
    ReleaseCommitmentRequest, "ReleaseCommitment", |r, register| county_of(register, &r.matter);
    PayMatterRequest, "PayMatter", |r, register| county_of(register, &r.matter);
    PayRewardRequest, "PayReward", |r, _register| unit_of("units", &r.parent);
    GetChannelRequest, "GetChannel", |r, _register| owner(&r.name);
    ListChannelsRequest, "ListChannels", |r, _register| unit_of("units", &r.parent);
    GetTransferRequest, "GetTransfer", |r, _register| r.name.parse().ok().map(|id: TransferId| id.from);
    GetLedgerRequest, "GetLedger", |r, _register| unit_of("units", &r.unit);
    GetMatterFundingRequest, "GetMatterFunding", |r, _register| r.matter.parse().ok().map(|id: MatterId| id.village);
    GetInvestmentReportRequest, "GetInvestmentReport", |r, _register| unit_of("units", &r.unit);
    ListPostingsRequest, "ListPostings", |r, _register| unit_of("units", &r.parent);
}

fn owner(channel: &str) -> Option<UnitCode> {
    channel.parse().ok().map(|id: ChannelId| id.owner)
}

/// Everything wrong with the fields at once, or the command under its request id.
fn asked(
    check: Checker,
    request_id: Option<RequestId>,
    command: impl FnOnce() -> Option<Command>,
) -> Result<(RequestId, Task), Failure> {
    check.finish(|| Some((request_id?, Task::Asked(command()?))))
}

impl Mutation<Funding> for pb::OpenChannelRequest {
    type Answer = pb::Channel;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let owner = check.unit_name("parent", "units", &self.parent);
        let told = self.channel.clone().unwrap_or_default();
        let year = check.year("channel.year", told.year);
        let terms = open::terms(&mut check, owner, &told);
        let request_id = check.request_id("request_id", &self.request_id);
        asked(check, request_id, || Some(Command::Open { owner: owner?, year: year?, terms: terms? }))
    }
}

impl Mutation<Funding> for pb::ReceiveBudgetRequest {
    type Answer = pb::Holding;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let channel = channel_name(&mut check, "parent", &self.parent);
        let amount = amount(&mut check, "amount_fen", self.amount_fen);
        let document = check.sha256("document_sha256", &self.document_sha256);
        let request_id = check.request_id("request_id", &self.request_id);
        asked(check, request_id, || {
            Some(Command::Receive { channel: channel?, amount: amount?, document_sha256: document? })
        })
    }
}

impl Mutation<Funding> for pb::AppropriateRequest {
    type Answer = pb::Transfer;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let from = check.unit_name("parent", "units", &self.parent);
        let channel = channel_name(&mut check, "channel", &self.channel);
        let to = check.unit_name("to", "units", &self.to);
        let amount = amount(&mut check, "amount_fen", self.amount_fen);
        let request_id = check.request_id("request_id", &self.request_id);
        asked(check, request_id, || {
            Some(Command::Appropriate { from: from?, channel: channel?, to: to?, amount: amount? })
        })
    }
}

impl Mutation<Funding> for pb::ReturnAppropriationRequest {
    type Answer = pb::Transfer;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let from = check.unit_name("parent", "units", &self.parent);
        let channel = channel_name(&mut check, "channel", &self.channel);
        let amount = amount(&mut check, "amount_fen", self.amount_fen);
        let request_id = check.request_id("request_id", &self.request_id);
        asked(check, request_id, || Some(Command::Return { from: from?, channel: channel?, amount: amount? }))
    }
}

impl Mutation<Funding> for pb::LapseRemainderRequest {
    type Answer = pb::Holding;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let holder = check.unit_name("parent", "units", &self.parent);
        let channel = channel_name(&mut check, "channel", &self.channel);
        let request_id = check.request_id("request_id", &self.request_id);
        asked(check, request_id, || Some(Command::Lapse { holder: holder?, channel: channel? }))
    }
}

/// What a county does with the money of a matter says in the same four fields of which, how much, once, and since when.
macro_rules! funds {
    ($($request:ident: |$this:ident, $check:ident, $amounts:ident| $act:expr;)*) => {$(
        impl Mutation<Funding> for pb::$request {
            type Answer = pb::MatterFunding;

            fn command(&self, _caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
                let ($this, mut checker) = (self, Checker::default());
                let matter = checker.matter("matter", &self.matter);
                let $amounts = amounts(&mut checker, &self.lines);
                let act = { let $check = &mut checker; $act };
                let request_id = checker.request_id("request_id", &self.request_id);
                let version = seen(&mut checker, &self.etag);
                asked(checker, request_id, || {
                    let county = county(register, matter?.village);
                    Some(Command::Fund { county, matter: matter?, version: version?, act: act? })
                })
            }
        }
    )*};
}

funds! {
    CommitFundsRequest: |_r, _check, amounts| amounts.map(Act::Commit);
    ReleaseCommitmentRequest: |r, check, amounts| {
        let reason = check.required_text("reason", &r.reason, limits::REASON_CHARS);
        amounts.zip(reason).map(|(amounts, reason)| Act::Release { amounts, reason })
    };
    PayMatterRequest: |_r, _check, amounts| amounts.map(Act::Pay);
}

impl Mutation<Funding> for pb::PayRewardRequest {
    type Answer = pb::Reward;

    fn command(&self, _caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let payer = check.unit_name("parent", "units", &self.parent);
        let order = self.order.parse().ok();
        if order.is_none() {
            check.refuse(
                "order",
                "应原样填写考评给出的奖补令编号，如 units/640000000000/rewardLists/2022",
                "copy the order's id as the appraisal gave it, as in units/640000000000/rewardLists/2022",
            );
        }
        let village = check.unit_name("village", "villages", &self.village);
        if village.is_some_and(|unit| register.level(unit) != Some(Level::Village)) {
            check.refuse("village", "应为行政村的代码", "write the code of a village");
        }
        let channel = channel_name(&mut check, "channel", &self.channel);
        let request_id = check.request_id("request_id", &self.request_id);
        asked(check, request_id, || {
            Some(Command::PayReward { payer: payer?, order: order?, village: village?, channel: channel? })
        })
    }
}
