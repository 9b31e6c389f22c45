//! What is wrong with a filter, and where.

/// A filter that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {problem}")]
pub struct FilterError {
    /// The character at which it went wrong, from 1; one past the last if something is missing.
    pub at: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong. The words are English; [`Problem::zh`] has the Chinese ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// More characters than may be.
    #[error("longer than {} characters", crate::CHARS_MAX)]
    TooLong,
    /// More terms than may be.
    #[error("more than {} terms", crate::TERMS_MAX)]
    TooManyTerms,
    /// Deeper than may be.
    #[error("nested deeper than {}", crate::DEPTH_MAX)]
    TooDeep,
    /// A quote that does not end.
    #[error("a quote is not closed")]
    OpenQuote,
    /// A bracket that does not end.
    #[error("a bracket is not closed")]
    OpenBracket,
    /// Something that cannot stand there.
    #[error("{0:?} cannot stand here: write a field, a word, NOT or a bracket")]
    Unexpected(String),
    /// Nothing, where something must be.
    #[error("something is missing at the end")]
    Missing,
    /// A comparison without a value.
    #[error("a value is missing after {0:?}")]
    NoValue(String),
    /// No such field.
    #[error("{field:?} is no field to filter by: choose one of {known}")]
    UnknownField {
        /// What was written.
        field: String,
        /// What could have been.
        known: String,
    },
    /// A comparison that means nothing for the field.
    #[error("{comparison:?} says nothing about {field}: write one of {known}")]
    Comparison {
        /// Which field.
        field: &'static str,
        /// What was written.
        comparison: String,
        /// What could have been.
        known: &'static str,
    },
    /// A value that the field cannot have.
    #[error("{value:?} is no value of {field}: write {wanted}")]
    BadValue {
        /// Which field.
        field: &'static str,
        /// What was written.
        value: String,
        /// What would be right.
        wanted: String,
    },
}

impl Problem {
    /// The same in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::TooLong => format!("超过 {} 个字符", crate::CHARS_MAX),
            Self::TooManyTerms => format!("超过 {} 项", crate::TERMS_MAX),
            Self::TooDeep => format!("嵌套超过 {} 层", crate::DEPTH_MAX),
            Self::OpenQuote => "引号没有结束".to_owned(),
            Self::OpenBracket => "括号没有结束".to_owned(),
            Self::Unexpected(what) => format!("此处不能是 {what:?}：应为字段、词语、NOT 或括号"),
            Self::Missing => "末尾缺少内容".to_owned(),
            Self::NoValue(after) => format!("{after:?} 之后缺少值"),
            Self::UnknownField { field, known } => format!("没有可筛选的字段 {field:?}：可用 {known}"),
            Self::Comparison { field, comparison, known } => {
                format!("{comparison:?} 不适用于 {field}：可用 {known}")
            }
            Self::BadValue { field, value, wanted } => format!("{value:?} 不是 {field} 的值：应为 {wanted}"),
        }
    }
}
