//! Why the rules said no, in the callers' words.

use std::fmt::Display;

use yishi_funding_domain::{ChannelId, Command, EarmarkProblem, Refusal, TransferId};
use yishi_kernel::{Fen, MatterId, UnitCode};
use yishi_runtime::errors::{Failure, Lang, Reason, reasons};

use super::fields::etag;
use super::names::{unit, village};

/// What a caller's command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Unit(UnitCode),
    Matter(MatterId),
    Village(UnitCode),
}

impl About {
    /// None for a delivery, which is nobody's request.
    pub(crate) fn of(command: &Command) -> Option<Self> {
        Some(match command {
            Command::Open { owner: unit, .. }
            | Command::Appropriate { from: unit, .. }
            | Command::Return { from: unit, .. }
            | Command::Lapse { holder: unit, .. } => Self::Unit(*unit),
            Command::Receive { channel, .. } => Self::Unit(channel.owner),
            Command::Fund { matter, .. } => Self::Matter(*matter),
            Command::PayReward { village, .. } => Self::Village(*village),
            Command::Deliver(_) => return None,
        })
    }

    fn name(self) -> String {
        match self {
            Self::Unit(code) => unit(code),
            Self::Matter(matter) => matter.to_string(),
            Self::Village(code) => village(code),
        }
    }
}

/// The failure for a refusal of a command about this.
pub(crate) fn failure(about: About, refusal: &Refusal) -> Failure {
    let no = |reason: &'static Reason| Failure::new(reason);
    let of = |reason: &'static Reason, channel: &ChannelId| Failure::new(reason).with("channel", channel);
    match refusal {
        Refusal::UnknownUnit { unit } => no(&reasons::UNIT_UNKNOWN).with("unit", unit),
        Refusal::UnknownChannel { channel } => unknown_channel(*channel),
        Refusal::UnknownMatter { matter } => unknown_matter(*matter),
        Refusal::Stale { current, .. } => no(&reasons::STALE_ETAG).with("current", etag(*current)),
        Refusal::HolderLevel { unit: holder, .. } if about == About::Unit(*holder) => {
            invalid("parent", "应为县级或以上单位的代码", "write the code of a county or of a unit above one")
        }
        Refusal::HolderLevel { unit: to, .. } => not_right_below(about, &about.name(), *to),
        Refusal::NotRightBelow { from, to } => not_right_below(about, &unit(*from), *to),
        Refusal::AreaOutside { owner, .. } => invalid(
            "channel.earmark.area",
            &format!("应为 {owner} 或其下级单位"),
            &format!("write {owner} or a unit below it"),
        ),
        Refusal::RewardEarmarked => invalid(
            "channel.earmark",
            "以奖代补渠道除范围外不设用途限定",
            "reward money has no earmark but an area: leave categories and ceilings empty",
        ),
        Refusal::TooManyChannels { limit } => {
            standing(about.name(), no(&reasons::TOO_MANY_CHANNELS).with("limit", limit))
        }
        Refusal::TooManyTransfers { limit } => {
            standing(about.name(), no(&reasons::TOO_MANY_TRANSFERS).with("limit", limit))
        }
        Refusal::TooMuch { channel } => standing(channel, of(&reasons::SUM_TOO_LARGE, channel)),
        Refusal::YearOver { channel, today } => {
            standing(channel, no(&reasons::YEAR_OVER).with("year", channel.year).with("today", today))
        }
        Refusal::YearNotOver { channel, today } => {
            standing(channel, no(&reasons::YEAR_NOT_OVER).with("year", channel.year).with("today", today))
        }
        Refusal::CarriesOver { channel } => standing(channel, of(&reasons::CARRIES_OVER, channel)),
        Refusal::OwnChannel { channel } => standing(channel, of(&reasons::OWN_CHANNEL, channel)),
        Refusal::Insufficient { channel, free, wanted } => {
            let failure = of(&reasons::INSUFFICIENT_FUNDS, channel);
            standing(channel, failure.with("free", free.get()).with("wanted", wanted.get()))
        }
        Refusal::Earmark { channel, problem } => earmark(about, *channel, *problem),
        // Neither can be another county's by the names in the request: the register has changed since.
        Refusal::WrongCounty { .. } => no(&reasons::PERMISSION_DENIED),
        Refusal::Settled { matter } => standing(matter, no(&reasons::MATTER_SETTLED).with("matter", matter)),
        Refusal::YearSettled { unit: whose, year } => {
            standing(about.name(), no(&reasons::YEAR_SETTLED).with("unit", whose).with("year", year))
        }
        Refusal::OpinionsMissing { outstanding } => {
            let departments = outstanding.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            standing(about.name(), no(&reasons::OPINIONS_MISSING).with("departments", departments))
        }
        Refusal::NotWhole { cost, funded } => beyond(about, &reasons::NOT_FUNDED_WHOLE, *cost, *funded),
        Refusal::BeyondCost { cost, funded } => beyond(about, &reasons::COST_EXCEEDED, *cost, *funded),
        Refusal::BeyondCommitment { channel, unpaid, wanted } => {
            let failure = of(&reasons::COMMITMENT_EXCEEDED, channel);
            standing(about.name(), failure.with("unpaid", unpaid.get()).with("wanted", wanted.get()))
        }
        Refusal::NotOrdered { order, village: to } => no(&reasons::REWARD_NOT_ORDERED)
            .with("order", order)
            .with("village", village(*to))
            .resource("yishi.funding.v1.Reward", order),
        Refusal::RewardPaid { order, village: to } => no(&reasons::REWARD_ALREADY_PAID)
            .with("order", order)
            .with("village", village(*to))
            .resource("yishi.funding.v1.Reward", order),
    }
}

