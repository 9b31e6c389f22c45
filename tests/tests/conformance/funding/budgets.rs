//! Channels open, money comes in from outside, and lapses when its year is over.

use prost::Message;
use tokio::task::JoinSet;
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Wire};

use super::asks::{earmarked, lapse, of_rewards, of_year, only_in, open, plain, receive};
use super::transfers::passed_down;
use super::{CITY, COUNTY, Funding, MILLION, OTHER_COUNTY, TOWNSHIP, funded, nowhere, opened};
use crate::cases::{Cases as _, Ready, Refused, Who};
use crate::walk::NOWHERE;

/// Channels that a unit may open for a year.
const CHANNELS_MAX: usize = 1000;
/// The most that comes in at once, in fen.
const RECEIPT_MAX: i64 = 1_000_000_000_000_000;
/// How many write receipts at a time.
const CLERKS: usize = 32;

/// Channels whose money lapses, from the year before that of the matters: each got money while it could.
pub(super) struct LastYear {
    /// One of the city's.
    pub(super) city: String,
    /// One of the county's.
    pub(super) county: String,
    /// Another of the city's, whose money the county has.
    pub(super) passed_down: String,
    /// Another of the county's, whose money nobody wants any more.
    spare: String,
}

impl LastYear {
    /// Comes before the year is over: after it there would be no money to speak of.
    pub(super) async fn begin<E: Engine>(sandbox: &Sandbox<E>) -> Self {
        Self {
            city: funded(sandbox, CITY, of_year(2021), MILLION).await,
            county: funded(sandbox, COUNTY, of_year(2021), 1_000 * MILLION).await,
            passed_down: passed_down(sandbox, of_year(2021)).await,
            spare: funded(sandbox, COUNTY, of_year(2021), MILLION).await,
        }
    }

    pub(super) fn lapsed(&self) -> Ready {
        Ready::new(Who::officer(COUNTY), &lapse(COUNTY, &self.spare))
    }
}

pub(super) async fn channels_refused<E: Engine>(sandbox: &Sandbox<E>) -> Vec<Refused> {
    for _ in 0..CHANNELS_MAX {
        opened(sandbox, OTHER_COUNTY, plain()).await;
    }
    let reward = pb::Channel { earmark: earmarked().earmark, ..of_rewards(2022) };
    let (county, township) = (Who::officer(COUNTY), Who::officer(TOWNSHIP));
    let outside =
        |area| Refused::wrong(county, "channel.earmark.area", &open(COUNTY, only_in(plain(), area)));
    vec![
        Refused::new(Who::officer(OTHER_COUNTY), "TOO_MANY_CHANNELS", &open(OTHER_COUNTY, plain())),
        Refused::wrong(township, "parent", &open(TOWNSHIP, plain())),
        outside(OTHER_COUNTY),
        outside(CITY),
        outside(NOWHERE),
        Refused::wrong(county, "channel.earmark", &open(COUNTY, reward)),
    ]
}

pub(super) async fn received<E: Engine>(sandbox: &Sandbox<E>) -> Ready {
    let channel = opened(sandbox, COUNTY, plain()).await;
    Ready::new(Who::officer(COUNTY), &receive(&channel, MILLION)).of("CHANNEL_NOT_FOUND", &[])
}

pub(super) async fn receipts_refused<E: Engine>(sandbox: &Sandbox<E>, last_year: &LastYear) -> Vec<Refused> {
    let full = opened(sandbox, COUNTY, plain()).await;
    fill(sandbox, COUNTY, &full).await;
    let no = |reason, channel: &str, fen| Refused::new(Who::officer(COUNTY), reason, &receive(channel, fen));
    vec![
        no("YEAR_OVER", &last_year.county, MILLION),
        no("SUM_TOO_LARGE", &full, 1),
        no("SUM_TOO_LARGE", &full, RECEIPT_MAX),
    ]
}

/// Not a fen more can be counted in this channel after that.
async fn fill<E: Engine>(sandbox: &Sandbox<E>, owner: UnitCode, channel: &str) {
    let most = usize::try_from(i64::MAX / RECEIPT_MAX).expect("some thousands");
    let mut receipts = vec![RECEIPT_MAX; most];
    receipts.push(i64::MAX % RECEIPT_MAX);
    let wire = Wire::on(sandbox.channel());
    let mut clerks = JoinSet::new();
    for pile in receipts.chunks(receipts.len().div_ceil(CLERKS)) {
        let requests: Vec<Vec<u8>> = pile.iter().map(|fen| receive(channel, *fen).encode_to_vec()).collect();
        let (wire, caller) = (wire.clone(), Who::officer(owner).metadata());
        clerks.spawn(async move {
            for request in requests {
                let received =
                    wire.call(&format!("{}/ReceiveBudget", Funding::SERVICE), &caller, request).await;
                assert!(received.is_ok(), "{received:?}");
            }
        });
    }
    clerks.join_all().await;
}

pub(super) async fn lapses_refused<E: Engine>(sandbox: &Sandbox<E>) -> Vec<Refused> {
    let current = funded(sandbox, COUNTY, plain(), MILLION).await;
    let lasting = pb::Channel { remainder: pb::Remainder::CarryOver as i32, ..of_year(2021) };
    let lasting = funded(sandbox, COUNTY, lasting, MILLION).await;
    let no = |reason, channel: &str| Refused::new(Who::officer(COUNTY), reason, &lapse(COUNTY, channel));
    vec![
        no("YEAR_NOT_OVER", &current),
        no("CARRIES_OVER", &lasting),
        no("CHANNEL_NOT_FOUND", &nowhere(COUNTY)),
    ]
}
