use std::{fmt, str::FromStr};

use crate::codes::codes;

codes! {
    /// What a paper is.
    pub enum PaperKind {
        /// Of the work; the same one with two matters is told of both.
        Photograph = "PHOTOGRAPH",
        /// A contract.
        Contract = "CONTRACT",
        /// An invoice or a receipt.
        Invoice = "INVOICE",
        /// Minutes or a report.
        Report = "REPORT",
        /// Something else.
        Other = "OTHER",
    }
}

/// A photograph or a paper that shows something. The file itself stays with the village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How long the file is, in bytes.
    pub size: u32,
    /// What it is made of.
    pub media: MediaType,
    /// What it is.
    pub kind: PaperKind,
}

/// Characters of a media type.
const LONGEST: usize = 100;

/// A media type, such as `image/jpeg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType(Box<str>);

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is no media type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no media type: write it in lower case, as in image/jpeg")]
pub struct MediaTypeError(String);

impl FromStr for MediaType {
    type Err = MediaTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |part: &str| {
            let known = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-')
            };
            !part.is_empty() && part.bytes().all(known)
        };
        match text.split_once('/') {
            Some((main, sub)) if text.len() <= LONGEST && plain(main) && plain(sub) => Ok(Self(text.into())),
            _ => Err(MediaTypeError(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_has_two_parts() {
        for right in ["image/jpeg", "application/vnd.ofd+zip", "a/b"] {
            assert_eq!(right.parse::<MediaType>().unwrap().to_string(), right);
        }
        let long = format!("a/{}", "b".repeat(99));
        for wrong in ["", "jpeg", "/jpeg", "image/", "image/jpeg/x", "Image/jpeg", "image/jpeg; q=1", &long] {
            assert_eq!(wrong.parse::<MediaType>(), Err(MediaTypeError(wrong.to_owned())));
        }
    }
}
