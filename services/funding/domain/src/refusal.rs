//! Why nothing follows from a command. Facts only: the words for people are kept where people are answered.

use std::collections::BTreeSet;

use yishi_kernel::{Date, Fen, Level, MatterId, UnitCode, Year};

use crate::{Category, ChannelId, OrderId};

/// Why nothing follows from a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The unit is not in the register.
    UnknownUnit {
        /// Which.
        unit: UnitCode,
    },
    /// The channel is not known here.
    UnknownChannel {
        /// Which.
        channel: ChannelId,
    },
    /// The matter was not determined, as far as is known here.
    UnknownMatter {
        /// Which.
        matter: MatterId,
    },
    /// The funding of the matter has changed since the caller saw it.
    Stale {
        /// The version the caller has seen.
        seen: u32,
        /// The version it has now.
        current: u32,
    },
    /// Money is held by counties and above.
    HolderLevel {
        /// Who would hold it.
        unit: UnitCode,
        /// At which level that is.
        level: Level,
    },
    /// The area of the channel is not within its owner.
    AreaOutside {
        /// The area.
        area: UnitCode,
        /// The owner.
        owner: UnitCode,
    },
    /// Reward money has no categories and no ceilings.
    RewardEarmarked,
    /// The owner has opened as many channels for the year as it may.
    TooManyChannels {
        /// How many that is.
        limit: u32,
    },
    /// The unit has sent as many transfers of the year's channels as it may.
    TooManyTransfers {
        /// How many that is.
        limit: u32,
    },
    /// The sum would be too large to count.
    TooMuch {
        /// Of which channel.
        channel: ChannelId,
    },
    /// The channel's money lapses, and its year is over.
    YearOver {
        /// Which channel.
        channel: ChannelId,
        /// Today.
        today: Date,
    },
    /// The channel's year is not over.
    YearNotOver {
        /// Which channel.
        channel: ChannelId,
        /// Today.
        today: Date,
    },
    /// The channel's money does not lapse.
    CarriesOver {
        /// Which channel.
        channel: ChannelId,
    },
    /// The one is not right below the other.
    NotRightBelow {
        /// Who gives.
        from: UnitCode,
        /// To whom.
        to: UnitCode,
    },
    /// The channel is the unit's own: nobody above gave it.
    OwnChannel {
        /// Which channel.
        channel: ChannelId,
    },
    /// Less is free than is asked for.
    Insufficient {
        /// Of which channel.
        channel: ChannelId,
        /// What is free.
        free: Fen,
        /// What is asked for.
        wanted: Fen,
    },
    /// The channel may not be spent on that.
    Earmark {
        /// Which channel.
        channel: ChannelId,
        /// Why not.
        problem: EarmarkProblem,
    },
    /// Another county commits and pays for the matter.
    WrongCounty {
        /// Which county.
        county: UnitCode,
    },
    /// No money of the matter moves any more.
    Settled {
        /// Which matter.
        matter: MatterId,
    },
    /// Departments of the county have yet to agree to the matter.
    OpinionsMissing {
        /// Which, by their kinds.
        outstanding: BTreeSet<String>,
    },
    /// A matter is funded whole or not at all.
    NotWhole {
        /// What it costs.
        cost: Fen,
        /// What would be committed and paid.
        funded: Fen,
    },
    /// The unit has settled the year: nothing of it changes any more.
    YearSettled {
        /// Which unit.
        unit: UnitCode,
        /// Which year.
        year: Year,
    },
    /// More than the matter costs.
    BeyondCost {
        /// What it costs.
        cost: Fen,
        /// What would be committed and paid.
        funded: Fen,
    },
    /// Less is committed and unpaid than is asked for.
    BeyondCommitment {
        /// Of which channel.
        channel: ChannelId,
        /// What is committed and unpaid.
        unpaid: Fen,
        /// What is asked for.
        wanted: Fen,
    },
    /// No order gives the village anything from this payer.
    NotOrdered {
        /// Which order.
        order: OrderId,
        /// Which village.
        village: UnitCode,
    },
    /// The village has it.
    RewardPaid {
        /// By which order.
        order: OrderId,
        /// Which village.
        village: UnitCode,
    },
}

/// Why a channel may not be spent on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarmarkProblem {
    /// Reward money is not investment.
    RewardMoney,
    /// A reward is paid from reward money only.
    NotRewardMoney,
    /// It does not serve this category.
    Category(Category),
    /// It does not serve this unit.
    Area(UnitCode),
    /// It does not serve this year.
    Year(Year),
    /// It is reward money of another year than today's.
    NotOfToday(Date),
    /// One matter would get more than it may.
    CeilingPerMatter {
        /// What it may get.
        ceiling: Fen,
        /// What it would get.
        share: Fen,
    },
    /// A larger share of the cost would come from it than may.
    CeilingShare {
        /// What may come from it.
        ceiling: Fen,
        /// What would come from it.
        share: Fen,
    },
}
