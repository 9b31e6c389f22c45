//! `yishi unit history`: what a unit was called, and what became of it.

use yishi_kernel::{Change, ChangeKind, Register, Unit, UnitCode};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    operator::print,
    units::Selection,
};

/// Which unit, and by which register.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The unit: 12 digits.
    #[arg(value_name = "UNIT")]
    unit: UnitCode,
    #[command(flatten)]
    register: Selection,
}

pub(crate) fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let register = options.register.register()?;
    let text = told(&register, options.unit, lang);
    if text.is_empty() {
        let text = lang.pick(
            format!("{}：登记中没有此代码", options.unit),
            format!("{}: the register has no such unit", options.unit),
        );
        return Err(Failure::new(Exit::Usage, text));
    }
    print(&text)?;
    Ok(Exit::Good)
}

fn told(register: &Register, unit: UnitCode, lang: Lang) -> String {
    let mut text: String = register.history(unit).iter().map(|row| row_told(row, lang)).collect();
    for change in register.changes().iter().filter(|change| change.old == unit) {
        let names: Vec<String> = change.new.iter().map(|new| named(register, *new, change)).collect();
        let (day, answers) = (change.day, change.answers);
        let how = match change.kind {
            ChangeKind::Merge => lang.pick("并入", "merged into"),
            ChangeKind::Split => lang.pick("拆分为", "split into"),
        };
        text += &lang.pick(
            format!("{day} 起撤销，{how} {}，由 {answers} 承接\n", names.join("、")),
            format!("no more since {day}, {how} {}; {answers} answers for it\n", names.join(", ")),
        );
    }
    for change in register.changes().iter().filter(|change| change.new.contains(&unit)) {
        let (day, old) = (change.day, register.name_on(change.old, change.day));
        text += &lang.pick(
            format!("{day} 起接收 {} {old}\n", change.old),
            format!("took in {} {old} on {day}\n", change.old),
        );
    }
    text
}

fn named(register: &Register, unit: UnitCode, change: &Change) -> String {
    format!("{unit} {}", register.name_on(unit, change.day))
}

fn row_told(row: &Unit, lang: Lang) -> String {
    let Unit { code, name, .. } = row;
    let above = row.parent.map(|parent| lang.pick(format!("，属 {parent}"), format!(", of {parent}")));
    let from = row.valid_from.map(|day| lang.pick(format!("，自 {day}"), format!(", from {day}")));
    let to = row.valid_to.map(|day| lang.pick(format!("，至 {day}"), format!(", until {day}")));
    let rest: String = [above, from, to].into_iter().flatten().collect();
    format!("{code} {name}{rest}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIVISIONS: &str = "code,parent,level,name,valid_from,valid_to
640000000000,,region,宁夏,,
640324100201,640000000000,village,甲村,,2021-12-31
640324100201,640000000000,village,新甲村,2022-01-01,2022-05-31
640324100202,640000000000,village,乙村,,
";
    const CHANGES: &str = "effective,kind,old,new,answers\n2022-06-01,merge,640324100201,640324100202,\n";

    #[test]
    fn names_and_successors_are_told_in_their_order() {
        let register = Register::parse_with_changes(DIVISIONS, "", CHANGES).unwrap();
        let old = told(&register, "640324100201".parse().unwrap(), Lang::En);
        assert_eq!(
            old,
            "640324100201 甲村, of 640000000000, until 2021-12-31\n\
             640324100201 新甲村, of 640000000000, from 2022-01-01, until 2022-05-31\n\
             no more since 2022-06-01, merged into 640324100202 乙村; 640324100202 answers for it\n"
        );
        let into = told(&register, "640324100202".parse().unwrap(), Lang::Zh);
        assert_eq!(into, "640324100202 乙村，属 640000000000\n2022-06-01 起接收 640324100201 新甲村\n");
        assert_eq!(told(&register, "640324100209".parse().unwrap(), Lang::Zh), "");
    }
}
