//! What can be done with purses, as a service would write it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use prost::Message;
use sqlx::SqlStr;
use sqlx::migrate::{Migration, MigrationType};
use tokio::sync::Semaphore;
use yishi_kernel::UnitCode;
use yishi_store::journal::Entry;
use yishi_store::{Draft, Engine, Model, Moment, Outcome, Rows, StoreError, args, col};

const TABLE: &str = include_str!("../../purse/0100_purse.sql");
const FIND: &str = include_str!("../../purse/find.sql");
const SAVE: &str = include_str!("../../purse/save.sql");
pub(super) const LIST: &str = include_str!("../../purse/list.sql");
pub(super) const COUNT: &str = include_str!("../../purse/count.sql");
pub(super) const TERMS: &str = include_str!("../../purse/terms.sql");

/// Every statement of the purses, by name.
pub const STATEMENTS: &[(&str, &str)] =
    &[("find", FIND), ("save", SAVE), ("list", LIST), ("count", COUNT), ("terms", TERMS)];

/// What a purse can hold; the table says the same.
pub const CAPACITY_FEN: i64 = 1_000_000;

/// What can be asked of a purse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Puts money in.
    Deposit {
        /// Whose purse.
        unit: UnitCode,
        /// How much.
        fen: i64,
    },
    /// Takes money from one purse to another: two entries, the first addressed to the receiver.
    Transfer {
        /// Who gives.
        from: UnitCode,
        /// Who takes.
        to: UnitCode,
        /// How much.
        fen: i64,
    },
    /// Only answers the balance: a command without an entry.
    Look {
        /// Whose purse.
        unit: UnitCode,
    },
    /// A broken rule: changes the purse in memory, then panics.
    Panic {
        /// Whose purse.
        unit: UnitCode,
    },
    /// A rule with a hole: what it lets pass, the table refuses.
    Spoil {
        /// Whose purse.
        unit: UnitCode,
    },
    /// By how much purses of other nodes grew, one after the other; none if an entry of theirs cannot be read.
    Copied(Option<Vec<(UnitCode, i64)>>),
}

impl Command {
    /// The unit that remembers the request. Panics for copies, which nobody requests.
    #[must_use]
    pub fn unit(&self) -> UnitCode {
        match *self {
            Self::Transfer { from, .. } => from,
            Self::Deposit { unit, .. }
            | Self::Look { unit }
            | Self::Panic { unit }
            | Self::Spoil { unit } => unit,
            Self::Copied(_) => panic!("copies are nobody's request"),
        }
    }

    fn units(&self) -> Vec<UnitCode> {
        match self {
            Self::Transfer { from, to, .. } => vec![*from, *to],
            Self::Copied(moved) => moved.iter().flatten().map(|(unit, _)| *unit).collect(),
            other => vec![other.unit()],
        }
    }
}

/// Why the rules said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is less in the purse.
    Overdrawn,
    /// The purse cannot hold that much.
    Overfull,
    /// An entry of another node's purse cannot be read.
    Unreadable,
}

/// The payload of every entry of a purse. Nothing moved is no bytes at all.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Moved {
    /// How much was moved.
    #[prost(int64, tag = "1")]
    pub fen: i64,
}

/// The model. It can be told to lose its database while saving, and to go step by step.
#[derive(Clone, Debug, Default)]
pub struct Purse {
    /// Each try at a batch takes a permit before it begins; without this it need not.
    pub steps: Option<Arc<Semaphore>>,
    /// How many more times saving ends in a lost connection, although the database is there.
    pub losses: Arc<AtomicU32>,
}

/// The purses in one batch's hands.
#[derive(Clone, Debug, Default)]
pub struct Hands(BTreeMap<UnitCode, Held>);

#[derive(Clone, Copy, Debug, Default)]
struct Held {
    fen: i64,
    changed: bool,
    spoilt: bool,
}

impl Hands {
    fn fen(&self, unit: UnitCode) -> i64 {
        self.0.get(&unit).map_or(0, |held| held.fen)
    }

    fn put(&mut self, unit: UnitCode, fen: i64) {
        let held = self.0.entry(unit).or_default();
        (held.fen, held.changed) = (fen, true);
    }
}

#[derive(serde::Serialize)]
struct Row {
    unit: u64,
    fen: i64,
}

