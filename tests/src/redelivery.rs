//! What a restored node lives through: how far it had read other journals is lost, and everything is delivered again.

use sqlx::ConnectOptions;
use yishi_store::{Engine, Location};

use crate::sandbox::{Books, Contents, Sandbox};

/// Whose turn it was to write, and how far others were read: nothing of what a service knows.
const OF_THE_RUN: [&str; 3] = ["cursor", "lease", "term"];

/// The services whose deliveries leave entries. Appraisal counts what it hears without any.
const WITH_ENTRIES: [&str; 3] = ["escalation", "funding", "intake"];

/// Everything a service knows: its journal and all that follows from it, byte for byte.
pub async fn known<E: Engine>(location: &Location) -> Contents {
    let mut tables = Books::<E>::open(location).await.contents().await;
    for table in OF_THE_RUN {
        tables.remove(table);
    }
    tables
}

/// Makes a service forget how far it had read, while nobody writes.
pub async fn forget<E: Engine>(location: &Location) {
    let options = E::writing(location).expect("the test's own database");
    let mut conn = options.connect().await.expect("a node made it");
    E::control(&mut conn, include_str!("redelivery/forget.sql")).await.expect("every service has cursors");
}

/// How many sources a service knows how far it has read.
pub async fn cursors<E: Engine>(location: &Location) -> usize {
    Books::<E>::open(location).await.counts().await["cursor"]
}

impl<E: Engine> Sandbox<E> {
    /// Panics unless everything that was heard can be heard again and leaves no trace.
    pub async fn told_again(self) -> Self {
        self.caught_up().await;
        let (settings, places) = (self.settings.clone(), WITH_ENTRIES.map(|service| self.location(service)));
        self.stop().await;
        let mut before = Vec::new();
        for place in &places {
            before.push((known::<E>(place).await, cursors::<E>(place).await));
            forget::<E>(place).await;
        }
        let again = Self::with(settings).await;
        again.caught_up().await;
        for (place, (known_before, read)) in places.iter().zip(before) {
            assert_eq!(cursors::<E>(place).await, read, "{place}: all of it was read again");
            assert_eq!(known::<E>(place).await, known_before, "{place}");
        }
        again
    }
}
