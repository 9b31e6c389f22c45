use std::time::Duration;

use http::{HeaderMap, HeaderValue, Request};
use tokio::time::{Instant, timeout_at};
use tonic::{Status, body::Body};

use super::around::{Answer, Answering, Around, refuse};
use crate::{
    config::Grpc,
    errors::{Failure, reasons},
};

const HEADER: &str = "grpc-timeout";

/// By when a call must be answered; in the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline so much time from now.
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// The instant.
    pub fn at(self) -> Instant {
        self.0
    }

    /// How much is left; nothing if it has passed.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// How much the next hop gets, `margin` being kept for the way back; `None` if that leaves nothing.
    pub fn left_for_next_hop(self, margin: Duration) -> Option<Duration> {
        self.left().checked_sub(margin).filter(|left| !left.is_zero())
    }
}

/// Gives every call a deadline, and an answer when it passes. A stream is bounded until its first message:
/// how long one may last is between its two ends.
#[derive(Clone, Copy)]
pub(super) struct Deadlines {
    least: Duration,
    usual: Duration,
    most: Duration,
}

impl Deadlines {
    pub(super) fn new(limits: &Grpc) -> Self {
        Self { least: limits.deadline_min(), usual: limits.deadline_default(), most: limits.deadline_max() }
    }

    /// How long this call may take, or why it is not begun.
    fn granted(&self, headers: &HeaderMap) -> Result<Duration, Failure> {
        let Some(wish) = headers.get(HEADER) else { return Ok(self.usual) };
        let Some(wish) = parse(wish) else {
            return Err(Failure::new(&reasons::INVALID_FIELDS).with("count", 1).field(
                "metadata.grpc-timeout",
                "应为 1 至 8 位数字加单位 H、M、S、m、u 或 n，如 500m",
                "write 1 to 8 digits and a unit, H, M, S, m, u or n, as in 500m",
            ));
        };
        if wish < self.least {
            return Err(Failure::new(&reasons::DEADLINE_TOO_SHORT)
                .with("given_ms", wish.as_millis())
                .with("least_ms", self.least.as_millis()));
        }
        Ok(wish.min(self.most))
    }
}

impl Around for Deadlines {
    fn around<A: Answering>(
        &self,
        mut request: Request<Body>,
        next: impl FnOnce(Request<Body>) -> A,
    ) -> Answer {
        let granted = match self.granted(request.headers()) {
            Ok(granted) => granted,
            Err(failure) => return refuse(failure),
        };
        let deadline = Deadline::after(granted);
        request.extensions_mut().insert(deadline);
        let answer = next(request);
        Box::pin(async move {
            timeout_at(deadline.at(), answer).await.unwrap_or_else(|_| {
                let late = Failure::new(&reasons::DEADLINE_EXCEEDED).with("after_ms", granted.as_millis());
                Ok(Status::from(late).into_http())
            })
        })
    }
}

/// A `grpc-timeout`: at most eight digits and a unit.
fn parse(value: &HeaderValue) -> Option<Duration> {
    let (digits, unit) = value.to_str().ok()?.split_at_checked(value.len().checked_sub(1)?)?;
    let in_range = (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let amount: u64 = if in_range { digits.parse().ok()? } else { return None };
    match unit {
        "H" => Some(Duration::from_secs(amount * 3600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(wish: &str) -> Result<Duration, &'static str> {
        let headers = HeaderMap::from_iter([(HEADER.parse().unwrap(), HeaderValue::from_str(wish).unwrap())]);
        Deadlines::new(&Grpc::default()).granted(&headers).map_err(|failure| failure.reason().name)
    }

    #[test]
    fn a_wish_is_granted_within_bounds() {
        assert_eq!(granted("500m"), Ok(Duration::from_millis(500)));
        assert_eq!(granted("3S"), Ok(Duration::from_secs(3)));
        assert_eq!(granted("2M"), Ok(Duration::from_secs(120)));
        assert_eq!(granted("5000u"), Ok(Duration::from_millis(5)));
        assert_eq!(granted("99999999H"), Ok(Grpc::default().deadline_max()));
        let unsaid = Deadlines::new(&Grpc::default()).granted(&HeaderMap::new()).unwrap();
        assert_eq!(unsaid, Grpc::default().deadline_default());
    }

    #[test]
    fn too_short_and_malformed_are_told_apart() {
        for short in ["0m", "1m", "1999999n", "00000000H"] {
            assert_eq!(granted(short), Err("DEADLINE_TOO_SHORT"), "{short}");
        }
        for wrong in ["", "m", "5", "5s", "-5m", "+5m", "123456789m", "5 m", "5.0S"] {
            assert_eq!(granted(wrong), Err("INVALID_FIELDS"), "{wrong}");
        }
    }

    #[test]
    fn the_next_hop_gets_what_is_left_less_a_margin() {
        let deadline = Deadline::after(Duration::from_secs(200));
        let next = deadline.left_for_next_hop(Duration::from_secs(50)).unwrap();
        assert!(next <= Duration::from_secs(150) && next > Duration::from_secs(100), "{next:?}");
        assert_eq!(deadline.left_for_next_hop(Duration::from_secs(200)), None);
        assert_eq!(Deadline::after(Duration::ZERO).left(), Duration::ZERO);
    }
}
