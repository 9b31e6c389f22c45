//! Each request about books: which unit it is about, and which command it becomes.

use std::collections::BTreeMap;

use yishi_intake_domain::book::{Act, BookId, Command, Missing, Place};
use yishi_intake_domain::limits;
use yishi_kernel::{Register, RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;

use super::super::fields::{seen, unit_of};
use super::service_from;
use crate::model::Intake;
use crate::task::Task;

const SERVICES: &[&str] = &["INTAKE", "ESCALATION", "FUNDING", "APPRAISAL"];

fn owner_of(name: &str) -> Option<UnitCode> {
    name.parse::<BookId>().ok().map(|book| book.unit)
}

/// The name of a book in a field of a request.
pub(crate) fn book_name(check: &mut Checker, field: &str, text: &str) -> Option<BookId> {
    let book = text.parse().ok();
    if book.is_none() {
        check.refuse(
            field,
            "应为年度账名称，如 units/640324100200/yearBooks/2022",
            "write a year book's name, as in units/640324100200/yearBooks/2022",
        );
    }
    book
}

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident| $subject:expr;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.YearBookService/", $rpc);
            fn subject(&self, _: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    OpenYearBookRequest, "OpenYearBook", |r| unit_of("units", &r.parent);
    AnnounceYearEndRequest, "AnnounceYearEnd", |r| owner_of(&r.name);
    RecordFindingRequest, "RecordFinding", |r| owner_of(&r.name);
    AnswerFindingRequest, "AnswerFinding", |r| owner_of(&r.name);
    SettleYearBookRequest, "SettleYearBook", |r| owner_of(&r.name);
    RecordCorrectionRequest, "RecordCorrection", |r| owner_of(&r.name);
    GetYearBookRequest, "GetYearBook", |r| owner_of(&r.name);
    ListYearBooksRequest, "ListYearBooks", |r| unit_of("units", &r.parent);
}

impl Mutation<Intake> for pb::OpenYearBookRequest {
    type Answer = pb::YearBook;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let unit = check.unit_name("parent", "units", &self.parent);
        let year = check.year("year", self.year);
        let request_id = check.request_id("request_id", &self.request_id);
        check.finish(|| {
            let book = BookId { unit: unit?, year: year? };
            Some((request_id?, Task::Asked(Command::Open { book }.into())))
        })
    }
}

/// Every request but the first changes a book there is, and says so in the same three fields.
macro_rules! changes {
    ($($request:ident: |$this:ident, $check:ident| $act:expr;)*) => {$(
        impl Mutation<Intake> for pb::$request {
            type Answer = pb::YearBook;

            fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
                let ($this, mut checker) = (self, Checker::default());
                let book = book_name(&mut checker, "name", &self.name);
                let request_id = checker.request_id("request_id", &self.request_id);
                let version = seen(&mut checker, &self.etag);
                let act = { let $check = &mut checker; $act };
                checker.finish(|| {
                    let command = Command::Change { book: book?, version: version?, act: act? };
                    Some((request_id?, Task::Asked(command.into())))
                })
            }
        }
    )*};
}

changes! {
    AnnounceYearEndRequest: |_r, _check| Some(Act::Announce);
    RecordFindingRequest: |r, check| words(check, "text", &r.text).map(|text| Act::RecordFinding { text });
    AnswerFindingRequest: |r, check| {
        let finding = check.count("finding", r.finding, 1..=i64::from(i32::MAX));
        let answer = words(check, "answer", &r.answer);
        finding.zip(answer).map(|(finding, answer)| Act::AnswerFinding { finding, answer })
    };
    SettleYearBookRequest: |r, check| missing(check, &r.missing).map(|missing| Act::Settle { missing });
    RecordCorrectionRequest: |r, check| {
        let corrects = place(check, r.corrects.as_ref());
        let text = words(check, "text", &r.text);
        corrects.zip(text).map(|(corrects, text)| Act::Correct { corrects, text })
    };
}

fn words(check: &mut Checker, field: &str, text: &str) -> Option<String> {
    check.required_text(field, text, limits::BOOK_CHARS)
}

fn missing(check: &mut Checker, named: &[pb::MissingUnit]) -> Option<Missing> {
    let (most, given) = (limits::MISSING, named.len());
    if given > most {
        let (zh, en) =
            (format!("至多 {most} 个，现为 {given} 个"), format!("name at most {most}; there are {given}"));
        check.refuse("missing", zh, en);
        return None;
    }
    let (mut missing, mut whole) = (BTreeMap::new(), true);
    for (nth, one) in named.iter().enumerate() {
        let unit = check.unit_name(&format!("missing[{nth}].unit"), "units", &one.unit);
        let reason =
            check.required_text(&format!("missing[{nth}].reason"), &one.reason, limits::REASON_CHARS);
        let Some((unit, reason)) = unit.zip(reason) else {
            whole = false;
            continue;
        };
        if missing.insert(unit, reason).is_some() {
            check.refuse(&format!("missing[{nth}].unit"), "每个单位只写一次", "name each unit once");
            whole = false;
        }
    }
    whole.then_some(missing)
}

fn place(check: &mut Checker, told: Option<&pb::CorrectedEntry>) -> Option<Place> {
    let Some(told) = told else {
        check.refuse("corrects", "应写明更正哪一条记录", "say which entry is corrected");
        return None;
    };
    let service = check.enumeration::<pb::JournalKeeper>("corrects.service", told.service, SERVICES);
    let unit = check.unit_name("corrects.unit", "units", &told.unit);
    let seq = check.count("corrects.seq", told.seq, limits::SEQ);
    Some(Place { service: service.and_then(service_from)?, unit: unit?, seq: seq? })
}
