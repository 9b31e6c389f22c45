//! `IssueBulletin` as a command: of which units a bulletin is. Until the year's tree is made it goes by the map of its period's
//! last day, and from then on by that tree: who was closed since stays in the bulletins of the year.

use yishi_appraisal_domain::{Act, BulletinOrder, Child, Command, Period, UnitYear};
use yishi_kernel::{Level, Register, RequestId, Season, UnitCode};
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
            let act = Act::IssueBulletin(order(register, about, period));
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

fn order(register: &Register, UnitYear { unit, year }: UnitYear, period: Period) -> BulletinOrder {
    let last_day = period.last_day();
    let day = last_day.min(Season::of(year).tree_day());
    let name = |unit| register.name_on(unit, last_day).to_owned();
    let child = |&unit: &UnitCode| Child { unit, name: name(unit), units: register.counted_on(unit, day) };
    let children = register.tree_on(day).children(unit).iter().map(child).collect();
    BulletinOrder { name: name(unit), period, children, nodes: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIVISIONS: &str = "code,parent,level,name,valid_from,valid_to
640000000000,,region,宁夏,,
640324100000,640000000000,township,豫海,,
640324100200,640324100000,village,甲,,2022-01-31
640324100201,640324100000,village,乙,,2022-05-31
640324100202,640324100000,village,丙,,2022-06-10
640324100202,640324100000,village,新丙,2022-06-11,
";
    const CHANGES: &str = "effective,kind,old,new,answers
2022-02-01,merge,640324100200,640324100202,
2022-06-01,merge,640324100201,640324100202,
";

    #[test]
    fn a_bulletin_goes_by_the_years_tree_and_by_the_names_of_its_time() {
        let register = Register::parse_with_changes(DIVISIONS, "", CHANGES).unwrap();
        let about = UnitYear { unit: "640324100000".parse().unwrap(), year: 2022.try_into().unwrap() };
        let code = |nth| UnitCode::new(640_324_100_200 + nth).unwrap();
        let rows = |period: &str| {
            let order = order(&register, about, period.parse().unwrap());
            let rows = order.children.into_iter();
            rows.map(|child| (child.unit, child.name, child.units)).collect::<Vec<_>>()
        };
        let row = |nth, name: &str, units: &[u64]| {
            (code(nth), name.to_owned(), units.iter().copied().map(code).collect::<Vec<_>>())
        };
        let winter = [row(0, "甲", &[0]), row(1, "乙", &[1]), row(2, "丙", &[2])];
        assert_eq!(rows("2022-01"), winter);
        // The first is closed before the tree is made, and counts where it went; the second is closed after, and stays.
        assert_eq!(rows("2022-03"), [row(1, "乙", &[1]), row(2, "丙", &[0, 2])]);
        assert_eq!(rows("2022-06"), [row(1, "乙", &[1]), row(2, "新丙", &[0, 2])]);
    }
}
