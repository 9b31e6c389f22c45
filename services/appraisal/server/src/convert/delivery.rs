//! What the journals of intake, escalation and funding tell appraisal.

use std::collections::BTreeMap;

use prost::Message;
use yishi_appraisal_domain::{Category, Delivery, News, State, UnitYear};
use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode, Year};
use yishi_proto::{funding::v1 as funding, intake::v1 as intake};
use yishi_runtime::desk::House;
use yishi_store::journal::{Entry, Stored};

use super::codes::category_from;
use super::fields::day_from;
use super::names::{REWARD_LIST, unit_of};
use super::step;

const PROPOSED: &str = "intake.proposed";
const UPDATED: &str = "intake.updated";
const MERGED: &str = "intake.merged";
const DECLINED: &str = "intake.declined";
const WITHDRAWN: &str = "intake.withdrawn";
const CARRIED_OVER: &str = "intake.carried_over";
const CANCELLED: &str = "intake.cancelled";
const DELIBERATED: &str = "intake.deliberated";
const NOTICED: &str = "intake.noticed";
const ANSWERED: &str = "intake.answered";
const VILLAGES_INVITED: &str = "intake.villages_invited";
const JOINT_PLAN_DROPPED: &str = "intake.joint_plan_dropped";
const DETERMINED: &str = "intake.determined";
const PROGRESSED: &str = "intake.progressed";
const COMPLETED: &str = "intake.completed";
const ACCEPTANCE_REFUSED: &str = "intake.acceptance_refused";
const CLOSED: &str = "intake.closed";
const COMMITTED: &str = "funding.committed";
const PAID: &str = "funding.paid";
const RELEASED: &str = "funding.released";
const SETTLED: &str = "funding.settled";
const REWARD_PAID: &str = "funding.reward_paid";

const OF_INTAKE: [&str; 17] = [
    CARRIED_OVER,
    CANCELLED,
    PROPOSED,
    UPDATED,
    MERGED,
    DECLINED,
    WITHDRAWN,
    DELIBERATED,
    NOTICED,
    ANSWERED,
    VILLAGES_INVITED,
    JOINT_PLAN_DROPPED,
    DETERMINED,
    PROGRESSED,
    COMPLETED,
    ACCEPTANCE_REFUSED,
    CLOSED,
];
const OF_FUNDING: [&str; 4] = [COMMITTED, RELEASED, PAID, SETTLED];

/// Whether an entry concerns appraisal here: figures of every unit whose books are held, and rewards that a unit
/// hosted here paid, for what is heard of them is written into that unit's own journal. Of another node's every entry is a
/// sign of life.
pub(crate) fn concerns(house: &House, entry: &Entry) -> bool {
    house.delegate_of(entry.unit).is_some()
        || concerns_hosted(house, entry)
        || OF_INTAKE.contains(&entry.kind.as_str())
        || OF_FUNDING.contains(&entry.kind.as_str())
        || step::concerns(house, entry)
}

/// Whether it concerns appraisal because its unit is hosted here.
pub(crate) fn concerns_hosted(house: &House, entry: &Entry) -> bool {
    entry.kind == REWARD_PAID && house.hosts(entry.unit)
}

/// What an entry of another service is to appraisal, nothing if it does not concern it, or what is wrong with it.
pub(crate) fn delivery(house: &House, entry: &Entry) -> Result<Option<Delivery>, String> {
    let read = match entry.kind.as_str() {
        REWARD_PAID if house.hosts(entry.unit) => reward_paid(entry),
        kind if OF_INTAKE.contains(&kind) => of_intake(entry),
        kind if OF_FUNDING.contains(&kind) => of_funding(entry).map(Some),
        _ if step::concerns(house, entry) => step::of_escalation(entry).map(Some),
        _ => Ok(None),
    };
    read.map_err(|problem| format!("{}: {problem}", entry.kind))
}

/// That a node below was heard of by these entries, each of the nodes once.
pub(crate) fn report(house: &House, entries: &[Stored]) -> Vec<Delivery> {
    let mut last: BTreeMap<UnitCode, &Stored> = BTreeMap::new();
    for stored in entries {
        if let Some(node) = house.delegate_of(stored.entry.unit) {
            last.insert(node, stored);
        }
    }
    let report = |(unit, stored): (UnitCode, &Stored)| {
        let year = Year::try_from(stored.entry.at.date().year()).ok()?;
        let at = Timestamp::from_micros(stored.received_us);
        Some(Delivery::Reported { node: UnitYear { unit, year }, at })
    };
    last.into_iter().filter_map(report).collect()
}

