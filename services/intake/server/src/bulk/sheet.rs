//! A file's lines, whatever its format.

use ::csv::StringRecord;
use yishi_proto::intake::v1 as pb;

use super::csv::{self, Encoding};
use super::{CELL_CHARS, COLUMNS, LINES, Misread, UNPACKED_BYTES, formula, xlsx};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Values with commas between, encoded so.
    Csv(Encoding),
    /// A workbook.
    Xlsx,
}

impl Format {
    /// The format in which a file is written that nobody sent.
    pub(crate) fn of(format: pb::BulkFormat) -> Self {
        match format {
            pb::BulkFormat::Xlsx => Self::Xlsx,
            pb::BulkFormat::CsvGb18030 => Self::Csv(Encoding::Gb18030),
            // Spreadsheets take a text for Chinese only if it begins with a byte order mark.
            pb::BulkFormat::Csv | pb::BulkFormat::Unspecified => Self::Csv(Encoding::Utf8 { marked: true }),
        }
    }

    /// What a cell of such a file means.
    pub(crate) fn meant(self, cell: &str) -> &str {
        match self {
            Self::Csv(_) => formula::meant(cell),
            Self::Xlsx => cell,
        }
    }
}

/// The lines of a file.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// As what it is written, when it is sent back.
    pub(crate) format: Format,
    /// The first line.
    pub(crate) header: StringRecord,
    /// The lines under it.
    pub(crate) lines: Vec<StringRecord>,
}

impl Sheet {
    /// Reads a file.
    pub(crate) fn read(format: pb::BulkFormat, bytes: &[u8]) -> Result<Self, Misread> {
        let mut lines = Lines::default();
        let format = if format == pb::BulkFormat::Xlsx {
            xlsx::read(bytes, &mut lines)?;
            Format::Xlsx
        } else {
            Format::Csv(csv::read(bytes, format == pb::BulkFormat::CsvGb18030, &mut lines)?)
        };
        let Lines { header, lines, .. } = lines;
        let header = header.ok_or_else(|| {
            Misread::new("文件是空的：第一行应为列名", "the file is empty: its first line names the columns")
        })?;
        Ok(Self { format, header, lines })
    }
}

/// Lines as they are read, within the limits.
#[derive(Debug, Default)]
pub(super) struct Lines {
    header: Option<StringRecord>,
    lines: Vec<StringRecord>,
    /// Bytes of all cells: a text that many cells share is in each of them.
    bytes: usize,
}

impl Lines {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len() + usize::from(self.header.is_some())
    }

    pub(super) fn add(&mut self, line: StringRecord) -> Result<(), Misread> {
        if self.header.is_none() {
            self.header = Some(line);
        } else if self.lines.len() < LINES {
            self.lines.push(line);
        } else {
            return Err(Misread::too_many(LINES, "行", "lines"));
        }
        Ok(())
    }

    /// Whether a line may have a cell at this place, and this in it.
    pub(super) fn admit(&mut self, column: usize, cell: &str) -> Result<(), Misread> {
        self.bytes += cell.len();
        if self.bytes > UNPACKED_BYTES {
            return Err(Misread::too_large_unpacked());
        }
        if column >= COLUMNS {
            return Err(Misread::too_many(COLUMNS, "列", "columns"));
        }
        if cell.len() > CELL_CHARS && cell.chars().nth(CELL_CHARS).is_some() {
            return Err(Misread::new(
                format!("有单元格超过 {CELL_CHARS} 个字：请检查引号是否成对"),
                format!(
                    "a cell has more than {CELL_CHARS} characters: see whether a quotation mark is missing"
                ),
            ));
        }
        Ok(())
    }
}

/// Writes a file line by line.
#[derive(Debug)]
pub(crate) enum Writer {
    Csv(Box<csv::Writer>),
    Xlsx(Box<xlsx::Writer>),
}

/// What is written so far, or why it cannot be.
pub(crate) type Written<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Writer {
    pub(crate) fn new(format: Format) -> Written<Self> {
        Ok(match format {
            Format::Csv(encoding) => Self::Csv(Box::new(csv::Writer::new(encoding))),
            Format::Xlsx => Self::Xlsx(Box::new(xlsx::Writer::new()?)),
        })
    }

    /// Writes a line as it is.
    pub(crate) fn line(&mut self, line: &StringRecord) -> Written<()> {
        match self {
            Self::Csv(writer) => writer.line(line),
            Self::Xlsx(writer) => writer.line(line),
        }
    }

    /// Writes a line of texts that nobody wrote into a cell yet.
    pub(crate) fn texts(&mut self, texts: &StringRecord) -> Written<()> {
        match self {
            Self::Csv(writer) => writer.line(&texts.iter().map(formula::guarded).collect()),
            Self::Xlsx(writer) => writer.line(texts),
        }
    }

    /// Bytes written so far, and of these the unpacked ones of a workbook.
    pub(crate) fn has_room(&self) -> bool {
        match self {
            Self::Csv(writer) => writer.has_room(),
            Self::Xlsx(writer) => writer.has_room(),
        }
    }

    /// The whole file.
    pub(crate) fn finish(self) -> Written<Vec<u8>> {
        match self {
            Self::Csv(writer) => writer.finish(),
            Self::Xlsx(writer) => writer.finish(),
        }
    }
}
