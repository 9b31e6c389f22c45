//! Money between two units: each of the two keeps its own view of it.

use yishi_kernel::{Timestamp, UnitCode, Year};

use crate::{Amount, ChannelId, codes::codes, names::numbered};

numbered! {
    /// Which transfer; its text is the resource name `units/640000000000/transfers/2022-17`.
    pub struct TransferId {
        /// The unit that sent it.
        from in "transfers"
    }
}

codes! {
    /// Which way money goes.
    pub enum Direction {
        /// To a unit right below: an appropriation.
        Down = "DOWN",
        /// Back to the unit right above.
        Up = "UP",
    }
}

codes! {
    /// How far a transfer is, as one of its two sides sees it.
    pub enum TransferState {
        /// The sender's: sent, not confirmed.
        Sent = "SENT",
        /// The sender's: the other side has it.
        Confirmed = "CONFIRMED",
        /// The sender's: the other side did not take it.
        Reverted = "REVERTED",
        /// The other side's: taken.
        Received = "RECEIVED",
        /// The other side's: not taken.
        Refused = "REFUSED",
    }
}

codes! {
    /// Why a transfer was not taken.
    pub enum TransferProblem {
        /// The two are not one right above the other.
        NotInLine = "NOT_IN_LINE",
        /// The channel is known with other terms.
        OtherTerms = "OTHER_TERMS",
        /// That much of the channel was never passed down.
        NeverPassedDown = "NEVER_PASSED_DOWN",
        /// The sum would be too large.
        TooMuch = "TOO_MUCH",
        /// The other side has settled the channel's year.
        YearSettled = "YEAR_SETTLED",
    }
}

/// Money on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Which; names the sender.
    pub id: TransferId,
    /// To whom.
    pub to: UnitCode,
    /// Down or up.
    pub direction: Direction,
    /// Of which channel.
    pub channel: ChannelId,
    /// How much.
    pub amount: Amount,
}

/// A transfer as one side sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferView {
    /// The transfer.
    pub transfer: Transfer,
    /// How far it is.
    pub state: TransferState,
    /// Why it was not taken, if it was not.
    pub problem: Option<TransferProblem>,
    /// When this side first wrote of it.
    pub created: Timestamp,
    /// When this side last wrote of it.
    pub updated: Timestamp,
}

/// What a unit has used up of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Book {
    /// Channels it opened; the last one's ordinal.
    pub channels: u32,
    /// Transfers it sent; the last one's ordinal.
    pub transfers: u32,
    /// The last question whether its money has come to rest that was answered.
    pub answered: u32,
    /// Whether it has: nothing of the year changes any more.
    pub settled: bool,
}
