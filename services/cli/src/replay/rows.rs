//! The published table, row by row.

use yishi_kernel::Level;
use yishi_proto::{
    escalation::v1 as escalation,
    intake::v1::{Category, MatterState},
};

use super::{
    count::{Cell, Findings, determined},
    nodes::Many,
    options::Stage,
    tally::{Figures, Sum, Sums},
};
use crate::{
    figures,
    lang::Lang,
    scenario::{CategoryTotal, Totals, YEARS},
    units::Units,
};

/// Units as published for 2022, and as the built-in register of mid-2023 has them.
const UNITS: [(Level, i64, i64); 5] = [
    (Level::Region, 1, 1),
    (Level::City, 5, 5),
    (Level::County, 22, 22),
    (Level::Township, 193, 200),
    (Level::Village, 2_207, 2_214),
];
/// What the numbers of a row are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Count,
    Money,
}

/// What is to be said of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    /// It differs from what was published, as it is known to.
    Known,
    Differs,
    /// No service says anything about it yet.
    Missing,
}

/// One figure from up to three sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What it takes to say something about it.
    pub(super) stage: Stage,
    pub(super) group: &'static str,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) published: Option<i64>,
    pub(super) reported: Option<i64>,
    pub(super) recounted: Option<i64>,
    /// What all sources should say; without it they need only agree.
    pub(super) wanted: Option<i64>,
}

impl Row {
    pub(super) fn verdict(&self) -> Verdict {
        let mut said = self.reported.into_iter().chain(self.recounted);
        let Some(first) = said.next() else { return Verdict::Missing };
        if said.any(|other| other != first) || self.wanted.is_some_and(|wanted| wanted != first) {
            Verdict::Differs
        } else if self.published.is_some_and(|published| published != first) {
            Verdict::Known
        } else {
            Verdict::Good
        }
    }

    pub(super) fn figure(&self, number: Option<i64>) -> String {
        let text = |number| match self.kind {
            Kind::Count => figures::count(number),
            Kind::Money => figures::yuan(number),
        };
        number.map_or_else(|| "-".to_owned(), text)
    }
}

/// All rows of the table, as far as the years were to be played.
pub(super) fn of(findings: &Findings, totals: &Totals, units: &Units, lang: Lang) -> Vec<Row> {
    let rows = Vec::new();
    let mut table = Table { rows, published: units.published, lang, stage: Stage::Determined, group: "" };
    table.units(findings, units);
    table.matters(findings, totals);
    table.handling(findings, totals);
    table.estimates(findings, totals);
    table.money(findings, totals);
    table.appraisal(findings, totals);
    table.books(findings, totals.winners_a_year > 0);
    if let Some(many) = &findings.many {
        table.federation(many);
    }
    table.rows
}

struct Table {
    rows: Vec<Row>,
    /// Whether there are published figures for these units.
    published: bool,
    lang: Lang,
    stage: Stage,
    group: &'static str,
}

/// What both sides of some figures say.
fn both<K: Ord + Copy>(figures: &Figures<K>, say: impl Fn(&Sums<K>) -> i64) -> [Option<i64>; 2] {
    [&figures.reported, &figures.recounted].map(|sums| Some(say(sums)))
}

impl Table {
    fn begin(&mut self, stage: Stage, zh: &'static str, en: &'static str) {
        (self.stage, self.group) = (stage, self.lang.pick(zh, en));
    }

    /// A row that should be as published, or as the scaled totals have it.
    fn figure(&mut self, name: &str, kind: Kind, wanted: i64, said: [Option<i64>; 2]) {
        let published = self.published.then_some(wanted);
        self.row(name, kind, published, Some(wanted), said);
    }

    fn row(
        &mut self,
        name: &str,
        kind: Kind,
        published: Option<i64>,
        wanted: Option<i64>,
        [reported, recounted]: [Option<i64>; 2],
    ) {
        let (stage, group, name) = (self.stage, self.group, name.to_owned());
        self.rows.push(Row { stage, group, name, kind, published, reported, recounted, wanted });
    }

    fn units(&mut self, findings: &Findings, units: &Units) {
        self.begin(Stage::Determined, "行政区划", "units");
        let mut all = 0;
        for (level, published, registered) in UNITS {
            let here = number(units.at_level(level).len());
            if here == 0 && !self.published {
                continue;
            }
            all += here;
            let published = self.published.then_some(published);
            let wanted = self.published.then_some(registered);
            self.row(
                self.lang.pick(level.zh(), level.as_str()),
                Kind::Count,
                published,
                wanted,
                [None, Some(here)],
            );
        }
        let published = self.published.then(|| UNITS.iter().map(|(_, published, _)| published).sum());
        let hosted = i64::from(findings.status.units);
        self.row(self.lang.pick("合计", "all"), Kind::Count, published, Some(all), [Some(hosted), Some(all)]);
    }

