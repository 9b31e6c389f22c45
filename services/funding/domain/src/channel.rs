//! Earmarked sources of money.

use std::collections::BTreeSet;

use yishi_kernel::{BasisPoints, Date, Fen, Timestamp, UnitCode, Year};

use crate::{codes::codes, names::numbered};

codes! {
    /// The five categories of matters that an earmark may name.
    pub enum Category {
        /// 基础设施
        Infrastructure = "INFRASTRUCTURE",
        /// 产业发展
        Industry = "INDUSTRY",
        /// 公共服务
        PublicService = "PUBLIC_SERVICE",
        /// 乡村治理
        Governance = "GOVERNANCE",
        /// 改革及其他
        ReformAndOther = "REFORM_AND_OTHER",
    }
}

codes! {
    /// The programme's sources of money.
    pub enum ChannelKind {
        /// 巩固拓展脱贫攻坚成果同乡村振兴有效衔接
        PovertyAlleviationLink = "POVERTY_ALLEVIATION_LINK",
        /// 高标准农田建设
        HighStandardFarmland = "HIGH_STANDARD_FARMLAND",
        /// 农村人居环境整治
        LivingEnvironment = "LIVING_ENVIRONMENT",
        /// 发展村级集体经济
        CollectiveEconomy = "COLLECTIVE_ECONOMY",
        /// 美丽村庄建设
        BeautifulVillages = "BEAUTIFUL_VILLAGES",
        /// 一事一议
        OneCaseOneMeeting = "ONE_CASE_ONE_MEETING",
        /// 基层党建
        PartyBuilding = "PARTY_BUILDING",
        /// 民生项目
        Livelihood = "LIVELIHOOD",
        /// 社会资本
        SocialCapital = "SOCIAL_CAPITAL",
        /// 以奖代补
        Reward = "REWARD",
    }
}

codes! {
    /// What becomes of free money when its year is over.
    pub enum Remainder {
        /// It can only go back up, or lapse.
        Lapse = "LAPSE",
        /// It stays, for matters of later years too.
        CarryOver = "CARRY_OVER",
    }
}

impl ChannelKind {
    /// Whether its money is investment; only reward money is not.
    pub fn is_investment(self) -> bool {
        self != Self::Reward
    }
}

numbered! {
    /// Which channel; its text is the resource name `units/640000000000/channels/2022-3`.
    pub struct ChannelId {
        /// The unit that opened it.
        owner in "channels"
    }
}

/// What a channel's money may be spent on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earmark {
    /// Matters of these categories; all if empty.
    pub categories: BTreeSet<Category>,
    /// Villages of this unit.
    pub area: UnitCode,
    /// What one matter may get at most.
    pub ceiling_per_matter: Option<Fen>,
    /// Which share of a matter's cost may come from it at most.
    pub ceiling_share: Option<BasisPoints>,
}

/// What a channel is. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What its owner calls it.
    pub title: String,
    /// Which source it is.
    pub kind: ChannelKind,
    /// What it may be spent on.
    pub earmark: Earmark,
    /// What becomes of free money when its year is over.
    pub remainder: Remainder,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Which.
    pub id: ChannelId,
    /// What it is.
    pub terms: Terms,
    /// When it was opened.
    pub opened: Timestamp,
}

impl Channel {
    /// Whether it is over: its money lapses, and its year has passed.
    pub fn is_over(&self, today: Date) -> bool {
        self.terms.remainder == Remainder::Lapse && is_past(self.id.year, today)
    }

    /// Whether its money may go to matters of a year.
    pub fn serves_year(&self, year: Year) -> bool {
        match self.terms.remainder {
            Remainder::Lapse => self.id.year == year,
            Remainder::CarryOver => self.id.year <= year,
        }
    }
}

/// Whether a year is over.
pub(crate) fn is_past(year: Year, today: Date) -> bool {
    today.year() > i32::from(year.get())
}
