//! Each request about what departments say: which unit it is about, and which command it becomes.

use yishi_intake_domain::align::{Act, Department, Revision, Scope, Stand};
use yishi_intake_domain::{Act as All, book, limits};
use yishi_kernel::{Level, MatterId, Register, RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::{Failure, reasons};

use super::super::doing::papers_asked;
use super::super::fields::{seen, village_of};
use super::super::requests::{change, reason};
use super::asked_for;
use crate::model::Intake;
use crate::task::Task;

const STANDS: &[&str] = &["CONSENT", "CONDITIONAL", "OBJECTION"];

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident, $register:ident| $subject:expr;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.AlignmentService/", $rpc);

            fn subject(&self, $register: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    GiveOpinionRequest, "GiveOpinion", |r, register| county_of(register, &r.matter);
    WithdrawOpinionRequest, "WithdrawOpinion", |r, register| county_of(register, &r.matter);
    MeetConditionRequest, "MeetCondition", |r, _register| village_of(&r.name);
    ReviseMatterRequest, "ReviseMatter", |r, _register| village_of(&r.name);
    ListOpinionsRequest, "ListOpinions", |r, _register| named(&r.parent).map(|(unit, _)| unit);
}

/// The county of a village. A code that has none stands for itself: the policy knows no such unit.
fn county(register: &Register, village: UnitCode) -> UnitCode {
    register.ancestor_at(village, Level::County).unwrap_or(village)
}

fn county_of(register: &Register, matter: &str) -> Option<UnitCode> {
    matter.parse::<MatterId>().ok().map(|id| county(register, id.village))
}

/// The unit and the kind of a department's name.
fn named(name: &str) -> Option<(UnitCode, Department)> {
    let (unit, kind) = name.strip_prefix("departments/")?.split_once('/')?;
    Some((unit.parse().ok()?, kind.parse().ok()?))
}

/// The department in a field of a request.
pub(crate) fn department(check: &mut Checker, field: &str, name: &str) -> Option<(UnitCode, Department)> {
    let department = named(name);
    if department.is_none() {
        check.refuse(
            field,
            "应为 departments/、12 位行政区划代码和部门，如 departments/640324000000/water",
            "write departments/, a 12-digit unit code and a kind, as in departments/640324000000/water",
        );
    }
    department
}

/// A department speaks for itself and for no other.
pub(crate) fn own(caller: &Caller, name: &str) -> Result<(), Failure> {
    if caller.speaks_for(name) { Ok(()) } else { Err(Failure::new(&reasons::PERMISSION_DENIED)) }
}

/// What a department's word is about, and whose it is.
struct Word<'a> {
    matter: &'a str,
    department: &'a str,
    request_id: &'a str,
    etag: &'a str,
}

impl Word<'_> {
    fn command(
        &self,
        caller: &Caller,
        register: &Register,
        mut check: Checker,
        said: Option<(Option<Stand>, String)>,
    ) -> Result<(RequestId, Task), Failure> {
        let matter = check.matter("matter", self.matter);
        let by = matter.map(|matter| county(register, matter.village));
        let department = department(&mut check, "department", self.department);
        let request_id = check.request_id("request_id", self.request_id);
        let version = seen(&mut check, self.etag);
        let command = check.finish(|| {
            let ((_, department), (stand, text)) = (department?, said?);
            let (by, matter, version) = (by?, matter?, version?);
            let command = book::Command::GiveOpinion { by, matter, version, department, stand, text };
            Some((request_id?, Task::Asked(command.into())))
        })?;
        // Only departments of the matter's county are let in, so this is one of it.
        own(caller, self.department)?;
        Ok(command)
    }
}

impl Mutation<Intake> for pb::GiveOpinionRequest {
    type Answer = pb::Matter;

    fn command(&self, caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
        let Self { matter, department, request_id, etag, .. } = self;
        let mut check = Checker::default();
        let stand = stand(&mut check, self);
        let text = check.required_text("text", &self.text, limits::WORK_CHARS);
        let said = stand.zip(text).map(|(stand, text)| (Some(stand), text));
        Word { matter, department, request_id, etag }.command(caller, register, check, said)
    }
}

