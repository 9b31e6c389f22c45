use std::{error::Error as _, time::Duration};

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

const PAUSE_FIRST: Duration = Duration::from_millis(50);
/// A server may ask for a longer pause than ours, but not for any.
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// How often and how long somebody asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    attempts: u32,
    /// No attempt begins later than this after the first.
    within: Duration,
    /// Our own pauses grow up to this.
    pause_max: Duration,
}

impl Patience {
    /// With the pauses between them these attempts take a second and a half if nobody answers at all.
    pub(super) const SHORT: Self =
        Self { attempts: 6, within: Duration::MAX, pause_max: Duration::from_secs(1) };
    /// Whoever was killed comes back.
    pub(super) const LONG: Self =
        Self { attempts: u32::MAX, within: Duration::from_secs(120), pause_max: Duration::from_millis(250) };

    /// How long to wait before the same request is sent once more, if it should be: after an attempt, counted
    /// from 0, that ended so, so long after the first began.
    pub(super) fn pause(self, status: &Status, attempt: u32, since: Duration) -> Option<Duration> {
        if attempt >= self.attempts - 1 || since >= self.within {
            return None;
        }
        let ours = PAUSE_FIRST.saturating_mul(2_u32.saturating_pow(attempt)).min(self.pause_max);
        let details = status.get_error_details();
        let asked = details.retry_info().and_then(|info| info.retry_delay);
        match status.code() {
            // The client's own timer ends a call as cancelled.
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => Some(asked.unwrap_or(ours)),
            // A connection that broke in the midst of a call; a node says why it refuses.
            Code::Unknown if status.source().is_some() && details.error_info().is_none() => Some(ours),
            // Without a pause it is not load but a limit, which time does not mend.
            Code::ResourceExhausted => asked,
            _ => None,
        }
        .map(|pause| pause.max(ours).min(PAUSE_MAX))
    }
}

#[cfg(test)]
mod tests {
    use tonic_types::ErrorDetails;

    use super::*;

    fn pause(status: &Status, attempt: u32) -> Option<Duration> {
        Patience::SHORT.pause(status, attempt, Duration::ZERO)
    }

    fn asking(code: Code, pause: Duration) -> Status {
        Status::with_error_details(code, "", ErrorDetails::with_retry_info(Some(pause)))
    }

    #[test]
    fn what_may_pass_is_tried_again_and_a_refusal_is_not() {
        for code in [Code::Unavailable, Code::DeadlineExceeded, Code::Cancelled] {
            assert_eq!(pause(&Status::new(code, ""), 0), Some(PAUSE_FIRST), "{code:?}");
        }
        for code in [Code::ResourceExhausted, Code::FailedPrecondition, Code::Internal, Code::AlreadyExists] {
            assert_eq!(pause(&Status::new(code, ""), 0), None, "{code:?}");
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        let status = Status::unavailable("");
        let pauses: Vec<_> = (0..9).map_while(|attempt| pause(&status, attempt)).collect();
        assert_eq!(pauses.len(), 5);
        assert!(pauses.is_sorted() && pauses[4] == PAUSE_FIRST * 16, "{pauses:?}");
    }

    #[test]
    fn a_connection_that_broke_is_tried_again() {
        let broken = Status::from_error(Box::new(std::io::Error::from(std::io::ErrorKind::ConnectionReset)));
        assert_eq!((broken.code(), pause(&broken, 0)), (Code::Unknown, Some(PAUSE_FIRST)));
        assert_eq!(pause(&Status::unknown("said by somebody"), 0), None);
    }

    #[test]
    fn long_patience_outlasts_a_restart() {
        let status = Status::unavailable("");
        let mut since = Duration::ZERO;
        let mut attempts = 0;
        while let Some(pause) = Patience::LONG.pause(&status, attempts, since) {
            (since, attempts) = (since + pause, attempts + 1);
        }
        assert!((120..121).contains(&since.as_secs()) && attempts < 500, "{attempts} in {since:?}");
    }

    #[test]
    fn the_server_may_ask_for_more_time_within_reason() {
        let half = Duration::from_millis(500);
        assert_eq!(pause(&asking(Code::ResourceExhausted, half), 0), Some(half));
        assert_eq!(pause(&asking(Code::ResourceExhausted, Duration::ZERO), 1), Some(PAUSE_FIRST * 2));
        assert_eq!(pause(&asking(Code::Unavailable, Duration::from_secs(3600)), 0), Some(PAUSE_MAX));
    }
}
