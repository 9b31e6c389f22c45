use std::io::{Cursor, Read};

use ::csv::StringRecord;
use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

use crate::bulk::sheet::Lines;
use crate::bulk::{LINES, Misread, UNPACKED_BYTES};

/// Parts of a workbook.
const PARTS: usize = 1_000;
/// Texts that cells share: each of them takes some thirty bytes, however short it is.
const STRINGS: usize = 2_000_000;
/// How many there are by the part's own word, which is believed before one of them is read.
const UNIQUE_COUNT: &[u8] = b"uniqueCount";
/// Their tags, as they begin with and without a namespace.
const STRING_TAGS: [&[u8]; 2] = [b"<si", b":si"];
/// Bytes of all that is neither a sheet nor such texts: styles, pictures, what a workbook says of itself.
const OTHER_BYTES: usize = 40 << 20;

/// Reads the lines of the first sheet.
pub(in crate::bulk) fn read(bytes: &[u8], lines: &mut Lines) -> Result<(), Misread> {
    unpack(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let first = book.sheet_names().into_iter().next();
    let first = first.ok_or_else(|| broken("no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(broken)?;
    let (mut nth, mut line) = (0, StringRecord::new());
    // Cell by cell: where the last one stands may be a lie.
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        if row > LINES {
            return Err(Misread::too_many(LINES, "行", "lines"));
        }
        lines.admit(column, &text)?;
        if row < nth || (row == nth && column < line.len()) {
            return Err(broken("cells out of order"));
        }
        while nth < row {
            lines.add(std::mem::take(&mut line))?;
            nth += 1;
        }
        while line.len() < column {
            line.push_field("");
        }
        line.push_field(&text);
    }
    if lines.len() > 0 || !line.is_empty() {
        lines.add(line)?;
    }
    Ok(())
}

fn broken(detail: impl std::fmt::Display) -> Misread {
    Misread::broken("XLSX", detail)
}

/// A cell as a person reads it. A number is written out in full: a code keeps its digits.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(day) => day.as_f64().to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// Whatever a part says of the number of its texts, told piece by piece.
#[derive(Default)]
struct Claims {
    /// How much of the attribute's name was seen.
    matched: usize,
    /// The number behind it, as far as it was read; what stands between name and number is passed over.
    number: Option<usize>,
}

impl Claims {
    fn are_credible(&mut self, bytes: &[u8]) -> bool {
        for &byte in bytes {
            if self.matched < UNIQUE_COUNT.len() {
                let goes_on = byte == UNIQUE_COUNT[self.matched];
                self.matched = if goes_on { self.matched + 1 } else { usize::from(byte == UNIQUE_COUNT[0]) };
                continue;
            }
            match (byte, self.number) {
                (b'0'..=b'9', number) => {
                    let number = number.unwrap_or(0) * 10 + usize::from(byte - b'0');
                    if number > STRINGS {
                        return false;
                    }
                    self.number = Some(number);
                }
                (b'=' | b'"' | b'\'' | b'+', None) => {}
                (blank, None) if blank.is_ascii_whitespace() => {}
                _ => *self = Self::default(),
            }
        }
        true
    }
}

/// Unpacks everything once and keeps nothing: what a part says of its own length proves nothing.
fn unpack(bytes: &[u8]) -> Result<(), Misread> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > PARTS {
        return Err(broken("too many parts"));
    }
    let (mut unpacked, mut strings, mut others) = (0, 0, 0);
    let mut buffer = vec![0; 64 * 1024];
    for nth in 0..archive.len() {
        let mut part = archive.by_index(nth).map_err(broken)?;
        let name = part.name().map_err(broken)?.to_ascii_lowercase();
        let (has_strings, is_sheet) = (name.ends_with("sharedstrings.xml"), name.contains("worksheets"));
        let mut claims = Claims::default();
        loop {
            let read = part.read(&mut buffer).map_err(broken)?;
            if read == 0 {
                break;
            }
            unpacked += read;
            if has_strings {
                if !claims.are_credible(&buffer[..read]) {
                    return Err(broken("more texts than there can be"));
                }
                strings += buffer[..read].windows(3).filter(|three| STRING_TAGS.contains(three)).count();
            } else if !is_sheet {
                others += read;
            }
            if unpacked > UNPACKED_BYTES || strings > STRINGS || others > OTHER_BYTES {
                return Err(Misread::too_large_unpacked());
            }
        }
    }
    Ok(())
}
