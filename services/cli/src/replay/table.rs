//! The table as text, in columns.

use super::rows::{Row, Verdict};
use crate::{figures::columns, lang::Lang};

const RESET: &str = "\x1b[0m";

fn colour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "\x1b[32m",
        Verdict::Known => "\x1b[33m",
        Verdict::Differs | Verdict::Missing => "\x1b[31m",
    }
}

/// A row says its verdict in words too: colour is only for those who see it.
fn said(row: &Row, lang: Lang) -> String {
    match row.verdict() {
        Verdict::Good => lang.pick("相符", "ok").to_owned(),
        Verdict::Known => lang.pick("已知差异", "known difference").to_owned(),
        Verdict::Missing => lang.pick("尚缺", "missing").to_owned(),
        Verdict::Differs if row.wanted == row.published => lang.pick("不符", "DIFFERS").to_owned(),
        Verdict::Differs => {
            let wanted = row.figure(row.wanted);
            lang.pick(format!("不符（应为 {wanted}）"), format!("DIFFERS ({wanted} wanted)"))
        }
    }
}

/// Lines of columns; names to the left, numbers to the right.
pub(super) fn render(rows: &[Row], coloured: bool, lang: Lang) -> String {
    let heading =
        lang.pick(["", "", "公布", "报表", "清点", ""], ["", "", "published", "reported", "recounted", ""]);
    let mut lines = vec![(None, heading.map(str::to_owned))];
    let mut group = "";
    for row in rows {
        let first = if row.group == group { "" } else { row.group };
        group = row.group;
        let figures = [row.published, row.reported, row.recounted].map(|number| row.figure(number));
        let [published, reported, recounted] = figures;
        let cells = [first.to_owned(), row.name.clone(), published, reported, recounted, said(row, lang)];
        lines.push((Some(row.verdict()), cells));
    }
    let mut widths = [0; 6];
    for (_, cells) in &lines {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = columns(cell).max(*width);
        }
    }
    let mut text = String::new();
    for (verdict, cells) in lines {
        let mut line = String::new();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let gap = " ".repeat(width - columns(cell));
            let verdict = verdict.filter(|_| coloured && index == 5);
            let (on, off) = verdict.map_or(("", ""), |verdict| (colour(verdict), RESET));
            let number = (2..5).contains(&index);
            let (before, after) = if number { (&*gap, "") } else { ("", &*gap) };
            line += &format!("{before}{on}{cell}{off}{after}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::{options::Stage, rows::Kind};
    use super::*;

    fn rows(group: &'static str, name: &str) -> Vec<Row> {
        let row = Row {
            stage: Stage::Determined,
            group,
            name: name.to_owned(),
            kind: Kind::Count,
            published: Some(6_210),
            reported: Some(6_210),
            recounted: Some(6_210),
            wanted: Some(6_210),
        };
        vec![
            row.clone(),
            Row { recounted: Some(6_209), ..row.clone() },
            Row { published: None, reported: Some(1), recounted: None, wanted: Some(0), ..row.clone() },
            Row { kind: Kind::Money, reported: None, recounted: None, ..row },
        ]
    }

    #[test]
    fn columns_stand_below_each_other() {
        let wanted = [
            "              published  reported  recounted",
            "matters  all      6,210     6,210      6,210  ok",
            "         all      6,210     6,210      6,209  DIFFERS",
            "         all          -         1          -  DIFFERS (0 wanted)",
            "         all      62.10         -          -  missing",
            "",
        ];
        let wanted = wanted.join("\n");
        assert_eq!(render(&rows("matters", "all"), false, Lang::En), wanted);
    }

    #[test]
    fn chinese_is_two_columns_wide() {
        let text = render(&rows("事项", "合计"), false, Lang::Zh);
        let starts: Vec<usize> = text.lines().map(|line| columns(line.split(' ').next().unwrap())).collect();
        assert_eq!(starts[1], 4);
        let end_of_published =
            |line: &str, figure: &str| line.find(figure).map(|at| columns(&line[..at + figure.len()]));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(end_of_published(lines[0], "公布"), end_of_published(lines[1], "6,210"));
        assert!(lines[4].ends_with("尚缺"), "{text}");
    }

    #[test]
    fn colours_are_for_terminals_only() {
        assert!(!render(&rows("a", "b"), false, Lang::En).contains('\x1b'));
        let text = render(&rows("a", "b"), true, Lang::En);
        assert!(text.contains("\x1b[31mmissing\x1b[0m") && text.contains("\x1b[32mok\x1b[0m"), "{text:?}");
    }
}
