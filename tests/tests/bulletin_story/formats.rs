//! One bulletin in three formats.

use serde_json::Value;
use tonic::Request;
use yishi_proto::appraisal::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::Sandbox;

use crate::TOWNSHIP;
use crate::office::{appraisal_at, done};

/// The columns, as JSON names them, in the order of the other formats.
const COLUMNS: [&str; 29] = [
    "list",
    "rank",
    "unit",
    "display_name",
    "proposed",
    "deliberated",
    "noticed",
    "in_state_determined",
    "in_progress",
    "completed",
    "in_state_closed",
    "merged",
    "declined",
    "withdrawn",
    "cancelled",
    "carried_over",
    "infrastructure",
    "industry",
    "public_service",
    "governance",
    "reform_and_other",
    "determined",
    "closed",
    "completion_rate_percent",
    "committed_yuan",
    "paid_yuan",
    "paid_share_percent",
    "overdue_steps",
    "no_report_since",
];

/// The lists in both languages, as JSON names them.
const LISTS: [[&str; 3]; 4] = [
    ["RANKED", "排名", "ranked"],
    ["NOTHING_DUE", "无任务", "nothing due"],
    ["NO_REPORT", "无报告", "no report"],
    ["TOTAL", "合计", "total"],
];

async fn written<E: Engine>(
    sandbox: &Sandbox<E>,
    name: &str,
    format: pb::BulletinFormat,
    lang: &'static str,
) -> String {
    let mut ask = Request::new(pb::RenderBulletinRequest { name: name.to_owned(), format: format as i32 });
    ask.metadata_mut().insert("accept-language", lang.parse().unwrap());
    done(appraisal_at(sandbox, TOWNSHIP).render_bulletin(ask).await).text
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut lines = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    lines.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// As CSV has it: nothing where there is nothing, and the list in Chinese.
fn json_rows(text: &str) -> Vec<Vec<String>> {
    let told: Value = serde_json::from_str(text).unwrap();
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(count) => count.as_i64().expect("no number is a float").to_string(),
        other => panic!("{other}"),
    };
    let row = |row: &Value| {
        let mut cells: Vec<String> = COLUMNS.iter().map(|column| cell(&row[column])).collect();
        cells[0] = LISTS.iter().find(|words| words[0] == cells[0]).unwrap()[1].to_owned();
        assert_eq!(row.as_object().unwrap().len(), cells.len());
        cells
    };
    told["rows"].as_array().unwrap().iter().map(row).collect()
}

pub(crate) async fn all_formats_say_the_same<E: Engine>(sandbox: &Sandbox<E>, bulletin: &pb::Bulletin) {
    use pb::BulletinFormat::{Csv, Json, Table};
    let name = &bulletin.name;
    let csv = csv_rows(&written(sandbox, name, Csv, "zh").await);
    let json = written(sandbox, name, Json, "zh").await;
    assert_eq!(csv[1..], json_rows(&json));
    assert_eq!(json, written(sandbox, name, Json, "en").await, "programs have one language");

    let table = written(sandbox, name, Table, "zh").await;
    let (heading, rows) = table.split_once("\n\n").unwrap();
    let digest = yishi_store::to_hex(&bulletin.inputs_sha256);
    assert!(heading.contains(&digest) && json.contains(&digest), "{heading}");
    let rows = rows.lines().map(|line| line.split_whitespace().map(|cell| cell.trim_matches('-')));
    let rows: Vec<Vec<String>> = rows.map(|line| line.map(str::to_owned).collect()).collect();
    assert_eq!(rows, csv);

    // The other language differs in words, and in nothing else.
    let english = csv_rows(&written(sandbox, name, Csv, "en").await);
    assert_eq!((english[0][1].as_str(), csv[0][1].as_str()), ("rank", "名次"));
    for (zh, en) in csv.iter().zip(&english).skip(1) {
        let list = LISTS.iter().find(|words| words[1] == zh[0]).unwrap();
        assert_eq!((en[0].as_str(), &en[1..]), (list[2], &zh[1..]));
    }

    // And all of it is what the bulletin says.
    let rows = bulletin.ranked.iter().chain(&bulletin.nothing_due).chain(&bulletin.no_report);
    for (row, line) in rows.zip(&csv[1..]) {
        let figures = row.figures.as_ref().unwrap();
        let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
        assert_eq!((format!("units/{}", line[2]), &line[3]), (row.unit.clone(), &row.display_name));
        assert_eq!((&line[24], &line[25]), (&yuan(figures.committed_fen), &yuan(figures.paid_fen)));
        assert_eq!(line[27], figures.overdue_steps.to_string());
    }
}