/// By how much an entry let a purse grow; none if it cannot be read.
fn moved(entry: &Entry) -> Option<(UnitCode, i64)> {
    let Moved { fen } = Moved::decode(entry.payload.as_slice()).ok()?;
    let grown = match entry.kind.as_str() {
        "purse.deposited" | "purse.received" => fen,
        "purse.sent" => -fen,
        _ => return None,
    };
    Some((entry.unit, grown))
}

fn entry(unit: UnitCode, kind: &'static str, to: Option<UnitCode>, fen: i64) -> Draft {
    Draft { unit, to, kind, payload: Moved { fen }.encode_to_vec() }
}

impl Model for Purse {
    const SERVICE: &'static str = "purse";
    type Command = Command;
    type Refusal = Refusal;
    type Working = Hands;

    fn migrations<E: Engine>() -> Vec<Migration> {
        vec![Migration::new(100, "purse".into(), MigrationType::Simple, SqlStr::from_static(TABLE), false)]
    }

    fn copied(entries: &[Entry]) -> Command {
        let of_purses = entries.iter().filter(|entry| !entry.kind.starts_with("journal."));
        Command::Copied(of_purses.map(moved).collect())
    }

    async fn load<E: Engine>(
        &self,
        conn: &mut E::Connection,
        commands: &[&Command],
    ) -> Result<Hands, StoreError> {
        if let Some(steps) = &self.steps {
            steps.acquire().await.expect("nobody closes the steps").forget();
        }
        let units: BTreeSet<UnitCode> = commands.iter().flat_map(|command| command.units()).collect();
        let keys = Rows::of(units.into_iter().map(|unit| Row { unit: unit.as_u64(), fen: 0 }))?;
        let mut hands = Hands::default();
        for row in E::fetch(conn, FIND, args![E; keys.bind()?]).await? {
            let unit = super::books::code(col::<E, i64>(&row, "unit")?);
            hands.0.insert(unit, Held { fen: col::<E, i64>(&row, "fen")?, ..Held::default() });
        }
        Ok(hands)
    }

    fn act(&self, hands: &mut Hands, command: &Command, _moment: &Moment) -> Result<Outcome, Refusal> {
        let entries = match *command {
            Command::Deposit { unit, fen } => {
                hands.put(unit, room_for(hands.fen(unit), fen)?);
                vec![entry(unit, "purse.deposited", None, fen)]
            }
            Command::Transfer { from, to, fen } => {
                let left = Some(hands.fen(from) - fen).filter(|left| *left >= 0).ok_or(Refusal::Overdrawn)?;
                let held = room_for(if to == from { left } else { hands.fen(to) }, fen)?;
                hands.put(from, left);
                hands.put(to, held);
                vec![entry(from, "purse.sent", Some(to), fen), entry(to, "purse.received", None, fen)]
            }
            Command::Look { .. } => Vec::new(),
            Command::Copied(ref moved) => {
                let mut after = hands.clone();
                for (unit, fen) in moved.as_ref().ok_or(Refusal::Unreadable)? {
                    let held = room_for(after.fen(*unit), *fen)?;
                    after.put(*unit, Some(held).filter(|held| *held >= 0).ok_or(Refusal::Overdrawn)?);
                }
                *hands = after;
                return Ok(Outcome { entries: Vec::new(), response: Vec::new() });
            }
            Command::Panic { unit } => {
                hands.put(unit, CAPACITY_FEN);
                panic!("a rule of the tests panics, as it should")
            }
            Command::Spoil { unit } => {
                hands.0.entry(unit).or_default().spoilt = true;
                vec![entry(unit, "purse.spoilt", None, 0)]
            }
        };
        Ok(Outcome { entries, response: hands.fen(command.unit()).to_be_bytes().to_vec() })
    }

    async fn save<E: Engine>(&self, conn: &mut E::Connection, hands: Hands) -> Result<(), StoreError> {
        let fewer = |losses: u32| losses.checked_sub(1);
        if self.losses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer).is_ok() {
            return Err(StoreError::Database(sqlx::Error::PoolTimedOut));
        }
        let changed = hands.0.into_iter().filter(|(_, held)| held.changed || held.spoilt);
        let rows =
            Rows::of(changed.map(|(unit, held)| Row {
                unit: unit.as_u64(),
                fen: if held.spoilt { -1 } else { held.fen },
            }))?;
        if !rows.is_empty() {
            E::execute(conn, SAVE, args![E; rows.bind()?]).await?;
        }
        Ok(())
    }
}

fn room_for(held: i64, fen: i64) -> Result<i64, Refusal> {
    Some(held + fen).filter(|held| *held <= CAPACITY_FEN).ok_or(Refusal::Overfull)
}
