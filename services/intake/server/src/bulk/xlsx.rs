//! Workbooks: the first sheet of one that is read, and the only one of one that is written.

mod read;
mod write;

pub(super) use read::read;
pub(crate) use write::Writer;
