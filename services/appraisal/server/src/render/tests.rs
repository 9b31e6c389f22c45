use yishi_proto::intake::v1 as intake;

use super::*;

fn bulletin() -> pb::Bulletin {
    let counts = vec![pb::BulletinCount {
        category: intake::Category::Industry as i32,
        state: intake::MatterState::Closed as i32,
        matters: 3,
    }];
    let figures = pb::BulletinFigures {
        counts,
        determined: 3,
        closed: 3,
        completion_rate_bp: Some(10_000),
        committed_fen: 12_345,
        paid_fen: 5,
        paid_share_bp: Some(4),
        overdue_steps: 2,
    };
    let row = |code: &str, rank| pb::BulletinRow {
        unit: format!("units/{code}"),
        display_name: "豫海镇, \"新\"".to_owned(),
        rank,
        figures: Some(figures.clone()),
        silences: Vec::new(),
    };
    let silence = pb::Silence { unit: "units/640324102000".to_owned(), last_report_time_us: 0 };
    let silent = pb::BulletinRow { figures: None, silences: vec![silence], ..row("640324102000", 0) };
    pb::Bulletin {
        unit: "units/640324000000".to_owned(),
        display_name: "同心县".to_owned(),
        period: "2022-06-A".to_owned(),
        total: Some(figures.clone()),
        ranked: vec![row("640324100000", 1)],
        no_report: vec![silent],
        ..pb::Bulletin::default()
    }
}

fn text(format: Format, lang: Lang) -> String {
    render(&bulletin(), format, lang).unwrap().unwrap().text
}

#[test]
fn csv_is_read_as_it_was_written() {
    let csv = text(Format::Csv, Lang::Zh);
    let mut lines = ::csv::Reader::from_reader(csv.strip_prefix('\u{feff}').unwrap().as_bytes());
    let heads = lines.headers().unwrap().clone();
    let place = |head: &str| heads.iter().position(|one| one == head).unwrap();
    let rows: Vec<::csv::StringRecord> = lines.records().collect::<Result<_, _>>().unwrap();
    let cells = |row: usize| {
        ["名单", "单位", "落实资金（元）", "拨付率（%）", "销号"]
            .map(|head| rows[row].get(place(head)).unwrap())
    };
    assert_eq!(cells(0), ["排名", "豫海镇, \"新\"", "123.45", "0.04", "3"]);
    assert_eq!(cells(1), ["无报告", "豫海镇, \"新\"", "", "", ""], "who never reported has no noughts");
    assert_eq!(cells(2)[..2], ["合计", "同心县"]);
    assert!(csv.contains("\r\n"));
}

#[test]
fn json_has_no_floats_and_tells_the_unknown() {
    let told: serde_json::Value = serde_json::from_str(&text(Format::Json, Lang::En)).unwrap();
    let rows = told["rows"].as_array().unwrap();
    assert_eq!((&rows[0]["paid_yuan"], &rows[0]["overdue_steps"]), (&"0.05".into(), &2.into()));
    assert_eq!(
        (&rows[1]["list"], &rows[1]["overdue_steps"]),
        (&"NO_REPORT".into(), &serde_json::Value::Null)
    );
    assert_eq!(rows[1]["no_report_since"], "640324102000 -");
}

#[test]
fn a_table_stands_straight() {
    let table = text(Format::Table, Lang::En);
    let lines: Vec<&str> = table.split("\n\n").nth(1).unwrap().lines().collect();
    let at = lines[0].find("committed, yuan").unwrap() + "committed, yuan".len();
    let narrow =
        |line: &str| line.replace("豫海镇", "xxxxxx").replace('新', "xx").replace("同心县", "xxxxxx");
    assert!(narrow(lines[1])[..at].ends_with(" 123.45"), "{table}");
    assert!(narrow(lines[2])[..at].trim_end().ends_with('-'), "{table}");
}

#[test]
fn no_format_is_none() {
    assert!(render(&bulletin(), Format::Unspecified, Lang::Zh).unwrap().is_none());
}
