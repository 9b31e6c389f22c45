//! Many rows as one bound value: an object whose keys are the row numbers.
//!
//! An object and not an array, because `jsonb_each` is the one table function that both engines have.

use std::io::Write as _;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::types::Json;

use crate::StoreError;

/// Rows of a table that nearly every batch writes: PostgreSQL takes them column by column, with no JSON in between.
pub trait Columns: Serialize + Sync + Sized {
    /// The statement that reads `FROM jsonb_each($1)`.
    const SHARED: &'static str;
    /// The same for PostgreSQL, with an array for each column.
    const POSTGRES: &'static str;
    /// Binds the arrays in the order of [`Columns::POSTGRES`].
    fn bind(rows: &[Self], args: &mut PgArguments) -> Result<(), BoxDynError>;
}

/// One column of rows.
pub fn column<'r, R, T>(rows: &'r [R], take: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(take).collect()
}

/// Rows to be bound as the `$1` of a statement that reads `FROM jsonb_each($1)`.
#[derive(Debug, Default)]
pub struct Rows {
    text: Vec<u8>,
    count: u64,
}

impl Rows {
    /// Collects rows; their field names are what the statement reads with `->>`.
    pub fn of<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<Self, StoreError> {
        let mut collected = Self::default();
        for row in rows {
            collected.add(&row)?;
        }
        Ok(collected)
    }

    /// Adds one row.
    pub fn add<T: Serialize>(&mut self, row: &T) -> Result<(), StoreError> {
        let separator = if self.count == 0 { '{' } else { ',' };
        write!(self.text, "{separator}\"{}\":", self.count)
            .map_err(|error| StoreError::Encode(error.to_string()))?;
        serde_json::to_writer(&mut self.text, row).map_err(|error| StoreError::Encode(error.to_string()))?;
        self.count += 1;
        Ok(())
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The value to bind.
    pub fn bind(mut self) -> Result<Json<Box<RawValue>>, StoreError> {
        self.text.extend_from_slice(if self.count == 0 { b"{}" } else { b"}" });
        let text = String::from_utf8(self.text).map_err(|error| StoreError::Encode(error.to_string()))?;
        RawValue::from_string(text).map(Json).map_err(|error| StoreError::Encode(error.to_string()))
    }
}

/// Serialises bytes as the hexadecimal text that `unhex` reads; for `#[serde(serialize_with)]`.
pub fn hex<S: Serializer>(bytes: &impl AsRef<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    // At once and not digit by digit, as `hex::encode` does: a batch has thousands of these.
    let mut digits = vec![0; bytes.as_ref().len() * 2];
    ::hex::encode_to_slice(bytes, &mut digits).map_err(serde::ser::Error::custom)?;
    serializer.serialize_str(str::from_utf8(&digits).map_err(serde::ser::Error::custom)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Row {
        unit: i64,
        #[serde(serialize_with = "hex")]
        payload: Vec<u8>,
        note: Option<&'static str>,
    }

    #[test]
    fn rows_become_one_object() {
        let rows = Rows::of([
            Row { unit: 1, payload: vec![0, 255], note: None },
            Row { unit: 2, payload: vec![], note: Some("x") },
        ])
        .unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows.bind().unwrap().0.get(),
            r#"{"0":{"unit":1,"payload":"00ff","note":null},"1":{"unit":2,"payload":"","note":"x"}}"#
        );
        assert_eq!(Rows::default().bind().unwrap().0.get(), "{}");
    }
}
