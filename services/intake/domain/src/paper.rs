//! Papers that stay in the village's file: enough is kept to know each again.

use crate::codes::codes;

codes! {
    /// Which media type a paper has.
    pub enum PaperFormat {
        /// `application/pdf`
        Pdf = "PDF",
        /// `application/ofd`
        Ofd = "OFD",
        /// `image/jpeg`
        Jpeg = "JPEG",
        /// `image/png`
        Png = "PNG",
        /// `image/tiff`
        Tiff = "TIFF",
        /// `text/plain`
        Text = "TEXT",
        /// `application/vnd.openxmlformats-officedocument.wordprocessingml.document`
        Docx = "DOCX",
    }
}

/// A paper of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeetingPaper {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How long it is.
    pub size_bytes: u32,
    /// What kind of file it is.
    pub format: PaperFormat,
}

/// What is known of a meeting's papers beside the digest of its minutes. Meetings that were recorded before it could be told
/// have nothing of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MeetingPapers {
    /// How long the file of the minutes is; 0 if it was not told.
    pub minutes_size_bytes: u32,
    /// What kind of file it is, if it was told.
    pub minutes_format: Option<PaperFormat>,
    /// The sheet on which those present signed, if it was told.
    pub sign_in_sheet: Option<MeetingPaper>,
}
