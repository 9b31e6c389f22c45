//! One service's database as a link sees it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use yishi_kernel::UnitCode;
use yishi_runtime::desk::{House, rejected, unmovable};
use yishi_runtime::errors::Failure;
use yishi_store::journal::{self, Chain, Foreign, Stored};
use yishi_store::{
    Database, Engine, Handle, Inflow, Model, Order, Position, Rejection, Source, StoreError, Unfit, sealed,
};
use yishi_witness::{NodeKey, Signed};

use crate::mark::Mark;
use crate::protocol::{Beyond, Farewell, Fork, Holdings, Lane, Way};

/// What [`Port::resume`] found.
#[derive(Debug)]
pub(crate) struct Resumption {
    pub(crate) after: i64,
    pub(crate) upto: i64,
    pub(crate) beyond: Vec<Beyond>,
    pub(crate) forked: Option<Fork>,
}

/// Why entries were not taken.
#[derive(Debug)]
pub(crate) enum Untaken {
    /// Another entry has the place of one of them.
    Forked(Fork),
    /// Something before them is missing: a new stream begins with it.
    Gap(String),
    /// Not now; the same may be sent again.
    Later,
    /// They are not what this service can apply.
    Never(String),
}

/// Why what a node signed was not kept.
#[derive(Debug)]
pub(crate) enum Unwitnessed {
    /// It is not what it should be: a person must look.
    Wrong(Farewell),
    /// This database cannot tell, or keep it.
    Store(StoreError),
}

/// A database without its types.
#[tonic::async_trait]
pub(crate) trait Port: Send + Sync {
    fn service(&self) -> Source;
    fn house(&self) -> &Arc<House>;
    fn positions(&self) -> watch::Receiver<Position>;
    /// What is held of the journals at or below `lower`, and of letters from elsewhere to there.
    async fn look(&self, lower: UnitCode, ways: bool) -> Result<Holdings, StoreError>;
    /// Where a receiver that holds this goes on.
    async fn resume(&self, lane: Lane, lower: UnitCode, held: &Holdings) -> Result<Resumption, StoreError>;
    /// The next entries of a lane, and up to where there are no others.
    async fn page(
        &self,
        lane: Lane,
        lower: UnitCode,
        after: i64,
        limit: usize,
    ) -> Result<(Vec<Stored>, i64), StoreError>;
    /// Notes durably that others are about to know this position.
    async fn note(&self, pos: i64) -> std::io::Result<()>;
    /// Hands entries to the writer.
    async fn take(&self, inflow: Inflow) -> Result<(), Untaken>;
    /// Signs where the journals ended that are decided here, when the database had come to a position.
    async fn testify(&self, upto: i64) -> Result<Signed, StoreError>;
    /// Compares what the node below signed with what is known and held here, and keeps it.
    async fn witness(&self, node: UnitCode, signed: Signed) -> Result<(), Unwitnessed>;
    /// Whether an order about a subtree can be carried out.
    fn check(&self, order: &Order) -> Result<(), Failure>;
    /// Has it carried out.
    async fn order(&self, order: Order) -> Result<(), Failure>;
}

pub(crate) struct Books<E: Engine, M: Model> {
    pub(crate) database: Database<E>,
    pub(crate) handle: Handle<M>,
    pub(crate) house: Arc<House>,
    pub(crate) mark: Arc<Mutex<Mark>>,
    pub(crate) key: Arc<NodeKey>,
}

impl<E: Engine, M: Model> Books<E, M> {
    fn is_below(&self, unit: UnitCode, lower: UnitCode) -> bool {
        self.house.register.is_within(unit, lower)
    }

    /// Whether a letter from there to there comes into a subtree from outside.
    fn enters(&self, (from, to): (UnitCode, UnitCode), lower: UnitCode) -> bool {
        self.is_below(to, lower) && !self.is_below(from, lower)
    }

    /// Whether an entry travels on a lane of the link to this lower node.
    fn travels(&self, lane: Lane, lower: UnitCode, stored: &Stored) -> bool {
        let unit = stored.entry.unit;
        match lane {
            Lane::Copies | Lane::Restored => self.is_below(unit, lower),
            Lane::Letters | Lane::Readopted => {
                stored.entry.to.is_some_and(|(to, _)| self.enters((unit, to), lower))
            }
        }
    }

