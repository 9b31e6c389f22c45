//! What is read from the journal: the way back from what `event` wrote.

use std::collections::BTreeMap;

use prost::Message;
use yishi_funding_domain::{
    Amount, Channel, ChannelId, Direction, Event, Fact, Line, Posting, Transfer, TransferId, TransferProblem,
};
use yishi_kernel::{Fen, UnitCode, Year};
use yishi_proto::funding::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use super::channel::{category_of, channel_from};
use super::codes;
use super::names::unit_of;

/// The event of an entry, or what is wrong with it. Nobody sends what is another's, and nobody is answered for another.
pub(crate) fn event_from(entry: &Entry) -> Result<Event, String> {
    let told = pb::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let kind = told.kind.ok_or("it holds an event that is not known here")?;
    let (unit, to) = (entry.unit, entry.to.map(|(unit, _)| unit));
    let fact = fact(unit, to, kind)?;
    if fact.kind() == entry.kind {
        Ok(Event { unit, to, at: entry.at, fact })
    } else {
        Err(format!("it holds {}", fact.kind()))
    }
}

fn fact(unit: UnitCode, to: Option<UnitCode>, kind: Kind) -> Result<Fact, String> {
    Ok(match kind {
        Kind::ChannelOpened(told) => Fact::ChannelOpened(channel(told.channel.as_ref())?),
        Kind::BudgetReceived(told) => Fact::BudgetReceived {
            document_sha256: told.document_sha256.try_into().map_err(|_| "a digest has not 32 bytes")?,
            posting: posting(told.posting)?,
        },
        Kind::Appropriated(told) => sent(unit, to, Direction::Down, told)?,
        Kind::Returned(told) => sent(unit, to, Direction::Up, told)?,
        Kind::TransferReceived(told) => {
            let channel = channel(told.channel.as_ref())?;
            let transfer = arrived(unit, to, &told.transfer, told.direction(), channel.id, told.amount_fen)?;
            Fact::Received { transfer, channel, posting: posting(told.posting)? }
        }
        Kind::TransferRefused(told) => Fact::Refused {
            transfer: arrived(
                unit,
                to,
                &told.transfer,
                told.direction(),
                parsed(&told.channel)?,
                told.amount_fen,
            )?,
            problem: problem(told.problem())?,
        },
        Kind::TransferConfirmed(told) => Fact::Confirmed {
            transfer: transfer_of(Some(unit), &told.transfer)?,
            posting: posting(told.posting)?,
        },
        Kind::TransferReverted(told) => Fact::Reverted {
            transfer: transfer_of(Some(unit), &told.transfer)?,
            problem: problem(told.problem())?,
            posting: posting(told.posting)?,
        },
        Kind::Lapsed(told) => Fact::Lapsed { posting: posting(told.posting)? },
        Kind::MatterRegistered(told) => Fact::MatterRegistered {
            matter: parsed(&told.matter)?,
            category: category_of(told.category)
                .ok_or_else(|| format!("{} is no category", told.category))?,
            cost: Fen::new(told.cost_estimate_fen),
            outstanding: told.outstanding_departments.into_iter().collect(),
            heard: told.heard_seq,
        },
        Kind::MatterRevised(told) => Fact::MatterRevised {
            matter: parsed(&told.matter)?,
            cost: Fen::new(told.cost_estimate_fen),
            outstanding: told.outstanding_departments.into_iter().collect(),
            heard: told.heard_seq,
        },
        Kind::OpinionsNoted(told) => Fact::OpinionsNoted {
            matter: parsed(&told.matter)?,
            outstanding: told.outstanding_departments.into_iter().collect(),
            heard: told.heard_seq,
        },
        Kind::Committed(told) => {
            Fact::Committed { matter: parsed(&told.matter)?, posting: posting(told.posting)? }
        }
        Kind::Released(told) => Fact::Released {
            matter: parsed(&told.matter)?,
            reason: told.reason,
            posting: posting(told.posting)?,
        },
        Kind::Paid(told) => Fact::Paid { matter: parsed(&told.matter)?, posting: posting(told.posting)? },
        Kind::Settled(told) => Fact::Settled {
            matter: parsed(&told.matter)?,
            paid: paid(&told.paid, told.paid_fen)?,
            posting: posting(told.posting)?,
        },
        Kind::RewardOrderTaken(told) => {
            Fact::RewardOrderTaken { order: parsed(&told.order)?, lines: reward_lines(&told.lines)? }
        }
        Kind::YearSettled(told) => Fact::YearSettled { year: year(told.year)?, asked: number(told.request)? },
        Kind::YearHeld(told) => Fact::YearHeld {
            year: year(told.year)?,
            asked: number(told.request)?,
            in_transit: Fen::new(told.in_transit_fen),
            matters: number(told.matters)?,
            unpaid: Fen::new(told.unpaid_fen),
        },
        Kind::RewardPaid(told) => Fact::RewardPaid {
            order: parsed(&told.order)?,
            village: village(&told.village)?,
            channel: parsed(&told.channel)?,
            amount: amount(told.amount_fen)?,
            posting: posting(told.posting)?,
        },
    })
}