fn of_intake(entry: &Entry) -> Result<Option<Delivery>, String> {
    use intake::event::Kind;
    let event = intake::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let news = match (entry.kind.as_str(), event.kind) {
        (PROPOSED, Some(Kind::Proposed(intake::Proposed { content, .. }))) => {
            News::PutForward(about(content.unwrap_or_default().category())?)
        }
        (UPDATED, Some(Kind::Updated(intake::Updated { content }))) => {
            News::Recategorised(about(content.unwrap_or_default().category())?)
        }
        (MERGED, Some(Kind::Merged(_))) => News::Moved(State::Merged),
        (DECLINED, Some(Kind::Declined(_))) => News::Moved(State::Declined),
        (WITHDRAWN, Some(Kind::Withdrawn(_))) => News::Moved(State::Withdrawn),
        (CARRIED_OVER, Some(Kind::CarriedOver(_))) => News::Moved(State::CarriedOver),
        (CANCELLED, Some(Kind::Cancelled(_))) => News::Moved(State::Cancelled),
        (DELIBERATED, Some(Kind::Deliberated(told))) => {
            let outcome = told.deliberation.unwrap_or_default().outcome();
            if outcome != intake::DeliberationOutcome::Carried {
                return Ok(None);
            }
            News::Moved(State::Deliberated)
        }
        (NOTICED, Some(Kind::Noticed(_))) => News::Moved(State::Noticed),
        (ANSWERED, Some(Kind::Answered(intake::Answered { reopened, .. })))
        | (VILLAGES_INVITED, Some(Kind::VillagesInvited(intake::VillagesInvited { reopened, .. })))
        | (JOINT_PLAN_DROPPED, Some(Kind::JointPlanDropped(intake::JointPlanDropped { reopened, .. }))) => {
            if !reopened {
                return Ok(None);
            }
            News::Moved(State::Proposed)
        }
        (DETERMINED, Some(Kind::Determined(told))) => {
            let due = day_from(&told.due_day).ok_or_else(|| format!("{:?} is no day", told.due_day))?;
            News::Determined { due, category: about(told.category())? }
        }
        (PROGRESSED, Some(Kind::Progressed(_))) => News::Moved(State::InProgress),
        (COMPLETED, Some(Kind::Completed(_))) => News::Completed { at: entry.at },
        (ACCEPTANCE_REFUSED, Some(Kind::AcceptanceRefused(told))) => {
            News::AcceptanceRefused { was_on_time: told.was_on_time }
        }
        (CLOSED, Some(Kind::Closed(_))) => News::Closed,
        _ => return Err(OTHER.to_owned()),
    };
    Ok(Some(Delivery::Matter { matter: matter(&event.matter)?, news }))
}

fn about(told: intake::Category) -> Result<Category, String> {
    category_from(told).ok_or_else(|| "it names no category".to_owned())
}

fn of_funding(entry: &Entry) -> Result<Delivery, String> {
    use funding::event::Kind;
    let (told, news) = match (entry.kind.as_str(), funded(entry)?) {
        (COMMITTED, Some(Kind::Committed(told))) => {
            let amount = moved(told.posting.as_ref())?;
            (told.matter, News::Committed(amount))
        }
        (RELEASED, Some(Kind::Released(told))) => {
            let amount = moved(told.posting.as_ref())?.checked_neg().ok_or(TOO_MUCH)?;
            (told.matter, News::Released(amount))
        }
        (PAID, Some(Kind::Paid(told))) => {
            let amount = moved(told.posting.as_ref())?.checked_neg().ok_or(TOO_MUCH)?;
            (told.matter, News::Paid(amount))
        }
        (SETTLED, Some(Kind::Settled(told))) => {
            (told.matter, News::Settled { paid: Fen::new(told.paid_fen) })
        }
        _ => return Err(OTHER.to_owned()),
    };
    Ok(Delivery::Matter { matter: matter(&told)?, news })
}

/// Only whoever was given the order pays it; what else is paid is not a list's.
fn reward_paid(entry: &Entry) -> Result<Option<Delivery>, String> {
    let Some(funding::event::Kind::RewardPaid(told)) = funded(entry)? else { return Err(OTHER.to_owned()) };
    let village =
        unit_of("villages", &told.village).ok_or_else(|| format!("{:?} is no village", told.village))?;
    let list = REWARD_LIST.parse(&told.order).filter(|list| list.unit == entry.unit);
    Ok(list.map(|list| Delivery::RewardPaid { list, village, amount: Fen::new(told.amount_fen) }))
}

const OTHER: &str = "it holds another event";
const TOO_MUCH: &str = "its posting is beyond all numbers";

fn funded(entry: &Entry) -> Result<Option<funding::event::Kind>, String> {
    let event = funding::Event::decode(entry.payload.as_slice());
    event.map(|event| event.kind).map_err(|error| error.to_string())
}

fn matter(name: &str) -> Result<MatterId, String> {
    name.parse().map_err(|error| format!("{error}"))
}

/// By how much what is committed and unpaid grew.
fn moved(posting: Option<&funding::Posting>) -> Result<Fen, String> {
    let lines = posting.into_iter().flat_map(|posting| &posting.lines);
    let committed = lines.filter(|line| line.account() == funding::Account::Committed);
    Fen::checked_sum(committed.map(|line| Fen::new(line.amount_fen))).ok_or_else(|| TOO_MUCH.to_owned())
}

#[cfg(test)]
mod tests;
