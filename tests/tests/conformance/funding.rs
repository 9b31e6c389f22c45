//! Funding's cases: where money may come from and go to, and what the ledger has against it.
//!
//! Everything a case needs of the past is made before the first method is walked, in 2021 and the first days of 2022;
//! from then on time stands still.

mod asks;
mod budgets;
mod matters;
mod rewards;
mod transfers;

use prost::Message;
use time::macros::date;
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::Sandbox;

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};
use asks::{earmarked, open, receive};
use budgets::LastYear;
use matters::Matters;
use rewards::Order;

const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
/// The county of all matters.
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
/// Another county of the same city.
const OTHER_COUNTY: UnitCode = UnitCode::new(640_303_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();

const MILLION: i64 = 1_000_000;

pub(crate) struct Funding {
    gallery: Vec<Exhibit>,
    last_year: LastYear,
    matters: Matters,
    order: Order,
}

impl Cases for Funding {
    const SERVICE: &'static str = "yishi.funding.v1.FundingService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = &["OPEN", "SETTLED"];

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, _methods: usize) -> Self {
        let matters = Matters::begin(sandbox).await;
        let last_year = LastYear::begin(sandbox).await;
        sandbox.go_to(date!(2022 - 01 - 01)).await;
        let order = Order::confirmed(sandbox, 2021).await;
        Self { gallery: vec![matters.settled()], last_year, matters, order }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        Some(match method {
            "OpenChannel" => Ready::new(Who::officer(COUNTY), &open(COUNTY, earmarked())),
            "ReceiveBudget" => budgets::received(sandbox).await,
            "Appropriate" => transfers::appropriated(sandbox).await,
            "ReturnAppropriation" => transfers::returned(&self.last_year),
            "LapseRemainder" => self.last_year.lapsed(),
            "CommitFunds" => self.matters.committed(sandbox).await,
            "ReleaseCommitment" => self.matters.released(sandbox).await,
            "PayMatter" => self.matters.paid(sandbox).await,
            "PayReward" => self.order.paid(sandbox).await,
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        match method {
            "OpenChannel" => budgets::channels_refused(sandbox).await,
            "ReceiveBudget" => budgets::receipts_refused(sandbox, &self.last_year).await,
            "Appropriate" => transfers::appropriations_refused(sandbox, &self.last_year).await,
            "ReturnAppropriation" => transfers::returns_refused(sandbox).await,
            "LapseRemainder" => budgets::lapses_refused(sandbox).await,
            "CommitFunds" => self.matters.commitments_refused(sandbox, &self.last_year).await,
            "ReleaseCommitment" => self.matters.releases_refused(sandbox).await,
            "PayMatter" => self.matters.payments_refused(sandbox).await,
            "PayReward" => self.order.payments_refused(sandbox).await,
            _ => Vec::new(),
        }
    }
}

/// An officer of a unit does something on the way to a case.
async fn act<E: Engine, A: Message + Default>(
    sandbox: &Sandbox<E>,
    unit: UnitCode,
    method: &str,
    request: &impl Message,
) -> A {
    Funding::done(sandbox, Who::officer(unit), method, request).await
}

/// A new channel of a unit, without money; answers its name.
async fn opened<E: Engine>(sandbox: &Sandbox<E>, owner: UnitCode, channel: pb::Channel) -> String {
    let channel: pb::Channel = act(sandbox, owner, "OpenChannel", &open(owner, channel)).await;
    channel.name
}

/// A new channel of a unit, with so much money; answers its name.
async fn funded<E: Engine>(
    sandbox: &Sandbox<E>,
    owner: UnitCode,
    channel: pb::Channel,
    amount_fen: i64,
) -> String {
    let channel = opened(sandbox, owner, channel).await;
    let held: pb::Holding = act(sandbox, owner, "ReceiveBudget", &receive(&channel, amount_fen)).await;
    assert_eq!(held.free_fen, amount_fen);
    channel
}

/// A channel that nobody opened.
fn nowhere(owner: UnitCode) -> String {
    format!("units/{owner}/channels/2022-99999")
}
