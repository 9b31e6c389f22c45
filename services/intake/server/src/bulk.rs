//! Proposals in files: from bytes to lines and back, without any I/O.
//!
//! A [`Sheet`] is a file's lines, whatever its format; [`Columns`] says which value stands where; [`line`] makes of a line
//! what `ProposeMatter` is asked with, and of a matter a line.

mod amount;
mod columns;
mod csv;
mod formula;
mod line;
mod misread;
mod result;
mod sheet;
mod xlsx;

#[cfg(test)]
mod tests;

pub(crate) use columns::{Column, Columns};
pub(crate) use line::{Line, asked, exported, header, read};
pub(crate) use misread::Misread;
pub(crate) use result::{Verdict, annotate};
pub(crate) use sheet::{Format, Sheet, Writer, Written};

/// Bytes of a file.
pub(crate) const FILE_BYTES: usize = 64 << 20;
/// Bytes of a workbook's parts when they are unpacked.
const UNPACKED_BYTES: usize = 192 << 20;
/// Lines under the first.
pub(crate) const LINES: usize = 100_000;
/// Columns.
const COLUMNS: usize = 40;
/// Characters of a cell: what a spreadsheet holds.
const CELL_CHARS: usize = 32_767;
