//! What became of each line, written behind it.

use ::csv::StringRecord;
use yishi_runtime::errors::Lang;

use super::columns::{Columns, added};
use super::{Sheet, Writer, Written};

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing stands there.
    Empty,
    /// Nothing is wrong with it; in a dry run that is all.
    Ready,
    /// It was put forward, as this matter.
    Imported(String),
    /// It had been put forward before, as this matter.
    Repeated(String),
    /// It was not, for this reason and in these words.
    Refused(&'static str, String),
}

impl Verdict {
    fn cells(&self, lang: Lang) -> [&str; 4] {
        let pick = |zh, en| if lang == Lang::En { en } else { zh };
        match self {
            Self::Empty => [""; 4],
            Self::Ready => [pick("可导入", "VALID"), "", "", ""],
            Self::Imported(matter) => [pick("已导入", "IMPORTED"), matter, "", ""],
            Self::Repeated(matter) => [pick("已有", "REPEATED"), matter, "", ""],
            Self::Refused(reason, words) => [pick("未导入", "REFUSED"), "", reason, words],
        }
    }
}

/// The file as it was sent, with what became of each line behind it.
pub(crate) fn annotate(
    sheet: &Sheet,
    columns: &Columns,
    verdicts: &[Verdict],
    lang: Lang,
) -> Written<Vec<u8>> {
    let mut file = Writer::new(sheet.format)?;
    // A line may be longer than the first: what is added stands below what it is called.
    let width =
        std::iter::once(&sheet.header).chain(&sheet.lines).map(|line| columns.kept(line).count()).max();
    let width = width.unwrap_or_default();
    file.line(&padded(columns, &sheet.header, width, added(lang)))?;
    for (line, verdict) in sheet.lines.iter().zip(verdicts) {
        file.line(&padded(columns, line, width, verdict.cells(lang)))?;
    }
    file.finish()
}

fn padded<'a>(
    columns: &Columns,
    line: &StringRecord,
    width: usize,
    added: impl IntoIterator<Item = &'a str>,
) -> StringRecord {
    let mut padded: StringRecord = columns.kept(line).chain(std::iter::repeat("")).take(width).collect();
    padded.extend(added);
    padded
}