    fn matters(&mut self, findings: &Findings, totals: &Totals) {
        let matters = &findings.intake.matters;
        self.begin(Stage::Determined, "事项", "matters");
        for total in &totals.categories {
            let said = both(matters, |sums| determined_of(sums, total.category).number);
            self.figure(category(total, self.lang), Kind::Count, figure(total.matters), said);
        }
        let name = self.lang.pick("合计", "all");
        self.figure(
            name,
            Kind::Count,
            figure(totals.matters()),
            both(matters, |sums| all_determined(sums).number),
        );
        self.stage = Stage::Closed;
        // Without the ledger nothing is ever closed.
        let said = findings.funding.as_ref().map_or([None; 2], |_| both(matters, closed));
        let name = self.lang.pick("其中已销号", "struck off");
        self.row(name, Kind::Count, None, Some(figure(totals.matters())), said);
    }

    fn handling(&mut self, findings: &Findings, totals: &Totals) {
        self.begin(Stage::Closed, "办理层级", "handled by");
        let names =
            self.lang.pick(["自治区", "市", "县、乡镇、村"], ["the region", "cities", "counties and below"]);
        let below = [escalation::Level::County, escalation::Level::Township, escalation::Level::Village];
        let levels = [&[escalation::Level::Region][..], &[escalation::Level::City], &below];
        for ((name, levels), matters) in names.into_iter().zip(levels).zip(totals.handling) {
            let number = |sums: &Sums<escalation::Level>| {
                levels.iter().filter_map(|level| sums.get(level)).map(|sum| sum.number).sum()
            };
            let said = findings.escalation.as_ref().map_or([None; 2], |found| both(&found.matters, number));
            self.figure(name, Kind::Count, figure(matters), said);
        }
    }

    fn estimates(&mut self, findings: &Findings, totals: &Totals) {
        self.begin(Stage::Determined, "概算投资（元）", "estimated (yuan)");
        let matters = &findings.intake.matters;
        for total in &totals.categories {
            let said = both(matters, |sums| determined_of(sums, total.category).fen);
            self.figure(category(total, self.lang), Kind::Money, total.investment.get(), said);
        }
        let name = self.lang.pick("合计", "all");
        self.figure(
            name,
            Kind::Money,
            totals.investment().get(),
            both(matters, |sums| all_determined(sums).fen),
        );
    }

    fn money(&mut self, findings: &Findings, totals: &Totals) {
        self.begin(Stage::Closed, "实际投资（元）", "paid (yuan)");
        let funding = findings.funding.as_ref();
        for total in &totals.categories {
            let fen = |sums: &Sums<Category>| sums.get(&total.category).map_or(0, |sum| sum.fen);
            let said = funding.map_or([None; 2], |found| both(&found.investment, fen));
            self.figure(category(total, self.lang), Kind::Money, total.investment.get(), said);
        }
        let fen = |sums: &Sums<Category>| Sum::of(sums.values()).fen;
        let said = funding.map_or([None; 2], |found| both(&found.investment, fen));
        self.figure(self.lang.pick("合计", "all"), Kind::Money, totals.investment().get(), said);
    }

    fn appraisal(&mut self, findings: &Findings, totals: &Totals) {
        self.begin(Stage::Rewarded, "考评", "appraisal");
        let years = figure(YEARS.count().try_into().unwrap_or(u64::MAX));
        let winners = figure(totals.winners_a_year);
        // Only the region ranks and rewards; funding pays what appraisal ordered, and each says what it knows.
        if winners > 0 {
            let sums = findings.funding.as_ref().zip(findings.appraisal.as_ref());
            let sums = sums.map(|(funding, appraisal)| [funding.rewards, appraisal.rewarded]);
            let said = |say: fn(Sum) -> i64| sums.map_or([None; 2], |sums| sums.map(|sum| Some(say(sum))));
            let name = self.lang.pick("奖励村次", "rewarded villages");
            self.figure(name, Kind::Count, years * winners, said(|sum| sum.number));
            let name = self.lang.pick("奖励资金（元）", "rewards (yuan)");
            self.figure(name, Kind::Money, years * totals.rewards_a_year().get(), said(|sum| sum.fen));
        }
        let forms = |sums: &Sums<()>| Sum::of(sums.values()).number;
        let said = findings.appraisal.as_ref().map_or([None; 2], |found| both(&found.forms, forms));
        let name = self.lang.pick("满意度问卷", "survey forms");
        self.figure(name, Kind::Count, figure(totals.survey_forms), said);
    }

