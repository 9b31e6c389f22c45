//! RFC 4180, in UTF-8 or GB18030.

use std::borrow::Cow;
use std::mem;

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use encoding_rs::GB18030;

use super::sheet::{Lines, Written};
use super::{FILE_BYTES, Misread};

const MARK: char = '\u{feff}';
/// Bytes that are kept before they are encoded.
const KEPT: usize = 64 * 1024;

/// How a text is written in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, with a byte order mark or without.
    Utf8 { marked: bool },
    /// The national character set.
    Gb18030,
}

/// Reads a file, and tells how it is encoded.
pub(super) fn read(bytes: &[u8], is_gb18030: bool, lines: &mut Lines) -> Result<Encoding, Misread> {
    let (text, encoding) = decode(bytes, is_gb18030)?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut line = StringRecord::new();
    while reader.read_record(&mut line).map_err(|error| Misread::broken("CSV", error))? {
        line.iter().enumerate().try_for_each(|(column, cell)| lines.admit(column, cell))?;
        // A copy is as long as the line, and not as the longest before it.
        lines.add(line.clone())?;
    }
    Ok(encoding)
}

fn decode(bytes: &[u8], is_gb18030: bool) -> Result<(Cow<'_, str>, Encoding), Misread> {
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return Err(Misread::new(
            "文件是 UTF-16 编码：请另存为 UTF-8 或 GB18030",
            "the file is UTF-16: save it as UTF-8 or GB18030",
        ));
    }
    if !is_gb18030 && let Ok(text) = std::str::from_utf8(bytes) {
        let unmarked = text.strip_prefix(MARK);
        return Ok((unmarked.unwrap_or(text).into(), Encoding::Utf8 { marked: unmarked.is_some() }));
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        Misread::new(
            "文件既不是 UTF-8 也不是 GB18030：请另存后再发",
            "the file is neither UTF-8 nor GB18030: save it as one of them",
        )
    })?;
    let text = match text {
        Cow::Owned(text) if text.starts_with(MARK) => Cow::Owned(text[MARK.len_utf8()..].to_owned()),
        text => text,
    };
    Ok((text, Encoding::Gb18030))
}

/// Writes lines.
#[derive(Debug)]
pub(crate) struct Writer {
    encoding: Encoding,
    lines: csv::Writer<Vec<u8>>,
    kept: usize,
    file: Vec<u8>,
}

impl Writer {
    pub(super) fn new(encoding: Encoding) -> Self {
        let marked = encoding == Encoding::Utf8 { marked: true };
        let file = if marked { MARK.to_string().into_bytes() } else { Vec::new() };
        Self { encoding, lines: lines(), kept: 0, file }
    }

    pub(super) fn line(&mut self, line: &StringRecord) -> Written<()> {
        self.lines.write_record(line)?;
        self.kept += line.as_slice().len() + line.len();
        if self.kept > KEPT { self.encode() } else { Ok(()) }
    }

    pub(super) fn has_room(&self) -> bool {
        self.file.len() + self.kept <= FILE_BYTES
    }

    pub(super) fn finish(mut self) -> Written<Vec<u8>> {
        self.encode()?;
        Ok(self.file)
    }

    fn encode(&mut self) -> Written<()> {
        let bytes =
            mem::replace(&mut self.lines, lines()).into_inner().map_err(|error| error.into_error())?;
        self.kept = 0;
        match self.encoding {
            Encoding::Utf8 { .. } => self.file.extend_from_slice(&bytes),
            // Every character has its place in GB18030.
            Encoding::Gb18030 => self.file.extend_from_slice(&GB18030.encode(std::str::from_utf8(&bytes)?).0),
        }
        Ok(())
    }
}

fn lines() -> csv::Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(Vec::new())
}
