use std::fmt::{self, Write as _};
use std::io::{Cursor, Write as _};

use ::csv::StringRecord;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::bulk::sheet::Written;
use crate::bulk::{COLUMNS, FILE_BYTES, UNPACKED_BYTES};

/// Everything of a workbook but its sheet. Its one style is that of texts, for cells that are filled in later as well.
const PARTS: [(&str, &str); 5] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="matters" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#,
    ),
];
const SHEET: &str = "xl/worksheets/sheet1.xml";
const SHEET_ENDS: &str = "</sheetData></worksheet>";

/// Writes lines into the one sheet of a workbook, packed as they come.
pub(crate) struct Writer {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    lines: usize,
    unpacked: usize,
    line: String,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("lines", &self.lines).finish_non_exhaustive()
    }
}

impl Writer {
    pub(in crate::bulk) fn new() -> Written<Self> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        // The same lines make the same file: a part has no time of its own.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .last_modified_time(zip::DateTime::default());
        for (name, part) in PARTS {
            zip.start_file(name, options)?;
            zip.write_all(part.as_bytes())?;
        }
        zip.start_file(SHEET, options)?;
        zip.write_all(
            format!(
                r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="1" max="{COLUMNS}" width="16" style="1" customWidth="1"/></cols><sheetData>"#
            )
            .as_bytes(),
        )?;
        Ok(Self { zip, lines: 0, unpacked: 0, line: String::new() })
    }

    pub(in crate::bulk) fn line(&mut self, cells: &StringRecord) -> Written<()> {
        self.lines += 1;
        self.line.clear();
        write!(self.line, r#"<row r="{}">"#, self.lines)?;
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            // Only what begins or ends with white space has to say that it is meant.
            let space = if cell.trim().len() < cell.len() { r#" xml:space="preserve""# } else { "" };
            let name = letters(column);
            write!(self.line, r#"<c r="{name}{}" s="1" t="inlineStr"><is><t{space}>"#, self.lines)?;
            escape(cell, &mut self.line)?;
            self.line.push_str("</t></is></c>");
        }
        self.line.push_str("</row>");
        self.unpacked += self.line.len();
        Ok(self.zip.write_all(self.line.as_bytes())?)
    }

    pub(in crate::bulk) fn has_room(&self) -> bool {
        // Packed it is shorter, and hardly ever less than a hundredth.
        self.unpacked <= UNPACKED_BYTES - (1 << 20) && self.packed() <= FILE_BYTES - (1 << 20)
    }

    fn packed(&self) -> usize {
        self.zip.get_ref().map_or(0, |packed| packed.get_ref().len())
    }

    pub(in crate::bulk) fn finish(mut self) -> Written<Vec<u8>> {
        self.zip.write_all(SHEET_ENDS.as_bytes())?;
        Ok(self.zip.finish()?.into_inner())
    }
}

/// A column as spreadsheets name it.
fn letters(column: usize) -> String {
    let letter = |nth: usize| char::from(b'A' + u8::try_from(nth % 26).unwrap_or_default());
    let last = letter(column);
    if column < 26 { last.to_string() } else { format!("{}{last}", letter(column / 26 - 1)) }
}

/// What XML cannot hold is written as `_x0007_`, and the line that begins what looks so as `_x005F_`.
fn escape(text: &str, out: &mut String) -> fmt::Result {
    for (at, character) in text.char_indices() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => write!(out, "_x{:04X}_", u32::from(character))?,
            '_' if looks_escaped(&text.as_bytes()[at..]) => out.push_str("_x005F_"),
            _ => out.push(character),
        }
    }
    Ok(())
}

fn looks_escaped(bytes: &[u8]) -> bool {
    matches!(bytes, [b'_', b'x', digits @ .., ] if digits.len() > 4 && digits[4] == b'_' && digits[..4].iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_that_spreadsheets_give() {
        assert_eq!([0, 25, 26, 51, 52].map(letters), ["A", "Z", "AA", "AZ", "BA"]);
    }
}
