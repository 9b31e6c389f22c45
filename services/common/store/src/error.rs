//! What can go wrong with a database, in words the writer acts on.

use crate::Location;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine said no.
    #[error("database")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought to this program's version.
    #[error("migrations")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The address of the database makes no sense.
    #[error("database location: {0}")]
    Location(String),
    /// The file cannot be locked, or its folder cannot be made.
    #[error("{path}")]
    File {
        /// Which file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process writes here.
    #[error("another process is the writer of {0}; only one may be")]
    Held(String),
    /// Somebody else has written since this writer's term began.
    #[error("the lease was taken over, or a head moved, under this writer: {0}")]
    Usurped(&'static str),
    /// The database belongs to another service or to another kind of clock.
    #[error("this database was made for {made_for}, it cannot be opened for {wanted}")]
    Stamped {
        /// What its stamp says.
        made_for: String,
        /// What was asked.
        wanted: String,
    },
    /// The configuration names nodes below that the database knows otherwise.
    #[error("{0}")]
    Misplaced(String),
    /// A row says what no program of ours writes.
    #[error("{table}: {problem}")]
    Corrupt {
        /// Where.
        table: &'static str,
        /// What.
        problem: String,
    },
    /// A row could not be put into the form that is bound.
    #[error("encoding rows: {0}")]
    Encode(String),
    /// No reading connection became free in time.
    #[error("all reading connections are busy")]
    Busy,
    /// The system gave no random bytes.
    #[error("no randomness from the system: {0}")]
    Randomness(String),
}

/// What the writer does about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The data of some command is at fault: find it by halves.
    Halve,
    /// The connection is gone: make a new one and ask what was committed.
    Reconnect,
    /// Nothing can be trusted any more: stop.
    Stop,
}

impl StoreError {
    /// A location of one engine was given to the other.
    pub(crate) fn wrong_engine(location: &Location) -> Self {
        Self::Location(format!("{location} belongs to the other engine"))
    }

    /// A row that violates what we believe.
    pub(crate) fn corrupt(table: &'static str, problem: impl Into<String>) -> Self {
        Self::Corrupt { table, problem: problem.into() }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        let Self::Database(error) = self else {
            return if matches!(self, Self::Encode(_)) { Remedy::Halve } else { Remedy::Stop };
        };
        match error {
            sqlx::Error::Database(database) => match database.code().as_deref() {
                Some(code) => remedy_of(code),
                None => Remedy::Halve,
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Remedy::Reconnect,
            _ => Remedy::Halve,
        }
    }
}

/// SQLite's result codes are decimal numbers, PostgreSQL's SQLSTATEs have five characters.
fn remedy_of(code: &str) -> Remedy {
    if let (true, Ok(number)) = (code.len() != 5, code.parse::<u32>()) {
        return match number & 0xff {
            // IOERR, CORRUPT, NOTADB: after a failed fsync nothing says what is on the disk.
            10 | 11 | 26 => Remedy::Stop,
            // BUSY, LOCKED, NOMEM, READONLY, FULL, CANTOPEN: the same commands may pass later.
            5 | 6 | 7 | 8 | 13 | 14 => Remedy::Reconnect,
            _ => Remedy::Halve,
        };
    }
    match code.get(..2) {
        // Connection, resources, operator's intervention, serialisation: nothing to do with the commands.
        Some("08" | "53" | "57" | "40") => Remedy::Reconnect,
        // System error and corrupted index or data.
        Some("58" | "XX") => Remedy::Stop,
        _ => Remedy::Halve,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        assert_eq!(remedy_of("1555"), Remedy::Halve, "SQLite, primary key");
        assert_eq!(remedy_of("2067"), Remedy::Halve, "SQLite, unique");
        assert_eq!(remedy_of("517"), Remedy::Reconnect, "SQLite, busy snapshot");
        assert_eq!(remedy_of("13"), Remedy::Reconnect, "SQLite, disk full");
        assert_eq!(remedy_of("1034"), Remedy::Stop, "SQLite, fsync failed");
        assert_eq!(remedy_of("23505"), Remedy::Halve, "PostgreSQL, unique");
        assert_eq!(remedy_of("57P01"), Remedy::Reconnect, "PostgreSQL, admin shutdown");
        assert_eq!(remedy_of("XX001"), Remedy::Stop, "PostgreSQL, data corrupted");
    }
}
