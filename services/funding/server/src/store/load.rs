//! Reading what a batch of commands must see: one query a table.

use serde::Serialize;
use yishi_funding_domain::{Book, ChannelId, Key, OrderId, TransferId};
use yishi_kernel::{Level, MatterId, Register, UnitCode, Year};
use yishi_proto::funding::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args};

use super::rows::{Held, corrupt, get, held, record, reward, unit, year};
use super::{Working, number, statements as sql};
use crate::convert;

/// A key of any of the tables; each has its own part of it.
#[derive(Default, Serialize)]
pub(super) struct KeyRow<'a> {
    pub(super) unit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) year: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ordinal: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order_id: Option<&'a str>,
}

impl<'a> KeyRow<'a> {
    pub(super) fn channel(id: ChannelId) -> Self {
        Self { year: Some(id.year.get()), ordinal: Some(id.ordinal), ..Self::unit(id.owner) }
    }

    pub(super) fn account(holder: UnitCode, id: ChannelId) -> Self {
        Self { unit: number(holder), owner: Some(number(id.owner)), ..Self::channel(id) }
    }

    fn book(unit: UnitCode, year: Year) -> Self {
        Self { year: Some(year.get()), ..Self::unit(unit) }
    }

    /// A transfer is of its sender, as a channel is of its owner.
    pub(super) fn transfer(seen_by: UnitCode, id: TransferId) -> Self {
        let TransferId { from: owner, year, ordinal } = id;
        Self::account(seen_by, ChannelId { owner, year, ordinal })
    }

    pub(super) fn matter(id: MatterId) -> Self {
        let MatterId { village: owner, year, ordinal } = id;
        Self::channel(ChannelId { owner, year, ordinal })
    }

    fn reward(order: &'a OrderId, village: UnitCode) -> Self {
        Self { order_id: Some(order.as_str()), ..Self::unit(village) }
    }

    pub(super) fn unit(unit: UnitCode) -> Self {
        Self { unit: number(unit), ..Self::default() }
    }
}

/// The rows to ask for, by table.
#[derive(Default)]
struct Wanted {
    channels: Rows,
    accounts: Rows,
    books: Rows,
    transfers: Rows,
    matters: Rows,
    rewards: Rows,
    years_accounts: Rows,
    years_matters: Rows,
}

impl Wanted {
    fn add(&mut self, register: &Register, key: &Key) -> Result<(), StoreError> {
        match key {
            Key::Channel(id) => self.channels.add(&KeyRow::channel(*id)),
            Key::Account(holder, id) => self.accounts.add(&KeyRow::account(*holder, *id)),
            Key::Book(unit, year) => self.books.add(&KeyRow::book(*unit, *year)),
            Key::Transfer(seen_by, id) => self.transfers.add(&KeyRow::transfer(*seen_by, *id)),
            Key::Matter(id) => self.matters.add(&KeyRow::matter(*id)),
            Key::Reward(order, village) => self.rewards.add(&KeyRow::reward(order, *village)),
            Key::Accounts(holder, year) => self.years_accounts.add(&KeyRow::book(*holder, *year)),
            // Only counties have matters of their own.
            Key::Matters(county, _) if register.level(*county) != Some(Level::County) => Ok(()),
            Key::Matters(county, year) => {
                let units = register.subtree(*county).into_iter();
                let mut villages = units.filter(|unit| register.level(*unit) == Some(Level::Village));
                villages.try_for_each(|village| self.years_matters.add(&KeyRow::book(village, *year)))
            }
        }
    }
}

/// Adds what these keys name to the working set.
pub(crate) async fn load<E: Engine>(
    conn: &mut E::Connection,
    register: &Register,
    working: &mut Working,
    mut keys: Vec<Key>,
) -> Result<(), StoreError> {
    keys.sort_unstable();
    keys.dedup();
    let mut wanted = Wanted::default();
    keys.iter().try_for_each(|key| wanted.add(register, key))?;
    let world = &mut working.world;
    for row in fetch::<E>(conn, sql::CHANNEL_FIND, wanted.channels).await? {
        let channel = convert::channel_from(&record::<E, pb::Channel>("channel", &row)?);
        world.put_channel(channel.map_err(|problem| corrupt("channel", problem))?);
    }
    for (statement, keys) in
        [(sql::ACCOUNT_FIND, wanted.accounts), (sql::ACCOUNT_OF_YEAR, wanted.years_accounts)]
    {
        for row in fetch::<E>(conn, statement, keys).await? {
            let Held { holder, channel, kind, balance } = held::<E>(&row)?;
            world.put_account(holder, channel, balance);
            working.kinds.insert(channel, kind);
        }
    }
    for row in fetch::<E>(conn, sql::BOOK_FIND, wanted.books).await? {
        let (channels, transfers) =
            (get::<E, _>("book", &row, "channels")?, get::<E, _>("book", &row, "transfers")?);
        let (unit, year) = (unit::<E>("book", &row, "unit")?, year::<E>("book", &row, "year")?);
        let answered = get::<E, _>("book", &row, "answered")?;
        let settled = get::<E, u8>("book", &row, "settled")? != 0;
        world.put_book(unit, year, Book { channels, transfers, answered, settled });
    }
    for row in fetch::<E>(conn, sql::TRANSFER_FIND, wanted.transfers).await? {
        let view = convert::transfer_from(&record::<E, pb::Transfer>("transfer", &row)?);
        let seen_by = unit::<E>("transfer", &row, "unit")?;
        world.put_transfer(seen_by, view.map_err(|problem| corrupt("transfer", problem))?);
    }
    for (statement, keys) in [(sql::MATTER_FIND, wanted.matters), (sql::MATTER_OF_YEAR, wanted.years_matters)]
    {
        for row in fetch::<E>(conn, statement, keys).await? {
            let matter = convert::matter_from(&record::<E, pb::MatterFunding>("matter", &row)?);
            world.put_matter(matter.map_err(|problem| corrupt("matter", problem))?);
        }
    }
    for row in fetch::<E>(conn, sql::REWARD_FIND, wanted.rewards).await? {
        world.put_reward(reward::<E>(&row)?);
    }
    Ok(())
}

pub(super) async fn fetch<E: Engine>(
    conn: &mut E::Connection,
    statement: &'static str,
    keys: Rows,
) -> Result<Vec<E::Row>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(E::fetch(conn, statement, args![E; keys.bind()?]).await?)
}
