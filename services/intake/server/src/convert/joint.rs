//! Joint matters as they are served, on both sides, and back: the projection keeps the served form.

use yishi_intake_domain::Content;
use yishi_intake_domain::joint::{
    Cause, Participation, ParticipationId, Partner, Party, Plan, Shares, Standing, State, Terms,
};
use yishi_kernel::{BasisPoints, Fen, Timestamp, UnitCode};
use yishi_proto::intake::v1 as pb;

use super::codes::{self, category_from};
use super::fields::{count, date_from, etag, unit_of, version, wire};
use super::matter::{deliberation, deliberation_from};

mod delivery;
mod event;
mod failure;
mod requests;

pub(crate) use delivery::{KINDS, delivery};
pub(crate) use event::{event, event_from};
pub(super) use event::{lead, lead_from};
pub(crate) use failure::{failure, unknown};
pub(crate) use requests::participation_name;

/// The lead's view.
pub(super) fn plan(plan: &Plan) -> pb::JointPlan {
    pb::JointPlan {
        terms: wire(plan.number),
        lead_cost_share_fen: plan.lead.cost.get(),
        lead_credit_share_bp: plan.lead.credit.get().into(),
        partners: plan.partners.iter().map(partner).collect(),
        offer_time_us: plan.offered.as_micros(),
        dropped: plan.dropped,
    }
}

fn partner(partner: &Partner) -> pb::JointPartner {
    let (standing, reason) = match &partner.standing {
        Standing::Invited => (pb::JointStanding::Invited, ""),
        Standing::Accepted => (pb::JointStanding::Accepted, ""),
        Standing::Declined { reason } => (pb::JointStanding::Declined, reason.as_str()),
        Standing::Left { reason } => (pb::JointStanding::Left, reason.as_str()),
        Standing::Released => (pb::JointStanding::Released, ""),
    };
    let Party { village, shares } = partner.party;
    pb::JointPartner {
        village: name(village),
        cost_share_fen: shares.cost.get(),
        credit_share_bp: shares.credit.get().into(),
        standing: standing as i32,
        reason: reason.to_owned(),
        since_terms: wire(partner.since),
    }
}

pub(super) fn plan_from(served: &pb::JointPlan) -> Option<Plan> {
    Some(Plan {
        number: count(served.terms)?,
        lead: shares_from(served.lead_cost_share_fen, served.lead_credit_share_bp)?,
        partners: served.partners.iter().map(partner_from).collect::<Option<_>>()?,
        offered: Timestamp::from_micros(served.offer_time_us),
        dropped: served.dropped,
    })
}

fn partner_from(served: &pb::JointPartner) -> Option<Partner> {
    let reason = served.reason.clone();
    Some(Partner {
        party: Party {
            village: unit_of("villages", &served.village)?,
            shares: shares_from(served.cost_share_fen, served.credit_share_bp)?,
        },
        since: count(served.since_terms)?,
        standing: match served.standing() {
            pb::JointStanding::Invited => Standing::Invited,
            pb::JointStanding::Accepted => Standing::Accepted,
            pb::JointStanding::Declined => Standing::Declined { reason },
            pb::JointStanding::Left => Standing::Left { reason },
            pb::JointStanding::Released => Standing::Released,
            pb::JointStanding::Unspecified => return None,
        },
    })
}

fn name(village: UnitCode) -> String {
    format!("villages/{village}")
}

fn shares_from(cost: i64, credit: i32) -> Option<Shares> {
    let cost = Some(Fen::new(cost)).filter(|cost| *cost >= Fen::ZERO)?;
    Some(Shares { cost, credit: credit.try_into().ok().and_then(BasisPoints::new)? })
}

fn share(village: UnitCode, shares: Shares) -> pb::JointShare {
    let (cost_share_fen, credit_share_bp) = (shares.cost.get(), shares.credit.get().into());
    pb::JointShare { village: name(village), cost_share_fen, credit_share_bp }
}

/// The terms of a matter whose lead is this village.
fn terms(lead: UnitCode, terms: &Terms) -> pb::JointTerms {
    pb::JointTerms {
        number: wire(terms.number),
        lead: Some(share(lead, terms.lead)),
        partners: terms.parties.iter().map(|party| share(party.village, party.shares)).collect(),
    }
}

fn terms_from(lead: UnitCode, told: &pb::JointTerms) -> Option<Terms> {
    let read = |share: &pb::JointShare| {
        let village = unit_of("villages", &share.village)?;
        Some(Party { village, shares: shares_from(share.cost_share_fen, share.credit_share_bp)? })
    };
    let led = told.lead.as_ref().and_then(read).filter(|party| party.village == lead)?;
    let parties = told.partners.iter().map(read).collect::<Option<_>>()?;
    Some(Terms { number: count(told.number)?, lead: led.shares, parties })
}