/// There is no such channel.
pub(crate) fn unknown_channel(channel: ChannelId) -> Failure {
    let failure = Failure::new(&reasons::CHANNEL_NOT_FOUND).with("channel", channel);
    failure.resource("yishi.funding.v1.Channel", channel)
}

/// No matter of this name was determined, as far as is known here.
pub(crate) fn unknown_matter(matter: MatterId) -> Failure {
    let failure = Failure::new(&reasons::MATTER_NOT_FOUND).with("matter", matter);
    failure.resource("yishi.funding.v1.MatterFunding", matter)
}

/// There is no such transfer.
pub(crate) fn unknown_transfer(transfer: TransferId) -> Failure {
    let failure = Failure::new(&reasons::TRANSFER_NOT_FOUND).with("transfer", transfer);
    failure.resource("yishi.funding.v1.Transfer", transfer)
}

fn not_right_below(about: About, from: &str, to: UnitCode) -> Failure {
    let failure = Failure::new(&reasons::NOT_RIGHT_BELOW).with("from", from).with("to", unit(to));
    standing(about.name(), failure)
}

fn beyond(about: About, reason: &'static Reason, cost: Fen, funded: Fen) -> Failure {
    standing(about.name(), Failure::new(reason).with("cost", cost.get()).with("funded", funded.get()))
}

fn earmark(about: About, channel: ChannelId, problem: EarmarkProblem) -> Failure {
    let (zh, en) = match problem {
        EarmarkProblem::RewardMoney => {
            ("以奖代补资金不用于事项".to_owned(), "reward money is never committed to a matter".to_owned())
        }
        EarmarkProblem::NotRewardMoney => {
            ("奖励只从以奖代补渠道支付".to_owned(), "a reward is paid from a reward channel only".to_owned())
        }
        EarmarkProblem::Category(category) => {
            (format!("该渠道不用于 {category} 类事项"), format!("it does not serve matters of {category}"))
        }
        EarmarkProblem::Area(unit) => {
            (format!("{unit} 不在该渠道范围内"), format!("{unit} is outside its area"))
        }
        EarmarkProblem::Year(year) => {
            (format!("该渠道不用于 {year} 年的事项"), format!("it does not serve matters of {year}"))
        }
        EarmarkProblem::NotOfToday(today) => (
            format!("以奖代补资金只在当年支付，今天是 {today}"),
            format!("reward money is of the year in which it is paid; today is {today}"),
        ),
        EarmarkProblem::CeilingPerMatter { ceiling, share }
        | EarmarkProblem::CeilingShare { ceiling, share } => {
            let failure = Failure::new(&reasons::CEILING_EXCEEDED).with("channel", channel);
            return standing(channel, failure.with("ceiling", ceiling.get()).with("share", share.get()));
        }
    };
    // A unit spends on what it gives to; all else is asked about the very thing it is spent on.
    let purpose = match (about, problem) {
        (About::Unit(_), EarmarkProblem::Area(to)) => unit(to),
        _ => about.name(),
    };
    let failure = Failure::new(&reasons::OUTSIDE_EARMARK).with("channel", channel).with("purpose", purpose);
    failure.precondition(reasons::OUTSIDE_EARMARK.name, channel.to_string(), zh, en)
}

fn invalid(field: &str, zh: &str, en: &str) -> Failure {
    Failure::new(&reasons::INVALID_FIELDS).with("count", 1).field(field, zh, en)
}