    /// What is here in the place of an entry that came.
    async fn fork(&self, inflow: &Inflow, unit: UnitCode, seq: i64) -> Option<Fork> {
        let came = |foreign: &&Foreign| (foreign.entry.unit, foreign.entry.seq) == (unit, seq);
        let theirs = inflow.entries().iter().find(came)?;
        let mut reader = self.database.reader().await.ok()?;
        let fork = match (inflow, theirs.entry.to) {
            (Inflow::Letters(_) | Inflow::Readopted(_), Some((to, number))) => {
                let way = (unit, to);
                let ends = journal::way_ends::<E>(&mut reader, [(way, number)]).await.ok()?;
                Fork { unit, to: Some(to), number, mine: *ends.get(&way)?, theirs: theirs.entry_hash }
            }
            _ => {
                // One that follows another past has no rival yet: then the last one here is told.
                let heads: BTreeMap<_, _> =
                    journal::heads::<E>(&mut reader).await.ok()?.into_iter().collect();
                let number = seq.min(heads.get(&unit)?.seq);
                let chains = journal::chains_at::<E>(&mut reader, [(unit, number)]).await.ok()?;
                Fork { unit, to: None, number, mine: *chains.get(&unit)?, theirs: theirs.chain }
            }
        };
        reader.done();
        Some(fork)
    }

    async fn resume_dense(
        &self,
        conn: &mut E::Connection,
        lower: UnitCode,
        held: &Holdings,
    ) -> Result<(Option<i64>, Vec<Beyond>, Option<Fork>), StoreError> {
        let mut mine = heads_below::<E>(conn, |unit| self.is_below(unit, lower)).await?;
        let both = held.heads.iter().filter_map(|(unit, theirs)| {
            let common = theirs.seq.min(mine.get(unit).map_or(0, |head| head.seq));
            (common > 0 && common == theirs.seq).then_some((*unit, common))
        });
        let chains = journal::chains_at::<E>(conn, both.collect::<Vec<_>>()).await?;
        let mut beyond = Vec::new();
        let mut forked = None;
        for (&unit, theirs) in &held.heads {
            let head = mine.get(&unit).copied().unwrap_or(Chain { epoch: 0, seq: 0, hash: [0; 32] });
            if theirs.seq > head.seq {
                beyond.push(Beyond { unit, to: None, number: head.seq });
            } else if let Some(&chain) = chains.get(&unit)
                && chain != theirs.hash
            {
                forked = Some(Fork { unit, to: None, number: theirs.seq, mine: chain, theirs: theirs.hash });
            }
            // From here on: where the receiver goes on.
            if let Some(head) = mine.get_mut(&unit) {
                head.seq = if theirs.seq >= head.seq { 0 } else { theirs.seq + 1 };
            }
        }
        let lacks = mine.into_iter().filter_map(|(unit, head)| match held.heads.contains_key(&unit) {
            true => (head.seq > 0).then_some((unit, head.seq)),
            false => Some((unit, 1)),
        });
        let first = journal::first_lacking::<E>(conn, lacks.collect::<Vec<_>>()).await?;
        Ok((first, beyond, forked))
    }

    async fn resume_letters(
        &self,
        conn: &mut E::Connection,
        lower: UnitCode,
        held: &Holdings,
    ) -> Result<(Option<i64>, Vec<Beyond>, Option<Fork>), StoreError> {
        let mine: BTreeMap<(UnitCode, UnitCode), i64> =
            journal::ways::<E>(conn).await?.into_iter().filter(|(way, _)| self.enters(*way, lower)).collect();
        let number = |way| mine.get(way).copied().unwrap_or(0);
        let common = held.ways.iter().filter(|(way, theirs)| theirs.to_seq <= number(way));
        let common: Vec<_> = common.map(|(way, theirs)| (*way, theirs.to_seq)).collect();
        let ends = journal::way_ends::<E>(conn, common).await?;
        let mut beyond = Vec::new();
        let mut forked = None;
        for (way, theirs) in &held.ways {
            if theirs.to_seq > number(way) {
                beyond.push(Beyond { unit: way.0, to: Some(way.1), number: number(way) });
            } else if let Some(&hash) = ends.get(way)
                && hash != theirs.hash
            {
                let (unit, to) = *way;
                forked =
                    Some(Fork { unit, to: Some(to), number: theirs.to_seq, mine: hash, theirs: theirs.hash });
            }
        }
        let theirs = |way: &(UnitCode, UnitCode)| held.ways.get(way).map_or(0, |way| way.to_seq);
        // Of a way of which more is held there, the last one here is sent again, to be compared.
        let next = |(way, last): (&(UnitCode, UnitCode), &i64)| (*way, (theirs(way) + 1).min(*last));
        let lacks: Vec<_> = mine.iter().filter(|(way, last)| **last != theirs(way)).map(next).collect();
        let first = journal::first_lacking_letter::<E>(conn, lacks).await?;
        Ok((first, beyond, forked))
    }
}

