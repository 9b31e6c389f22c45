use super::{FILE_BYTES, UNPACKED_BYTES};

/// Why a file cannot be read, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misread {
    pub(crate) zh: String,
    pub(crate) en: String,
}

impl Misread {
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// More of something than a file may have.
    pub(super) fn too_many(limit: usize, zh: &str, en: &str) -> Self {
        Self::new(
            format!("超过 {limit} {zh}：请分成几个文件"),
            format!("more than {limit} {en}: split the file"),
        )
    }

    /// More bytes than a file may have.
    pub(crate) fn too_large() -> Self {
        let limit = FILE_BYTES >> 20;
        Self::new(
            format!("文件超过 {limit} MiB：请分成几个文件"),
            format!("the file has more than {limit} MiB: split it"),
        )
    }

    /// It is small, and what it says is not.
    pub(super) fn too_large_unpacked() -> Self {
        let limit = UNPACKED_BYTES >> 20;
        Self::new(
            format!("文件解压后过大（上限 {limit} MiB）：请分成几个文件"),
            format!("unpacked the file is too large (at most {limit} MiB): split it"),
        )
    }

    /// Nobody can say what is wrong with it.
    pub(crate) fn unreadable() -> Self {
        Self::new("文件无法读取：请重新另存后再发", "the file cannot be read: save it anew and send it again")
    }

    /// What is there is no file of this format, or was cut off.
    pub(super) fn broken(what: &str, detail: impl std::fmt::Display) -> Self {
        // A library's words are for whoever mends the program that wrote the file.
        let detail: String =
            detail.to_string().chars().filter(|letter| matches!(letter, ' '..='~')).take(100).collect();
        Self::new(
            format!("不是完整的 {what} 文件（{detail}）：请重新另存后再发"),
            format!("this is no whole {what} file ({detail}): save it anew and send it again"),
        )
    }
}
