//! A desk as it is served, and back: the projection keeps the served form.

use yishi_escalation_domain::{Answer, Assignment, Coordination, Desk, Outlook, Reply, Stance, TakeBack};
use yishi_kernel::Timestamp;
use yishi_proto::escalation::v1 as pb;

use super::codes;
use super::fields::{department_from, etag, instant, micros, unit_from, unit_or_none, version};
use super::name::Name;
use super::standing::{standing, standing_from};

/// The served form, but for its history, and how pressing it is: time tells.
pub(crate) fn referral(desk: &Desk) -> pb::Referral {
    let mut served = pb::Referral {
        name: Name { unit: desk.unit, matter: desk.matter }.to_string(),
        matter: desk.matter.to_string(),
        state: codes::state(desk.state()) as i32,
        standing: Some(standing(&desk.standing())),
        raised_by: unit_or_none(desk.below),
        due_time_us: micros(desk.due()),
        take_back_asked: desk.asked.as_ref().map(take_back),
        etag: etag(desk.version),
        create_time_us: desk.created.as_micros(),
        update_time_us: desk.updated.as_micros(),
        ..pb::Referral::default()
    };
    match &desk.stance {
        Stance::Offered { reason, .. } => served.reason.clone_from(reason),
        Stance::Holding { .. } => {}
        Stance::Raised { to, reason, heard, take_back: wish } => {
            served.raised_to = unit_or_none(Some(*to));
            served.reason.clone_from(reason);
            served.confirmed = served.state() == pb::ReferralState::Raised && heard.is_some();
            served.take_back_requested = wish.as_ref().map(take_back);
        }
        Stance::Returned { reason, confirmed } => {
            served.reason.clone_from(reason);
            served.confirmed = *confirmed;
        }
        Stance::Coordinating { coordination, .. } => {
            served.lead = Some(assignment(&coordination.lead));
            served.helpers = coordination.helpers.iter().map(assignment).collect();
        }
        Stance::Resolved { outcome } => served.reason.clone_from(outcome),
    }
    served
}

/// Says how pressing it is by now.
pub(crate) fn tell_light(referral: &mut pb::Referral, outlook: Outlook) {
    let light = codes::light(outlook.light(instant(referral.due_time_us)));
    referral.overdue = light == pb::Light::Red;
    referral.set_light(light);
}

fn take_back(wish: &TakeBack) -> pb::TakeBack {
    pb::TakeBack {
        reason: wish.reason.clone(),
        request_time_us: wish.since.as_micros(),
        due_time_us: micros(wish.due),
    }
}

fn assignment(asked: &Assignment) -> pb::Assignment {
    let mut served = pb::Assignment {
        department: asked.department.to_string(),
        assign_time_us: asked.since.as_micros(),
        due_time_us: asked.due.as_micros(),
        report_time_us: micros(asked.reported),
        ..pb::Assignment::default()
    };
    if let Some(Answer { at, reply }) = &asked.answer {
        served.answer_time_us = at.as_micros();
        match reply {
            Reply::Accept => served.set_reply(pb::AssignmentReply::Accepted),
            Reply::Decline { reason } => {
                served.reason.clone_from(reason);
                served.set_reply(pb::AssignmentReply::Declined);
            }
        }
    }
    served
}

/// The domain's form of what a projection holds, or what is wrong with it.
pub(crate) fn desk_from(served: &pb::Referral) -> Result<Desk, String> {
    let told = |what: &str| format!("{}: {what} cannot be read", served.name);
    let Name { unit, matter } = served.name.parse().map_err(|()| told("name"))?;
    let below = match served.raised_by.as_str() {
        "" => None,
        name => Some(unit_from(name).ok_or_else(|| told("raised_by"))?),
    };
    Ok(Desk {
        unit,
        matter,
        below,
        stance: stance_from(served).ok_or_else(|| told("state"))?,
        asked: served.take_back_asked.as_ref().map(take_back_from),
        version: version(&served.etag).ok_or_else(|| told("etag"))?,
        created: Timestamp::from_micros(served.create_time_us),
        updated: Timestamp::from_micros(served.update_time_us),
    })
}

fn stance_from(served: &pb::Referral) -> Option<Stance> {
    let standing = standing_from(served.standing.as_ref()?)?;
    let reason = served.reason.clone();
    Some(match served.state() {
        pb::ReferralState::Unspecified => return None,
        pb::ReferralState::Offered => Stance::Offered { due: standing.due?, reason },
        pb::ReferralState::Handled => Stance::Holding { due: standing.due },
        pb::ReferralState::Raised | pb::ReferralState::Passed => Stance::Raised {
            to: unit_from(&served.raised_to)?,
            reason,
            heard: (served.confirmed || served.state() == pb::ReferralState::Passed).then_some(standing),
            take_back: served.take_back_requested.as_ref().map(take_back_from),
        },
        pb::ReferralState::Returned => Stance::Returned { reason, confirmed: served.confirmed },
        pb::ReferralState::Coordinating => Stance::Coordinating {
            due: standing.due?,
            coordination: Coordination {
                lead: assignment_from(served.lead.as_ref()?)?,
                helpers: served.helpers.iter().map(assignment_from).collect::<Option<_>>()?,
            },
        },
        pb::ReferralState::Resolved => Stance::Resolved { outcome: reason },
    })
}

fn take_back_from(wish: &pb::TakeBack) -> TakeBack {
    TakeBack {
        since: Timestamp::from_micros(wish.request_time_us),
        due: instant(wish.due_time_us),
        reason: wish.reason.clone(),
    }
}

fn assignment_from(served: &pb::Assignment) -> Option<Assignment> {
    let reply = match served.reply() {
        pb::AssignmentReply::Unspecified => None,
        pb::AssignmentReply::Accepted => Some(Reply::Accept),
        pb::AssignmentReply::Declined => Some(Reply::Decline { reason: served.reason.clone() }),
    };
    Some(Assignment {
        department: department_from(&served.department)?,
        since: Timestamp::from_micros(served.assign_time_us),
        due: Timestamp::from_micros(served.due_time_us),
        answer: reply.map(|reply| Answer { at: Timestamp::from_micros(served.answer_time_us), reply }),
        reported: instant(served.report_time_us),
    })
}
