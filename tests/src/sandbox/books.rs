//! A service's database, read past the node.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use sqlx::ConnectOptions;
use yishi_kernel::{PersonId, Sealed, UnitCode};
use yishi_store::journal::{self, Stored};
use yishi_store::{Engine, Location, col, sealed};

/// Per table, how many rows there are and what is in them; equal before and after what leaves no trace.
pub type Trace = BTreeMap<String, (usize, String)>;

/// Per table, every row as text, in an order of its own.
pub type Contents = BTreeMap<String, Vec<String>>;

/// A connection that can only read.
pub struct Books<E: Engine> {
    conn: E::Connection,
    contents: &'static str,
    counts: &'static str,
}

impl<E: Engine> Books<E> {
    pub(crate) async fn open(location: &Location) -> Self {
        let options = E::reading(location).expect("the test's own database");
        let mut conn = options.connect().await.expect("the node made it");
        let (contents, counts) = census::<E>(&mut conn).await.expect("the catalogue can be read");
        Self { conn, contents, counts }
    }

    /// All entries in commit order.
    pub async fn entries(&mut self) -> Vec<Stored> {
        journal::after::<E>(&mut self.conn, 0, i64::MAX).await.expect("the journal can be read")
    }

    /// What is kept of a person, sealed.
    pub async fn sealed(&mut self, unit: UnitCode, person: PersonId) -> Option<Sealed> {
        sealed::find::<E>(&mut self.conn, unit, person).await.expect("what is sealed can be read")
    }

    /// Whether the engine understands a statement.
    pub async fn prepare(&mut self, statement: &'static str) -> sqlx::Result<()> {
        E::prepare(&mut self.conn, statement).await
    }

    /// How many rows each table has.
    pub async fn counts(&mut self) -> BTreeMap<String, usize> {
        let counts = self.fetch(self.counts).await;
        counts.into_iter().map(|(name, count)| (name, count.parse().expect("a number"))).collect()
    }

    /// What is in every table there is.
    pub async fn trace(&mut self) -> Trace {
        let mut digests: BTreeMap<String, (usize, Sha256)> = BTreeMap::new();
        for (name, content) in self.fetch(self.contents).await {
            let (count, digest) = digests.entry(name).or_default();
            *count += 1;
            digest.update(content);
            digest.update("\n");
        }
        digests
            .into_iter()
            .map(|(name, (rows, digest))| (name, (rows, hex::encode(digest.finalize()))))
            .collect()
    }

    /// What is in every table there is, to be read.
    pub async fn contents(&mut self) -> Contents {
        sorted(self.fetch(self.contents).await)
    }

    async fn fetch(&mut self, statement: &'static str) -> Vec<(String, String)> {
        fetch::<E>(&mut self.conn, statement).await
    }
}

/// What is in every table, as a connection sees it.
pub async fn contents<E: Engine>(conn: &mut E::Connection) -> Contents {
    let (contents, _) = census::<E>(conn).await.expect("the catalogue can be read");
    sorted(fetch::<E>(conn, contents).await)
}

async fn fetch<E: Engine>(conn: &mut E::Connection, statement: &'static str) -> Vec<(String, String)> {
    let rows = E::fetch(conn, statement, no_args::<E>()).await.expect("every table can be read");
    let pair = |row: &E::Row| Ok((col::<E, String>(row, "name")?, col::<E, String>(row, "content")?));
    rows.iter().map(pair).collect::<sqlx::Result<_>>().expect("both columns are texts")
}

fn sorted(rows: Vec<(String, String)>) -> Contents {
    let mut tables = Contents::new();
    for (table, row) in rows {
        tables.entry(table).or_default().push(row);
    }
    tables
}

/// Statements that answer every row of every table as text, in an order of its own, and how many there are.
///
/// They are made from the catalogue, so that no table can be forgotten, and live as long as the process: drivers
/// take nothing shorter.
async fn census<E: Engine>(conn: &mut E::Connection) -> sqlx::Result<(&'static str, &'static str)> {
    let catalogue = E::choose(include_str!("tables_sqlite.sql"), include_str!("tables_postgres.sql"));
    let (mut contents, mut counts) = (Vec::new(), Vec::new());
    for row in E::fetch(conn, catalogue, no_args::<E>()).await? {
        contents.push(col::<E, String>(&row, "contents")?);
        counts.push(col::<E, String>(&row, "counts")?);
    }
    assert!(contents.len() > 5, "a service has more tables than {contents:?}");
    Ok((format!("{} ORDER BY 1, 2", contents.join(" UNION ALL ")).leak(), counts.join(" UNION ALL ").leak()))
}

fn no_args<E: Engine>() -> E::Arguments {
    E::Arguments::default()
}
