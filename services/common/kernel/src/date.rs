//! Dates as files write them.

use time::{format_description::StaticFormatDescription, macros::format_description};

use crate::Date;

const ISO: StaticFormatDescription = format_description!("[year]-[month]-[day]");

/// Reads `2022-03-01`, and no other way of writing a day.
pub(crate) fn parse_iso(text: &str) -> Option<Date> {
    // The length keeps signs and five-digit years out.
    if text.len() == 10 { Date::parse(text, ISO).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn one_way_to_write_a_day() {
        assert_eq!(parse_iso("2020-02-29"), Some(date!(2020 - 02 - 29)));
        for wrong in [
            "",
            "2021-02-29",
            "2022-3-01",
            "2022/03/01",
            "20220301",
            "2022-03-01 ",
            "+022-03-01",
            "-022-03-01",
        ] {
            assert_eq!(parse_iso(wrong), None, "{wrong}");
        }
    }
}
