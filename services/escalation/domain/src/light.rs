//! Red, yellow, green: how pressing something is.

use yishi_kernel::{Calendar, Timestamp};

use crate::{Policy, codes::codes};

codes! {
    /// How pressing something is.
    pub enum Light {
        /// It is overdue.
        Red = "RED",
        /// It is due soon.
        Yellow = "YELLOW",
        /// There is time, or nothing is due.
        Green = "GREEN",
    }
}

/// What time it is, and until when what is due is due soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// Now.
    pub now: Timestamp,
    /// Until then.
    pub soon: Timestamp,
}

impl Policy {
    /// How things look at an instant.
    pub fn outlook(&self, calendar: &Calendar, now: Timestamp) -> Outlook {
        Outlook { now, soon: calendar.deadline(now, self.yellow_working_days) }
    }
}

impl Outlook {
    /// How pressing something is that is due then, if ever.
    pub fn light(&self, due: Option<Timestamp>) -> Light {
        match due {
            Some(due) if self.now > due => Light::Red,
            Some(due) if due <= self.soon => Light::Yellow,
            _ => Light::Green,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::branch::Branch;

    #[test]
    fn yellow_begins_some_working_days_before_and_red_right_after() {
        let mut branch = Branch::on("2022-01-26");
        branch.open();
        branch.raise(branch.units()[0]);
        let due = branch.desk(branch.units()[1]).due();
        assert_eq!(due, Some(branch.end_of("2022-02-14")));
        // The weekend before was free.
        for (day, expected) in [
            ("2022-02-08", Light::Green),
            ("2022-02-09", Light::Yellow),
            ("2022-02-14", Light::Yellow),
            ("2022-02-15", Light::Red),
        ] {
            branch.go_to(day);
            let outlook = branch.policy.outlook(Calendar::china(), branch.now);
            assert_eq!(outlook.light(due), expected, "{day}");
            assert_eq!(outlook.light(None), Light::Green);
            assert_eq!(expected == Light::Red, branch.desk(branch.units()[1]).is_overdue(branch.now));
        }
    }
}
