//! The clock a node was configured with.

use time::{OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};
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
    /// A clock that stands still until it is moved.
    Manual(ManualClock),
}

impl NodeClock {
    /// The clock the settings ask for.
    pub fn new(settings: &config::Clock) -> Self {
        match settings.kind {
            config::ClockKind::System => NodeClock::System(SystemClock),
            config::ClockKind::Manual => {
                let start = settings.start.as_deref().and_then(parse_start);
                NodeClock::Manual(ManualClock::new(
                    start.expect("validated settings have a start for a manual clock"),
                ))
            }
        }
    }

    /// Whether an operator moves it.
    pub fn is_manual(&self) -> bool {
        matches!(self, NodeClock::Manual(_))
    }

    /// Moves a manual clock forward.
    pub fn advance_to(&self, to: Timestamp) -> Result<(), Failure> {
        match self {
            NodeClock::System(_) => Err(Failure::new(&reasons::MANUAL_CLOCK_ONLY)),
            NodeClock::Manual(clock) => clock.advance_to(to).map_err(|ClockError { now, to }| {
                Failure::new(&reasons::CLOCK_BACKWARDS).with("now", now).with("to", to)
            }),
        }
    }
}

impl Clock for NodeClock {
    fn now(&self) -> Timestamp {
        match self {
            NodeClock::System(clock) => clock.now(),
            NodeClock::Manual(clock) => clock.now(),
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

    #[test]
    fn the_system_clock_is_not_moved() {
        let clock = NodeClock::new(&config::Clock::default());
        assert!(!clock.is_manual());
        assert_eq!(clock.advance_to(clock.now()).unwrap_err().reason().name, "MANUAL_CLOCK_ONLY");
    }
}
