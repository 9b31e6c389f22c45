//! One try at one batch: find repeats, read, decide, write, commit.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::Serialize;
use yishi_kernel::{Clock, RequestId, SystemClock, UnitCode};

use super::cursors;
use super::directory;
use super::handle::{Answer, Job, Key, Position, Rejection, Source, Wish};
use super::inflow::{Ahead, Inflow};
use super::model::{Model, Moment, Outcome};
use super::task::Writer;
use crate::StoreError;
use crate::args;
use crate::directory::{Directory, Elsewhere};
use crate::engine::{Engine, col};
use crate::journal::{Batch, Entry, RequestRow, unit_number};
use crate::rows::{Rows, hex};
use crate::statements as sql;
use crate::witness::Witness;
use crate::writer::shared;

pub(super) type Verdict<M> = Result<Answer, Rejection<<M as Model>::Refusal>>;

/// Why a try came to nothing.
pub(super) enum Trouble {
    /// The rule for this job panicked.
    Panic(usize),
    /// This job would write in the journal of a unit that another node decides for.
    Astray(usize, Elsewhere),
    /// Another node wrote in this later epoch in a journal that is written to again now: a new term is due.
    Behind(i64),
    /// The database.
    Store(StoreError),
}

impl<T: Into<StoreError>> From<T> for Trouble {
    fn from(error: T) -> Self {
        Self::Store(error.into())
    }
}

/// The key of the request table.
#[derive(Serialize)]
struct AskedRow<'a> {
    unit: i64,
    caller: &'a str,
    #[serde(serialize_with = "hex")]
    request_id: [u8; 16],
}

/// What is new of what another node sent.
struct Taken<M: Model> {
    entries: Inflow,
    effect: Option<M::Command>,
}

impl<M: Model> Taken<M> {
    fn of(entries: Inflow) -> Self {
        let effect = entries.effect().map(|told| M::copied(&told));
        Self { entries, effect }
    }
}

/// What is known of each job so far.
enum Fate<M: Model> {
    Open,
    /// The same request stands earlier in this batch.
    Follows(usize),
    Known(Verdict<M>),
}

impl<E: Engine, M: Model> Writer<E, M> {
    /// The verdict on each job, in order; all of it is durable when this answers.
    pub(super) async fn attempt(&mut self, jobs: &[Job<M>]) -> Result<Vec<Verdict<M>>, Trouble> {
        let mut fates = within_batch(jobs);
        self.answered_before(jobs, &mut fates).await?;
        rivals(jobs, &mut fates);
        let taken = self.taken(jobs, &mut fates).await?;
        let open: Vec<usize> = (0..jobs.len()).filter(|&i| matches!(fates[i], Fate::Open)).collect();
        if !open.is_empty() {
            self.decide_and_write(jobs, &open, &taken, &mut fates).await?;
        }
        Ok(settle(fates))
    }

    /// What is new of what other nodes sent, by the job that brought it.
    async fn taken(
        &mut self,
        jobs: &[Job<M>],
        fates: &mut [Fate<M>],
    ) -> Result<HashMap<usize, Taken<M>>, StoreError> {
        let (mut ahead, mut taken) = (Ahead::default(), HashMap::new());
        let mut refused = false;
        for (index, job) in jobs.iter().enumerate() {
            let Wish::Inflow(inflow) = &job.wish else { continue };
            if refused {
                fates[index] = Fate::Known(Err(Rejection::Overloaded));
                continue;
            }
            let known = (M::SERVICE, &self.heads);
            match inflow.fresh::<E>(&mut self.seat.connection, known, &mut ahead).await? {
                Ok(fresh) if fresh.entries().is_empty() => {
                    fates[index] = Fate::Known(Ok(self.nothing_new()));
                }
                Ok(fresh) => drop(taken.insert(index, Taken::of(fresh))),
                // What comes behind it in this batch may follow what was not taken: its sender comes again.
                Err(unfit) => {
                    refused = true;
                    fates[index] = Fate::Known(Err(Rejection::Unfit(unfit)));
                }
            }
        }
        Ok(taken)
    }

