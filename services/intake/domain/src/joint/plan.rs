//! What villages agree on, and the lead's view of who has.

use yishi_kernel::{BasisPoints, Fen, Timestamp, UnitCode};

/// A village's share of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// Of what it costs.
    pub cost: Fen,
    /// Of what it counts for where villages are compared.
    pub credit: BasisPoints,
}

/// A village other than the lead, with its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// Which.
    pub village: UnitCode,
    /// Its share.
    pub shares: Shares,
}

/// What is agreed on. It never changes: other shares are other terms, with the next number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Which terms of the matter, from 1. Every letter about them names it, so that a late one is known.
    pub number: u32,
    /// The lead's share.
    pub lead: Shares,
    /// The others.
    pub parties: Vec<Party>,
}

/// Where a partner stands, as far as the lead has heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Asked.
    Invited,
    /// It agreed to the terms.
    Accepted,
    /// It did not.
    Declined {
        /// Its words.
        reason: String,
    },
    /// It asked to go, and was let go.
    Left {
        /// Its words.
        reason: String,
    },
    /// The lead let it go.
    Released,
}

/// A partner as the lead sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Which village, with its share.
    pub party: Party,
    /// The first terms under which it is asked without a break: a wish to leave that names earlier ones is answered.
    pub since: u32,
    /// Where it stands.
    pub standing: Standing,
}

impl Partner {
    /// Whether it is asked or has agreed, and was not let go.
    pub const fn is_in(&self) -> bool {
        matches!(self.standing, Standing::Invited | Standing::Accepted)
    }
}

/// The lead's view of a joint matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Which terms of the matter, from 1.
    pub number: u32,
    /// The lead's share.
    pub lead: Shares,
    /// The others.
    pub partners: Vec<Partner>,
    /// When these terms were offered.
    pub offered: Timestamp,
    /// Whether the lead has given it up: the matter is its own again.
    pub dropped: bool,
}

impl Plan {
    /// The terms.
    pub fn terms(&self) -> Terms {
        let parties = self.partners.iter().map(|partner| partner.party);
        Terms { number: self.number, lead: self.lead, parties: parties.collect() }
    }

    /// The partner of that village, whatever became of it.
    pub fn partner(&self, village: UnitCode) -> Option<&Partner> {
        self.partners.iter().find(|partner| partner.party.village == village)
    }

    pub(crate) fn partner_mut(&mut self, village: UnitCode) -> Option<&mut Partner> {
        self.partners.iter_mut().find(|partner| partner.party.village == village)
    }

    /// The partners that were not let go.
    pub fn members(&self) -> impl Iterator<Item = UnitCode> {
        self.partners.iter().filter(|partner| partner.is_in()).map(|partner| partner.party.village)
    }

    /// The partners without whose word the matter cannot be fixed.
    pub fn outstanding(&self) -> impl Iterator<Item = UnitCode> {
        let outstanding = self.partners.iter().filter(|partner| partner.standing != Standing::Accepted);
        outstanding.map(|partner| partner.party.village)
    }
}
