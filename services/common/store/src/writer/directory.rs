//! Keeping the directory beside the journals that it follows from, and to it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use yishi_kernel::UnitCode;

use super::handle::{Job, Key, Position, Rejection, Wish};
use super::heads::{Drafting, Heads};
use super::inflow::{Inflow, Unfit};
use super::model::{Draft, Model, Outcome};
use crate::directory::{Directory, EarlyRecall, Missed, Order, Recall, Tenure};
use crate::engine::{Engine, col};
use crate::hosting::Hosting;
use crate::journal::{unit_from, unit_number};
use crate::statements as sql;
use crate::{StoreError, args};

/// Reads what was kept, and compares the configuration with it, as a writer begins.
pub(super) async fn open<E: Engine>(
    conn: &mut E::Connection,
    hosting: &Hosting,
    heads: &Heads,
) -> Result<(), StoreError> {
    let before = kept::<E>(conn, hosting).await?;
    let mut directory = before.clone();
    let terms: HashSet<i64> = E::fetch(conn, sql::TERM_LIST, args![E;])
        .await?
        .iter()
        .map(|row| col::<E, i64>(row, "epoch"))
        .collect::<Result<_, _>>()?;
    let written_here = |unit| terms.contains(&heads.chain(unit).epoch);
    directory.configure(hosting.configured(), written_here).map_err(StoreError::Misplaced)?;
    save::<E>(conn, &before, &directory).await?;
    hosting.become_(Arc::new(directory));
    Ok(())
}

/// Reads what was kept once more: a commit whose answer was lost may have changed it. Units that the configuration names may
/// have been taken back since the writer began, so it is not asked again.
pub(super) async fn reload<E: Engine>(conn: &mut E::Connection, hosting: &Hosting) -> Result<(), StoreError> {
    let directory = kept::<E>(conn, hosting).await?;
    hosting.become_(Arc::new(directory));
    Ok(())
}

async fn kept<E: Engine>(conn: &mut E::Connection, hosting: &Hosting) -> Result<Directory, StoreError> {
    let mut directory = hosting.now().emptied();
    let (tenures, missed) = (tenures::<E>(conn).await?, missed::<E>(conn).await?);
    directory.restore(tenures, missed, early_recalls::<E>(conn).await?);
    Ok(directory)
}

async fn tenures<E: Engine>(conn: &mut E::Connection) -> Result<BTreeMap<UnitCode, Tenure>, StoreError> {
    let rows = E::fetch(conn, sql::TENURE_LIST, args![E;]).await?;
    let read = rows.iter().map(|row| {
        let by = col::<E, Option<i64>>(row, "recall_by")?;
        let by = by.map(|by| unit_from("tenure", by)).transpose()?;
        let at: Option<String> = col::<E, _>(row, "recall_address")?;
        let tenure = Tenure {
            holder: unit_from("tenure", col::<E, _>(row, "holder")?)?,
            turn: col::<E, _>(row, "turn")?,
            address: col::<E, _>(row, "address")?,
            ended: col::<E, _>(row, "ended")?,
            since: col::<E, _>(row, "since")?,
            recall: by.zip(at).map(|(by, address)| Recall { by, address }),
        };
        Ok((unit_from("tenure", col::<E, _>(row, "unit")?)?, tenure))
    });
    read.collect()
}

async fn missed<E: Engine>(
    conn: &mut E::Connection,
) -> Result<BTreeMap<(UnitCode, String), Missed>, StoreError> {
    let rows = E::fetch(conn, sql::MISSED_LIST, args![E;]).await?;
    let read = rows.iter().map(|row| {
        let key = (unit_from("missed", col::<E, _>(row, "unit")?)?, col::<E, _>(row, "source")?);
        Ok((key, Missed { heard: col::<E, _>(row, "heard")?, upto: col::<E, _>(row, "upto")? }))
    });
    read.collect()
}

async fn early_recalls<E: Engine>(
    conn: &mut E::Connection,
) -> Result<BTreeMap<UnitCode, EarlyRecall>, StoreError> {
    let rows = E::fetch(conn, sql::EARLY_RECALL_LIST, args![E;]).await?;
    let read = rows.iter().map(|row| {
        let by = unit_from("early_recall", col::<E, _>(row, "by_unit")?)?;
        let recall = Recall { by, address: col::<E, _>(row, "address")? };
        let unit = unit_from("early_recall", col::<E, _>(row, "unit")?)?;
        Ok((unit, EarlyRecall { turn: col::<E, _>(row, "turn")?, recall }))
    });
    read.collect()
}

