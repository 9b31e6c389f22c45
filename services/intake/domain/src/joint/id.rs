use std::{fmt, str::FromStr};

use yishi_kernel::{MatterId, UnitCode};

/// Which village's part in which matter of another.
///
/// Its text is the resource name `villages/640324100201/participations/640324100200-2022-7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParticipationId {
    /// The village that takes part.
    pub village: UnitCode,
    /// The matter, which is the lead village's.
    pub matter: MatterId,
}

impl fmt::Display for ParticipationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MatterId { village, year, ordinal } = self.matter;
        write!(f, "villages/{}/participations/{village}-{year}-{ordinal}", self.village)
    }
}

/// A text that is no resource name of a participation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a participation: write villages/CODE/participations/CODE-YEAR-ORDINAL, as in villages/640324100201/participations/640324100200-2022-7"
)]
pub struct ParticipationIdError(String);

impl FromStr for ParticipationId {
    type Err = ParticipationIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (village, rest) = text.strip_prefix("villages/")?.split_once("/participations/")?;
            let (lead, matter) = rest.split_once('-')?;
            let matter = format!("villages/{lead}/matters/{matter}").parse().ok()?;
            Some(ParticipationId { village: village.parse().ok()?, matter })
        };
        read().ok_or_else(|| ParticipationIdError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_participation_has_one_name() {
        let name = "villages/640324100201/participations/640324100200-2022-7";
        assert_eq!(name.parse::<ParticipationId>().unwrap().to_string(), name);
        for wrong in [
            "",
            "villages/640324100201/participations/640324100200-2022",
            "villages/640324100201/participations/640324100200-2022-07",
            "villages/640324100201/participations/640324100200-2022-7/",
            "villages/640324100201/participations/640324100200/matters/2022-7",
            "units/640324100201/participations/640324100200-2022-7",
        ] {
            assert_eq!(wrong.parse::<ParticipationId>(), Err(ParticipationIdError(wrong.to_owned())));
        }
    }
}
