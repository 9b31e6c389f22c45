//! The table of reasons, for all services. A name is stable for ever; a text may be mended.

use tonic::Code;

/// One way in which a request can fail.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// What a program compares: `ErrorInfo.reason`.
    pub name: &'static str,
    /// The gRPC code that goes with it.
    pub code: Code,
    /// The Chinese text, with `{fact}` where a fact of the failure stands.
    pub zh: &'static str,
    /// The English text, with the same placeholders.
    pub en: &'static str,
    /// What the caller does about it.
    pub remedy: &'static str,
}

macro_rules! reasons {
    ($($name:ident: $code:ident, $zh:literal, $en:literal, $remedy:literal;)*) => {
        $(
            #[doc = concat!("`", stringify!($code), "`: ", $en, ".")]
            pub const $name: Reason =
                Reason { name: stringify!($name), code: Code::$code, zh: $zh, en: $en, remedy: $remedy };
        )*

        /// Every reason here, in the order of the table.
        pub(super) const TABLE: &[Reason] = &[$($name),*];
    };
}

mod align;
mod appraisal;
mod doing;
mod escalation;
mod exchange;
mod funding;
mod intake;
mod person;
mod request;

pub use align::*;
pub use appraisal::*;
pub use doing::*;
pub use escalation::*;
pub use exchange::*;
pub use funding::*;
pub use intake::*;
pub use person::*;
pub use request::*;

/// Every reason, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Reason> {
    [
        request::TABLE,
        intake::TABLE,
        doing::TABLE,
        align::TABLE,
        person::TABLE,
        exchange::TABLE,
        escalation::TABLE,
        appraisal::TABLE,
        funding::TABLE,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests;
