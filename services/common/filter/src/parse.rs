//! From tokens to a filter. Each function reads one rule of AIP-160's grammar.

use crate::lex::{Placed, Token, tokens};
use crate::value::Literal;
use crate::{Comparison, DEPTH_MAX, FilterError, Kind, Node, Problem, Schema, TERMS_MAX};

pub(crate) fn filter(text: &str, schema: &Schema) -> Result<Option<Node>, FilterError> {
    let (tokens, end) = tokens(text)?;
    if tokens.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser { tokens, next: 0, end, terms: 0, depth: 0, schema };
    let node = parser.expression()?;
    match parser.peek() {
        None => Ok(Some(node)),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser<'s> {
    tokens: Vec<Placed>,
    next: usize,
    /// One past the last character.
    end: usize,
    terms: usize,
    depth: usize,
    schema: &'s Schema,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |placed| placed.at)
    }

    fn take(&mut self, token: &Token) -> bool {
        let there = self.peek() == Some(token);
        self.next += usize::from(there);
        there
    }

    fn unexpected(&self) -> FilterError {
        let problem = self.peek().map_or(Problem::Missing, |token| Problem::Unexpected(token.written()));
        FilterError { at: self.at(), problem }
    }

    /// `sequence {AND sequence}`
    fn expression(&mut self) -> Result<Node, FilterError> {
        let mut nodes = self.sequence()?;
        while self.take(&Token::And) {
            nodes.extend(self.sequence()?);
        }
        Ok(one_or(nodes, Node::All))
    }

    /// `factor {factor}`: what stands side by side must all hold.
    fn sequence(&mut self) -> Result<Vec<Node>, FilterError> {
        let mut nodes = vec![self.factor()?];
        while !matches!(self.peek(), None | Some(Token::And | Token::Close)) {
            nodes.push(self.factor()?);
        }
        Ok(nodes)
    }

    /// `term {OR term}`
    fn factor(&mut self) -> Result<Node, FilterError> {
        let mut nodes = vec![self.term()?];
        while self.take(&Token::Or) {
            nodes.push(self.term()?);
        }
        Ok(one_or(nodes, Node::Any))
    }

    /// `[NOT | -] simple`
    fn term(&mut self) -> Result<Node, FilterError> {
        if self.take(&Token::Not) || self.take(&Token::Minus) {
            return self.deeper(|parser| Ok(Node::Not(Box::new(parser.term()?))));
        }
        if self.take(&Token::Open) {
            let node = self.deeper(Self::expression)?;
            if !self.take(&Token::Close) {
                return Err(match self.peek() {
                    None => FilterError { at: self.at(), problem: Problem::OpenBracket },
                    Some(_) => self.unexpected(),
                });
            }
            return Ok(node);
        }
        self.restriction()
    }

    fn deeper(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Node, FilterError>,
    ) -> Result<Node, FilterError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(FilterError { at: self.at(), problem: Problem::TooDeep });
        }
        let node = read(self);
        self.depth -= 1;
        node
    }

    /// `word` or `field comparator value`
    fn restriction(&mut self) -> Result<Node, FilterError> {
        let at = self.at();
        self.terms += 1;
        if self.terms > TERMS_MAX {
            return Err(FilterError { at, problem: Problem::TooManyTerms });
        }
        let (word, quoted) = match self.peek() {
            Some(Token::Bare(word)) => (word.clone(), false),
            Some(Token::Quoted(word)) => (word.clone(), true),
            _ => return Err(self.unexpected()),
        };
        self.next += 1;
        let Some(&Token::Comparator(sign)) = self.peek().filter(|_| !quoted) else {
            return Ok(Node::Word(word.to_lowercase()));
        };
        let (sign_at, schema) = (self.at(), self.schema);
        self.next += 1;
        let (field, kind) = schema.find(&word).ok_or_else(|| {
            let problem = Problem::UnknownField { field: word, known: schema.names() };
            FilterError { at, problem }
        })?;
        let name = schema.name(field);
        let mut comparison = comparison(sign);
        if !kind.allows(comparison) {
            let problem =
                Problem::Comparison { field: name, comparison: sign.to_owned(), known: kind.comparisons() };
            return Err(FilterError { at: sign_at, problem });
        }
        let value_at = self.at();
        let (value, quoted) = self.value(sign)?;
        let literal = if comparison == Comparison::Has && value == "*" && !quoted {
            Literal::Anything
        } else {
            // Only texts hold others; of the rest `:` is another way to write `=`.
            if comparison == Comparison::Has && kind != Kind::Text {
                comparison = Comparison::Equal;
            }
            kind.read(&value).ok_or_else(|| {
                let problem = Problem::BadValue { field: name, value, wanted: kind.wanted() };
                FilterError { at: value_at, problem }
            })?
        };
        Ok(Node::Is { field, comparison, literal })
    }

    /// A value, and whether it stood in quotes. A minus before a number is its sign.
    fn value(&mut self, sign: &str) -> Result<(String, bool), FilterError> {
        let minus = if self.take(&Token::Minus) { "-" } else { "" };
        let mut value = match self.peek() {
            Some(Token::Bare(word)) => (format!("{minus}{word}"), false),
            Some(Token::Quoted(word)) if minus.is_empty() => (word.clone(), true),
            _ => {
                return Err(FilterError { at: self.at(), problem: Problem::NoValue(sign.to_owned()) });
            }
        };
        self.next += 1;
        // The colons of a time of day are no comparators: `2026-11-25T08:00:00Z` is one value.
        while !value.1 && self.continues() {
            let colon = self.take(&Token::Comparator(":"));
            debug_assert!(colon, "it continues with a colon");
            value.0.push(':');
            if let Some(Token::Bare(word)) = self.peek() {
                value.0.push_str(word);
                self.next += 1;
            }
        }
        Ok(value)
    }

    /// Whether a colon follows without a blank.
    fn continues(&self) -> bool {
        let end_of = |placed: &Placed| placed.at + placed.token.written().chars().count();
        let before = self.next.checked_sub(1).and_then(|last| self.tokens.get(last));
        self.peek() == Some(&Token::Comparator(":")) && before.map(end_of) == Some(self.at())
    }
}

fn one_or(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match nodes.len() {
        1 => nodes.remove(0),
        _ => many(nodes),
    }
}

fn comparison(sign: &str) -> Comparison {
    match sign {
        "=" => Comparison::Equal,
        "!=" => Comparison::Unequal,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => Comparison::Has,
    }
}