/// Says the same once more as `google.rpc.PreconditionFailure`, which generic clients show.
fn standing(subject: impl Display, failure: Failure) -> Failure {
    let (kind, zh, en) = (failure.reason().name, failure.text(Lang::Zh), failure.text(Lang::En));
    failure.precondition(kind, subject.to_string(), zh, en)
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_types::StatusExt;
    use yishi_funding_domain::{Category, OrderId};
    use yishi_kernel::Level;

    use super::*;

    const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
    const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();

    fn channel() -> ChannelId {
        "units/640324000000/channels/2022-3".parse().unwrap()
    }

    #[test]
    fn a_wrong_unit_is_told_where_it_was_written() {
        let wrong = Refusal::HolderLevel { unit: TOWNSHIP, level: Level::Township };
        let opening = failure(About::Unit(TOWNSHIP), &wrong).into_status(Lang::En);
        assert_eq!(opening.code(), Code::InvalidArgument);
        assert_eq!(opening.get_details_bad_request().unwrap().field_violations[0].field, "parent");
        let giving = failure(About::Unit(COUNTY), &wrong);
        assert_eq!(giving.reason().name, "NOT_RIGHT_BELOW");
        assert!(
            giving.text(Lang::En).starts_with("units/640324100000 is not right below units/640324000000")
        );
    }

    #[test]
    fn an_earmark_says_what_it_keeps_out() {
        let (ceiling, share) = (Fen::new(1), Fen::new(2));
        let problems = [
            (EarmarkProblem::RewardMoney, "never committed"),
            (EarmarkProblem::NotRewardMoney, "reward channel only"),
            (EarmarkProblem::Category(Category::Industry), "INDUSTRY"),
            (EarmarkProblem::Area(TOWNSHIP), "640324100000 is outside"),
            (EarmarkProblem::CeilingShare { ceiling, share }, "at most 1 fen; it would give 2"),
            (EarmarkProblem::CeilingPerMatter { ceiling, share }, "at most 1 fen; it would give 2"),
        ];
        for (problem, why) in problems {
            let refusal = Refusal::Earmark { channel: channel(), problem };
            let status = failure(About::Unit(COUNTY), &refusal).into_status(Lang::En);
            let violation = &status.get_details_precondition_failure().unwrap().violations[0];
            assert_eq!(
                (status.code(), violation.subject.clone()),
                (Code::FailedPrecondition, channel().to_string())
            );
            assert!(violation.description.contains(why), "{violation:?}");
        }
    }

    #[test]
    fn an_earmark_says_what_the_money_was_for() {
        let matter: MatterId = "villages/640324100200/matters/2022-7".parse().unwrap();
        let problem = EarmarkProblem::Area(TOWNSHIP);
        for (about, purpose) in [
            (About::Matter(matter), "villages/640324100200/matters/2022-7"),
            (About::Village(TOWNSHIP), "villages/640324100000"),
            (About::Unit(COUNTY), "units/640324100000"),
        ] {
            let text = failure(about, &Refusal::Earmark { channel: channel(), problem }).text(Lang::En);
            assert!(text.ends_with(&format!("may not be spent on {purpose}")), "{text}");
        }
    }

    #[test]
    fn every_fact_is_told() {
        let (channel, matter) = (channel(), "villages/640324100200/matters/2022-7".parse().unwrap());
        let (fen, order) = (Fen::new(7), "units/640000000000/rewardLists/2022".parse::<OrderId>().unwrap());
        let today = yishi_kernel::Timestamp::from_micros(0).date();
        for refusal in [
            Refusal::UnknownUnit { unit: COUNTY },
            Refusal::UnknownChannel { channel },
            Refusal::UnknownMatter { matter },
            Refusal::Stale { seen: 1, current: 2 },
            Refusal::TooManyChannels { limit: 1 },
            Refusal::TooManyTransfers { limit: 1 },
            Refusal::TooMuch { channel },
            Refusal::YearOver { channel, today },
            Refusal::YearNotOver { channel, today },
            Refusal::CarriesOver { channel },
            Refusal::NotRightBelow { from: COUNTY, to: TOWNSHIP },
            Refusal::OwnChannel { channel },
            Refusal::Insufficient { channel, free: fen, wanted: fen },
            Refusal::Settled { matter },
            Refusal::OpinionsMissing { outstanding: ["water".to_owned()].into() },
            Refusal::NotWhole { cost: fen, funded: fen },
            Refusal::BeyondCost { cost: fen, funded: fen },
            Refusal::BeyondCommitment { channel, unpaid: fen, wanted: fen },
            Refusal::Earmark { channel, problem: EarmarkProblem::RewardMoney },
            Refusal::Earmark { channel, problem: EarmarkProblem::Area(TOWNSHIP) },
            Refusal::Earmark { channel, problem: EarmarkProblem::CeilingShare { ceiling: fen, share: fen } },
            Refusal::NotOrdered { order: order.clone(), village: TOWNSHIP },
            Refusal::RewardPaid { order, village: TOWNSHIP },
        ] {
            let failure = failure(About::Matter(matter), &refusal);
            assert!(!failure.text(Lang::Zh).contains('?'), "{}", failure.text(Lang::Zh));
        }
    }
}
