//! Amounts as spreadsheets write them, exact to the fen.

/// The fen of a plain decimal number in a unit of ten to the power of `digits` fen: 2 for yuan, 6 for ten thousand yuan.
pub(super) fn fen(text: &str, digits: usize) -> Option<i64> {
    let (whole, part) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // What is finer than a fen is nothing, or wrong.
    let (part, finer) = part.split_at_checked(digits).unwrap_or((part, ""));
    if whole.is_empty() || !plain(whole) || !plain(part) || finer.bytes().any(|byte| byte != b'0') {
        return None;
    }
    format!("{whole}{part:0<digits$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_exact_to_the_fen() {
        for (text, digits, right) in [
            ("1200000", 2, Some(120_000_000)),
            ("0.1", 2, Some(10)),
            ("12345.67", 2, Some(1_234_567)),
            ("12345.670", 2, Some(1_234_567)),
            ("0", 2, Some(0)),
            ("12.5", 6, Some(12_500_000)),
            ("0.000001", 6, Some(1)),
            ("7", 0, Some(7)),
            ("7.00", 0, Some(7)),
            ("12345.678", 2, None),
            ("0.0000001", 6, None),
            ("7.5", 0, None),
        ] {
            assert_eq!(fen(text, digits), right, "{text}");
        }
    }

    #[test]
    fn what_is_no_plain_number_is_none() {
        for text in
            ["", ".", "5.", ".5", "-1", "+1", "1e6", "1,200", "１２", "12元", " 1", "99999999999999999999"]
        {
            assert_eq!(fen(text, 2), None, "{text}");
        }
    }
}
