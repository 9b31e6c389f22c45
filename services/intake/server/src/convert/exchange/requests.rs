//! Each request about exchange: which unit it is about, and which command it becomes.

use std::collections::BTreeSet;

use yishi_intake_domain::exchange::{Act, ActivityId, Command, Content};
use yishi_intake_domain::limits;
use yishi_kernel::{Register, RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;

use super::super::doing::papers_within;
use super::super::fields::{seen, unit_of};
use super::super::requests::{day, reason};
use super::{KINDS, kind_from};
use crate::model::Intake;
use crate::task::{Asked, Task};

fn owner_of(name: &str) -> Option<UnitCode> {
    name.parse::<ActivityId>().ok().map(|activity| activity.unit)
}

/// The name of an activity in a field of a request.
pub(crate) fn activity_name(check: &mut Checker, field: &str, text: &str) -> Option<ActivityId> {
    let activity = text.parse().ok();
    if activity.is_none() {
        check.refuse(
            field,
            "应为活动名称，如 units/640324000000/activities/2022-7",
            "write an activity's name, as in units/640324000000/activities/2022-7",
        );
    }
    activity
}

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident| $subject:expr;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.ExchangeService/", $rpc);
            fn subject(&self, _: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    RecordActivityRequest, "RecordActivity", |r| unit_of("units", &r.parent);
    CorrectActivityRequest, "CorrectActivity", |r| owner_of(&r.name);
    WithdrawActivityRequest, "WithdrawActivity", |r| owner_of(&r.name);
    GetActivityRequest, "GetActivity", |r| owner_of(&r.name);
    ListActivitiesRequest, "ListActivities", |r| unit_of("units", &r.parent);
    GetExchangeReportRequest, "GetExchangeReport", |r| unit_of("units", &r.unit);
}

impl Mutation<Intake> for pb::RecordActivityRequest {
    type Answer = pb::Activity;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let unit = check.unit_name("parent", "units", &self.parent);
        let year = check.year("year", self.year);
        let content = content(&mut check, self.content.as_ref());
        let request_id = check.request_id("request_id", &self.request_id);
        check.finish(|| {
            let command = Command::Record { unit: unit?, year: year?, content: content? };
            Some((request_id?, Task::Asked(Asked::Exchange(command))))
        })
    }
}

/// Every request but the first changes what is recorded, and says so in the same three fields.
macro_rules! changes {
    ($($request:ident: |$this:ident, $check:ident| $act:expr;)*) => {$(
        impl Mutation<Intake> for pb::$request {
            type Answer = pb::Activity;

            fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
                let ($this, mut checker) = (self, Checker::default());
                let activity = activity_name(&mut checker, "name", &self.name);
                let request_id = checker.request_id("request_id", &self.request_id);
                let version = seen(&mut checker, &self.etag);
                let act = { let $check = &mut checker; $act };
                checker.finish(|| {
                    let command = Command::Change { activity: activity?, version: version?, act: act? };
                    Some((request_id?, Task::Asked(Asked::Exchange(command))))
                })
            }
        }
    )*};
}

changes! {
    CorrectActivityRequest: |r, check| {
        let content = content(check, r.content.as_ref());
        let reason = reason(check, &r.reason);
        content.zip(reason).map(|(content, reason)| Act::Correct { content, reason })
    };
    WithdrawActivityRequest: |r, check| reason(check, &r.reason).map(|reason| Act::Withdraw { reason });
}

fn content(check: &mut Checker, given: Option<&pb::ActivityContent>) -> Option<Content> {
    let none = pb::ActivityContent::default();
    let given = given.unwrap_or(&none);
    let kind = check.enumeration::<pb::ActivityKind>("content.kind", given.kind, KINDS);
    let day = day(check, "content.day", &given.day);
    let participants = check.count("content.participants", given.participants, limits::PARTICIPANTS);
    let speakers = speakers(check, &given.speakers);
    let title = check.required_text("content.title", &given.title, limits::TITLE_CHARS);
    let text = check.text("content.text", &given.text, limits::ACTIVITY_CHARS);
    let papers = papers_within(check, "content.papers", &given.papers, 0);
    Some(Content {
        kind: kind.and_then(kind_from)?,
        day: day?,
        participants: participants?,
        speakers: speakers?,
        title: title?,
        text: text?,
        papers: papers?,
    })
}

fn speakers(check: &mut Checker, given: &[pb::Speaker]) -> Option<BTreeSet<yishi_kernel::Actor>> {
    let (most, count) = (limits::SPEAKERS, given.len());
    if count > most {
        let (zh, en) =
            (format!("至多 {most} 人，现为 {count} 人"), format!("name at most {most}; there are {count}"));
        check.refuse("content.speakers", zh, en);
        return None;
    }
    // Each is looked at, that all that is wrong is told at once.
    let speakers: Vec<_> = given
        .iter()
        .enumerate()
        .map(|(nth, speaker)| check.actor(&format!("content.speakers[{nth}].token"), &speaker.token))
        .collect();
    speakers.into_iter().collect()
}
