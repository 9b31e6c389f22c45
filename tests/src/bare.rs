//! A service's rules at work on its tables, without a writer: a test hands over the batches.

use std::sync::Arc;

use sqlx::ConnectOptions;
use tokio_util::sync::CancellationToken;
use yishi_kernel::{Clock, ManualClock, Timestamp};
use yishi_store::{ClockKind, Engine, Location, Model, Moment, Outcome, Tuning, Writer};

use crate::sandbox::{Contents, contents};

/// A model and a connection to tables of its own.
pub struct Bare<E: Engine, M: Model> {
    /// By what rules it decides.
    pub model: M,
    conn: E::Connection,
}

impl<E: Engine, M: Model> Bare<E, M> {
    /// Makes the tables, as a node would.
    pub async fn open(location: &Location, make: impl Fn() -> M) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(0))) as Arc<dyn Clock>;
        let (clock, stop) = ((ClockKind::Manual, clock), CancellationToken::new());
        let opened = Writer::<E, M>::open(location, make(), clock, Tuning::default(), stop);
        drop(Box::pin(opened).await.expect("nobody else writes here"));
        let options = E::writing(location).expect("the test's own database");
        let conn = options.connect().await.expect("it has just been there");
        Self { model: make(), conn }
    }

    /// From here on everything can be taken back.
    pub async fn begin(&mut self) {
        E::control(&mut self.conn, E::BEGIN).await.expect("a transaction begins");
    }

    /// Takes everything back.
    pub async fn roll_back(&mut self) {
        E::control(&mut self.conn, "ROLLBACK").await.expect("a transaction ends");
    }

    /// One batch: reads what its commands speak of, decides one after the other, writes what changed.
    pub async fn batch(
        &mut self,
        commands: &[M::Command],
        moment: &Moment,
    ) -> Vec<Result<Outcome, M::Refusal>> {
        let spoken: Vec<&M::Command> = commands.iter().collect();
        let mut working = self.model.load::<E>(&mut self.conn, &spoken).await.expect("rows can be read");
        let verdicts =
            spoken.into_iter().map(|command| self.model.act(&mut working, command, moment)).collect();
        self.model.save::<E>(&mut self.conn, working).await.expect("rows can be written");
        verdicts
    }

    /// What is in every table.
    pub async fn contents(&mut self) -> Contents {
        contents::<E>(&mut self.conn).await
    }
}