fn sent(
    unit: UnitCode,
    to: Option<UnitCode>,
    direction: Direction,
    told: pb::TransferSent,
) -> Result<Fact, String> {
    let id = transfer_of(Some(unit), &told.transfer)?;
    let to = to.filter(|to| unit_of("units", &told.to) == Some(*to));
    let to = to.ok_or_else(|| format!("money for {:?} is addressed to somebody else", told.to))?;
    let channel = channel(told.channel.as_ref())?;
    let transfer = Transfer { id, to, direction, channel: channel.id, amount: amount(told.amount_fen)? };
    Ok(Fact::Sent { transfer, channel, posting: posting(told.posting)? })
}

/// Money that came to a unit, or was not taken there; its sender is answered.
fn arrived(
    at: UnitCode,
    sender: Option<UnitCode>,
    name: &str,
    direction: pb::TransferDirection,
    channel: ChannelId,
    fen: i64,
) -> Result<Transfer, String> {
    let direction = codes::direction_from(direction).ok_or("it goes neither down nor up")?;
    Ok(Transfer { id: transfer_of(sender, name)?, to: at, direction, channel, amount: amount(fen)? })
}

fn transfer_of(sender: Option<UnitCode>, name: &str) -> Result<TransferId, String> {
    let id: TransferId = parsed(name)?;
    if Some(id.from) == sender { Ok(id) } else { Err(format!("{name} is of another sender")) }
}

fn problem(problem: pb::TransferProblem) -> Result<TransferProblem, String> {
    codes::problem_from(problem).ok_or_else(|| "it does not say why".to_owned())
}

fn channel(told: Option<&pb::Channel>) -> Result<Channel, String> {
    channel_from(told.ok_or("it does not say which channel")?)
}

fn posting(told: Option<pb::Posting>) -> Result<Posting, String> {
    let lines = told.ok_or("it holds no posting")?.lines;
    let lines: Result<Vec<Line>, String> = lines.iter().map(line).collect();
    Posting::new(lines?).map_err(|unbalanced| unbalanced.to_string())
}

fn line(told: &pb::PostingLine) -> Result<Line, String> {
    Ok(Line {
        account: codes::account_from(told.account())
            .ok_or_else(|| format!("{} is no account", told.account))?,
        holder: unit_of("units", &told.holder).ok_or_else(|| format!("{:?} is no unit", told.holder))?,
        channel: parsed(&told.channel)?,
        amount: Fen::new(told.amount_fen),
    })
}

fn paid(told: &[pb::ChannelAmount], sum: i64) -> Result<BTreeMap<ChannelId, Fen>, String> {
    let line = |line: &pb::ChannelAmount| Ok((parsed(&line.channel)?, Fen::new(line.amount_fen)));
    let paid: BTreeMap<ChannelId, Fen> = told.iter().map(line).collect::<Result<_, String>>()?;
    let whole = paid.len() == told.len() && Fen::checked_sum(paid.values().copied()) == Some(Fen::new(sum));
    if whole { Ok(paid) } else { Err(format!("{sum} fen are not what was paid by channel")) }
}

fn reward_lines(told: &[pb::RewardLine]) -> Result<BTreeMap<UnitCode, Amount>, String> {
    let line = |line: &pb::RewardLine| Ok((village(&line.village)?, amount(line.amount_fen)?));
    let lines: BTreeMap<UnitCode, Amount> = told.iter().map(line).collect::<Result<_, String>>()?;
    if lines.len() == told.len() { Ok(lines) } else { Err("a village is named twice".to_owned()) }
}

fn village(name: &str) -> Result<UnitCode, String> {
    unit_of("villages", name).ok_or_else(|| format!("{name:?} is no village"))
}

/// How much moves.
pub(super) fn amount(fen: i64) -> Result<Amount, String> {
    Amount::new(Fen::new(fen)).ok_or_else(|| format!("{fen} fen do not move"))
}

fn year(number: i32) -> Result<Year, String> {
    Year::try_from(number).map_err(|error| error.to_string())
}

fn number(number: i32) -> Result<u32, String> {
    u32::try_from(number).map_err(|_| format!("{number} is less than nothing"))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str) -> Result<T, String> {
    name.parse().map_err(|error: T::Err| error.to_string())
}

#[cfg(test)]
mod tests;