    /// What no table publishes and must hold all the same.
    fn books(&mut self, findings: &Findings, winners: bool) {
        self.begin(Stage::Determined, "账簿", "books");
        let intake = &findings.intake;
        self.must_be_none("一年多事的村", "years with two matters", Some(number(intake.crowded_years)));
        self.must_be_none("项目编号有误", "wrong project numbers", Some(intake.misnumbered));
        let unequal = [
            Some(intake.matters.unequal),
            findings.escalation.as_ref().map(|found| found.matters.unequal),
            findings.funding.as_ref().map(|found| found.investment.unequal),
            findings.appraisal.as_ref().map(|found| found.forms.unequal),
        ];
        let unequal = unequal.into_iter().flatten().sum();
        self.must_be_none("报表与下级之和不符", "reports unlike their parts", Some(number(unequal)));
        self.stage = Stage::Closed;
        let funding = findings.funding.as_ref();
        let unbalanced = funding.map(|found| number(found.unbalanced));
        self.must_be_none("借贷不平的分录", "unbalanced postings", unbalanced);
        self.must_be_none("在途资金（分）", "fen in transit", funding.map(|found| found.in_transit));
        let unlike = funding.map(|found| number(found.unlike_intake));
        self.must_be_none("销号金额与账不符", "closed unlike the ledger", unlike);
        if winners {
            self.stage = Stage::Rewarded;
            let misjudged = findings.appraisal.as_ref().map(|found| number(found.misjudged));
            self.must_be_none("得分依据与账不符", "scores unlike the books", misjudged);
        }
        self.stage = Stage::Determined;
        let (services, verdicts) = (&findings.status.services, &findings.verdicts);
        let held = [
            services.iter().map(|service| service.entries).sum(),
            verdicts.iter().map(|verdict| verdict.entries_checked).sum(),
        ];
        self.row(self.lang.pick("账簿条目", "journal entries"), Kind::Count, None, None, held.map(Some));
        let chains = [
            services.iter().map(|service| service.units).sum(),
            verdicts.iter().map(|verdict| verdict.chains_verified).sum(),
        ];
        self.row(self.lang.pick("链式校验", "chains verified"), Kind::Count, None, None, chains.map(Some));
        let bad = verdicts.iter().filter(|verdict| verdict.first_bad_entry.is_some()).count();
        self.must_be_none("校验失败", "chains broken", Some(number(bad)));
    }

    /// Whether many nodes are as good as one.
    fn federation(&mut self, many: &Many) {
        self.begin(Stage::Determined, "联邦", "federation");
        self.row(self.lang.pick("节点", "nodes"), Kind::Count, None, None, [None, Some(number(many.nodes))]);
        let back = [figure(many.restarts), number(many.kills)];
        let name = self.lang.pick("被杀后恢复", "killed and back");
        self.row(name, Kind::Count, None, None, back.map(Some));
        let name = self.lang.pick("断过的链路", "links cut");
        self.row(name, Kind::Count, None, None, [None, Some(number(many.cuts))]);
        let name = self.lang.pick("末次恢复后各处一致用时（毫秒）", "alike everywhere after, in ms");
        let took = i64::try_from(many.converged.as_millis()).ok();
        self.row(name, Kind::Count, None, None, [None, took]);
        let [proposed, listed] = many.proposals.map(|count| Some(number(count)));
        let name = self.lang.pick("提出的事项", "proposals, each once");
        self.row(name, Kind::Count, None, proposed, [None, listed]);
        let held = [many.likeness.alike, many.likeness.compared].map(|count| Some(number(count)));
        let name = self.lang.pick("各处一致的账簿末条", "ends alike at all holders");
        self.row(name, Kind::Count, None, None, held);
        self.must_be_none("丢失的条目", "entries lost", Some(many.likeness.lost));
        self.must_be_none("重复的条目", "entries doubled", Some(many.likeness.doubled));
        self.must_be_none("未接通的链路", "links down", Some(number(many.links_down)));
        self.must_be_none("各节点校验失败", "chains broken anywhere", Some(number(many.broken)));
    }

    fn must_be_none(&mut self, zh: &'static str, en: &'static str, wrong: Option<i64>) {
        self.row(self.lang.pick(zh, en), Kind::Count, None, Some(0), [None, wrong]);
    }
}

fn determined_of(sums: &Sums<Cell>, category: Category) -> Sum {
    determined(sums).get(&category).copied().unwrap_or_default()
}

fn all_determined(sums: &Sums<Cell>) -> Sum {
    sums.get(&Cell::Determined).copied().unwrap_or_default()
}

fn closed(sums: &Sums<Cell>) -> i64 {
    let closed = i32::from(MatterState::Closed);
    let of = |cell: &Cell| matches!(cell, Cell::Of(state, _) if *state == closed);
    sums.iter().filter(|(cell, _)| of(cell)).map(|(_, sum)| sum.number).sum()
}

fn category(total: &CategoryTotal, lang: Lang) -> &'static str {
    match total.category {
        Category::Infrastructure => lang.pick("基础设施", "infrastructure"),
        Category::Industry => lang.pick("产业发展", "industry"),
        Category::PublicService => lang.pick("公共服务", "public service"),
        Category::Governance => lang.pick("乡村治理", "governance"),
        Category::ReformAndOther => lang.pick("改革及其他", "reform and other"),
        Category::Unspecified => "?",
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn figure(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
