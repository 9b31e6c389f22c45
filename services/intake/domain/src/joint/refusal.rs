//! Why nothing follows for a joint matter. Facts only: the words for people are kept where people are answered.

use yishi_kernel::UnitCode;

use super::{ParticipationId, State};
use crate::Category;

/// Why nothing follows from a command about a joint matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// What the rules of every matter say.
    Matter(crate::Refusal),
    /// There is no such participation.
    UnknownParticipation {
        /// Which.
        participation: ParticipationId,
    },
    /// The participation is at another point of its life.
    WrongState {
        /// Where it is.
        state: State,
        /// Where it can be for this.
        wanted: &'static [State],
    },
    /// Villages do not plan matters of this category together.
    CategoryNotAllowed {
        /// The matter's category.
        category: Category,
    },
    /// A village is named twice, or is the lead itself.
    NamedTwice {
        /// Which.
        village: UnitCode,
    },
    /// A village is neither of the lead's township nor registered as its neighbour.
    NotNeighbours {
        /// Which.
        village: UnitCode,
    },
    /// The shares of the cost are not what the matter costs, or those of the credit are not all of it.
    SharesDoNotSum {
        /// Shares of the cost, in fen.
        cost: i64,
        /// What the matter costs, in fen.
        estimate: i64,
        /// Shares of the credit, in basis points.
        credit: u32,
    },
    /// No village is asked to take part in the matter.
    NotPlanned,
    /// No meeting of the village has decided for these terms.
    NotDeliberated,
}

impl From<crate::Refusal> for Refusal {
    fn from(refusal: crate::Refusal) -> Self {
        Refusal::Matter(refusal)
    }
}