/// A partner's view.
pub(crate) fn participation(part: &Participation) -> pb::Participation {
    let Content { title, description, category, subcategory, cost_estimate, households, persons, place } =
        &part.content;
    let mut served = pb::Participation {
        name: part.id.to_string(),
        state: state(part.state) as i32,
        matter: part.id.matter.to_string(),
        content: Some(pb::JointContent {
            title: title.clone(),
            description: description.clone(),
            category: codes::category(*category) as i32,
            subcategory: subcategory.to_string(),
            cost_estimate_fen: cost_estimate.get(),
            households: wire(*households),
            persons: wire(*persons),
            place: place.clone(),
        }),
        terms: Some(terms(part.id.matter.village, &part.terms)),
        offer_time_us: part.offered.as_micros(),
        deliberation: part.deliberation.as_ref().map(deliberation),
        holds_slot: part.slot,
        reason: part.reason.clone(),
        etag: etag(part.version),
        create_time_us: part.created.as_micros(),
        update_time_us: part.updated.as_micros(),
        ..pb::Participation::default()
    };
    if let Some((why, words)) = &part.released {
        served.release_cause = cause(*why) as i32;
        served.release_reason.clone_from(words);
    }
    if let Some((number, due)) = &part.determination {
        served.project_number = number.to_string();
        served.due_day = due.to_string();
    }
    served
}

/// The domain's form of what a projection holds, or what is wrong with it.
pub(crate) fn participation_from(served: &pb::Participation) -> Result<Participation, String> {
    read(served).ok_or_else(|| format!("{} cannot be read", served.name))
}

fn read(served: &pb::Participation) -> Option<Participation> {
    let id: ParticipationId = served.name.parse().ok()?;
    let content = served.content.as_ref()?;
    let released = match served.release_cause() {
        pb::ReleaseCause::Unspecified => None,
        why => Some((cause_from(why)?, served.release_reason.clone())),
    };
    let determination = if served.project_number.is_empty() {
        None
    } else {
        Some((served.project_number.parse().ok()?, date_from(&served.due_day)?))
    };
    let held = served.deliberation.as_ref();
    Some(Participation {
        id,
        state: state_from(served.state())?,
        content: Content {
            title: content.title.clone(),
            description: content.description.clone(),
            category: category_from(content.category())?,
            subcategory: content.subcategory.parse().ok()?,
            cost_estimate: Fen::new(content.cost_estimate_fen),
            households: count(content.households)?,
            persons: count(content.persons)?,
            place: content.place.clone(),
        },
        terms: terms_from(id.matter.village, served.terms.as_ref()?)?,
        offered: Timestamp::from_micros(served.offer_time_us),
        deliberation: match held {
            Some(held) => Some(deliberation_from(held)?),
            None => None,
        },
        slot: served.holds_slot,
        reason: served.reason.clone(),
        released,
        determination,
        version: version(&served.etag)?,
        created: Timestamp::from_micros(served.create_time_us),
        updated: Timestamp::from_micros(served.update_time_us),
    })
}

pub(crate) fn state(state: State) -> pb::ParticipationState {
    match state {
        State::Invited => pb::ParticipationState::Invited,
        State::Accepted => pb::ParticipationState::Accepted,
        State::Leaving => pb::ParticipationState::Leaving,
        State::Declined => pb::ParticipationState::Declined,
        State::Released => pb::ParticipationState::Released,
        State::Determined => pb::ParticipationState::Determined,
        State::Closed => pb::ParticipationState::Closed,
        State::Cancelled => pb::ParticipationState::Cancelled,
        State::CarriedOver => pb::ParticipationState::CarriedOver,
    }
}

fn state_from(served: pb::ParticipationState) -> Option<State> {
    State::ALL.iter().copied().find(|one| state(*one) == served)
}

fn cause(cause: Cause) -> pb::ReleaseCause {
    match cause {
        Cause::Left => pb::ReleaseCause::Left,
        Cause::NotInvitedAgain => pb::ReleaseCause::NotInvitedAgain,
        Cause::Dropped => pb::ReleaseCause::Dropped,
        Cause::NotCarried => pb::ReleaseCause::NotCarried,
        Cause::Declined => pb::ReleaseCause::Declined,
        Cause::Withdrawn => pb::ReleaseCause::Withdrawn,
        Cause::Merged => pb::ReleaseCause::Merged,
    }
}

fn cause_from(served: pb::ReleaseCause) -> Option<Cause> {
    Cause::ALL.iter().copied().find(|one| cause(*one) == served)
}

/// A bit per state's number, as `participation_list.sql` reads it.
pub(crate) fn part_states_mask(states: &[pb::ParticipationState]) -> i64 {
    states.iter().fold(0, |mask, state| mask | (1 << *state as i64))
}
