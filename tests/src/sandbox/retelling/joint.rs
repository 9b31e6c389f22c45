//! Joint matters: what an entry of the lead's journal says happened, and the lead's plan as the contract shows it.

use yishi_intake_domain::joint::{Cause, LeadFact, Partner, Party, Plan, Shares, Standing, State, Terms};
use yishi_kernel::{BasisPoints, Fen, Timestamp, UnitCode};
use yishi_proto::intake::v1::{self as pb, event::Kind};

use super::facts::{content, count, day};
use super::served::wire;

/// The fact; none if the entry is of another kind.
pub(super) fn fact(kind: Kind) -> Option<LeadFact> {
    Some(match kind {
        Kind::VillagesInvited(told) => {
            LeadFact::Invited { terms: terms(told.terms), reopened: told.reopened }
        }
        Kind::JointOffered(told) => LeadFact::Offered {
            village: village(&told.village),
            content: content(told.content),
            terms: terms(told.terms),
        },
        Kind::JointAnswered(told) => LeadFact::Answered {
            partner: village(&told.village),
            declined: if told.accepted { None } else { Some(told.reason) },
        },
        Kind::JointPlanDropped(told) => {
            LeadFact::Dropped { cause: cause(told.cause()), reason: told.reason, reopened: told.reopened }
        }
        Kind::JointReleased(told) => LeadFact::Released {
            village: village(&told.village),
            terms: count(told.terms),
            cause: cause(told.cause()),
            reason: told.reason,
        },
        Kind::JointDetermined(told) => LeadFact::Determined {
            village: village(&told.village),
            terms: count(told.terms),
            number: told.project_number.parse().expect("a project number"),
            due: day(&told.due_day),
        },
        Kind::JointEnded(told) => LeadFact::Ended {
            village: village(&told.village),
            state: match told.state() {
                pb::ParticipationState::Closed => State::Closed,
                pb::ParticipationState::Cancelled => State::Cancelled,
                pb::ParticipationState::CarriedOver => State::CarriedOver,
                other => panic!("a matter does not end as {other:?}"),
            },
        },
        _ => return None,
    })
}

fn village(name: &str) -> UnitCode {
    name.strip_prefix("villages/").expect("a village's name").parse().expect("a village's code")
}

fn terms(told: Option<pb::JointTerms>) -> Terms {
    let told = told.expect("terms");
    let shares = |share: &pb::JointShare| Shares {
        cost: Fen::new(share.cost_share_fen),
        credit: share.credit_share_bp.try_into().ok().and_then(BasisPoints::new).expect("a share"),
    };
    let parties =
        told.partners.iter().map(|share| Party { village: village(&share.village), shares: shares(share) });
    Terms {
        number: count(told.number),
        lead: shares(&told.lead.expect("the lead's share")),
        parties: parties.collect(),
    }
}

fn cause(told: pb::ReleaseCause) -> Cause {
    let code = told.as_str_name().trim_start_matches("RELEASE_CAUSE_");
    code.parse().expect("a cause")
}

/// The contract's form of a plan.
pub(super) fn served(plan: &Plan) -> pb::JointPlan {
    pb::JointPlan {
        terms: wire(plan.number),
        lead_cost_share_fen: plan.lead.cost.get(),
        lead_credit_share_bp: plan.lead.credit.get().into(),
        partners: plan.partners.iter().map(partner).collect(),
        offer_time_us: Timestamp::as_micros(plan.offered),
        dropped: plan.dropped,
    }
}

fn partner(partner: &Partner) -> pb::JointPartner {
    let (standing, reason) = match &partner.standing {
        Standing::Invited => (pb::JointStanding::Invited, String::new()),
        Standing::Accepted => (pb::JointStanding::Accepted, String::new()),
        Standing::Declined { reason } => (pb::JointStanding::Declined, reason.clone()),
        Standing::Left { reason } => (pb::JointStanding::Left, reason.clone()),
        Standing::Released => (pb::JointStanding::Released, String::new()),
    };
    pb::JointPartner {
        village: format!("villages/{}", partner.party.village),
        cost_share_fen: partner.party.shares.cost.get(),
        credit_share_bp: partner.party.shares.credit.get().into(),
        standing: standing.into(),
        reason,
        since_terms: wire(partner.since),
    }
}