/// Writes what has changed, in the open transaction if there is one.
pub(super) async fn save<E: Engine>(
    conn: &mut E::Connection,
    before: &Directory,
    after: &Directory,
) -> Result<(), StoreError> {
    for (unit, tenure) in after.tenures().filter(|(unit, tenure)| before.tenure(*unit) != Some(*tenure)) {
        let (by, at) = match &tenure.recall {
            Some(Recall { by, address }) => (Some(unit_number(*by)), Some(address.clone())),
            None => (None, None),
        };
        let row = args![E; unit_number(unit), unit_number(tenure.holder), tenure.turn, tenure.address.clone(),
            tenure.ended, tenure.since, by, at];
        E::execute(conn, sql::TENURE_PUT, row).await?;
    }
    let known: BTreeMap<_, _> =
        before.missed().map(|(unit, source, missed)| ((unit, source), missed)).collect();
    let mut gone: BTreeMap<_, _> = known.clone();
    for (unit, source, missed) in after.missed() {
        gone.remove(&(unit, source));
        if known.get(&(unit, source)) != Some(&missed) {
            let row = args![E; unit_number(unit), source.to_owned(), missed.heard, missed.upto];
            E::execute(conn, sql::MISSED_PUT, row).await?;
        }
    }
    for (unit, source) in gone.into_keys() {
        E::execute(conn, sql::MISSED_DROP, args![E; unit_number(unit), source.to_owned()]).await?;
    }
    let (known, early) = (before.early_recalls(), after.early_recalls());
    for (unit, EarlyRecall { turn, recall }) in
        early.iter().filter(|(unit, kept)| known.get(unit) != Some(kept))
    {
        let row = args![E; unit_number(*unit), *turn, unit_number(recall.by), recall.address.clone()];
        E::execute(conn, sql::EARLY_RECALL_PUT, row).await?;
    }
    for unit in known.keys().filter(|unit| !early.contains_key(unit)) {
        E::execute(conn, sql::EARLY_RECALL_DROP, args![E; unit_number(*unit)]).await?;
    }
    Ok(())
}

/// Why a job must not be done, whatever the rules say: its unit is decided for elsewhere, its entries were picked by
/// another directory, another node still writes what is decided here, or nothing new is written yet. The last was looked at
/// when the job was handed over, and again here: its unit may have come back since.
pub(super) fn refusal<M: Model>(
    directory: &Directory,
    job: &Job<M>,
    taken: Option<&Inflow>,
    recovering: bool,
) -> Option<Rejection<M::Refusal>> {
    let not_yet = recovering.then_some(Rejection::Recovering);
    let outdated = |version| (version != directory.version()).then_some(Rejection::Outdated);
    match job.key {
        Key::Request { unit, .. } => directory.elsewhere(unit).map(Rejection::Elsewhere).or(not_yet),
        Key::Cursor { version: Some(version), .. } | Key::Missed { version, .. } => {
            not_yet.or(outdated(version))
        }
        Key::Cursor { version: None, .. } => not_yet,
        Key::Itself if matches!(job.wish, Wish::Order(_)) => not_yet,
        Key::Itself => {
            let foreign = taken.filter(|_| !recovering && directory.is_of_a_node());
            let Some(Inflow::Journal(entries)) = foreign else { return None };
            let own = entries.iter().find(|foreign| directory.decides(foreign.entry.unit))?;
            Some(Rejection::Unfit(Unfit::Ended { unit: own.entry.unit, seq: own.entry.seq }))
        }
    }
}

/// What an order writes, or why it cannot be carried out.
pub(super) fn ordered<R>(directory: &Directory, order: &Order) -> Result<Outcome, Rejection<R>> {
    let entries = directory.decide(order).map_err(Rejection::Unmovable)?;
    Ok(Outcome { entries, response: Vec::new() })
}

/// What an order does beside the entries that it writes.
pub(super) fn follow_order(directory: &mut Arc<Directory>, order: &Order, drafting: &mut Drafting<'_>) {
    if let Some(unit) = directory.opens(order) {
        drafting.open(unit);
    }
    if let Order::MadeUp { top, source, upto } = order {
        Arc::make_mut(directory).made_up(*top, source, *upto);
    }
}

/// Takes in what was written here.
pub(super) fn follow_draft(
    directory: &mut Arc<Directory>,
    draft: &Draft,
    epoch: i64,
    heard: &HashMap<String, Position>,
) {
    Arc::make_mut(directory).follow((draft.unit, epoch), (draft.kind, &draft.payload), heard);
}

/// Takes in what another node sent.
pub(super) fn follow_inflow(
    directory: &mut Arc<Directory>,
    inflow: &Inflow,
    heard: &HashMap<String, Position>,
) {
    for foreign in inflow.entries().iter().filter(|foreign| Directory::is_about_moves(&foreign.entry.kind)) {
        let entry = &foreign.entry;
        let told = (entry.kind.as_str(), entry.payload.as_slice());
        Arc::make_mut(directory).follow((entry.unit, entry.epoch), told, heard);
    }
}
