//! What a line says.

use ::csv::StringRecord;
use yishi_kernel::{Fen, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::errors::{Failure, FieldProblem, Lang};

use super::columns::{self, Column, Columns};
use super::{Format, amount};

const CATEGORIES: [(pb::Category, &str); 5] = [
    (pb::Category::Infrastructure, "基础设施"),
    (pb::Category::Industry, "产业发展"),
    (pb::Category::PublicService, "公共服务"),
    (pb::Category::Governance, "乡村治理"),
    (pb::Category::ReformAndOther, "改革及其他"),
];

/// A line that is not empty.
#[derive(Debug)]
pub(crate) struct Draft {
    /// What it asks for; without an id.
    pub(crate) request: pb::ProposeMatterRequest,
    problems: Vec<Problem>,
}

/// What is wrong in a cell.
#[derive(Debug)]
struct Problem {
    column: Option<Column>,
    zh: String,
    en: String,
}

/// Where and how a line stands in its file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) format: Format,
    pub(crate) columns: &'a Columns,
    pub(crate) cells: &'a StringRecord,
}

/// Reads a line; none if it is empty.
pub(crate) fn read(line: Line<'_>) -> Option<Draft> {
    let Line { format, columns, cells } = line;
    if columns.is_empty(cells) {
        return None;
    }
    let mut problems = Vec::new();
    if let Some(place) = columns.stray(cells) {
        let (zh, en) = (format!("第 {place} 列没有列名"), format!("column {place} has no name"));
        problems.push(Problem { column: None, zh, en });
    }
    // However a spreadsheet ends its lines, a matter's end with a line feed.
    let text = |column| format.meant(columns.cell(cells, column)).replace("\r\n", "\n").replace('\r', "\n");
    let plain = |column| format.meant(columns.cell(cells, column)).trim();
    let mut wrong = |column, zh: &str, en: &str| {
        problems.push(Problem { column: Some(column), zh: zh.to_owned(), en: en.to_owned() });
    };

    let village = plain(Column::Village);
    if village.parse::<UnitCode>().is_err() {
        wrong(Column::Village, "应为 12 位数字的行政村代码", "write the 12-digit code of a village");
    }
    let mut number = |column| {
        let number = plain(column);
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let read = if digits { number.parse::<i32>().ok() } else { None };
        if read.is_none() {
            wrong(column, "应为数字", "write a number in digits");
        }
        read.unwrap_or_default()
    };
    let (year, households, persons) =
        (number(Column::Year), number(Column::Households), number(Column::Persons));
    let cost = columns.cost();
    let cost_estimate_fen = amount::fen(plain(cost), decimals(cost));
    if cost_estimate_fen.is_none() {
        wrong(
            cost,
            "应为不带分隔符、不细于分的数字",
            "write a number without separators, no finer than a fen",
        );
    }
    let category = category(plain(Column::Category));
    if category.is_none() {
        wrong(
            Column::Category,
            "应为以下之一：基础设施、产业发展、公共服务、乡村治理、改革及其他",
            "choose one of INFRASTRUCTURE, INDUSTRY, PUBLIC_SERVICE, GOVERNANCE, REFORM_AND_OTHER",
        );
    }
    let matter = pb::Matter {
        title: text(Column::Title),
        description: text(Column::Description),
        category: category.unwrap_or_default() as i32,
        subcategory: plain(Column::Subcategory).to_owned(),
        cost_estimate_fen: cost_estimate_fen.unwrap_or_default(),
        households,
        persons,
        place: text(Column::Place),
        ..pb::Matter::default()
    };
    let parent = format!("villages/{village}");
    let request = pb::ProposeMatterRequest {
        parent,
        year,
        matter: Some(matter),
        ..pb::ProposeMatterRequest::default()
    };
    Some(Draft { request, problems })
}

impl Draft {
    /// Whether nothing is wrong so far.
    pub(crate) fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    /// Notes that a village or a year is not of this file.
    pub(crate) fn refuse(&mut self, column: Column, zh: String, en: String) {
        self.problems.push(Problem { column: Some(column), zh, en });
    }

