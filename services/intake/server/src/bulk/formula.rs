//! A text in a CSV file that a spreadsheet would run as a formula has an apostrophe put in front, and an import takes it off.

use std::borrow::Cow;

const GUARD: char = '\'';

/// Whether a spreadsheet could take it for more than a text; and the guard itself, that taking off is exact.
fn is_suspect(first: Option<char>) -> bool {
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | GUARD))
}

/// The text as it is written.
pub(super) fn guarded(text: &str) -> Cow<'_, str> {
    if is_suspect(text.chars().next()) { format!("{GUARD}{text}").into() } else { text.into() }
}

/// The text as it was meant.
pub(super) fn meant(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(rest) if is_suspect(rest.chars().next()) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_guarded_and_nothing_else() {
        for (text, cell) in
            [("=1+1", "'=1+1"), ("+86", "'+86"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("'=1", "''=1")]
        {
            assert_eq!((&*guarded(text), meant(cell)), (cell, text));
        }
        for plain in ["修路", "", "a=1", "1-2"] {
            assert_eq!((&*guarded(plain), meant(plain)), (plain, plain));
        }
        // What somebody wrote by hand keeps its apostrophe.
        assert_eq!(meant("'90s road"), "'90s road");
    }

    proptest! {
        #[test]
        fn taking_off_undoes_putting_on(text in "['=+@a修\t-]{0,6}") {
            let cell = guarded(&text);
            prop_assert_eq!(meant(&cell), &*text);
        }
    }
}
