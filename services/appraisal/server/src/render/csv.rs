//! RFC 4180. Spreadsheets take a text for Chinese only if it begins with a byte order mark.

use yishi_runtime::errors::Lang;

use super::sheet::Sheet;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

pub(super) fn csv(sheet: &Sheet<'_>, lang: Lang) -> Result<String, csv::Error> {
    let mut lines =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    lines.write_record(sheet.columns.iter().map(|column| column.in_lang(lang)))?;
    for row in &sheet.rows {
        lines.write_record(row.iter().map(|cell| cell.text(lang)))?;
    }
    let bytes = lines.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
