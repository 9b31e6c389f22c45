use std::fmt;

use crate::Date;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
/// China keeps one time, eight hours ahead of UTC, and has had no summer time since 1991.
const CHINA_OFFSET: i64 = 8 * 3_600 * MICROS_PER_SECOND;
const UNIX_EPOCH_JULIAN_DAY: i64 = 2_440_588;

/// An instant: microseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many microseconds after the start of 1970 in UTC.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start of 1970 in UTC.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The day in China. Instants beyond the calendar's ends (the years ±9999) count to its first or last day.
    pub fn date(self) -> Date {
        self.china().0
    }

    /// The first instant of a day in China.
    pub fn start_of(day: Date) -> Self {
        let days = i64::from(day.to_julian_day()) - UNIX_EPOCH_JULIAN_DAY;
        Self(days * MICROS_PER_DAY - CHINA_OFFSET)
    }

    /// The last instant of a day in China.
    pub fn end_of(day: Date) -> Self {
        Self(Self::start_of(day).0 + MICROS_PER_DAY - 1)
    }

    /// So many times 24 hours later (earlier if negative); `None` past the ends of time.
    pub fn checked_add_days(self, days: i64) -> Option<Self> {
        days.checked_mul(MICROS_PER_DAY).and_then(|micros| self.0.checked_add(micros)).map(Self)
    }

    /// China's day and the microseconds passed of it.
    fn china(self) -> (Date, i64) {
        let local = self.0.saturating_add(CHINA_OFFSET);
        let (days, micros) = (local.div_euclid(MICROS_PER_DAY), local.rem_euclid(MICROS_PER_DAY));
        let end = if days < 0 { Date::MIN } else { Date::MAX };
        let day =
            i32::try_from(days + UNIX_EPOCH_JULIAN_DAY).ok().and_then(|day| Date::from_julian_day(day).ok());
        (day.unwrap_or(end), micros)
    }
}

/// China's time, as in `2022-03-01T08:00:00.000000+08:00`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, micros) = self.china();
        let (seconds, micros) = (micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND);
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{day}T{hours:02}:{minutes:02}:{seconds:02}.{micros:06}+08:00")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_day_in_china_begins_eight_hours_before_it_does_in_utc() {
        let utc = datetime!(2022-02-28 16:00 UTC).unix_timestamp() * MICROS_PER_SECOND;
        assert_eq!(Timestamp::start_of(date!(2022 - 03 - 01)), Timestamp::from_micros(utc));
        assert_eq!(Timestamp::from_micros(utc).to_string(), "2022-03-01T00:00:00.000000+08:00");
        assert_eq!(Timestamp::from_micros(utc - 1).to_string(), "2022-02-28T23:59:59.999999+08:00");
        assert_eq!(Timestamp::from_micros(0).to_string(), "1970-01-01T08:00:00.000000+08:00");
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        assert_eq!(Timestamp::from_micros(i64::MAX).date(), Date::MAX);
        assert_eq!(Timestamp::from_micros(i64::MIN).date(), Date::MIN);
        assert_eq!(Timestamp::from_micros(i64::MAX).checked_add_days(1), None);
        assert_eq!(Timestamp::from_micros(0).checked_add_days(i64::MAX), None);
        assert_eq!(Timestamp::end_of(Date::MAX).date(), Date::MAX);
        assert_eq!(Timestamp::start_of(Date::MIN).date(), Date::MIN);
    }

    proptest! {
        #[test]
        fn an_instant_lies_inside_its_day(micros in -60_000_000_000_000_000..250_000_000_000_000_000_i64) {
            let instant = Timestamp::from_micros(micros);
            let day = instant.date();
            prop_assert!(Timestamp::start_of(day) <= instant && instant <= Timestamp::end_of(day));
            prop_assert_eq!(Timestamp::end_of(day).as_micros() + 1, Timestamp::start_of(day.next_day().unwrap()).as_micros());
            prop_assert_eq!(instant.checked_add_days(1).unwrap().date(), day.next_day().unwrap());
            prop_assert_eq!(instant.checked_add_days(-1).unwrap().date(), day.previous_day().unwrap());
        }
    }
}
