//! Filters of lists: the part of AIP-160 that lists of records need.
//!
//! ```text
//! state = DETERMINED AND (households >= 100 OR cost_estimate_fen > 5000000) AND -place:河东 路灯
//! ```
//!
//! * `AND`, `OR` (which binds closer than `AND`, as AIP-160 has it), `NOT` or `-`, parentheses; what stands side by side must
//!   all hold.
//! * `=`, `!=`, `<`, `<=`, `>`, `>=` compare a field with a value; `:` asks whether a text holds another, whatever the case,
//!   and `field:*` whether there is anything in it. What is absent is equal to nothing and in no order.
//! * A word alone is looked for in the texts of a record.
//! * Values with blanks, brackets or comparisons in them stand in quotes, `"` or `'`, with `\` before a quote that is meant.
//!
//! Which fields there are is said by a [`Schema`]; a filter is checked against it when it is read, so that nothing can fail
//! later. No filter becomes SQL.
//!
//! Architecture invariant: it knows no service, no database and no wire format, and whatever text it is given, it answers.

mod lex;
mod parse;
mod problem;
mod value;

pub use problem::{FilterError, Problem};
pub use value::{Kind, Record, Schema, Value};

use value::Literal;

/// Characters a filter may have.
pub const CHARS_MAX: usize = 1000;
/// Restrictions and words a filter may have.
pub const TERMS_MAX: usize = 64;
/// How deep brackets and negations may be nested.
pub const DEPTH_MAX: usize = 16;

/// A filter that was read and fits its schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter(Option<Node>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// In small letters.
    Word(String),
    Is {
        /// The field's place in the schema.
        field: usize,
        comparison: Comparison,
        literal: Literal,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Has,
}

impl Filter {
    /// Reads a filter; an empty one lets everything through.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, FilterError> {
        parse::filter(text, schema).map(Self)
    }

    /// Whether it lets everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether a record passes.
    pub fn matches(&self, record: &impl Record) -> bool {
        self.0.as_ref().is_none_or(|node| node.holds(record))
    }
}

impl Node {
    fn holds(&self, record: &impl Record) -> bool {
        match self {
            Node::All(nodes) => nodes.iter().all(|node| node.holds(record)),
            Node::Any(nodes) => nodes.iter().any(|node| node.holds(record)),
            Node::Not(node) => !node.holds(record),
            Node::Word(word) => record.texts().into_iter().any(|text| value::contains(text, word)),
            Node::Is { field, comparison, literal } => literal.compare(*comparison, &record.value(*field)),
        }
    }
}
