//! The cases of year books: for each method that changes one, a request that would be done, and what stands in the way of one
//! that is right in every field.

use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::{
    AnnounceYearEndRequest, AnswerFindingRequest, CorrectedEntry, JournalKeeper, MatterState, MissingUnit,
    OpenYearBookRequest, RecordCorrectionRequest, RecordFindingRequest, SettleYearBookRequest, YearBook,
};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, YEAR, fresh_id};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};

const UNKNOWN: &str = "YEAR_BOOK_NOT_FOUND";

/// Units that have not opened their books.
pub(crate) struct YearBooks {
    townships: Vec<UnitCode>,
    /// A village with a matter that has not ended.
    busy: UnitCode,
    gallery: Vec<Exhibit>,
}

fn name(unit: UnitCode) -> String {
    format!("units/{unit}/yearBooks/{YEAR}")
}

fn auditor(unit: UnitCode) -> Who {
    Who { unit, role: Role::Auditor, department: None }
}

fn open(unit: UnitCode, year: i32) -> OpenYearBookRequest {
    OpenYearBookRequest { parent: format!("units/{unit}"), year, request_id: fresh_id() }
}

fn announce(unit: UnitCode) -> AnnounceYearEndRequest {
    AnnounceYearEndRequest { name: name(unit), request_id: fresh_id(), etag: String::new() }
}

fn record(unit: UnitCode) -> RecordFindingRequest {
    let text = "台账缺三月份凭证".to_owned();
    RecordFindingRequest { name: name(unit), text, request_id: fresh_id(), etag: String::new() }
}

fn answer(unit: UnitCode, finding: i32) -> AnswerFindingRequest {
    let (answer, request_id) = ("已补齐".to_owned(), fresh_id());
    AnswerFindingRequest { name: name(unit), finding, answer, request_id, etag: String::new() }
}

fn settle(unit: UnitCode, missing: &[UnitCode]) -> SettleYearBookRequest {
    let named =
        missing.iter().map(|unit| MissingUnit { unit: format!("units/{unit}"), reason: "失联".into() });
    let (missing, request_id) = (named.collect(), fresh_id());
    SettleYearBookRequest { name: name(unit), missing, request_id, etag: String::new() }
}

fn correct(unit: UnitCode, of: UnitCode) -> RecordCorrectionRequest {
    let service = JournalKeeper::Funding as i32;
    let corrects = Some(CorrectedEntry { service, unit: format!("units/{of}"), seq: 7 });
    let (text, request_id) = ("金额应为三万元".to_owned(), fresh_id());
    RecordCorrectionRequest { name: name(unit), corrects, text, request_id, etag: String::new() }
}

/// What is done on the way to a case.
struct Way<'a, E: Engine>(&'a Sandbox<E>);

impl<E: Engine> Way<'_, E> {
    fn below(&self, unit: UnitCode) -> Vec<UnitCode> {
        self.0.register.children(unit).to_vec()
    }

    async fn open(&self, unit: UnitCode) -> UnitCode {
        let _: YearBook =
            YearBooks::done(self.0, Who::officer(unit), "OpenYearBook", &open(unit, YEAR)).await;
        unit
    }

    async fn announced(&self, unit: UnitCode) -> UnitCode {
        self.open(unit).await;
        let _: YearBook =
            YearBooks::done(self.0, Who::officer(unit), "AnnounceYearEnd", &announce(unit)).await;
        self.0.caught_up().await;
        unit
    }

    async fn audited(&self, unit: UnitCode) -> UnitCode {
        self.open(unit).await;
        let _: YearBook = YearBooks::done(self.0, auditor(unit), "RecordFinding", &record(unit)).await;
        unit
    }

    /// A unit without matters of its own, which waits for nobody.
    async fn settled(&self, unit: UnitCode) -> UnitCode {
        self.announced(unit).await;
        self.settle(unit).await
    }

    async fn settle(&self, unit: UnitCode) -> UnitCode {
        let ask = settle(unit, &self.below(unit));
        let _: YearBook = YearBooks::done(self.0, Who::officer(unit), "SettleYearBook", &ask).await;
        unit
    }
}

impl Cases for YearBooks {
    const SERVICE: &'static str = "yishi.intake.v1.YearBookService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = &["UNOPENED", "OPEN", "SETTLED"];

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let villages = sandbox.villages();
        let township = |village: UnitCode| sandbox.register.parent(village).expect("a village has one");
        let mut busy = sandbox.ripe_villages([villages[0]]).await.remove(0);
        sandbox.matter_in(&mut busy, MatterState::Determined).await;
        let mut townships: Vec<UnitCode> = villages.iter().map(|village| township(*village)).collect();
        townships.dedup();
        townships.retain(|unit| {
            *unit != township(busy.code) && (2..9).contains(&sandbox.register.children(*unit).len())
        });
        townships.truncate(3 + 4 * methods);
        sandbox.go_to(time::macros::date!(2022 - 03 - 01)).await;

