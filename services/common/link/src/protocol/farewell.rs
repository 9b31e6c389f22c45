//! Why a session ends.

use std::fmt;

use yishi_kernel::UnitCode;
use yishi_store::journal::Hash;
use yishi_store::to_hex;

/// Why, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The node stops, or begins anew with another standing.
    Stopping,
    /// The versions of the protocol differ.
    Version,
    /// It is another service's link.
    Service,
    /// One side's clock is moved by hand, the other's is not.
    Clock,
    /// The other side's unit is not right below, or not above; or one of its units is in no register here.
    Stranger,
    /// The other side's first frame did not come in time.
    Late,
    /// Nothing was heard for too long.
    Silent,
    /// A frame that cannot be read, or that cannot be said there and then.
    Malformed,
    /// An entry is missing before one that came.
    Gap,
    /// An entry's hashes are not those of its columns.
    Tampered,
    /// An entry came that the lane is not for.
    Trespass,
    /// Two different entries bear the same number.
    Forked,
    /// The other side holds more of this side's own journals than this side, which does not know of a restore.
    Behind,
    /// The lower node signs with another key than the one it is known by.
    Key,
    /// What the lower node signed is not proven, or does not say what it should.
    Unproven,
}

impl Reason {
    /// Whether people must look: trying again will not help.
    #[must_use]
    pub fn is_alarm(self) -> bool {
        matches!(
            self,
            Self::Tampered | Self::Trespass | Self::Forked | Self::Behind | Self::Key | Self::Unproven
        )
    }
}

/// What is said last, by whoever ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// Why.
    pub reason: Reason,
    /// The unit it is about, if it is about one.
    pub about: Option<UnitCode>,
    /// For the operator's eyes.
    pub detail: String,
}

impl Farewell {
    /// About no unit in particular.
    pub(crate) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, about: None, detail: detail.into() }
    }

    /// The register of a node lacks a unit that the other side writes about.
    pub(crate) fn unknown(unit: UnitCode, node: UnitCode) -> Self {
        let detail = format!(
            "the register of the node of {node} has no unit {unit}: give both nodes the same node.divisions and node.changes"
        );
        Self::about(unit, Reason::Stranger, detail)
    }

    /// About a unit.
    pub(crate) fn about(unit: UnitCode, reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, about: Some(unit), detail: detail.into() }
    }
}

impl fmt::Display for Farewell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.reason, self.detail)
    }
}

/// Two different entries with the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Whose journal.
    pub unit: UnitCode,
    /// Of a letter, to whom: then it is the number on the way, else the number in the journal.
    pub to: Option<UnitCode>,
    /// The number.
    pub number: i64,
    /// What this side holds: the chain, of a letter the digest.
    pub mine: Hash,
    /// What the other side holds.
    pub theirs: Hash,
}

impl From<Fork> for Farewell {
    fn from(fork: Fork) -> Self {
        let Fork { unit, to, number, mine, theirs } = fork;
        let to = to.map(|to| format!(" to {to}")).unwrap_or_default();
        let (mine, theirs) = (to_hex(mine), to_hex(theirs));
        Self::about(
            unit,
            Reason::Forked,
            format!("{unit}{to} number {number} is {mine} here and {theirs} there"),
        )
    }
}
