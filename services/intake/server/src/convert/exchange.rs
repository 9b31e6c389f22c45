//! What units hold for publicity and exchange: as it is served and written, and back.

mod failure;
mod requests;

use yishi_intake_domain::exchange::{Activity, ActivityKind, Content, Event, Fact};
use yishi_kernel::Timestamp;
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use super::doing;
use super::fields::{self, count, date_from, etag, wire};

pub(crate) use failure::{failure, unknown};
pub(crate) use requests::activity_name;

pub(crate) const KINDS: &[&str] = &["TRAINING", "TALK", "SURVEY", "VISIT"];

pub(crate) fn kind(kind: ActivityKind) -> pb::ActivityKind {
    match kind {
        ActivityKind::Training => pb::ActivityKind::Training,
        ActivityKind::Talk => pb::ActivityKind::Talk,
        ActivityKind::Survey => pb::ActivityKind::Survey,
        ActivityKind::Visit => pb::ActivityKind::Visit,
    }
}

fn kind_from(kind: pb::ActivityKind) -> Option<ActivityKind> {
    Some(match kind {
        pb::ActivityKind::Training => ActivityKind::Training,
        pb::ActivityKind::Talk => ActivityKind::Talk,
        pb::ActivityKind::Survey => ActivityKind::Survey,
        pb::ActivityKind::Visit => ActivityKind::Visit,
        pb::ActivityKind::Unspecified => return None,
    })
}

/// The served form.
pub(crate) fn activity(activity: &Activity) -> pb::Activity {
    pb::Activity {
        name: activity.id.to_string(),
        content: Some(content(&activity.content)),
        correction_reason: activity.correction.clone().unwrap_or_default(),
        withdrawn: activity.withdrawal.is_some(),
        withdrawal_reason: activity.withdrawal.clone().unwrap_or_default(),
        etag: etag(activity.version),
        create_time_us: activity.created.as_micros(),
        update_time_us: activity.updated.as_micros(),
    }
}

/// The domain's form of what a projection holds, or what is wrong with it.
pub(crate) fn activity_from(served: &pb::Activity) -> Result<Activity, String> {
    let read = || {
        Some(Activity {
            id: served.name.parse().ok()?,
            content: content_from(served.content.as_ref()?)?,
            correction: Some(served.correction_reason.clone()).filter(|reason| !reason.is_empty()),
            withdrawal: served.withdrawn.then(|| served.withdrawal_reason.clone()),
            version: fields::version(&served.etag)?,
            created: Timestamp::from_micros(served.create_time_us),
            updated: Timestamp::from_micros(served.update_time_us),
        })
    };
    read().ok_or_else(|| format!("{:?} cannot be read", served.name))
}

/// Leaves out what lists do not tell.
pub(crate) fn in_short(activity: &mut pb::Activity) {
    if let Some(content) = &mut activity.content {
        content.text.clear();
        content.papers.clear();
    }
}

fn content(content: &Content) -> pb::ActivityContent {
    let speaker = |token: &yishi_kernel::Actor| pb::Speaker { token: token.to_string() };
    pb::ActivityContent {
        kind: kind(content.kind) as i32,
        day: content.day.to_string(),
        participants: wire(content.participants),
        speakers: content.speakers.iter().map(speaker).collect(),
        title: content.title.clone(),
        text: content.text.clone(),
        papers: doing::papers(&content.papers),
    }
}

fn content_from(served: &pb::ActivityContent) -> Option<Content> {
    let speakers = served.speakers.iter().map(|speaker| speaker.token.parse().ok());
    Some(Content {
        kind: kind_from(served.kind())?,
        day: date_from(&served.day)?,
        participants: count(served.participants)?,
        speakers: speakers.collect::<Option<_>>()?,
        title: served.title.clone(),
        text: served.text.clone(),
        papers: doing::papers_from(&served.papers)?,
    })
}

/// The payload of the event's entry.
pub(crate) fn event(event: &Event) -> pb::Event {
    let kind = match &event.fact {
        Fact::Recorded(held) => Kind::ActivityRecorded(content(held)),
        Fact::Corrected { content: held, reason } => Kind::ActivityCorrected(pb::ActivityCorrected {
            content: Some(content(held)),
            reason: reason.clone(),
        }),
        Fact::Withdrawn { reason } => {
            Kind::ActivityWithdrawn(pb::ActivityWithdrawn { reason: reason.clone() })
        }
    };
    pb::Event { activity: event.activity.to_string(), kind: Some(kind), ..pb::Event::default() }
}

/// The event of an entry about an activity, or what is wrong with it.
pub(crate) fn event_from(entry: &Entry, told: pb::Event) -> Result<Event, String> {
    let activity: yishi_intake_domain::exchange::ActivityId =
        told.activity.parse().map_err(|error| format!("{error}"))?;
    if activity.unit != entry.unit {
        return Err(format!("{activity} is not an activity of {}", entry.unit));
    }
    let fact = told.kind.and_then(fact_from).ok_or("what it holds cannot be read")?;
    if fact.kind() == entry.kind {
        Ok(Event { activity, at: entry.at, fact })
    } else {
        Err(format!("it holds {}", fact.kind()))
    }
}

fn fact_from(kind: Kind) -> Option<Fact> {
    Some(match kind {
        Kind::ActivityRecorded(told) => Fact::Recorded(content_from(&told)?),
        Kind::ActivityCorrected(told) => {
            Fact::Corrected { content: content_from(told.content.as_ref()?)?, reason: told.reason }
        }
        Kind::ActivityWithdrawn(told) => Fact::Withdrawn { reason: told.reason },
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
