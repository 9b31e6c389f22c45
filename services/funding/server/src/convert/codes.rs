//! Enumerations. Each `match` is exhaustive, so that a new value cannot be forgotten.

use yishi_funding_domain::{
    Account, Category, ChannelKind, Direction, Remainder, TransferProblem, TransferState,
};
use yishi_proto::{funding::v1 as pb, intake::v1 as intake};

macro_rules! codes {
    ($($there:ident, $back:ident: $domain:ident, $wire:path { $($one:ident),+ $(,)? };)*) => {$(
        pub(crate) fn $there(code: $domain) -> $wire {
            use $wire as Wire;
            match code { $($domain::$one => Wire::$one,)+ }
        }

        pub(crate) fn $back(code: $wire) -> Option<$domain> {
            use $wire as Wire;
            Some(match code { $(Wire::$one => $domain::$one,)+ Wire::Unspecified => return None })
        }
    )*};
}

codes! {
    category, category_from: Category, intake::Category {
        Infrastructure, Industry, PublicService, Governance, ReformAndOther,
    };
    kind, kind_from: ChannelKind, pb::ChannelKind {
        PovertyAlleviationLink, HighStandardFarmland, LivingEnvironment, CollectiveEconomy, BeautifulVillages,
        OneCaseOneMeeting, PartyBuilding, Livelihood, SocialCapital, Reward,
    };
    remainder, remainder_from: Remainder, pb::Remainder { Lapse, CarryOver };
    direction, direction_from: Direction, pb::TransferDirection { Down, Up };
    state, state_from: TransferState, pb::TransferState { Sent, Confirmed, Reverted, Received, Refused };
    account, account_from: Account, pb::Account {
        Received, Free, Committed, Paid, InTransit, PassedDown, ReturnedUp, Lapsed,
    };
    problem, problem_from: TransferProblem, pb::TransferProblem {
        NotInLine, OtherTerms, NeverPassedDown, TooMuch, YearSettled,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_called_the_same_here_and_in_the_contract() {
        for &one in ChannelKind::ALL {
            assert_eq!(kind(one).as_str_name(), format!("CHANNEL_KIND_{one}"));
            assert_eq!(kind_from(kind(one)), Some(one));
        }
        for &one in Category::ALL {
            assert_eq!(category(one).as_str_name(), format!("CATEGORY_{one}"));
            assert_eq!(category_from(category(one)), Some(one));
        }
        for &one in Account::ALL {
            assert_eq!(account(one).as_str_name(), format!("ACCOUNT_{one}"));
            assert_eq!(account_from(account(one)), Some(one));
        }
        for &one in TransferState::ALL {
            assert_eq!(state_from(state(one)), Some(one));
        }
        for &one in TransferProblem::ALL {
            assert_eq!(problem_from(problem(one)), Some(one));
        }
        assert_eq!(kind_from(pb::ChannelKind::Unspecified), None);
    }
}
