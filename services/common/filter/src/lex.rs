//! From characters to tokens.

use crate::{CHARS_MAX, FilterError, Problem};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Open,
    Close,
    /// A minus in front of something.
    Minus,
    And,
    Or,
    Not,
    Comparator(&'static str),
    /// A word as it stands.
    Bare(String),
    /// A word in quotes, without them.
    Quoted(String),
}

impl Token {
    /// As somebody would write it.
    pub(crate) fn written(&self) -> String {
        match self {
            Token::Open => "(",
            Token::Close => ")",
            Token::Minus => "-",
            Token::And => "AND",
            Token::Or => "OR",
            Token::Not => "NOT",
            Token::Comparator(sign) => sign,
            Token::Bare(word) | Token::Quoted(word) => word,
        }
        .to_owned()
    }
}

/// A token, and the character at which it begins, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) at: usize,
    pub(crate) token: Token,
}

/// The tokens of a filter, and one past the last character.
pub(crate) fn tokens(text: &str) -> Result<(Vec<Placed>, usize), FilterError> {
    if text.chars().nth(CHARS_MAX).is_some() {
        return Err(FilterError { at: CHARS_MAX + 1, problem: Problem::TooLong });
    }
    let characters: Vec<char> = text.chars().collect();
    if let Some(at) = characters.iter().position(|c| c.is_control() && !c.is_whitespace()) {
        let problem = Problem::Unexpected(characters[at].escape_unicode().to_string());
        return Err(FilterError { at: at + 1, problem });
    }
    let (mut placed, mut next) = (Vec::new(), 0);
    while let Some(&first) = characters.get(next) {
        let at = next + 1;
        let token = match first {
            blank if blank.is_whitespace() => {
                next += 1;
                continue;
            }
            '(' => sign(&mut next, 1, Token::Open),
            ')' => sign(&mut next, 1, Token::Close),
            '"' | '\'' => quoted(&characters, &mut next)?,
            // A minus binds to what follows it at once; inside a word it is a letter like others.
            '-' => sign(&mut next, 1, Token::Minus),
            _ => match comparator(&characters[next..]) {
                Some(written) => sign(&mut next, written.len(), Token::Comparator(written)),
                None => bare(&characters, &mut next),
            },
        };
        placed.push(Placed { at, token });
    }
    Ok((placed, characters.len() + 1))
}

fn sign(next: &mut usize, length: usize, token: Token) -> Token {
    *next += length;
    token
}

fn comparator(rest: &[char]) -> Option<&'static str> {
    let begins = |written: &&str| written.chars().enumerate().all(|(i, c)| rest.get(i) == Some(&c));
    ["<=", ">=", "!=", "<", ">", "=", ":"].into_iter().find(begins)
}

fn quoted(characters: &[char], next: &mut usize) -> Result<Token, FilterError> {
    let (quote, begin) = (characters[*next], *next + 1);
    let mut word = String::new();
    *next += 1;
    while let Some(&character) = characters.get(*next) {
        *next += 1;
        if character == quote {
            return Ok(Token::Quoted(word));
        }
        // A backslash makes the next character a plain one.
        let plain = if character == '\\' { characters.get(*next) } else { None };
        *next += usize::from(plain.is_some());
        word.push(*plain.unwrap_or(&character));
    }
    Err(FilterError { at: begin, problem: Problem::OpenQuote })
}

fn bare(characters: &[char], next: &mut usize) -> Token {
    let ends = |&i: &usize| {
        let here = characters[i];
        here.is_whitespace()
            || matches!(here, '(' | ')' | '"' | '\'')
            || comparator(&characters[i..]).is_some()
    };
    let begin = *next;
    let end = (begin + 1..characters.len()).find(ends).unwrap_or(characters.len());
    *next = end;
    let word: String = characters[begin..end].iter().collect();
    match word.as_str() {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        _ => Token::Bare(word),
    }
}
