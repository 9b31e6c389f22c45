//! The figures of the programme that a unit may set otherwise for a year.

/// What a unit goes by in a year. The default is the programme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Full days that a reward list hangs out at the least, the day of issue not counted.
    pub notice_days: u16,
    /// Satisfaction forms of a village in a year; a bound, not a rule of the programme.
    pub forms_per_village_year: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { notice_days: 7, forms_per_village_year: 100_000 }
    }
}
