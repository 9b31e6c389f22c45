//! The two database engines, seen through one bound.

use serde_json::value::RawValue;
use sqlx::types::Json;
use sqlx::{Arguments, ColumnIndex, Connection, Database, Decode, Encode, Type};

use crate::journal::Batch;
use crate::rows::Columns;
use crate::writer::Written;
use crate::{Location, StoreError};

/// A value of type `T` can be bound to and read from this engine.
pub trait Codec<T>: Database {
    /// Binds the next parameter.
    fn push(args: &mut Self::Arguments, value: T) -> sqlx::Result<()>;
    /// Reads a column by name.
    fn pull(row: &Self::Row, column: &str) -> sqlx::Result<T>;
}

impl<DB, T> Codec<T> for DB
where
    DB: Database,
    T: for<'q> Encode<'q, DB> + for<'r> Decode<'r, DB> + Type<DB> + Send + 'static,
    for<'a> &'a str: ColumnIndex<DB::Row>,
{
    fn push(args: &mut Self::Arguments, value: T) -> sqlx::Result<()> {
        args.add(value).map_err(sqlx::Error::Encode)
    }
    fn pull(row: &Self::Row, column: &str) -> sqlx::Result<T> {
        sqlx::Row::try_get(row, column)
    }
}

/// SQLite for an office, PostgreSQL for a county and above.
///
/// Every bound that a store needs is a supertrait, so stores write `E: Engine` and nothing more.
pub trait Engine:
    Database<Connection: Send + sqlx::migrate::Migrate, Arguments: Send + Default, Row: Send + Sync>
    + Codec<i64>
    + Codec<Option<i64>>
    + Codec<String>
    + Codec<Option<String>>
    + Codec<Vec<u8>>
    + Codec<Option<Vec<u8>>>
    + Codec<Json<Box<RawValue>>>
{
    /// Opens a transaction that may write.
    const BEGIN: &'static str;
    /// Opens a transaction in which all reads see one state.
    const SNAPSHOT: &'static str;

    /// Takes the value that belongs to this engine; for the few things that cannot be said in the shared dialect.
    fn choose<T>(sqlite: T, postgres: T) -> T;

    /// How the one writing connection is set up.
    fn writing(location: &Location) -> Result<<Self::Connection as Connection>::Options, StoreError>;
    /// How a reading connection is set up; it cannot write.
    fn reading(location: &Location) -> Result<<Self::Connection as Connection>::Options, StoreError>;
    /// Takes the writer's lock of this session; false when somebody else holds it.
    fn lock(
        conn: &mut Self::Connection,
        location: &Location,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
    /// Gives the lock back: the next writer need not wait until the server notices that this session is over.
    fn unlock(conn: &mut Self::Connection) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Writes a batch in the open transaction, in the engine's fastest way.
    fn write(
        conn: &mut Self::Connection,
        batch: &Batch,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;

    /// Writes rows in the engine's fastest way.
    fn put<T: Columns>(
        conn: &mut Self::Connection,
        rows: &[T],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Runs a statement; answers the number of rows it changed.
    fn execute(
        conn: &mut Self::Connection,
        sql: &'static str,
        args: Self::Arguments,
    ) -> impl Future<Output = sqlx::Result<u64>> + Send;
    /// Runs a statement; answers its rows.
    fn fetch(
        conn: &mut Self::Connection,
        sql: &'static str,
        args: Self::Arguments,
    ) -> impl Future<Output = sqlx::Result<Vec<Self::Row>>> + Send;
    /// Prepares a statement without running it, so that a test can check every one.
    fn prepare(
        conn: &mut Self::Connection,
        sql: &'static str,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;
    /// Runs a statement that takes no parameters and needs no plan (BEGIN, COMMIT, ROLLBACK).
    fn control(
        conn: &mut Self::Connection,
        sql: &'static str,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;
}

/// The part that is letter for letter the same for both drivers, but not in sqlx's traits.
macro_rules! shared {
    () => {
        async fn execute(
            conn: &mut Self::Connection,
            sql: &'static str,
            args: Self::Arguments,
        ) -> sqlx::Result<u64> {
            Ok(sqlx::query_with(sql, args).execute(conn).await?.rows_affected())
        }
        async fn fetch(
            conn: &mut Self::Connection,
            sql: &'static str,
            args: Self::Arguments,
        ) -> sqlx::Result<Vec<Self::Row>> {
            sqlx::query_with(sql, args).fetch_all(conn).await
        }
        async fn prepare(conn: &mut Self::Connection, sql: &'static str) -> sqlx::Result<()> {
            sqlx::Executor::prepare(conn, SqlStr::from_static(sql)).await.map(drop)
        }
        async fn control(conn: &mut Self::Connection, sql: &'static str) -> sqlx::Result<()> {
            sqlx::raw_sql(sql).execute(conn).await.map(drop)
        }
    };
}

mod postgres;
mod sqlite;

/// Reads a column of a row.
pub fn col<E: Codec<T>, T>(row: &E::Row, column: &str) -> sqlx::Result<T> {
    E::pull(row, column)
}

/// `args![E; a, b, c]` binds in order.
#[macro_export]
macro_rules! args {
    ($E:ty;) => { <<$E as $crate::sqlx::Database>::Arguments as ::core::default::Default>::default() };
    ($E:ty; $($value:expr),+ $(,)?) => {{
        let mut args = <<$E as $crate::sqlx::Database>::Arguments as ::core::default::Default>::default();
        $( <$E as $crate::Codec<_>>::push(&mut args, $value)?; )+
        args
    }};
}
