//! `IssueBulletin` as a command: of which units a bulletin is, by the tree of its period's last day.

use yishi_appraisal_domain::{Act, BulletinOrder, Child, Command, Period, UnitYear};
use yishi_kernel::{Level, Register, RequestId, UnitCode};
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::Mutation;
use yishi_runtime::errors::Failure;

use crate::model::{Appraisal, Task};

impl Mutation<Appraisal> for pb::IssueBulletinRequest {
    type Answer = pb::Bulletin;

    fn command(&self, _caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let unit = check.unit_name("parent", "units", &self.parent);
        let unit = unit.and_then(|unit| above_villages(&mut check, unit, register));
        let year = check.year("year", self.year);
        let period = period(&mut check, &self.period);
        let request_id = check.request_id("request_id", &self.request_id);
        check.finish(|| {
            let (about, period) = (UnitYear { unit: unit?, year: year? }, period?);
            let act = Act::IssueBulletin(order(register, about.unit, period));
            Some((request_id?, Task::Asked(Command::Ask { about, act })))
        })
    }
}

fn above_villages(check: &mut Checker, unit: UnitCode, register: &Register) -> Option<UnitCode> {
    let fits = register.level(unit) != Some(Level::Village);
    if !fits {
        check.refuse("parent", "应为乡镇或以上单位的代码", "write the code of a township or above");
    }
    fits.then_some(unit)
}

fn period(check: &mut Checker, text: &str) -> Option<Period> {
    let period = text.parse().ok();
    if period.is_none() {
        check.refuse(
            "period",
            "应为半月或月份，如 2022-06-A（1 日至 15 日）、2022-06-B（16 日起）或 2022-06（全月）",
            "write a half-month or month, as in 2022-06-A (1st to 15th), 2022-06-B (from the 16th) or 2022-06",
        );
    }
    period
}

fn order(register: &Register, unit: UnitCode, period: Period) -> BulletinOrder {
    let tree = register.as_of(period.last_day());
    let name = |unit| register.get(unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let child = |&unit: &UnitCode| Child { unit, name: name(unit), units: tree.subtree(unit) };
    let children = tree.children(unit).iter().map(child).collect();
    BulletinOrder { name: name(unit), period, children, nodes: Vec::new() }
}