async fn heads_below<E: Engine>(
    conn: &mut E::Connection,
    is_below: impl Fn(UnitCode) -> bool,
) -> Result<BTreeMap<UnitCode, Chain>, StoreError> {
    let heads = journal::heads::<E>(conn).await?;
    Ok(heads.into_iter().filter(|(unit, _)| is_below(*unit)).collect())
}

#[tonic::async_trait]
impl<E: Engine, M: Model<Refusal: Into<Failure>>> Port for Books<E, M> {
    fn service(&self) -> Source {
        M::SERVICE
    }

    fn house(&self) -> &Arc<House> {
        &self.house
    }

    fn positions(&self) -> watch::Receiver<Position> {
        self.handle.positions()
    }

    async fn look(&self, lower: UnitCode, ways: bool) -> Result<Holdings, StoreError> {
        // What an earlier stream handed to the writer may still lie in its queue: this comes out behind it.
        if self.handle.take(Inflow::Journal(Vec::new())).await.is_err() {
            return Err(StoreError::Busy);
        }
        let mut reader = self.database.reader().await?;
        let mut held = Holdings {
            heads: heads_below::<E>(&mut reader, |unit| self.is_below(unit, lower)).await?,
            ..Holdings::default()
        };
        if ways {
            let into: Vec<_> = journal::ways::<E>(&mut reader)
                .await?
                .into_iter()
                .filter(|(way, _)| self.enters(*way, lower))
                .collect();
            let ends = journal::way_ends::<E>(&mut reader, into.iter().copied()).await?;
            let held_ways = into
                .into_iter()
                .filter_map(|(way, to_seq)| ends.get(&way).map(|&hash| (way, Way { to_seq, hash })));
            held.ways = held_ways.collect();
        }
        reader.done();
        Ok(held)
    }

    async fn resume(&self, lane: Lane, lower: UnitCode, held: &Holdings) -> Result<Resumption, StoreError> {
        let upto = self.positions().borrow().pos;
        let mut reader = self.database.reader().await?;
        E::control(&mut reader, E::SNAPSHOT).await?;
        let found = if lane.is_dense() {
            self.resume_dense(&mut reader, lower, held).await
        } else {
            self.resume_letters(&mut reader, lower, held).await
        };
        let closed = E::control(&mut reader, "ROLLBACK").await;
        let (first, beyond, forked) = found?;
        closed?;
        reader.done();
        // The first position that is lacking may have been committed since `upto` was looked up.
        let after = first.map_or(upto, |first| first - 1);
        Ok(Resumption { after, upto: upto.max(after), beyond, forked })
    }

    async fn page(
        &self,
        lane: Lane,
        lower: UnitCode,
        after: i64,
        limit: usize,
    ) -> Result<(Vec<Stored>, i64), StoreError> {
        // What was just written is sent from memory.
        if let Some(newest) = self.handle.tail().after(after, limit) {
            let upto = newest.last().map_or(after, |stored| stored.pos);
            let travels = |stored: &Arc<Stored>| {
                !(stored.letter && lane.is_dense()) && self.travels(lane, lower, stored)
            };
            return Ok((newest.into_iter().filter(travels).map(Arc::unwrap_or_clone).collect(), upto));
        }
        // What was committed by now is read below: no later entry can lie before this position.
        let come = self.positions().borrow().pos;
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut reader = self.database.reader().await?;
        let page = if lane.is_dense() {
            let mut page = journal::dense_after::<E>(&mut reader, after, most).await?;
            sealed::put_beside::<E>(&mut reader, &mut page).await?;
            page
        } else {
            journal::addressed_after::<E>(&mut reader, after, most).await?
        };
        reader.done();
        let last = page.last().map_or(after, |stored| stored.pos);
        let upto = if page.len() < limit { last.max(come) } else { last };
        Ok((page.into_iter().filter(|stored| self.travels(lane, lower, stored)).collect(), upto))
    }

