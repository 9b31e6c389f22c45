//! The figures of the programme that a row may set otherwise. Technical bounds are none of them.

use std::collections::BTreeSet;

use yishi_kernel::MonthDay;

use crate::codes::codes;
use crate::{Category, Policy, Share};

macro_rules! figures {
    ($($(#[$about:meta])* $figure:ident = $code:literal, $field:ident: $kind:ty => $($place:ident).+;)*) => {
        codes! {
            /// A figure of the programme, by its name in the settings.
            pub enum Figure { $($(#[$about])* $figure = $code,)* }
        }

        /// What a row sets; what it leaves out is as it was.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Figures {
            $($(#[$about])* pub $field: Option<$kind>,)*
        }

        impl Figures {
            /// Which figures are set.
            pub fn set(&self) -> impl Iterator<Item = Figure> {
                [$(self.$field.as_ref().map(|_| Figure::$figure)),*].into_iter().flatten()
            }

            /// Puts what is set into a policy.
            pub(super) fn put_into(&self, policy: &mut Policy) {
                $(if let Some(set) = &self.$field {
                    policy.$($place).+ = set.clone();
                })*
            }
        }
    };
}

figures! {
    /// The first day of the season in which proposals are taken.
    SeasonFirst = "season_first", season_first: MonthDay => season_first;
    /// The last day of it.
    SeasonLast = "season_last", season_last: MonthDay => season_last;
    /// The share of those entitled who must be present for a meeting to decide.
    Quorum = "quorum", quorum: Share => quorum;
    /// The share of those present that the votes for a matter must pass.
    Majority = "majority", majority: Share => majority;
    /// Full days that a decision hangs out at the least.
    NoticeDays = "notice_days", notice_days: u16 => notice_days;
    /// Working days, by China's calendar, that it hangs out at the least beside that.
    NoticeWorkingDays = "notice_working_days", notice_working_days: u16 => notice_working_days;
    /// Matters a village may have in a year.
    MattersPerVillageYear = "matters_per_village_year", matters_per_village_year: u16 => matters_per_village_year;
    /// Additional matters a village may have in a year, once it has those.
    AdditionalMatters = "additional_matters", additional_matters: u16 => additional_matters;
    /// The categories of which additional matters can be; all, if there is none.
    AdditionalCategories = "additional_categories", additional_categories: BTreeSet<Category> => additional_categories;
    /// Working days that a department has to answer.
    OpinionDays = "opinion_days", opinion_days: u32 => opinions.answer_days;
    /// By how much a matter may change, in parts of 10,000, before departments are asked again.
    OpinionRenewalBp = "opinion_renewal_bp", opinion_renewal_bp: u32 => opinions.renewal_bp;
}