    /// Only this task writes, so what it reads before the transaction still holds inside; the lease says so at the end.
    async fn answered_before(&mut self, jobs: &[Job<M>], fates: &mut [Fate<M>]) -> Result<(), StoreError> {
        let mut open = Vec::with_capacity(jobs.len());
        let mut keys = Rows::default();
        for (index, job) in jobs.iter().enumerate() {
            if !matches!(fates[index], Fate::Open) {
                continue;
            }
            match job.key {
                Key::Request { unit, request_id, .. } => {
                    open.push(index);
                    keys.add(&AskedRow {
                        unit: unit_number(unit),
                        caller: job.actor.as_str(),
                        request_id: request_id.as_uuid().into_bytes(),
                    })?;
                }
                Key::Itself => {}
                Key::Missed { top, source, upto, .. } => {
                    if !self.hosting.now().misses(top, source, upto.pos) {
                        fates[index] = Fate::Known(Ok(self.nothing_new()));
                    }
                }
                Key::Cursor { source, upto, .. } => {
                    if self.cursors.get(source).is_some_and(|read| *read >= upto) {
                        fates[index] = Fate::Known(Ok(self.nothing_new()));
                    }
                }
            }
        }
        if keys.is_empty() {
            return Ok(());
        }
        for row in E::fetch(&mut self.seat.connection, sql::REQUEST_FIND, args![E; keys.bind()?]).await? {
            let index: String = col::<E, _>(&row, "ask")?;
            let index = index.parse::<usize>().ok().and_then(|i| open.get(i).copied());
            let index = index.ok_or_else(|| StoreError::corrupt("request", "an answer to nothing asked"))?;
            let digest: Vec<u8> = col::<E, _>(&row, "digest")?;
            let same = matches!(jobs[index].key, Key::Request { digest: asked, .. } if digest == asked);
            fates[index] = Fate::Known(if same {
                let position = Position { epoch: self.term.epoch, pos: col::<E, _>(&row, "pos")? };
                Ok(Answer { response: col::<E, _>(&row, "response")?, position, repeated: true })
            } else {
                Err(Rejection::RequestIdReused)
            });
        }
        Ok(())
    }

    fn nothing_new(&self) -> Answer {
        let position = Position { epoch: self.term.epoch, pos: self.term.pos };
        Answer { response: Vec::new(), position, repeated: true }
    }

