//! The published table, row by row.

use yishi_kernel::Level;
use yishi_proto::intake::v1::Category;

use super::{count::Findings, options::Units, tally::Sum};
use crate::{
    figures,
    lang::Lang,
    scenario::{CategoryTotal, Totals},
};

/// Units as published for 2022, and as the built-in register of mid-2023 has them.
const UNITS: [(Level, i64, i64); 5] = [
    (Level::Region, 1, 1),
    (Level::City, 5, 5),
    (Level::County, 22, 22),
    (Level::Township, 193, 200),
    (Level::Village, 2_207, 2_214),
];
/// 400 villages a year, 50,000 yuan each, for three years.
const REWARDED_VILLAGES: i64 = 3 * 400;
const REWARD_FEN: i64 = REWARDED_VILLAGES * 50_000 * 100;
/// "Over 500,000".
const SURVEY_FORMS: i64 = 500_000;

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

/// All rows of the table.
pub(super) fn of(findings: &Findings, totals: &Totals, units: &Units, lang: Lang) -> Vec<Row> {
    let mut table = Table { rows: Vec::new(), published: units.published, lang, group: "" };
    table.units(findings, units);
    table.matters(findings, totals);
    table.estimates(findings, totals);
    table.not_served_yet(totals);
    table.books(findings);
    table.rows
}

struct Table {
    rows: Vec<Row>,
    /// Whether there are published figures for these units.
    published: bool,
    lang: Lang,
    group: &'static str,
}

impl Table {
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
        let (group, name) = (self.group, name.to_owned());
        self.rows.push(Row { group, name, kind, published, reported, recounted, wanted });
    }

    fn units(&mut self, findings: &Findings, units: &Units) {
        self.group = self.lang.pick("行政区划", "units");
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
        self.group = self.lang.pick("事项", "matters");
        for total in &totals.categories {
            let said =
                [&findings.reported, &findings.recounted].map(|sums| sums.get(&total.category).copied());
            let said = said.map(|sum| Some(sum.unwrap_or_default().matters));
            self.figure(category(total, self.lang), Kind::Count, whole(total.matters), said);
        }
        let said =
            [findings.reported_whole, Sum::of(findings.recounted.values())].map(|sum| Some(sum.matters));
        self.figure(self.lang.pick("合计", "all"), Kind::Count, whole(totals.matters()), said);

        self.group = self.lang.pick("办理层级", "handled by");
        let names =
            self.lang.pick(["自治区", "市", "县、乡镇、村"], ["the region", "cities", "counties and below"]);
        for (name, matters) in names.into_iter().zip(totals.handling) {
            self.figure(name, Kind::Count, whole(matters), [None, None]);
        }
    }

    fn estimates(&mut self, findings: &Findings, totals: &Totals) {
        self.group = self.lang.pick("概算投资（元）", "estimated (yuan)");
        for total in &totals.categories {
            let said =
                [&findings.reported, &findings.recounted].map(|sums| sums.get(&total.category).copied());
            let said = said.map(|sum| Some(sum.unwrap_or_default().fen));
            self.figure(category(total, self.lang), Kind::Money, total.investment.get(), said);
        }
        let said = [findings.reported_whole, Sum::of(findings.recounted.values())].map(|sum| Some(sum.fen));
        self.figure(self.lang.pick("合计", "all"), Kind::Money, totals.investment().get(), said);
    }

    fn not_served_yet(&mut self, totals: &Totals) {
        self.group = self.lang.pick("实际投资（元）", "paid (yuan)");
        for total in &totals.categories {
            self.figure(category(total, self.lang), Kind::Money, total.investment.get(), [None, None]);
        }
        self.figure(self.lang.pick("合计", "all"), Kind::Money, totals.investment().get(), [None, None]);
        self.group = self.lang.pick("考评", "appraisal");
        self.figure(
            self.lang.pick("奖励村次", "rewarded villages"),
            Kind::Count,
            REWARDED_VILLAGES,
            [None, None],
        );
        self.figure(
            self.lang.pick("奖励资金（元）", "rewards (yuan)"),
            Kind::Money,
            REWARD_FEN,
            [None, None],
        );
        self.figure(self.lang.pick("满意度问卷", "survey forms"), Kind::Count, SURVEY_FORMS, [None, None]);
    }

    /// What no table publishes and must hold all the same.
    fn books(&mut self, findings: &Findings) {
        self.group = self.lang.pick("账簿", "books");
        for (name, wrong) in [
            (self.lang.pick("一年多事的村", "years with two matters"), number(findings.crowded_years)),
            (self.lang.pick("项目编号有误", "wrong project numbers"), findings.misnumbered),
            (self.lang.pick("报表与下级之和不符", "reports unlike their parts"), number(findings.unequal)),
        ] {
            self.row(name, Kind::Count, None, Some(0), [None, Some(wrong)]);
        }
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
        self.row(
            self.lang.pick("校验失败", "chains broken"),
            Kind::Count,
            None,
            Some(0),
            [None, Some(number(bad))],
        );
    }
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

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(published: Option<i64>, wanted: Option<i64>, said: [Option<i64>; 2]) -> Verdict {
        let mut table = Table { rows: Vec::new(), published: true, lang: Lang::En, group: "" };
        table.row("", Kind::Count, published, wanted, said);
        table.rows[0].verdict()
    }

    #[test]
    fn a_row_is_good_when_all_agree() {
        assert_eq!(row(Some(5), Some(5), [Some(5), Some(5)]), Verdict::Good);
        assert_eq!(row(None, None, [Some(5), Some(5)]), Verdict::Good);
        assert_eq!(row(None, Some(5), [None, Some(5)]), Verdict::Good);
    }

    #[test]
    fn any_disagreement_shows() {
        assert_eq!(row(Some(5), Some(5), [Some(5), Some(4)]), Verdict::Differs);
        assert_eq!(row(Some(5), Some(5), [Some(4), Some(4)]), Verdict::Differs);
        assert_eq!(row(None, None, [Some(4), Some(5)]), Verdict::Differs);
        assert_eq!(row(Some(5), Some(5), [None, Some(4)]), Verdict::Differs);
    }

    #[test]
    fn only_the_one_known_difference_is_excused() {
        assert_eq!(row(Some(2_207), Some(2_214), [None, Some(2_214)]), Verdict::Known);
        assert_eq!(row(Some(2_207), Some(2_214), [None, Some(2_207)]), Verdict::Differs);
    }

    #[test]
    fn what_nobody_says_is_missing() {
        assert_eq!(row(Some(5), Some(5), [None, None]), Verdict::Missing);
    }

    #[test]
    fn known_published_figures_are_written_down_right() {
        assert_eq!((REWARDED_VILLAGES, figures::yuan(REWARD_FEN)), (1_200, "60,000,000.00".to_owned()));
        assert_eq!(UNITS.map(|(_, _, registered)| registered).iter().sum::<i64>(), 2_442);
    }
}
