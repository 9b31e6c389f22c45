use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::UNIX_EPOCH,
};

use crate::Timestamp;

/// Where business time comes from: seasons, deadlines and bulletins ask it and nothing else.
pub trait Clock: Send + Sync + 'static {
    /// The instant it is.
    fn now(&self) -> Timestamp;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        let now = std::time::SystemTime::now();
        let micros = match now.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
        };
        Timestamp::from_micros(micros)
    }
}

/// A clock that stands still until it is moved, so that a year can pass in a moment.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at this instant.
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_micros()))
    }

    /// Moves forward to an instant; staying where it is counts as moving.
    pub fn advance_to(&self, to: Timestamp) -> Result<(), ClockError> {
        let now = self.0.fetch_max(to.as_micros(), Ordering::SeqCst);
        if now <= to.as_micros() { Ok(()) } else { Err(ClockError { now: Timestamp::from_micros(now), to }) }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A manual clock was told to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock stands at {now} and cannot go back to {to}: name an instant that is not before")]
pub struct ClockError {
    /// Where the clock stands.
    pub now: Timestamp,
    /// Where it was told to go.
    pub to: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_only_goes_forward() {
        let at = Timestamp::from_micros;
        let clock = Arc::new(ManualClock::new(at(10)));
        assert_eq!(clock.now(), at(10));
        assert_eq!(clock.advance_to(at(20)), Ok(()));
        assert_eq!(clock.advance_to(at(20)), Ok(()));
        assert_eq!(clock.advance_to(at(19)), Err(ClockError { now: at(20), to: at(19) }));
        assert_eq!(clock.now(), at(20));
    }

    #[test]
    fn the_system_clock_knows_the_century() {
        let now = SystemClock.now();
        assert!((2020..2200).contains(&now.date().year()), "{now}");
    }
}
