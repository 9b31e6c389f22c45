//! The beginning of a writer's term: whose database this is, and the number that fences everybody else out.

use yishi_kernel::{Clock, SystemClock, Timestamp};

use crate::digest::DigestKey;
use crate::engine::{Engine, col};
use crate::statements as sql;
use crate::{StoreError, args};

/// Which clock a database's business time comes from. A database stays with the kind it was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockKind {
    /// The system's.
    System,
    /// One that is moved by hand: replays and tests.
    Manual,
}

impl ClockKind {
    /// As in configuration and in the database's stamp.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Manual => "manual",
        }
    }
}

/// A term under way.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) epoch: i64,
    pub(super) pos: i64,
    pub(super) at: Timestamp,
    pub(super) key: DigestKey,
    /// The epoch of a later term that this writer may have begun without hearing of it.
    next: Option<i64>,
}

struct Lease {
    service: String,
    clock: String,
    epoch: i64,
    pos: i64,
    at: Timestamp,
    key: [u8; 32],
}

impl Term {
    /// Stamps a new database, checks the stamp of an old one, and opens the next term.
    pub(super) async fn begin<E: Engine>(
        conn: &mut E::Connection,
        service: &str,
        clock: ClockKind,
        floor: i64,
    ) -> Result<Self, StoreError> {
        let create = args![E; service.to_owned(), clock.as_str().to_owned(), random::<32>()?.to_vec()];
        E::execute(conn, sql::LEASE_CREATE, create).await?;
        let lease = find::<E>(conn).await?;
        if lease.service != service || lease.clock != clock.as_str() {
            return Err(StoreError::Stamped {
                made_for: format!("{} on the {} clock", lease.service, lease.clock),
                wanted: format!("{service} on the {} clock", clock.as_str()),
            });
        }
        let epoch = fresh_epoch(lease.epoch.max(floor))?;
        claim::<E>(conn, (lease.epoch, epoch), lease.pos).await?;
        Ok(Self { epoch, pos: lease.pos, at: lease.at, key: DigestKey::new(lease.key), next: None })
    }

    /// The same writer begins a later term, above an epoch that it has seen.
    pub(super) async fn renew<E: Engine>(
        &mut self,
        conn: &mut E::Connection,
        floor: i64,
    ) -> Result<(), StoreError> {
        let epoch = fresh_epoch(self.epoch.max(floor))?;
        self.next = Some(epoch);
        claim::<E>(conn, (self.epoch, epoch), self.pos).await?;
        self.epoch = epoch;
        Ok(())
    }

    /// After a lost connection: the term goes on only if nobody else began one.
    pub(super) async fn resume<E: Engine>(&mut self, conn: &mut E::Connection) -> Result<(), StoreError> {
        let lease = find::<E>(conn).await?;
        if lease.epoch != self.epoch && Some(lease.epoch) != self.next {
            return Err(StoreError::Usurped("another writer began a term while the connection was down"));
        }
        // The lost commit may have landed, with a time that the clock has left again since.
        (self.epoch, self.pos, self.at) = (lease.epoch, lease.pos, lease.at);
        Ok(())
    }
}

async fn claim<E: Engine>(
    conn: &mut E::Connection,
    (before, epoch): (i64, i64),
    pos: i64,
) -> Result<(), StoreError> {
    E::control(conn, E::BEGIN).await?;
    let claimed = E::execute(conn, sql::LEASE_CLAIM, args![E; epoch, before]).await?;
    E::execute(conn, sql::TERM_INSERT, args![E; epoch, pos]).await?;
    if claimed != 1 {
        E::control(conn, "ROLLBACK").await?;
        return Err(StoreError::Usurped("another writer took the lease first"));
    }
    E::control(conn, "COMMIT").await?;
    Ok(())
}

async fn find<E: Engine>(conn: &mut E::Connection) -> Result<Lease, StoreError> {
    let rows = E::fetch(conn, sql::LEASE_FIND, args![E;]).await?;
    let row = rows.first().ok_or_else(|| StoreError::corrupt("lease", "the row is missing"))?;
    let key: Vec<u8> = col::<E, _>(row, "digest_key")?;
    Ok(Lease {
        service: col::<E, _>(row, "service")?,
        clock: col::<E, _>(row, "clock")?,
        epoch: col::<E, _>(row, "epoch")?,
        pos: col::<E, _>(row, "pos")?,
        at: Timestamp::from_micros(col::<E, _>(row, "at_us")?),
        key: key.try_into().map_err(|_| StoreError::corrupt("lease", "digest_key has not 32 bytes"))?,
    })
}

/// Seconds of the system clock and 20 random bits, and always more than before. Two databases that were copies of each
/// other get different numbers, which a mere count would not give them.
fn fresh_epoch(before: i64) -> Result<i64, StoreError> {
    let [a, b, c] = random::<3>()?;
    let chance = i64::from(u32::from_be_bytes([0, a & 0x0f, b, c]));
    let seconds = SystemClock.now().as_micros().div_euclid(1_000_000);
    Ok(((seconds << 20) | chance).max(before + 1 + chance))
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Randomness(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_new_even_when_the_clock_went_back() {
        let future = i64::MAX / 4;
        assert!(fresh_epoch(future).unwrap() > future);
        let (one, other) = (fresh_epoch(0).unwrap(), fresh_epoch(0).unwrap());
        assert!(one > 1 << 50 && one < 1 << 53, "{one} is exact in every language's numbers");
        assert!(one >> 20 <= other >> 20);
    }
}
