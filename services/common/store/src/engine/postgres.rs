//! PostgreSQL: a schema per service in one database.

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, Postgres};
use sqlx::{ConnectOptions, SqlStr};

use crate::engine::{Engine, col};
use crate::journal::Batch;
use crate::rows::Columns;
use crate::statements as sql;
use crate::writer::Written;
use crate::{Location, StoreError, args};

impl Engine for Postgres {
    const BEGIN: &'static str = "BEGIN ISOLATION LEVEL READ COMMITTED";
    const SNAPSHOT: &'static str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    fn choose<T>(_sqlite: T, postgres: T) -> T {
        postgres
    }

    fn writing(location: &Location) -> Result<PgConnectOptions, StoreError> {
        Ok(options(location)?.options([
            ("synchronous_commit", "on"),
            // Every statement of the writer is a look-up by key. A plan prepared while the tables were empty would
            // otherwise read them from end to end for as long as the connection lives.
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ]))
    }

    fn reading(location: &Location) -> Result<PgConnectOptions, StoreError> {
        Ok(options(location)?.options([("default_transaction_read_only", "on")]))
    }

    async fn lock(conn: &mut PgConnection, location: &Location) -> Result<bool, StoreError> {
        let rows = Self::fetch(conn, sql::POSTGRES_LOCK, args![Self; location.to_string()]).await?;
        let row = rows.first().ok_or_else(|| StoreError::corrupt("pg_locks", "the lock answered nothing"))?;
        Ok(col::<Self, i64>(row, "taken")? == 1)
    }

    async fn unlock(conn: &mut PgConnection) -> sqlx::Result<()> {
        Self::control(conn, sql::POSTGRES_UNLOCK).await
    }

    async fn write(conn: &mut PgConnection, batch: &Batch) -> Result<Written, StoreError> {
        crate::writer::postgres::write(conn, batch).await
    }

    async fn put<T: Columns>(conn: &mut PgConnection, rows: &[T]) -> Result<(), StoreError> {
        let mut args = PgArguments::default();
        T::bind(rows, &mut args).map_err(sqlx::Error::Encode)?;
        Self::execute(conn, T::POSTGRES, args).await?;
        Ok(())
    }

    shared!();
}

fn options(location: &Location) -> Result<PgConnectOptions, StoreError> {
    let Location::Server { url, schema } = location else { return Err(StoreError::wrong_engine(location)) };
    let options: PgConnectOptions =
        url.parse().map_err(|error: sqlx::Error| StoreError::Location(error.to_string()))?;
    Ok(options
        .application_name("yishi")
        .options([
            ("search_path", schema.as_str()),
            // Statements are short; one that is not is stuck, and a stuck writer is worse than a failed batch.
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "60s"),
            ("jit", "off"),
            // A dead host must not hold the writer's lock for the two hours of the kernel's default.
            ("tcp_keepalives_idle", "10"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "3"),
        ])
        .disable_statement_logging())
}
