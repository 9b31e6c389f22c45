//! The clock a node was configured with.

use std::{future, time::Duration};

use time::{OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};
use tokio::sync::watch;
use yishi_kernel::{Clock, ClockError, Date, ManualClock, SystemClock, Timestamp};

use crate::{
    config,
    errors::{Failure, reasons},
};

/// Business time of a node: the machine's, or moved by its operator.
#[derive(Debug)]
pub enum NodeClock {
    /// The machine's clock.
    System(SystemClock),
    /// A clock that stands still until it is moved, and tells when it was.
    Manual(ManualClock, watch::Sender<()>),
}

impl NodeClock {
    /// The clock the settings ask for.
    pub fn new(settings: &config::Clock) -> Self {
        match settings.kind {
            config::ClockKind::System => NodeClock::System(SystemClock),
            config::ClockKind::Manual => {
                let start = settings.start.as_deref().and_then(parse_start);
                let start = start.expect("validated settings have a start for a manual clock");
                NodeClock::Manual(ManualClock::new(start), watch::Sender::new(()))
            }
        }
    }

    /// Whether an operator moves it.
    pub fn is_manual(&self) -> bool {
        matches!(self, NodeClock::Manual(..))
    }

    /// Moves a manual clock forward.
    pub fn advance_to(&self, to: Timestamp) -> Result<(), Failure> {
        match self {
            NodeClock::System(_) => Err(Failure::new(&reasons::MANUAL_CLOCK_ONLY)),
            NodeClock::Manual(clock, moved) => {
                clock.advance_to(to).map_err(|ClockError { now, to }| {
                    Failure::new(&reasons::CLOCK_BACKWARDS).with("now", now).with("to", to)
                })?;
                moved.send_replace(());
                Ok(())
            }
        }
    }

    /// For who acts when time has come: each move of a manual clock, and this often by the machine's.
    pub fn ticks(&self, often: Duration) -> Ticks {
        let moves = match self {
            NodeClock::System(_) => None,
            NodeClock::Manual(_, moved) => Some(moved.subscribe()),
        };
        Ticks { moves, often }
    }
}

impl Clock for NodeClock {
    fn now(&self) -> Timestamp {
        match self {
            NodeClock::System(clock) => clock.now(),
            NodeClock::Manual(clock, _) => clock.now(),
        }
    }
}

/// The moments at which business time may have passed something.
#[derive(Debug)]
pub struct Ticks {
    moves: Option<watch::Receiver<()>>,
    often: Duration,
}

impl Ticks {
    /// Waits for the next; at once if the clock was moved since the last.
    pub async fn next(&mut self) {
        match &mut self.moves {
            None => tokio::time::sleep(self.often).await,
            // A clock that is gone is not moved any more.
            Some(moves) => {
                if moves.changed().await.is_err() {
                    future::pending::<()>().await;
                }
            }
        }
    }
}

/// Reads where a manual clock begins: the start of a day in China, or an instant.
pub(crate) fn parse_start(text: &str) -> Option<Timestamp> {
    if let Ok(day) = Date::parse(text, format_description!("[year]-[month]-[day]")) {
        return Some(Timestamp::start_of(day));
    }
    let instant = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(instant.unix_timestamp_nanos() / 1_000).ok().map(Timestamp::from_micros)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn manual(start: &str) -> NodeClock {
        NodeClock::new(&config::Clock { kind: config::ClockKind::Manual, start: Some(start.to_owned()) })
    }

    #[test]
    fn a_day_begins_in_china() {
        assert_eq!(manual("2019-11-01").now(), manual("2019-10-31T16:00:00Z").now());
        assert_eq!(manual("2019-11-01").now(), manual("2019-11-01T00:00:00+08:00").now());
        assert_eq!(parse_start("1.11.2019"), None);
    }

    #[test]
    fn a_manual_clock_goes_forward_and_says_no_otherwise() {
        let clock = manual("2019-11-01");
        let tomorrow = clock.now().checked_add_days(1).unwrap();
        let today = clock.now();
        clock.advance_to(tomorrow).unwrap();
        assert_eq!(clock.now(), tomorrow);
        assert_eq!(clock.advance_to(today).unwrap_err().reason().name, "CLOCK_BACKWARDS");
        assert_eq!(clock.now(), tomorrow);
    }

    #[tokio::test]
    async fn a_manual_clock_ticks_when_it_is_moved_and_the_machines_by_itself() {
        let clock = manual("2019-11-01");
        let mut ticks = clock.ticks(Duration::ZERO);
        assert_eq!(ticks.next().now_or_never(), None, "it stands still");
        clock.advance_to(clock.now()).unwrap();
        clock.advance_to(clock.now().checked_add_days(1).unwrap()).unwrap();
        ticks.next().await;
        assert_eq!(ticks.next().now_or_never(), None, "all moves were told");
        NodeClock::new(&config::Clock::default()).ticks(Duration::from_millis(1)).next().await;
    }

    #[test]
    fn the_system_clock_is_not_moved() {
        let clock = NodeClock::new(&config::Clock::default());
        assert!(!clock.is_manual());
        assert_eq!(clock.advance_to(clock.now()).unwrap_err().reason().name, "MANUAL_CLOCK_ONLY");
    }
}