    async fn decide_and_write(
        &mut self,
        jobs: &[Job<M>],
        open: &[usize],
        taken: &HashMap<usize, Taken<M>>,
        fates: &mut [Fate<M>],
    ) -> Result<(), Trouble> {
        let command = |index: usize| match &jobs[index].wish {
            Wish::Command(command) => Some(command),
            Wish::Inflow(_) => taken.get(&index).and_then(|taken| taken.effect.as_ref()),
            Wish::Order(_) | Wish::Witness(_) => None,
        };
        let commands: Vec<&M::Command> = open.iter().filter_map(|&index| command(index)).collect();
        let mut working = self.model.load::<E>(&mut self.seat.connection, &commands).await?;

        // Business time never goes back in a journal, whatever the system's clock does: of journals that are taken back,
        // and of units that come from another node, which wrote nothing later than the entry that moves them.
        let (own, mut directory) = (self.recovering.load(Ordering::Acquire), self.hosting.now());
        let written_on = |entry: &Entry| own || directory.comes_here(&entry.kind, &entry.payload);
        let then = taken.values().filter_map(|taken| taken.entries.latest(written_on)).max();
        let then = then.unwrap_or(self.term.at);
        let now = self.clock.now().max(self.term.at).max(then);
        let mut drafting = self.heads.draft(self.term.epoch, now, SystemClock.now().as_micros());
        let mut requests = Vec::with_capacity(open.len());
        let mut cursors: Vec<(Source, Position)> = Vec::new();
        let mut witnessed: Vec<&Witness> = Vec::new();
        let mut heard = Arc::clone(&self.cursors);
        let mut done = Vec::with_capacity(open.len());
        let mut behind_a_refusal = false;
        for &index in open {
            let job = &jobs[index];
            let inflow = taken.get(&index);
            if inflow.is_some() && behind_a_refusal {
                fates[index] = Fate::Known(Err(Rejection::Overloaded));
                continue;
            }
            let entries_taken = inflow.map(|taken| &taken.entries);
            let recovering = self.recovering.load(Ordering::Acquire);
            if let Some(no) = directory::refusal(&directory, job, entries_taken, recovering) {
                behind_a_refusal |= inflow.is_some();
                fates[index] = Fate::Known(Err(no));
                continue;
            }
            let moment = Moment { now, actor: job.actor.clone(), heard: Arc::clone(&heard) };
            let act = AssertUnwindSafe(|| match (command(index), &job.wish) {
                (Some(command), _) => {
                    self.model.act(&mut working, command, &moment).map_err(Rejection::Refused)
                }
                (None, Wish::Order(order)) => directory::ordered(&directory, order),
                (None, _) => Ok(Outcome { entries: Vec::new(), response: Vec::new() }),
            });
            // After a panic the working set may be half changed: the batch begins again without this job.
            let outcome = std::panic::catch_unwind(act).map_err(|_| Trouble::Panic(index))?;
            let Outcome { entries, response } = match outcome {
                Ok(outcome) => outcome,
                Err(refusal) => {
                    behind_a_refusal |= inflow.is_some();
                    fates[index] = Fate::Known(Err(refusal));
                    continue;
                }
            };
            // The working set has changed already: the batch begins again without this job.
            if let Some(elsewhere) = entries.iter().find_map(|draft| directory.elsewhere(draft.unit)) {
                return Err(Trouble::Astray(index, elsewhere));
            }
            if let Some(inflow) = inflow {
                inflow.entries.add_to(&mut drafting);
                directory::follow_inflow(&mut directory, &inflow.entries, &heard);
            }
            let before = drafting.len();
            if let Wish::Order(order) = &job.wish {
                directory::follow_order(&mut directory, order, &mut drafting);
            }
            for draft in entries {
                let told = Directory::is_about_moves(draft.kind).then(|| draft.clone());
                drafting.add(job.actor.as_str(), job.traceparent.as_deref(), draft);
                if let Some(told) = told {
                    directory::follow_draft(&mut directory, &told, self.term.epoch, &heard);
                }
            }
            if drafting.len() > before
                && let Wish::Command(asked) = &job.wish
                && let Some(sealed) = M::sealed(asked)
            {
                drafting.seal(sealed);
            }
            let offset = drafting.len();
            match job.key {
                Key::Request { unit, request_id, digest } => requests.push(RequestRow {
                    unit: unit_number(unit),
                    caller: job.actor.as_str().to_owned(),
                    request_id: request_id.as_uuid().into_bytes(),
                    digest,
                    response: response.clone(),
                    entries: offset - before,
                    offset,
                }),
                Key::Missed { top, source, upto, .. } => {
                    Arc::make_mut(&mut directory).made_up(top, source, upto.pos);
                }
                Key::Cursor { source, upto, .. } => {
                    Arc::make_mut(&mut heard).insert(source.to_owned(), upto);
                    cursors.push((source, upto));
                }
                Key::Itself => {}
            }
            if let Wish::Witness(witness) = &job.wish {
                witnessed.push(witness);
            }
            done.push((index, response, offset));
        }
        if done.is_empty() {
            return Ok(());
        }
        if let Some(seen) = drafting.behind() {
            return Err(Trouble::Behind(seen));
        }
        let epoch_of = |unit| drafting.chain(unit).epoch;
        if directory.is_news(epoch_of) {
            Arc::make_mut(&mut directory).opened(epoch_of);
        }
        let (batch, advance) = drafting.finish(requests);
        let written = batch.positions();
        let base = self.write(&batch, (&cursors, &witnessed), &directory, working).await?;
        self.heads.moved_to(advance);
        self.hosting.become_(directory);
        self.cursors = heard;
        self.term.at = now;
        self.term.pos = base + written;
        self.tail.extend(batch.into_stored(base));
        for (index, response, offset) in done {
            let position = Position { epoch: self.term.epoch, pos: base + offset };
            fates[index] = Fate::Known(Ok(Answer { response, position, repeated: false }));
        }
        Ok(())
    }

