//! A table for a terminal.

use yishi_kernel::Timestamp;
use yishi_runtime::errors::Lang;

use super::sheet::Sheet;

/// What stands for nothing to be read, so that nobody takes a gap for a slip of the printer.
const NOTHING: &str = "-";
const BETWEEN: &str = "  ";

pub(super) fn table(sheet: &Sheet<'_>, lang: Lang) -> String {
    let mut text = heading(sheet, lang);
    let heads: Vec<String> = sheet.columns.iter().map(|column| column.in_lang(lang).to_owned()).collect();
    let lines: Vec<Vec<(String, bool)>> = sheet
        .rows
        .iter()
        .map(|row| {
            let cells = row.iter().map(|cell| (cell.text(lang), cell.is_number()));
            cells
                .map(
                    |(text, number)| {
                        if text.is_empty() { (NOTHING.to_owned(), number) } else { (text, number) }
                    },
                )
                .collect()
        })
        .collect();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(nth, head)| {
            lines.iter().map(|line| columns(&line[nth].0)).chain([columns(head)]).max().unwrap_or(0)
        })
        .collect();
    text += &line(heads.into_iter().map(|head| (head, false)), &widths);
    for cells in lines {
        text += &line(cells.into_iter(), &widths);
    }
    text
}

fn heading(sheet: &Sheet<'_>, lang: Lang) -> String {
    let bulletin = sheet.bulletin;
    let issued = Timestamp::from_micros(bulletin.issue_time_us);
    let cut: Vec<String> =
        bulletin.cut.iter().map(|at| format!("{}:{}.{}", at.service, at.epoch, at.pos)).collect();
    let (cut, digest) = (cut.join(" "), yishi_store::to_hex(&bulletin.inputs_sha256));
    let (name, year, period) = (&bulletin.display_name, bulletin.year, &bulletin.period);
    let (first, last, own) = (&bulletin.first_day, &bulletin.last_day, bulletin.own_overdue_steps);
    match lang {
        Lang::Zh => format!(
            "{name} {year} 年事项调度通报 {period}（{first} 至 {last}）\n发布于 {issued}\n截至 {cut}\n依据摘要 {digest}\n本级逾期环节 {own}\n\n"
        ),
        Lang::En => format!(
            "{name}: bulletin of {period} ({first} to {last}) on the matters of {year}\nissued {issued}\nas of {cut}\ninputs {digest}\nown overdue steps {own}\n\n"
        ),
    }
}

fn line(cells: impl Iterator<Item = (String, bool)>, widths: &[usize]) -> String {
    let mut text = String::new();
    for (nth, ((cell, number), width)) in cells.zip(widths).enumerate() {
        if nth > 0 {
            text += BETWEEN;
        }
        let pad = " ".repeat(width.saturating_sub(columns(&cell)));
        text += &if number { pad + &cell } else { cell + &pad };
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// Columns of a terminal that a text takes: Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if ('\u{2e80}'..='\u{ffe6}').contains(&c) { 2 } else { 1 }).sum()
}
