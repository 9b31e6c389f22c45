//! Each request that changes something: which unit it is about, and which command it becomes.

use yishi_intake_domain::{Act, Command, Content, Ending, Meeting, Subcategory, Supporter, limits};
use yishi_kernel::{Date, MatterId, Register, RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;

use crate::model::Intake;
use crate::task::Task;

use super::codes::{category_from, meeting_kind_from};
use super::fields::{date_from, seen, unit_of, village_of};
use super::paper;

mod ending;
mod progress;
mod update;

const CATEGORIES: &[&str] =
    &["INFRASTRUCTURE", "INDUSTRY", "PUBLIC_SERVICE", "GOVERNANCE", "REFORM_AND_OTHER"];
const MEETING_KINDS: &[&str] = &["VILLAGERS_ASSEMBLY", "VILLAGERS_REPRESENTATIVES"];

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident| $subject:expr;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.IntakeService/", $rpc);
            fn subject(&self, _: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    UpdateMatterRequest, "UpdateMatter", |r| village_of(&r.matter.as_ref()?.name);
    SupportMatterRequest, "SupportMatter", |r| village_of(&r.name);
    MergeMatterRequest, "MergeMatter", |r| village_of(&r.name);
    DeclineMatterRequest, "DeclineMatter", |r| village_of(&r.name);
    WithdrawMatterRequest, "WithdrawMatter", |r| village_of(&r.name);
    RecordDeliberationRequest, "RecordDeliberation", |r| village_of(&r.name);
    PublishNoticeRequest, "PublishNotice", |r| village_of(&r.name);
    FileObjectionRequest, "FileObjection", |r| village_of(&r.name);
    AnswerObjectionRequest, "AnswerObjection", |r| village_of(&r.name);
    DetermineMatterRequest, "DetermineMatter", |r| village_of(&r.name);
    RecordProgressRequest, "RecordProgress", |r| village_of(&r.name);
    CompleteMatterRequest, "CompleteMatter", |r| village_of(&r.name);
    AcceptMatterRequest, "AcceptMatter", |r| village_of(&r.name);
    RequestClosingRequest, "RequestClosing", |r| village_of(&r.name);
    CarryOverMatterRequest, "CarryOverMatter", |r| village_of(&r.name);
    CancelMatterRequest, "CancelMatter", |r| village_of(&r.name);
    GetMatterRequest, "GetMatter", |r| village_of(&r.name);
    ListMattersRequest, "ListMatters", |r| unit_of("units", &r.parent);
    GetLikelyDuplicatesRequest, "GetLikelyDuplicates", |r| village_of(&r.name);
    GetLikelyDuplicatesOfDraftRequest, "GetLikelyDuplicatesOfDraft", |r| unit_of("villages", &r.parent);
    ListVoidNumbersRequest, "ListVoidNumbers", |r| unit_of("units", &r.parent);
    GetProgressReportRequest, "GetProgressReport", |r| unit_of("units", &r.unit);
}

/// Every request but a proposal (`person`) changes a matter there is, and says so in the same three fields.
macro_rules! changes {
    ($($request:ident: |$this:ident, $check:ident| $act:expr;)*) => {$(
        impl Mutation<Intake> for pb::$request {
            type Answer = pb::Matter;

            fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
                let ($this, mut checker) = (self, Checker::default());
                let matter = checker.matter("name", &self.name);
                let request_id = checker.request_id("request_id", &self.request_id);
                let version = seen(&mut checker, &self.etag);
                let act = { let $check = &mut checker; $act };
                change(checker, matter, request_id, version, act)
            }
        }
    )*};
}

changes! {
    SupportMatterRequest: |r, check| {
        let token = check.actor("supporter", &r.supporter);
        token.map(|token| Act::Support { supporter: Supporter::Plain(token), formerly: None })
    };
    MergeMatterRequest: |r, check| check.matter("into", &r.into).map(|into| Act::Merge { into });
    DeclineMatterRequest: |r, check| reason(check, &r.reason).map(|reason| Act::Decline { reason });
    WithdrawMatterRequest: |r, check| reason(check, &r.reason).map(|reason| Act::Withdraw { reason });
    RecordDeliberationRequest: |r, check| {
        meeting(check, r.deliberation.as_ref().unwrap_or(&pb::Deliberation::default())).map(Act::Deliberate)
    };
    PublishNoticeRequest: |_r, _check| Some(Act::Publish);
    FileObjectionRequest: |r, check| {
        let text = check.required_text("text", &r.text, limits::OBJECTION_CHARS);
        let objector = check.actor("objector", &r.objector);
        text.zip(objector).map(|(text, objector)| Act::Object { text, objector })
    };
    AnswerObjectionRequest: |r, check| {
        let objection = check.count("objection", r.objection, 1..=i64::from(i32::MAX));
        let answer = check.required_text("answer", &r.answer, limits::ANSWER_CHARS);
        objection.zip(answer).map(|(objection, answer)| Act::Answer { objection, answer, upheld: r.upheld })
    };
    DetermineMatterRequest: |r, check| {
        let due = if r.due_day.is_empty() { Some(None) } else { day(check, "due_day", &r.due_day).map(Some) };
        due.map(|due| Act::Determine { due })
    };
    RecordProgressRequest: |r, check| progress::progress(check, r).map(Act::Progress);
    CompleteMatterRequest: |r, check| {
        check.required_text("text", &r.text, limits::WORK_CHARS).map(|text| Act::Complete { text })
    };
    AcceptMatterRequest: |_r, _check| Some(Act::Accept);
    RequestClosingRequest: |_r, _check| Some(Act::RequestClosing);
    CarryOverMatterRequest: |r, check| {
        reason(check, &r.reason).map(|reason| Act::RequestEnding { ending: Ending::CarriedOver, reason })
    };
    CancelMatterRequest: |r, check| {
        reason(check, &r.reason).map(|reason| Act::RequestEnding { ending: Ending::Cancelled, reason })
    };
}