    async fn write(
        &mut self,
        batch: &Batch,
        (moved, witnessed): (&[(Source, Position)], &[&Witness]),
        directory: &Directory,
        working: M::Working,
    ) -> Result<i64, StoreError> {
        let conn = &mut self.seat.connection;
        E::control(conn, E::BEGIN).await?;
        let written = async {
            let written = if self.shared_text {
                shared::write::<E>(conn, batch).await?
            } else {
                E::write(conn, batch).await?
            };
            cursors::save::<E>(conn, moved).await?;
            for witness in witnessed {
                witness.save::<E>(conn).await?;
            }
            directory::save::<E>(conn, &self.hosting.now(), directory).await?;
            self.model.save::<E>(conn, working).await?;
            E::control(conn, "COMMIT").await?;
            Ok(written.base)
        };
        let result = written.await;
        if result.is_err()
            && let Err(error) = E::control(&mut self.seat.connection, "ROLLBACK").await
        {
            tracing::debug!(%error, "rolling back a failed batch");
        }
        result
    }
}

/// A repeat inside the batch waits for the first one's answer.
fn within_batch<M: Model>(jobs: &[Job<M>]) -> Vec<Fate<M>> {
    let mut first: HashMap<(&str, UnitCode, RequestId, [u8; 32]), usize> = HashMap::with_capacity(jobs.len());
    let mut farthest: HashMap<Source, (usize, Position)> = HashMap::new();
    let mut fates = Vec::with_capacity(jobs.len());
    for (index, job) in jobs.iter().enumerate() {
        let leader = match job.key {
            Key::Request { unit, request_id, digest } => {
                *first.entry((job.actor.as_str(), unit, request_id, digest)).or_insert(index)
            }
            Key::Itself | Key::Missed { .. } => index,
            Key::Cursor { source, upto, .. } => match farthest.get(source) {
                Some((leader, covered)) if upto <= *covered => *leader,
                _ => {
                    farthest.insert(source, (index, upto));
                    index
                }
            },
        };
        fates.push(if leader == index { Fate::Open } else { Fate::Follows(leader) });
    }
    fates
}

/// Of different requests under one id, none of which was done before, the first one has the id.
fn rivals<M: Model>(jobs: &[Job<M>], fates: &mut [Fate<M>]) {
    let mut taken = HashSet::with_capacity(jobs.len());
    for (job, fate) in jobs.iter().zip(fates) {
        if let (Fate::Open, Key::Request { unit, request_id, .. }) = (&*fate, job.key)
            && !taken.insert((job.actor.as_str(), unit, request_id))
        {
            *fate = Fate::Known(Err(Rejection::RequestIdReused));
        }
    }
}

fn settle<M: Model>(fates: Vec<Fate<M>>) -> Vec<Verdict<M>> {
    let mut verdicts: Vec<Verdict<M>> = Vec::with_capacity(fates.len());
    for fate in fates {
        let verdict = match fate {
            Fate::Known(verdict) => verdict,
            Fate::Follows(leader) => {
                verdicts[leader].clone().map(|answer| Answer { repeated: true, ..answer })
            }
            Fate::Open => unreachable!("every open job was decided"),
        };
        verdicts.push(verdict);
    }
    verdicts
}