impl Mutation<Intake> for pb::WithdrawOpinionRequest {
    type Answer = pb::Matter;

    fn command(&self, caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
        let Self { matter, department, request_id, etag, .. } = self;
        let mut check = Checker::default();
        let said = reason(&mut check, &self.reason).map(|reason| (None, reason));
        Word { matter, department, request_id, etag }.command(caller, register, check, said)
    }
}

/// Who agrees on conditions says on which, and nobody else does.
fn stand(check: &mut Checker, asked: &pb::GiveOpinionRequest) -> Option<Stand> {
    let conditions = conditions(check, &asked.conditions);
    let stand = match check.enumeration::<pb::OpinionStand>("stand", asked.stand, STANDS)? {
        pb::OpinionStand::Consent => Some(Stand::Consent),
        pb::OpinionStand::Objection => Some(Stand::Objection),
        pb::OpinionStand::Conditional => {
            let conditions = conditions.as_deref().map(asked_for)?;
            if conditions.is_empty() {
                check.refuse("conditions", "附条件同意应写明条件", "say on which conditions");
            }
            return Some(Stand::Conditional(conditions));
        }
        pb::OpinionStand::Waiting | pb::OpinionStand::Unspecified => {
            let choices = STANDS.join(", ");
            check.refuse("stand", format!("应为以下之一：{choices}"), format!("choose one of {choices}"));
            None
        }
    };
    if !asked.conditions.is_empty() {
        check.refuse("conditions", "未附条件时应留空", "leave them out unless the consent is conditional");
    }
    stand
}

fn conditions(check: &mut Checker, given: &[String]) -> Option<Vec<String>> {
    let (most, count) = (limits::CONDITIONS, given.len());
    if count > most {
        let (zh, en) =
            (format!("至多 {most} 条，现为 {count} 条"), format!("give at most {most}; there are {count}"));
        check.refuse("conditions", zh, en);
        return None;
    }
    let read = |(nth, text): (usize, &String)| {
        check.required_text(&format!("conditions[{nth}]"), text, limits::WORK_CHARS)
    };
    // Each is looked at, that all that is wrong is told at once.
    let conditions: Vec<Option<String>> = given.iter().enumerate().map(read).collect();
    conditions.into_iter().collect()
}

impl Mutation<Intake> for pb::MeetConditionRequest {
    type Answer = pb::Matter;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let matter = check.matter("name", &self.name);
        let department: Option<Department> = self.department.parse().ok();
        if department.is_none() {
            check.refuse("department", "应为部门，如 water", "write a department's kind, as in water");
        }
        let condition = check.count("condition", self.condition, 1..=i64::from(i32::MAX));
        let text = check.required_text("text", &self.text, limits::WORK_CHARS);
        let papers = papers_asked(&mut check, &self.papers, 1);
        let request_id = check.request_id("request_id", &self.request_id);
        let version = seen(&mut check, &self.etag);
        let met = || {
            let (department, condition, text, papers) = (department?, condition?, text?, papers?);
            Some(All::Align(Act::MeetCondition { department, condition, text, papers }))
        };
        let act = met();
        change(check, matter, request_id, version, act)
    }
}

impl Mutation<Intake> for pb::ReviseMatterRequest {
    type Answer = pb::Matter;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let matter = check.matter("name", &self.name);
        let cost = check.fen("cost_estimate_fen", self.cost_estimate_fen, limits::COST_ESTIMATE_FEN);
        let households = check.count("households", self.households, limits::HOUSEHOLDS);
        let persons = check.count("persons", self.persons, limits::PERSONS);
        let place = check.text("place", &self.place, limits::PLACE_CHARS);
        let reason = reason(&mut check, &self.reason);
        let request_id = check.request_id("request_id", &self.request_id);
        let version = seen(&mut check, &self.etag);
        let revised = || {
            let (cost_estimate, households, persons, place) = (cost?, households?, persons?, place?);
            let scope = Scope { cost_estimate, households, persons, place };
            Some(All::Align(Act::Revise(Revision { scope, reason: reason? })))
        };
        let act = revised();
        change(check, matter, request_id, version, act)
    }
}
