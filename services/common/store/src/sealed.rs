//! What is kept of persons, as this database has it: sealed, beside the entries it came with, and outside their hashes.
//!
//! The store carries it and cannot read it. A row is written with its entry, at home and wherever the entry is copied to; it
//! goes along when the entry is sent up, or given back to a node that lost it. [`erase`] is the one thing that is ever
//! done to a row: a service does it in [`crate::Model::save`], for an entry that says so, and so at home and above alike.

use serde::Serialize;
use yishi_kernel::{PersonId, Sealed, UnitCode};

use crate::engine::{Engine, col};
use crate::journal::{EntryRow, Stored, unit_number};
use crate::rows::{Rows, hex};
use crate::statements as sql;
use crate::{StoreError, args};

#[derive(Serialize)]
struct SealedRow<'a> {
    offset: i64,
    unit: i64,
    #[serde(serialize_with = "hex")]
    person: [u8; 16],
    #[serde(serialize_with = "hex")]
    key: [u8; Sealed::KEY_BYTES],
    #[serde(serialize_with = "hex")]
    record: &'a [u8],
}

/// Writes what came with the entries of a batch. Of a person who is known already nothing is written: what was erased stays so.
pub(crate) async fn insert<E: Engine>(
    conn: &mut E::Connection,
    entries: &[EntryRow],
    base: i64,
) -> Result<(), StoreError> {
    let mut rows = Rows::default();
    for entry in entries {
        let Some(sealed) = &entry.sealed else { continue };
        rows.add(&SealedRow {
            offset: entry.offset,
            unit: unit_number(entry.unit),
            person: *sealed.person.as_bytes(),
            key: sealed.key,
            record: &sealed.record,
        })?;
    }
    if !rows.is_empty() {
        E::execute(conn, sql::SEALED_INSERT, args![E; rows.bind()?, base]).await?;
    }
    Ok(())
}

/// Puts beside entries, which are in the order of their positions, what came with them. What was erased is not told again.
pub async fn put_beside<E: Engine>(
    conn: &mut E::Connection,
    entries: &mut [Stored],
) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
    let rows = E::fetch(conn, sql::SEALED_BETWEEN, args![E; first.pos - 1, last.pos]).await?;
    for row in &rows {
        let (pos, sealed) = sealed_from::<E>(row)?;
        if let Ok(index) = entries.binary_search_by_key(&pos, |stored| stored.pos)
            && !sealed.is_erased()
        {
            entries[index].sealed = Some(Box::new(sealed));
        }
    }
    Ok(())
}

/// What is kept of a person of a unit, if it is here.
pub async fn find<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
    person: PersonId,
) -> Result<Option<Sealed>, StoreError> {
    let args = args![E; unit_number(unit), person.as_bytes().to_vec()];
    let rows = E::fetch(conn, sql::SEALED_FIND, args).await?;
    rows.first().map(|row| sealed_from::<E>(row).map(|(_, sealed)| sealed)).transpose()
}

#[derive(Serialize)]
struct PersonRow {
    unit: i64,
    #[serde(serialize_with = "hex")]
    person: [u8; 16],
}

/// Destroys the keys of persons.
pub async fn erase<E: Engine>(
    conn: &mut E::Connection,
    persons: impl IntoIterator<Item = (UnitCode, PersonId)>,
) -> Result<(), StoreError> {
    let row = |(unit, person): (UnitCode, PersonId)| PersonRow {
        unit: unit_number(unit),
        person: *person.as_bytes(),
    };
    let rows = Rows::of(persons.into_iter().map(row))?;
    if !rows.is_empty() {
        E::execute(conn, sql::SEALED_ERASE, args![E; rows.bind()?, Sealed::NO_KEY.to_vec()]).await?;
    }
    Ok(())
}

fn sealed_from<E: Engine>(row: &E::Row) -> Result<(i64, Sealed), StoreError> {
    let corrupt = |what: &str| StoreError::corrupt("sealed", what.to_owned());
    let (person, key): (Vec<u8>, Vec<u8>) = (col::<E, _>(row, "person")?, col::<E, _>(row, "key")?);
    let sealed = Sealed {
        person: PersonId::from_bytes(&person).ok_or_else(|| corrupt("a person's id is none"))?,
        key: key.try_into().map_err(|_| corrupt("a key has another length"))?,
        record: col::<E, _>(row, "record")?,
    };
    Ok((col::<E, _>(row, "pos")?, sealed))
}
