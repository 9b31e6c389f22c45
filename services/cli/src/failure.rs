use std::{fmt, process::ExitCode};

use tonic::{Code, Status};

use crate::{lang::Lang, refusal};

/// How the program ends, in the numbers that shells and supervisors know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Good = 0,
    /// Something was compared and differs.
    Differences = 1,
    /// What was typed cannot work.
    Usage = 2,
    /// The node cannot be reached, or has no time.
    Unavailable = 69,
    /// Anything else.
    Internal = 70,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command came to nothing: a sentence for whoever typed it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    text: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, text: impl Into<String>) -> Self {
        Self { exit, text: text.into() }
    }

    /// What a node refused.
    pub(crate) fn refused(status: &Status, lang: Lang) -> Self {
        let exit = match status.code() {
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::ResourceExhausted => {
                Exit::Unavailable
            }
            _ => Exit::Internal,
        };
        Self::new(exit, refusal::explain(status, lang))
    }

    /// The same, with what it was about in front.
    pub(crate) fn about(self, what: impl fmt::Display) -> Self {
        Self { text: format!("{what}: {}", self.text), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_is_away_and_a_node_that_says_no_end_differently() {
        let exit = |code| Failure::refused(&Status::new(code, ""), Lang::En).exit;
        assert_eq!(exit(Code::Unavailable), Exit::Unavailable);
        assert_eq!(exit(Code::DeadlineExceeded), Exit::Unavailable);
        assert_eq!(exit(Code::FailedPrecondition), Exit::Internal);
    }
}
