//! Sums of investment and rewards.

use std::collections::BTreeMap;

use yishi_funding_domain::ChannelId;
use yishi_kernel::{Level, UnitCode, Year};
use yishi_proto::funding::v1 as pb;
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::load::{KeyRow, fetch};
use super::rows::{corrupt, get, record};
use super::{number, statements as sql};
use crate::convert;

/// So many of something, and their money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) number: i64,
    pub(crate) committed_fen: i64,
    pub(crate) paid_fen: i64,
}

/// Sums by the numbers of categories and of kinds of channels. Rewards are counted under their kind.
#[derive(Debug, Default)]
pub(crate) struct Investment {
    pub(crate) by_category: BTreeMap<i32, Sum>,
    pub(crate) by_kind: BTreeMap<i32, Sum>,
}

impl Sum {
    /// None if that is larger than can be counted.
    pub(crate) fn add(&mut self, other: Self) -> Option<()> {
        self.number = self.number.checked_add(other.number)?;
        self.committed_fen = self.committed_fen.checked_add(other.committed_fen)?;
        self.paid_fen = self.paid_fen.checked_add(other.paid_fen)?;
        Some(())
    }
}

/// From the counters for a county and above; a township's and a village's few matters are summed as they are.
pub(crate) async fn report<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    unit: UnitCode,
    year: Option<Year>,
) -> Result<Investment, StoreError> {
    let of_year = year;
    let year = year.map(|year| i64::from(year.get()));
    if house.register.level(unit).is_some_and(|level| level >= Level::County) {
        counted::<E>(conn, unit, year).await
    } else {
        let is_village = |unit: &UnitCode| house.register.level(*unit) == Some(Level::Village);
        let below = || house.register.subtree(unit).into_iter().filter(is_village).collect();
        let villages = of_year.map_or_else(below, |year| house.counted(unit, year));
        summed::<E>(conn, Rows::of(villages.into_iter().map(KeyRow::unit))?, year).await
    }
}

async fn counted<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
    year: Option<i64>,
) -> Result<Investment, StoreError> {
    const TABLE: &str = "tally";
    let mut investment = Investment::default();
    for row in &E::fetch(conn, sql::TALLY_REPORT, args![E; number(unit), year]).await? {
        let sum = Sum {
            number: col::<E, _>(row, "number")?,
            committed_fen: col::<E, _>(row, "committed_fen")?,
            paid_fen: col::<E, _>(row, "paid_fen")?,
        };
        match (get::<E, i32>(TABLE, row, "category")?, get::<E, i32>(TABLE, row, "kind")?) {
            (0, kind) => investment.by_kind.insert(kind, sum),
            (category, _) => investment.by_category.insert(category, sum),
        };
    }
    Ok(investment)
}

async fn summed<E: Engine>(
    conn: &mut E::Connection,
    villages: Rows,
    year: Option<i64>,
) -> Result<Investment, StoreError> {
    const TABLE: &str = "matter";
    let too_much = || corrupt(TABLE, "the sum of a few villages is larger than can be counted");
    let mut investment = Investment::default();
    let mut shares: BTreeMap<ChannelId, Sum> = BTreeMap::new();
    // One statement for both, so that the report is of one instant.
    for row in &E::fetch(conn, sql::INVESTMENT_BELOW, args![E; villages.bind()?, year]).await? {
        if let Some(paid_fen) = col::<E, Option<i64>>(row, "reward_fen")? {
            let rewards = investment.by_kind.entry(pb::ChannelKind::Reward as i32).or_default();
            rewards.add(Sum { number: 1, committed_fen: 0, paid_fen }).ok_or_else(too_much)?;
            continue;
        }
        let matter: pb::MatterFunding = record::<E, _>(TABLE, row)?;
        if matter.committed_unpaid_fen == 0 && matter.paid_fen == 0 {
            continue;
        }
        let sum = Sum { number: 1, committed_fen: matter.committed_unpaid_fen, paid_fen: matter.paid_fen };
        investment.by_category.entry(matter.category).or_default().add(sum).ok_or_else(too_much)?;
        for share in &matter.shares {
            let channel = share.channel.parse().map_err(|_| corrupt(TABLE, format!("{share:?}")))?;
            let sum = Sum { number: 0, committed_fen: share.committed_unpaid_fen, paid_fen: share.paid_fen };
            shares.entry(channel).or_default().add(sum).ok_or_else(too_much)?;
        }
    }
    // What a channel is never changes, so it may be asked later.
    let channels = Rows::of(shares.keys().map(|id| KeyRow::channel(*id)))?;
    for row in &fetch::<E>(conn, sql::CHANNEL_FIND, channels).await? {
        let channel = convert::channel_from(&record::<E, _>("channel", row)?);
        let channel = channel.map_err(|problem| corrupt("channel", problem))?;
        let kind = convert::kind(channel.terms.kind) as i32;
        let sum = shares.remove(&channel.id).unwrap_or_default();
        investment.by_kind.entry(kind).or_default().add(sum).ok_or_else(too_much)?;
    }
    match shares.first_key_value() {
        None => Ok(investment),
        Some((channel, _)) => Err(corrupt("channel", format!("{channel} has money and is not there"))),
    }
}
