//! Where a matter is in its life, as intake tells it.

use crate::codes::codes;

codes! {
    /// Where a matter is; the first seven follow one another, the last five lead out of the way.
    pub enum State {
        /// Put forward.
        Proposed = "PROPOSED",
        /// A valid meeting decided for it.
        Deliberated = "DELIBERATED",
        /// The decision hangs out.
        Noticed = "NOTICED",
        /// Fixed as a matter of its year.
        Determined = "DETERMINED",
        /// Being carried out.
        InProgress = "IN_PROGRESS",
        /// Declared done.
        Completed = "COMPLETED",
        /// Struck off.
        Closed = "CLOSED",
        /// Folded into another.
        Merged = "MERGED",
        /// Turned down.
        Declined = "DECLINED",
        /// Taken back.
        Withdrawn = "WITHDRAWN",
        /// Given up after it was determined.
        Cancelled = "CANCELLED",
        /// Taken over into the next year.
        CarriedOver = "CARRIED_OVER",
    }
}

impl State {
    /// Whether it is, or was, a matter of its year.
    pub const fn is_determined(self) -> bool {
        matches!(self, Self::Determined | Self::InProgress | Self::Completed | Self::Closed)
    }
}

codes! {
    /// What a matter is about.
    pub enum Category {
        /// Infrastructure (基础设施).
        Infrastructure = "INFRASTRUCTURE",
        /// Industry (产业发展).
        Industry = "INDUSTRY",
        /// Public service (公共服务).
        PublicService = "PUBLIC_SERVICE",
        /// Governance (乡村治理).
        Governance = "GOVERNANCE",
        /// Reform and other (改革及其他).
        ReformAndOther = "REFORM_AND_OTHER",
    }
}
