//! The village meeting that decides.

use yishi_kernel::Date;

use crate::{MeetingPapers, Policy, codes::codes};

codes! {
    /// Which body of the village met.
    pub enum MeetingKind {
        /// 村民会议
        VillagersAssembly = "VILLAGERS_ASSEMBLY",
        /// 村民代表会议
        VillagersRepresentatives = "VILLAGERS_REPRESENTATIVES",
    }
}

codes! {
    /// What came of a meeting.
    pub enum Outcome {
        /// Enough came and enough were for it.
        Carried = "CARRIED",
        /// Too few came.
        NoQuorum = "NO_QUORUM",
        /// Enough came, too few were for it.
        NoMajority = "NO_MAJORITY",
    }
}

/// A meeting as its minutes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// Who met.
    pub kind: MeetingKind,
    /// The day.
    pub held_on: Date,
    /// How many were entitled to vote.
    pub entitled: u32,
    /// How many of them were present.
    pub present: u32,
    /// Votes for.
    pub in_favour: u32,
    /// Votes against.
    pub against: u32,
    /// Those present who voted neither for nor against.
    pub abstaining: u32,
    /// SHA-256 of the minutes.
    pub minutes_sha256: [u8; 32],
    /// What else is known of its papers.
    pub papers: MeetingPapers,
}

impl Meeting {
    /// What comes of it under a policy.
    pub fn outcome(&self, policy: &Policy) -> Outcome {
        if !policy.quorum.is_reached(self.present, self.entitled) {
            Outcome::NoQuorum
        } else if !policy.majority.is_passed(self.in_favour, self.present) {
            Outcome::NoMajority
        } else {
            Outcome::Carried
        }
    }

    /// All votes, abstentions too.
    pub fn votes(&self) -> u64 {
        u64::from(self.in_favour) + u64::from(self.against) + u64::from(self.abstaining)
    }
}

/// A meeting and what came of it by the rules of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deliberation {
    /// The meeting.
    pub meeting: Meeting,
    /// What came of it.
    pub outcome: Outcome,
}
