//! What can follow from a command.

use std::collections::BTreeSet;

use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode};

use crate::{
    Bulletin, Category, Checkpoint, FormsCounted, Inputs, Ranked, Reward, RewardTerms, Scheme, Step,
    TokenHash, UnitYear, Work,
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// About which unit and year; the unit's journal is where it is written, if anywhere.
    pub about: UnitYear,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

impl Event {
    /// Whom its entry is addressed to: an order goes to the unit's own funding service.
    pub const fn to(&self) -> Option<UnitCode> {
        match self.fact {
            Fact::RewardOrdered { .. } => Some(self.about.unit),
            _ => None,
        }
    }
}

/// What happened, results of policy included: no later reader asks what the policy was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The scheme was fixed.
    SchemeFrozen(Scheme),
    /// Figures of a village changed by what another service said. Makes no entry.
    Noted {
        /// Of which matter.
        matter: MatterId,
        /// What is to be remembered of the matter now.
        work: Work,
        /// The village's figures now, if they are others than before.
        inputs: Option<Inputs>,
    },
    /// A matter was put forward, of which funding may have spoken already. Makes no entry.
    PutForward {
        /// Which matter.
        matter: MatterId,
        /// What it is about.
        category: Category,
    },
    /// What a unit has to do about a matter changed by what escalation said. Makes no entry.
    StepNoted {
        /// About which matter.
        matter: MatterId,
        /// What is to be done now.
        step: Step,
    },
    /// Entries of a node below have arrived. Makes no entry.
    ReportNoted {
        /// When.
        at: Timestamp,
    },
    /// Forms were counted.
    FormsCounted(FormsCounted),
    /// Tokens were used up. Makes no entry.
    TokensSpent(BTreeSet<TokenHash>),
    /// Villages were ranked. The standings follow.
    Ranked {
        /// How many villages.
        villages: u32,
        /// The digest of all that it was computed from.
        inputs_sha256: [u8; 32],
        /// The digest of the result.
        ranking_sha256: [u8; 32],
    },
    /// A part of the standings, few enough for one entry.
    StandingsListed(Vec<Ranked>),
    /// A reward list was issued.
    RewardListed {
        /// By what.
        terms: RewardTerms,
        /// The villages, the best first.
        lines: Vec<Reward>,
        /// The digest of the list.
        list_sha256: [u8; 32],
        /// When it may be confirmed at the earliest.
        earliest_confirm: Timestamp,
    },
    /// The list became an order.
    RewardOrdered {
        /// What each village gets.
        each: Fen,
        /// The villages, the best first.
        villages: Vec<UnitCode>,
        /// The digest of the list.
        list_sha256: [u8; 32],
    },
    /// A village on the list was paid.
    RewardPaid {
        /// Which.
        village: UnitCode,
        /// How much.
        amount: Fen,
    },
    /// A bulletin was issued.
    BulletinIssued(Bulletin),
    /// The node that issued it signed what it was made from.
    CheckpointSigned(Checkpoint),
}

impl Fact {
    /// The kind of journal entry it makes, which never changes once written; `None` if it makes none.
    pub const fn kind(&self) -> Option<&'static str> {
        Some(match self {
            Fact::SchemeFrozen(_) => "appraisal.scheme_frozen",
            Fact::FormsCounted(_) => "appraisal.forms_counted",
            Fact::Ranked { .. } => "appraisal.ranked",
            Fact::StandingsListed(_) => "appraisal.standings_listed",
            Fact::RewardListed { .. } => "appraisal.reward_listed",
            Fact::RewardOrdered { .. } => "appraisal.reward_ordered",
            Fact::RewardPaid { .. } => "appraisal.reward_paid",
            Fact::BulletinIssued(_) => "appraisal.bulletin_issued",
            Fact::CheckpointSigned(_) => "appraisal.checkpoint_signed",
            Fact::Noted { .. }
            | Fact::PutForward { .. }
            | Fact::StepNoted { .. }
            | Fact::ReportNoted { .. }
            | Fact::TokensSpent(_) => {
                return None;
            }
        })
    }
}