    /// Notes what the service says of fields. Of a cell that could not be read it speaks without knowing.
    pub(crate) fn refuse_all(&mut self, failure: &Failure, columns: &Columns) {
        for FieldProblem { field, zh, en } in failure.fields() {
            let column = column(field, columns);
            let told = self.problems.iter().any(|problem| problem.column == column);
            if !told {
                self.problems.push(Problem { column, zh: zh.clone(), en: en.clone() });
            }
        }
    }

    /// All that is wrong, each with the name of its column.
    pub(crate) fn words(&self, columns: &Columns, lang: Lang) -> String {
        let told: Vec<String> = self
            .problems
            .iter()
            .map(|Problem { column, zh, en }| {
                let (words, colon) = if lang == Lang::En { (en, ": ") } else { (zh, "：") };
                let name = column.map(|column| format!("{}{colon}", columns.name(column, lang)));
                format!("{}{words}", name.unwrap_or_default())
            })
            .collect();
        told.join(if lang == Lang::En { "; " } else { "；" })
    }
}

/// The column of a request's field.
fn column(field: &str, columns: &Columns) -> Option<Column> {
    Some(match field {
        "parent" => Column::Village,
        "year" => Column::Year,
        "matter.title" => Column::Title,
        "matter.description" => Column::Description,
        "matter.category" => Column::Category,
        "matter.subcategory" => Column::Subcategory,
        "matter.cost_estimate_fen" => columns.cost(),
        "matter.households" => Column::Households,
        "matter.persons" => Column::Persons,
        "matter.place" => Column::Place,
        _ => return None,
    })
}

fn decimals(cost: Column) -> usize {
    match cost {
        Column::CostFen => 0,
        Column::CostWanYuan => 6,
        _ => 2,
    }
}

fn category(cell: &str) -> Option<pb::Category> {
    let code = format!("CATEGORY_{}", cell.to_ascii_uppercase());
    let known = |(category, zh): &&(pb::Category, &str)| *zh == cell || category.as_str_name() == code;
    CATEGORIES.iter().find(known).map(|(category, _)| *category)
}

/// The line of a matter.
pub(crate) fn exported(matter: &pb::Matter, lang: Lang) -> StringRecord {
    let (village, year) = matter
        .name
        .strip_prefix("villages/")
        .and_then(|rest| rest.split_once("/matters/"))
        .and_then(|(village, own)| Some((village, own.split_once('-')?.0)))
        .unwrap_or_default();
    let code = matter.category().as_str_name().trim_start_matches("CATEGORY_");
    let in_chinese = CATEGORIES.iter().find(|(category, _)| *category == matter.category());
    let category = if lang == Lang::En { code } else { in_chinese.map_or(code, |(_, zh)| zh) };
    [
        village,
        year,
        &matter.title,
        &matter.description,
        category,
        &matter.subcategory,
        &Fen::new(matter.cost_estimate_fen).yuan().to_string(),
        &matter.households.to_string(),
        &matter.persons.to_string(),
        &matter.place,
        &matter.name,
        matter.state().as_str_name().trim_start_matches("MATTER_STATE_"),
    ]
    .iter()
    .collect()
}

/// The first line of such lines.
pub(crate) fn header(lang: Lang) -> StringRecord {
    columns::exported(lang)
}

/// What somebody would ask with to have this matter: as a line asks.
pub(crate) fn asked(parent: String, year: i32, matter: &pb::Matter) -> pb::ProposeMatterRequest {
    let matter = pb::Matter {
        title: matter.title.clone(),
        description: matter.description.clone(),
        category: matter.category,
        subcategory: matter.subcategory.clone(),
        cost_estimate_fen: matter.cost_estimate_fen,
        households: matter.households,
        persons: matter.persons,
        place: matter.place.clone(),
        ..pb::Matter::default()
    };
    pb::ProposeMatterRequest { parent, year, matter: Some(matter), ..pb::ProposeMatterRequest::default() }
}