#[expect(clippy::option_option, reason = "see fields::seen")]
pub(super) fn change(
    check: Checker,
    matter: Option<MatterId>,
    request_id: Option<RequestId>,
    version: Option<Option<u32>>,
    act: Option<Act>,
) -> Result<(RequestId, Task), Failure> {
    check.finish(|| {
        let command = Command::Change { matter: matter?, version: version?, act: act? };
        Some((request_id?, Task::Asked(command.into())))
    })
}

pub(super) fn reason(check: &mut Checker, text: &str) -> Option<String> {
    check.required_text("reason", text, limits::REASON_CHARS)
}

pub(crate) fn content(check: &mut Checker, matter: &pb::Matter) -> Option<Content> {
    let title = check.required_text("matter.title", &matter.title, limits::TITLE_CHARS);
    let description =
        check.required_text("matter.description", &matter.description, limits::DESCRIPTION_CHARS);
    let category = category(check, matter.category);
    let subcategory = subcategory(check, &matter.subcategory);
    let cost = check.fen("matter.cost_estimate_fen", matter.cost_estimate_fen, limits::COST_ESTIMATE_FEN);
    let households = check.count("matter.households", matter.households, limits::HOUSEHOLDS);
    let persons = check.count("matter.persons", matter.persons, limits::PERSONS);
    let place = check.text("matter.place", &matter.place, limits::PLACE_CHARS);
    Some(Content {
        title: title?,
        description: description?,
        category: category?,
        subcategory: subcategory?,
        cost_estimate: cost?,
        households: households?,
        persons: persons?,
        place: place?,
    })
}

fn category(check: &mut Checker, value: i32) -> Option<yishi_intake_domain::Category> {
    check.enumeration::<pb::Category>("matter.category", value, CATEGORIES).and_then(category_from)
}

fn subcategory(check: &mut Checker, value: &str) -> Option<Subcategory> {
    code(check, "matter.subcategory", value)
}

/// A subcategory's code in a field of a request.
pub(crate) fn code(check: &mut Checker, field: &str, value: &str) -> Option<Subcategory> {
    let code = value.parse().ok();
    if code.is_none() {
        check.refuse(
            field,
            "应为 1 至 40 个小写字母、数字或下划线，以字母开头，如 village_road",
            "write 1 to 40 of a-z, 0-9 and _, a letter first, as in village_road",
        );
    }
    code
}

pub(super) fn day(check: &mut Checker, field: &str, text: &str) -> Option<Date> {
    let day = date_from(text);
    if day.is_none() {
        check.refuse(field, "应为日期，如 2022-01-15", "write a day, as in 2022-01-15");
    }
    day
}

pub(super) fn meeting(check: &mut Checker, held: &pb::Deliberation) -> Option<Meeting> {
    let kind =
        check.enumeration::<pb::MeetingKind>("deliberation.meeting_kind", held.meeting_kind, MEETING_KINDS);
    let held_on = day(check, "deliberation.held_on", &held.held_on);
    let entitled = check.count("deliberation.entitled", held.entitled, limits::ENTITLED);
    let present = check.count("deliberation.present", held.present, limits::VOTES);
    let in_favour = check.count("deliberation.in_favour", held.in_favour, limits::VOTES);
    let against = check.count("deliberation.against", held.against, limits::VOTES);
    let abstaining = check.count("deliberation.abstaining", held.abstaining, limits::VOTES);
    let minutes = check.sha256("deliberation.minutes_sha256", &held.minutes_sha256);
    let papers = paper::papers(check, held);
    Some(Meeting {
        kind: kind.and_then(meeting_kind_from)?,
        held_on: held_on?,
        entitled: entitled?,
        present: present?,
        in_favour: in_favour?,
        against: against?,
        abstaining: abstaining?,
        minutes_sha256: minutes?,
        papers: papers?,
    })
}
