//! Writing what a batch changed, each row once.

use prost::Message;
use serde::Serialize;
use yishi_funding_domain::{Balance, Channel, ChannelId, Key, Reward};
use yishi_kernel::{Fen, UnitCode};
use yishi_store::{Engine, Rows, StoreError, args, hex};

use super::rows::corrupt;
use super::{Working, number, statements as sql};
use crate::convert;

#[derive(Serialize)]
struct ChannelRow {
    unit: i64,
    year: u16,
    ordinal: u32,
    kind: i32,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct AccountRow {
    unit: i64,
    owner: i64,
    year: u16,
    ordinal: u32,
    received_fen: Fen,
    free_fen: Fen,
    committed_fen: Fen,
    paid_fen: Fen,
    in_transit_fen: Fen,
    passed_down_fen: Fen,
    returned_up_fen: Fen,
    lapsed_fen: Fen,
}

#[derive(Serialize)]
struct BookRow {
    unit: i64,
    year: u16,
    channels: u32,
    transfers: u32,
    answered: u32,
    settled: u8,
}

#[derive(Serialize)]
struct TransferRow {
    unit: i64,
    sender: i64,
    year: u16,
    ordinal: u32,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct MatterRow {
    unit: i64,
    year: u16,
    ordinal: u32,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct RewardRow<'a> {
    unit: i64,
    order_id: &'a str,
    payer: i64,
    amount_fen: Fen,
    channel_owner: Option<i64>,
    channel_year: Option<u16>,
    channel_ordinal: Option<u32>,
    paid_us: Option<i64>,
}

/// The rows to be written, by table.
#[derive(Default)]
struct Changed {
    channels: Rows,
    accounts: Rows,
    books: Rows,
    transfers: Rows,
    matters: Rows,
    rewards: Rows,
}

/// Writes every touched row from its final state.
pub(crate) async fn save<E: Engine>(conn: &mut E::Connection, working: &Working) -> Result<(), StoreError> {
    let mut changed = Changed::default();
    for key in &working.touched {
        let added = changed.add(working, key)?;
        added.ok_or_else(|| corrupt("working set", format!("{key:?} was touched and is not there")))?;
    }
    for (statement, rows) in [
        (sql::CHANNEL_INSERT, changed.channels),
        (sql::ACCOUNT_UPSERT, changed.accounts),
        (sql::BOOK_UPSERT, changed.books),
        (sql::TRANSFER_UPSERT, changed.transfers),
        (sql::MATTER_UPSERT, changed.matters),
        (sql::REWARD_UPSERT, changed.rewards),
        (sql::TALLY_ADD, working.tally.rows()?),
    ] {
        if !rows.is_empty() {
            E::execute(conn, statement, args![E; rows.bind()?]).await?;
        }
    }
    Ok(())
}

impl Changed {
    /// None if what was touched is not in the working set.
    fn add(&mut self, working: &Working, key: &Key) -> Result<Option<()>, StoreError> {
        let world = &working.world;
        match key {
            Key::Channel(id) => {
                let Some(channel) = world.channel(*id) else { return Ok(None) };
                self.channels.add(&channel_row(channel))?;
            }
            Key::Account(holder, id) => {
                self.accounts.add(&account_row(*holder, *id, world.account(*holder, *id)))?;
            }
            Key::Book(unit, year) => {
                let used = world.book(*unit, *year);
                self.books.add(&BookRow {
                    unit: number(*unit),
                    year: year.get(),
                    channels: used.channels,
                    transfers: used.transfers,
                    answered: used.answered,
                    settled: used.settled.into(),
                })?;
            }
            Key::Transfer(seen_by, id) => {
                let Some(view) = world.transfer(*seen_by, *id) else { return Ok(None) };
                self.transfers.add(&TransferRow {
                    unit: number(*seen_by),
                    sender: number(id.from),
                    year: id.year.get(),
                    ordinal: id.ordinal,
                    record: convert::transfer(view).encode_to_vec(),
                })?;
            }
            Key::Matter(id) => {
                let Some(matter) = world.matter(*id) else { return Ok(None) };
                self.matters.add(&MatterRow {
                    unit: number(id.village),
                    year: id.year.get(),
                    ordinal: id.ordinal,
                    record: convert::matter(matter).encode_to_vec(),
                })?;
            }
            // Read, and never written: what they are made of is.
            Key::Accounts(..) | Key::Matters(..) => {}
            Key::Reward(order, village) => {
                let Some(reward) = world.reward(order, *village) else { return Ok(None) };
                self.rewards.add(&reward_row(reward))?;
            }
        }
        Ok(Some(()))
    }
}

fn channel_row(channel: &Channel) -> ChannelRow {
    ChannelRow {
        unit: number(channel.id.owner),
        year: channel.id.year.get(),
        ordinal: channel.id.ordinal,
        kind: convert::kind(channel.terms.kind) as i32,
        record: convert::channel(channel).encode_to_vec(),
    }
}

fn account_row(holder: UnitCode, channel: ChannelId, balance: Balance) -> AccountRow {
    AccountRow {
        unit: number(holder),
        owner: number(channel.owner),
        year: channel.year.get(),
        ordinal: channel.ordinal,
        received_fen: balance.received,
        free_fen: balance.free,
        committed_fen: balance.committed,
        paid_fen: balance.paid,
        in_transit_fen: balance.in_transit,
        passed_down_fen: balance.passed_down,
        returned_up_fen: balance.returned_up,
        lapsed_fen: balance.lapsed,
    }
}

fn reward_row(reward: &Reward) -> RewardRow<'_> {
    let channel = reward.paid.map(|(channel, _)| channel);
    RewardRow {
        unit: number(reward.village),
        order_id: reward.order.as_str(),
        payer: number(reward.payer),
        amount_fen: reward.amount.fen(),
        channel_owner: channel.map(|channel| number(channel.owner)),
        channel_year: channel.map(|channel| channel.year.get()),
        channel_ordinal: channel.map(|channel| channel.ordinal),
        paid_us: reward.paid.map(|(_, at)| at.as_micros()),
    }
}
