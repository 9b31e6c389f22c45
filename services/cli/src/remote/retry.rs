use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// With the pauses between them these take a second and a half if nobody answers at all.
const ATTEMPTS_MAX: u32 = 6;
const PAUSE_FIRST: Duration = Duration::from_millis(50);
/// A server may ask for a longer pause than ours, but not for any.
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// How long to wait before the same request is sent once more, if it should be: after an attempt, counted
/// from 0, that ended so.
pub(super) fn pause(status: &Status, attempt: u32) -> Option<Duration> {
    if attempt + 1 >= ATTEMPTS_MAX {
        return None;
    }
    let ours = PAUSE_FIRST * 2_u32.pow(attempt);
    let details = status.get_error_details();
    let asked = details.retry_info().and_then(|info| info.retry_delay);
    match status.code() {
        // The client's own timer ends a call as cancelled.
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => Some(asked.unwrap_or(ours)),
        // Without a pause it is not load but a limit, which time does not mend.
        Code::ResourceExhausted => asked,
        _ => None,
    }
    .map(|pause| pause.max(ours).min(PAUSE_MAX))
}

#[cfg(test)]
mod tests {
    use tonic_types::ErrorDetails;

    use super::*;

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
    fn the_server_may_ask_for_more_time_within_reason() {
        let half = Duration::from_millis(500);
        assert_eq!(pause(&asking(Code::ResourceExhausted, half), 0), Some(half));
        assert_eq!(pause(&asking(Code::ResourceExhausted, Duration::ZERO), 1), Some(PAUSE_FIRST * 2));
        assert_eq!(pause(&asking(Code::Unavailable, Duration::from_secs(3600)), 0), Some(PAUSE_MAX));
    }
}
