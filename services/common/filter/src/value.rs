//! Fields, and what they are compared with.

use std::borrow::Cow;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::Comparison;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// Yes or no, 1 or 0.
    Flag,
    /// One of these codes.
    Code(&'static [&'static str]),
    /// A day, `YYYY-MM-DD`.
    Day,
    /// An instant in microseconds since 1970, written as RFC 3339 has it.
    Time,
}

/// The fields that may be filtered by, in the order in which a [`Record`] is asked for them.
#[derive(Debug, Clone, Copy)]
pub struct Schema(pub &'static [(&'static str, Kind)]);

/// What a record has in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'r> {
    /// Nothing.
    Absent,
    /// A text, a code or a day.
    Text(Cow<'r, str>),
    /// A number, a flag or an instant.
    Number(i64),
}

/// What a filter looks at.
pub trait Record {
    /// What it has in the n-th field of the schema.
    fn value(&self, field: usize) -> Value<'_>;
    /// Where single words are looked for.
    fn texts(&self) -> Vec<&str>;
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Literal {
    Text(String),
    Number(i64),
    Anything,
}

impl Schema {
    pub(crate) fn find(&self, name: &str) -> Option<(usize, Kind)> {
        let at = self.0.iter().position(|(field, _)| *field == name)?;
        Some((at, self.0[at].1))
    }

    pub(crate) fn name(&self, field: usize) -> &'static str {
        self.0[field].0
    }

    pub(crate) fn names(&self) -> String {
        self.0.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }
}

impl Kind {
    pub(crate) fn allows(self, comparison: Comparison) -> bool {
        use Comparison::{Equal, Has, Unequal};
        match self {
            Kind::Number | Kind::Day | Kind::Time => true,
            Kind::Text | Kind::Flag | Kind::Code(_) => matches!(comparison, Equal | Unequal | Has),
        }
    }

    pub(crate) const fn comparisons(self) -> &'static str {
        match self {
            Kind::Number | Kind::Day | Kind::Time => "=, !=, <, <=, >, >=, :",
            Kind::Text | Kind::Flag | Kind::Code(_) => "=, !=, :",
        }
    }

    pub(crate) fn wanted(self) -> String {
        match self {
            Kind::Text => "a text".to_owned(),
            Kind::Number => "a whole number".to_owned(),
            Kind::Flag => "true, false".to_owned(),
            Kind::Code(codes) => codes.join(", "),
            Kind::Day => "YYYY-MM-DD".to_owned(),
            Kind::Time => "YYYY-MM-DDTHH:MM:SSZ".to_owned(),
        }
    }

    pub(crate) fn read(self, value: &str) -> Option<Literal> {
        match self {
            Kind::Text => Some(Literal::Text(value.to_owned())),
            Kind::Number => value.parse().ok().map(Literal::Number),
            Kind::Flag => value.parse::<bool>().ok().map(|flag| Literal::Number(flag.into())),
            Kind::Code(codes) => codes.contains(&value).then(|| Literal::Text(value.to_owned())),
            Kind::Day => {
                let day = time::Date::parse(value, format_description!("[year]-[month]-[day]"));
                day.is_ok().then(|| Literal::Text(value.to_owned()))
            }
            Kind::Time => {
                let nanos = OffsetDateTime::parse(value, &Rfc3339).ok()?.unix_timestamp_nanos();
                i64::try_from(nanos.div_euclid(1000)).ok().map(Literal::Number)
            }
        }
    }
}

impl Literal {
    pub(crate) fn compare(&self, comparison: Comparison, value: &Value<'_>) -> bool {
        use Comparison::{Equal, Greater, GreaterOrEqual, Has, Less, LessOrEqual, Unequal};
        if comparison == Unequal {
            return !self.compare(Equal, value);
        }
        let order = match (value, self) {
            (Value::Absent, _) => return false,
            (_, Literal::Anything) => return true,
            (Value::Text(text), Literal::Text(literal)) if comparison == Has => {
                return contains(text, &literal.to_lowercase());
            }
            (Value::Text(text), Literal::Text(literal)) => text.as_ref().cmp(literal),
            (Value::Number(number), Literal::Number(literal)) => number.cmp(literal),
            // A record that does not keep to its schema has not what was asked for.
            (Value::Text(_), Literal::Number(_)) | (Value::Number(_), Literal::Text(_)) => return false,
        };
        match comparison {
            Equal | Has => order.is_eq(),
            Less => order.is_lt(),
            LessOrEqual => order.is_le(),
            Greater => order.is_gt(),
            GreaterOrEqual => order.is_ge(),
            Unequal => order.is_ne(),
        }
    }
}

/// Whether a text holds another, which is in small letters.
pub(crate) fn contains(text: &str, small: &str) -> bool {
    text.contains(small) || text.to_lowercase().contains(small)
}