        let way = Way(sandbox);
        let mut next = || townships.pop().expect("there are many townships");
        let (opened, announcing, settled) = (next(), next(), next());
        let unopened = way.below(way.announced(announcing).await)[0];
        way.open(opened).await;
        way.settled(settled).await;
        let shown = [("UNOPENED", unopened), ("OPEN", opened), ("SETTLED", settled)];
        let reason = "YEAR_BOOK_STATE";
        let exhibit = |(state, unit)| Exhibit { state, name: name(unit), unit, reason };
        Self { townships, busy: busy.code, gallery: shown.map(exhibit).to_vec() }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let (way, unit) = (Way(sandbox), self.take());
        let while_open = |ready: Ready| ready.of(UNKNOWN, &["OPEN"]);
        Some(match method {
            "OpenYearBook" => Ready::new(Who::officer(unit), &open(unit, YEAR)),
            "AnnounceYearEnd" => {
                way.open(unit).await;
                while_open(Ready::new(Who::officer(unit), &announce(unit)))
            }
            "RecordFinding" => {
                way.open(unit).await;
                while_open(Ready::new(auditor(unit), &record(unit)))
            }
            "AnswerFinding" => {
                way.audited(unit).await;
                while_open(Ready::new(Who::officer(unit), &answer(unit, 1)))
            }
            "SettleYearBook" => {
                way.announced(unit).await;
                while_open(Ready::new(Who::officer(unit), &settle(unit, &way.below(unit))))
            }
            "RecordCorrection" => {
                way.settled(unit).await;
                Ready::new(Who::officer(unit), &correct(unit, unit)).of(UNKNOWN, &["SETTLED"])
            }
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        let (way, unit) = (Way(sandbox), self.take());
        let officer = Who::officer(unit);
        match method {
            "OpenYearBook" => {
                way.open(unit).await;
                vec![
                    Refused::new(officer, "YEAR_BOOK_OPENED", &open(unit, YEAR)),
                    Refused::new(officer, "SEASON_NOT_OVER", &open(unit, YEAR + 1)),
                ]
            }
            "AnnounceYearEnd" => {
                way.announced(unit).await;
                vec![Refused::new(officer, "YEAR_END_ANNOUNCED", &announce(unit))]
            }
            "RecordFinding" => {
                way.open(unit).await;
                for _ in 0..100 {
                    let _: YearBook =
                        Self::done(sandbox, auditor(unit), "RecordFinding", &record(unit)).await;
                }
                vec![Refused::new(auditor(unit), "TOO_MANY_FINDINGS", &record(unit))]
            }
            "AnswerFinding" => {
                way.audited(unit).await;
                let _: YearBook = Self::done(sandbox, officer, "AnswerFinding", &answer(unit, 1)).await;
                vec![
                    Refused::new(officer, "FINDING_ANSWERED", &answer(unit, 1)),
                    Refused::new(officer, "FINDING_NOT_FOUND", &answer(unit, 2)),
                    Refused::new(officer, "FINDING_NOT_FOUND", &answer(unit, i32::MAX)),
                ]
            }
            "SettleYearBook" => self.settling(&way, unit).await,
            "RecordCorrection" => {
                way.settled(unit).await;
                for _ in 0..100 {
                    let _: YearBook =
                        Self::done(sandbox, officer, "RecordCorrection", &correct(unit, unit)).await;
                }
                let above = sandbox.register.parent(unit).expect("a township has a county");
                vec![
                    Refused::new(officer, "TOO_MANY_CORRECTIONS", &correct(unit, unit)),
                    Refused::wrong(officer, "corrects.unit", &correct(unit, above)),
                ]
            }
            _ => Vec::new(),
        }
    }
}

impl YearBooks {
    fn take(&mut self) -> UnitCode {
        self.townships.pop().unwrap_or_else(|| panic!("there are more townships; see {}", Self::FILE))
    }

    /// Everything that a year can still wait for.
    async fn settling<E: Engine>(&mut self, way: &Way<'_, E>, unit: UnitCode) -> Vec<Refused> {
        let (silent, audited) = (self.take(), self.take());
        way.open(silent).await;
        way.audited(audited).await;
        let _: YearBook =
            Self::done(way.0, Who::officer(audited), "AnnounceYearEnd", &announce(audited)).await;
        way.announced(unit).await;
        way.announced(self.busy).await;
        let below = way.below(unit);
        way.open(below[0]).await;
        way.settle(below[0]).await;
        let refused = |unit, reason, ask| Refused::new(Who::officer(unit), reason, &ask);
        vec![
            refused(silent, "YEAR_END_NOT_ANNOUNCED", settle(silent, &way.below(silent))),
            refused(audited, "FINDING_OPEN", settle(audited, &way.below(audited))),
            refused(self.busy, "MATTERS_OPEN", settle(self.busy, &[])),
            refused(unit, "UNITS_UNSETTLED", settle(unit, &[])),
            refused(unit, "UNIT_NOT_MISSING", settle(unit, &below)),
            Refused::wrong(Who::officer(unit), "missing", &settle(unit, &[silent])),
        ]
    }
}
