//! The rows and columns of a bulletin.

use std::fmt;

use yishi_kernel::{Fen, Timestamp};
use yishi_proto::appraisal::v1 as pb;
use yishi_proto::intake::v1::{Category, MatterState};
use yishi_runtime::errors::Lang;

/// A word with its code for programs.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) code: &'static str,
    zh: &'static str,
    en: &'static str,
}

impl Word {
    const fn new(code: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { code, zh, en }
    }

    pub(super) fn in_lang(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

const PLACES: [Word; 4] = [
    Word::new("list", "名单", "list"),
    Word::new("rank", "名次", "rank"),
    Word::new("unit", "代码", "unit"),
    Word::new("display_name", "单位", "name"),
];

const STATES: [(MatterState, Word); 12] = [
    (MatterState::Proposed, Word::new("proposed", "提事", "proposed")),
    (MatterState::Deliberated, Word::new("deliberated", "议定", "deliberated")),
    (MatterState::Noticed, Word::new("noticed", "公示", "noticed")),
    (MatterState::Determined, Word::new("in_state_determined", "定事", "in state determined")),
    (MatterState::InProgress, Word::new("in_progress", "在办", "in progress")),
    (MatterState::Completed, Word::new("completed", "完工", "completed")),
    (MatterState::Closed, Word::new("in_state_closed", "销号", "in state closed")),
    (MatterState::Merged, Word::new("merged", "合并", "merged")),
    (MatterState::Declined, Word::new("declined", "未采纳", "declined")),
    (MatterState::Withdrawn, Word::new("withdrawn", "撤回", "withdrawn")),
    (MatterState::Cancelled, Word::new("cancelled", "取消", "cancelled")),
    (MatterState::CarriedOver, Word::new("carried_over", "结转", "carried over")),
];

const CATEGORIES: [(Category, Word); 5] = [
    (Category::Infrastructure, Word::new("infrastructure", "基础设施", "infrastructure")),
    (Category::Industry, Word::new("industry", "产业发展", "industry")),
    (Category::PublicService, Word::new("public_service", "公共服务", "public service")),
    (Category::Governance, Word::new("governance", "乡村治理", "governance")),
    (Category::ReformAndOther, Word::new("reform_and_other", "改革及其他", "reform and other")),
];

const SUMS: [Word; 7] = [
    Word::new("determined", "定事合计", "determined in all"),
    Word::new("closed", "销号合计", "closed in all"),
    Word::new("completion_rate_percent", "销号率（%）", "completion rate, %"),
    Word::new("committed_yuan", "落实资金（元）", "committed, yuan"),
    Word::new("paid_yuan", "拨付资金（元）", "paid, yuan"),
    Word::new("paid_share_percent", "拨付率（%）", "paid share, %"),
    Word::new("overdue_steps", "逾期环节", "overdue steps"),
];

const SINCE: Word = Word::new("no_report_since", "自此无报告", "no report since");

const RANKED: Word = Word::new("RANKED", "排名", "ranked");
const NOTHING_DUE: Word = Word::new("NOTHING_DUE", "无任务", "nothing due");
const NO_REPORT: Word = Word::new("NO_REPORT", "无报告", "no report");
const TOTAL: Word = Word::new("TOTAL", "合计", "total");

/// What stands where a row and a column meet.
pub(super) enum Cell {
    /// Not known, or not to be had: never to be read as nought.
    Empty,
    Word(Word),
    Text(String),
    Count(i64),
    /// A number with two decimals, as text: no format may make a float of it.
    Decimal(String),
}

impl Cell {
    /// As people read it; empty where there is nothing to read.
    pub(super) fn text(&self, lang: Lang) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Word(word) => word.in_lang(lang).to_owned(),
            Self::Text(text) | Self::Decimal(text) => text.clone(),
            Self::Count(count) => count.to_string(),
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Decimal(_))
    }
}

/// A bulletin as it is written out.
pub(super) struct Sheet<'a> {
    pub(super) bulletin: &'a pb::Bulletin,
    pub(super) columns: Vec<Word>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(bulletin: &'a pb::Bulletin) -> Self {
        let states = STATES.iter().map(|(_, word)| *word);
        let categories = CATEGORIES.iter().map(|(_, word)| *word);
        let columns = PLACES.into_iter().chain(states).chain(categories).chain(SUMS).chain([SINCE]).collect();
        let lists = [
            (RANKED, &bulletin.ranked),
            (NOTHING_DUE, &bulletin.nothing_due),
            (NO_REPORT, &bulletin.no_report),
        ];
        let rows = lists.into_iter().flat_map(|(list, rows)| rows.iter().map(move |one| row(list, one)));
        let total = pb::BulletinRow {
            unit: bulletin.unit.clone(),
            display_name: bulletin.display_name.clone(),
            figures: bulletin.total.clone(),
            ..pb::BulletinRow::default()
        };
        Self { bulletin, columns, rows: rows.chain([row(TOTAL, &total)]).collect() }
    }
}

fn row(list: Word, row: &pb::BulletinRow) -> Vec<Cell> {
    let code = row.unit.trim_start_matches("units/").to_owned();
    let rank = if row.rank == 0 { Cell::Empty } else { Cell::Count(row.rank.into()) };
    let mut cells = vec![Cell::Word(list), rank, Cell::Text(code), Cell::Text(row.display_name.clone())];
    match &row.figures {
        Some(figures) => cells.extend(numbers(figures)),
        None => cells.extend((0..STATES.len() + CATEGORIES.len() + SUMS.len()).map(|_| Cell::Empty)),
    }
    cells.push(since(&row.silences));
    cells
}

fn numbers(figures: &pb::BulletinFigures) -> Vec<Cell> {
    let count = |of: &dyn Fn(&pb::BulletinCount) -> bool| {
        Cell::Count(
            figures.counts.iter().filter(|count| of(count)).map(|count| i64::from(count.matters)).sum(),
        )
    };
    let yuan = |fen| Cell::Decimal(Fen::new(fen).yuan().to_string());
    let share = |bp: Option<i32>| bp.map_or(Cell::Empty, |bp| Cell::Decimal(Percent(bp).to_string()));
    let mut cells: Vec<Cell> =
        STATES.iter().map(|(state, _)| count(&|count| count.state() == *state)).collect();
    cells.extend(CATEGORIES.iter().map(|(category, _)| count(&|count| count.category() == *category)));
    cells.extend([
        Cell::Count(figures.determined.into()),
        Cell::Count(figures.closed.into()),
        share(figures.completion_rate_bp),
        yuan(figures.committed_fen),
        yuan(figures.paid_fen),
        share(figures.paid_share_bp),
        Cell::Count(figures.overdue_steps.into()),
    ]);
    cells
}

/// Since when nothing was heard, of each node that could not be reached.
fn since(silences: &[pb::Silence]) -> Cell {
    if silences.is_empty() {
        return Cell::Empty;
    }
    let told = silences.iter().map(|silence| {
        let code = silence.unit.trim_start_matches("units/");
        match silence.last_report_time_us {
            0 => format!("{code} -"),
            at => format!("{code} {}", Timestamp::from_micros(at)),
        }
    });
    Cell::Text(told.collect::<Vec<_>>().join("; "))
}

/// Hundredths of a per cent, as per cent with two decimals.
struct Percent(i32);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}
