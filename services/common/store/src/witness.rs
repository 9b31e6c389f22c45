//! What nodes right below signed, and by which keys they are known. What it says is for those above to read
//! (`yishi-witness`); here it is kept byte for byte.

use yishi_kernel::{Clock, SystemClock, UnitCode};

use crate::engine::{Engine, col};
use crate::journal::{Hash, hash_from, unit_from, unit_number};
use crate::statements as sql;
use crate::{StoreError, args};

/// Something to be kept of a node right below; its unit is its topmost one. The last of each kind stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// From now on it is known by this key.
    Trust {
        /// The node.
        unit: UnitCode,
        /// Its public key.
        key: Hash,
    },
    /// It signed this.
    Keep(Testimony),
}

/// What a node signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Testimony {
    /// The node.
    pub unit: UnitCode,
    /// The public key by which it was known then.
    pub key: Hash,
    /// What it signed.
    pub statement: Vec<u8>,
    /// Its signature: 64 bytes.
    pub signature: Vec<u8>,
}

/// By which key a node is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trusted {
    /// The node.
    pub unit: UnitCode,
    /// Its public key.
    pub key: Hash,
    /// Since when, by the machine's clock, µs.
    pub since_us: i64,
    /// When the last testimony came that is kept, µs.
    pub testified_us: Option<i64>,
}

impl Witness {
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Trust { .. } => 0,
            Self::Keep(testimony) => testimony.statement.len(),
        }
    }

    /// In the open transaction.
    pub(crate) async fn save<E: Engine>(&self, conn: &mut E::Connection) -> Result<(), StoreError> {
        let now = SystemClock.now().as_micros();
        match self {
            Self::Trust { unit, key } => {
                E::execute(conn, sql::TRUSTED_SET, args![E; unit_number(*unit), key.to_vec(), now]).await?;
            }
            Self::Keep(Testimony { unit, key, statement, signature }) => {
                let row =
                    args![E; unit_number(*unit), key.to_vec(), statement.clone(), signature.clone(), now];
                E::execute(conn, sql::TESTIMONY_SET, row).await?;
            }
        }
        Ok(())
    }
}

/// All keys.
pub async fn trusted<E: Engine>(conn: &mut E::Connection) -> Result<Vec<Trusted>, StoreError> {
    let rows = E::fetch(conn, sql::TRUSTED_LIST, args![E;]).await?;
    let read = |row: &E::Row| {
        Ok(Trusted {
            unit: unit_from("trusted", col::<E, _>(row, "unit")?)?,
            key: hash_from("trusted", "key", col::<E, _>(row, "key")?)?,
            since_us: col::<E, _>(row, "since_us")?,
            testified_us: col::<E, _>(row, "received_us")?,
        })
    };
    rows.iter().map(read).collect()
}

/// What each node signed last, with when it came, µs.
pub async fn testimonies<E: Engine>(conn: &mut E::Connection) -> Result<Vec<(Testimony, i64)>, StoreError> {
    let rows = E::fetch(conn, sql::TESTIMONY_LIST, args![E;]).await?;
    rows.iter().map(testimony_from::<E>).collect()
}

/// What a node signed last.
pub async fn testimony<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
) -> Result<Option<Testimony>, StoreError> {
    let rows = E::fetch(conn, sql::TESTIMONY_GET, args![E; unit_number(unit)]).await?;
    let first = rows.first().map(testimony_from::<E>).transpose()?;
    Ok(first.map(|(testimony, _)| testimony))
}

fn testimony_from<E: Engine>(row: &E::Row) -> Result<(Testimony, i64), StoreError> {
    let testimony = Testimony {
        unit: unit_from("testimony", col::<E, _>(row, "unit")?)?,
        key: hash_from("testimony", "key", col::<E, _>(row, "key")?)?,
        statement: col::<E, _>(row, "statement")?,
        signature: col::<E, _>(row, "signature")?,
    };
    Ok((testimony, col::<E, _>(row, "received_us")?))
}
