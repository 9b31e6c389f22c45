//! What entries travel for.

/// Which end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The node that dials.
    Lower,
    /// The node right above it.
    Upper,
}

/// How far a database is that may have been restored from a backup. A node writes nothing of its own until it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It lacks nothing that anybody else holds of it.
    Whole,
    /// It was restored, and takes back from its parent what that holds of its journals. The root is never here.
    Returning,
    /// It was restored and has compared itself with its parent; its delegates give back the letters only they hold.
    Gathering,
}

/// One way for entries through a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Up: all entries of the lower node's units and of all units below, in the lower database's order.
    Copies,
    /// Down: entries of units elsewhere addressed to units of the lower node or below, in the upper database's order.
    Letters,
    /// Down, to a lower node that is returning: what the upper database holds of the journals below.
    Restored,
    /// Up, to an upper node that is gathering: letters it no longer has.
    Readopted,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Copies, Self::Letters, Self::Restored, Self::Readopted];

    /// Who sends.
    #[must_use]
    pub fn sender(self) -> Side {
        match self {
            Self::Copies | Self::Readopted => Side::Lower,
            Self::Letters | Self::Restored => Side::Upper,
        }
    }

    /// Whether whole journals travel on it, gapless by unit, rather than letters, gapless by way.
    #[must_use]
    pub fn is_dense(self) -> bool {
        matches!(self, Self::Copies | Self::Restored)
    }

    /// Whether it comes to an end, with what the sender had when it began.
    #[must_use]
    pub fn ends(self) -> bool {
        matches!(self, Self::Restored | Self::Readopted)
    }

    /// Whether it is there in a session. Both sides know both standings from the greeting, so nobody has to ask.
    ///
    /// A database that was restored learns nothing final from one that is itself not that far: recovery goes down the
    /// tree, parents first, and then up again.
    pub(crate) fn is_offered(self, lower: Standing, upper: Standing) -> bool {
        match self {
            Self::Copies | Self::Letters => true,
            Self::Restored => lower == Standing::Returning && upper != Standing::Returning,
            Self::Readopted => upper == Standing::Gathering && lower == Standing::Whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_final_is_learned_from_who_is_not_that_far() {
        use Standing::{Gathering, Returning, Whole};
        let offered = |lane: Lane| -> Vec<(Standing, Standing)> {
            let all = [Whole, Returning, Gathering];
            let pairs = all.into_iter().flat_map(|lower| all.map(|upper| (lower, upper)));
            pairs.filter(|&(lower, upper)| lane.is_offered(lower, upper)).collect()
        };
        assert_eq!(offered(Lane::Copies).len() + offered(Lane::Letters).len(), 18, "always there");
        assert_eq!(offered(Lane::Restored), [(Returning, Whole), (Returning, Gathering)]);
        assert_eq!(offered(Lane::Readopted), [(Whole, Gathering)]);
    }
}
