//! Numbers as people read them.

use yishi_kernel::Fen;

/// `6,210`
pub(crate) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&digits))
}

/// An amount in yuan: `3,610,000,000.00`
pub(crate) fn yuan(fen: i64) -> String {
    let text = Fen::new(fen).yuan().to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", &*text), |rest| ("-", rest));
    let (whole, decimals) = text.split_once('.').expect("yuan have two decimals");
    format!("{sign}{}.{decimals}", grouped(whole))
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Columns of a terminal that a text takes: Chinese characters take two.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|c| if ('\u{2e80}'..='\u{ffe6}').contains(&c) { 2 } else { 1 }).sum()
}

/// Rows of columns below each other, to the left.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len().max(widths.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line += &format!("{cell}{}  ", " ".repeat(width - columns(cell)));
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (6_210, "6,210"), (-1_234_567, "-1,234,567")] {
            assert_eq!(count(number), text);
        }
        assert_eq!(yuan(361_000_000_000), "3,610,000,000.00");
        assert_eq!((yuan(-5), yuan(-123_456)), ("-0.05".to_owned(), "-1,234.56".to_owned()));
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [&["a", "bc"][..], &["村", "d", "e"]]
            .map(|row| row.iter().map(|&cell| cell.to_owned()).collect());
        assert_eq!(table(&rows), "a   bc\n村  d   e\n");
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!((columns("村 2"), columns("（村）"), columns("a–b")), (4, 6, 3));
    }
}