    async fn note(&self, pos: i64) -> std::io::Result<()> {
        // Until it is whole again the old mark stays: a crash in between must find the database as far behind as it is.
        if self.handle.is_recovering() {
            return Ok(());
        }
        // A later term than the position's would say that the position is not there.
        let mut positions = self.positions();
        let reached = positions.wait_for(|reached| reached.pos >= pos).await;
        let epoch = reached.map_err(std::io::Error::other)?.epoch;
        let mark = Arc::clone(&self.mark);
        let note = move || {
            let mut mark = mark.lock().unwrap_or_else(PoisonError::into_inner);
            mark.note(Position { epoch, pos })
        };
        tokio::task::spawn_blocking(note).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
    }

    fn check(&self, order: &Order) -> Result<(), Failure> {
        self.house.hosting().now().check(order).map_err(unmovable)
    }

    async fn order(&self, order: Order) -> Result<(), Failure> {
        // Before there is anybody who could know more of this database than it does after a restore.
        if matches!(order, Order::Delegate { .. }) {
            let come = self.handle.position().pos;
            let noted = self.note(come).await;
            noted.map_err(|error| Failure::internal("noting how far the database is known", &error))?;
        }
        let about = format!("{order:?}");
        self.handle.order(order).await.map(drop).map_err(|no| rejected(no, about))
    }

    async fn take(&self, inflow: Inflow) -> Result<(), Untaken> {
        let Inflow::Readopted(letters) = inflow else { return self.hand_over(inflow).await };
        // Letters that were only passed on here are letters again; a unit's own are taken back into its journal.
        for run in letters.chunk_by(|one, next| self.hosts(one) == self.hosts(next)) {
            let inflow = match run.first().is_some_and(|first| self.hosts(first)) {
                true => Inflow::Readopted(run.to_vec()),
                false => Inflow::Letters(run.to_vec()),
            };
            self.hand_over(inflow).await?;
        }
        Ok(())
    }

    async fn testify(&self, upto: i64) -> Result<Signed, StoreError> {
        self.signed(upto).await
    }

    async fn witness(&self, node: UnitCode, signed: Signed) -> Result<(), Unwitnessed> {
        self.heard(node, signed).await
    }
}

impl<E: Engine, M: Model> Books<E, M> {
    fn hosts(&self, letter: &Foreign) -> bool {
        self.house.hosts(letter.entry.unit)
    }

    async fn hand_over(&self, inflow: Inflow) -> Result<(), Untaken> {
        match self.handle.take(inflow.clone()).await {
            Ok(_) => Ok(()),
            Err(Rejection::Unfit(Unfit::Forked { unit, seq })) => {
                Err(self.fork(&inflow, unit, seq).await.map_or(Untaken::Later, Untaken::Forked))
            }
            Err(Rejection::Unfit(unfit @ Unfit::Gap { .. })) => Err(Untaken::Gap(unfit.to_string())),
            Err(Rejection::Unfit(unfit)) => Err(Untaken::Never(unfit.to_string())),
            Err(Rejection::Refused(_)) => Err(Untaken::Never("the rules cannot apply it".to_owned())),
            Err(Rejection::Poisonous(why)) => Err(Untaken::Never(why.to_owned())),
            Err(Rejection::Overloaded | Rejection::Unreachable | Rejection::Stopping) => Err(Untaken::Later),
            Err(
                Rejection::RequestIdReused
                | Rejection::Recovering
                | Rejection::Elsewhere(_)
                | Rejection::Outdated
                | Rejection::Unmovable(_),
            ) => Err(Untaken::Never("the writer took entries for a request".to_owned())),
        }
    }
}
