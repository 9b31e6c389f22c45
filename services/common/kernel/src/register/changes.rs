//! From the table of changes to what became of each village that is closed.

use std::collections::HashMap;

use super::{Change, ChangeKind, Register, RegisterError};
use crate::{
    Date, Level, Place, UnitCode,
    date::parse_iso,
    table::{Row, Shape},
};

const CHANGES: Shape =
    Shape { name: "changes", columns: &["effective", "kind", "old", "new", "answers"], optional: &[] };
const EFFECTIVE: usize = 0;
const KIND: usize = 1;
const OLD: usize = 2;
const NEW: usize = 3;
const ANSWERS: usize = 4;

/// Why a table of changes is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Not a kind.
    #[error(
        "{at}: {found:?} is not a kind of change: write merge or split; a new name is a row of the divisions"
    )]
    Kind {
        /// Where it stands.
        at: Place,
        /// What stands there.
        found: String,
    },
    /// The day is left out.
    #[error("{at}: name the first day on which the village is no more, as in 2023-01-01")]
    NoDay {
        /// Where it is missing.
        at: Place,
    },
    /// Not a village of the divisions.
    #[error("{at}: {code} is not a village of the divisions: only villages merge and split")]
    NotAVillage {
        /// Where it stands.
        at: Place,
        /// The code.
        code: UnitCode,
    },
    /// A village has a row before.
    #[error("{at}: what becomes of {code} is said on line {other_line}: keep one row a village")]
    Repeated {
        /// Where the second one stands.
        at: Place,
        /// The village.
        code: UnitCode,
        /// Where the first one stands.
        other_line: usize,
    },
    /// The divisions close the village on another day, or not at all.
    #[error(
        "{at}: {code} is to be no more from {day} on, but the divisions have it {}: give its last row there valid_to = {last}, or correct the day here",
        until(*.valid_to)
    )]
    NotClosed {
        /// Where the day stands.
        at: Place,
        /// The village.
        code: UnitCode,
        /// The day.
        day: Date,
        /// The day before it.
        last: Date,
        /// Until when the divisions have it.
        valid_to: Option<Date>,
    },
    /// It goes into too few, too many, or into itself.
    #[error("{at}: {kind} of {code} names {found}: {}", fitting(*.kind))]
    Parts {
        /// Where they stand.
        at: Place,
        /// The kind.
        kind: ChangeKind,
        /// The village.
        code: UnitCode,
        /// How many others are named.
        found: usize,
    },
    /// What it goes into is not there on the day.
    #[error(
        "{at}: {code} is not valid on {day}, when {old} goes into it: correct its valid_from or valid_to in the divisions, or name who is there"
    )]
    NotThere {
        /// Where it stands.
        at: Place,
        /// The code.
        code: UnitCode,
        /// The day.
        day: Date,
        /// The village that is closed.
        old: UnitCode,
    },
    /// It goes over a county line.
    #[error(
        "{at}: {code} is in another county than {old}: money of a matter is kept by one county, so name a village of the same"
    )]
    OtherCounty {
        /// Where it stands.
        at: Place,
        /// The code.
        code: UnitCode,
        /// The village that is closed.
        old: UnitCode,
    },
    /// Nobody, or a stranger, is to answer.
    #[error("{at}: write which of the villages in column new answers for what {old} leaves open")]
    NobodyAnswers {
        /// Where it should stand.
        at: Place,
        /// The village that is closed.
        old: UnitCode,
    },
    /// The divisions close a village of which the changes say nothing.
    #[error(
        "changes: the divisions close {code} after {last}, and no row says who answers for what it leaves open: add one with effective = {day}"
    )]
    Silent {
        /// The village.
        code: UnitCode,
        /// Its last day.
        last: Date,
        /// The day after.
        day: Date,
    },
    /// A village is closed, and there again later.
    #[error(
        "changes: the divisions have {code} no more after {last}, and again from {from} on: a village that comes anew gets a new code"
    )]
    Returned {
        /// The village.
        code: UnitCode,
        /// Its last day.
        last: Date,
        /// The first day on which it is there again.
        from: Date,
    },
}

fn until(valid_to: Option<Date>) -> String {
    valid_to.map_or_else(|| "until further notice".to_owned(), |last| format!("until {last}"))
}

fn fitting(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Merge => {
            "a merge is into one other village; write a row for each village that goes into it"
        }
        ChangeKind::Split => {
            "a split is into two or more other villages, with a blank between; one that keeps its code is not closed and needs no row"
        }
    }
}

/// Reads the table by the divisions, which must say the same about days.
pub(super) fn read(csv: &str, register: &Register) -> Result<Vec<Change>, RegisterError> {
    let mut changes: Vec<Change> = Vec::new();
    if !csv.trim().is_empty() {
        let mut lines: HashMap<UnitCode, usize> = HashMap::new();
        for row in CHANGES.read(csv)? {
            let change = read_row(&row, register)?;
            if let Some(other_line) = lines.insert(change.old, row.line()) {
                return Err(ChangeError::Repeated { at: row.place(OLD), code: change.old, other_line }.into());
            }
            changes.push(change);
        }
    }
    changes.sort_unstable_by_key(|change| change.old);
    none_is_silent(&changes, register)?;
    Ok(changes)
}

fn read_row(row: &Row, register: &Register) -> Result<Change, RegisterError> {
    let day = match row.get(EFFECTIVE) {
        "" => return Err(ChangeError::NoDay { at: row.place(EFFECTIVE) }.into()),
        found => parse_iso(found)
            .ok_or_else(|| RegisterError::Date { at: row.place(EFFECTIVE), found: found.to_owned() })?,
    };
    let last = day.previous_day().ok_or_else(|| ChangeError::NoDay { at: row.place(EFFECTIVE) })?;
    let found = row.get(KIND);
    let kind = ChangeKind::named(found);
    let kind = kind.ok_or_else(|| ChangeError::Kind { at: row.place(KIND), found: found.to_owned() })?;
    let old = village(row, OLD, row.get(OLD), register)?;
    let valid_to = register.get(old).and_then(|unit| unit.valid_to);
    if valid_to != Some(last) {
        return Err(
            ChangeError::NotClosed { at: row.place(EFFECTIVE), code: old, day, last, valid_to }.into()
        );
    }
    let named = row.get(NEW).split_ascii_whitespace();
    let mut new = named.map(|code| village(row, NEW, code, register)).collect::<Result<Vec<_>, _>>()?;
    new.sort_unstable();
    new.dedup();
    let fits = match kind {
        ChangeKind::Merge => new.len() == 1,
        ChangeKind::Split => new.len() > 1,
    };
    if !fits || new.contains(&old) {
        let found = new.iter().filter(|code| **code != old).count();
        return Err(ChangeError::Parts { at: row.place(NEW), kind, code: old, found }.into());
    }
    for &code in &new {
        let rows = register.history(code);
        if !rows.iter().any(|unit| unit.is_valid_on(day)) {
            return Err(ChangeError::NotThere { at: row.place(NEW), code, day, old }.into());
        }
        if register.county_on(code, day) != register.county_on(old, last) {
            return Err(ChangeError::OtherCounty { at: row.place(NEW), code, old }.into());
        }
    }
    let answers = match (row.get(ANSWERS), new.as_slice()) {
        ("", [only]) => *only,
        ("", _) => return Err(ChangeError::NobodyAnswers { at: row.place(ANSWERS), old }.into()),
        (code, _) => village(row, ANSWERS, code, register)?,
    };
    if !new.contains(&answers) {
        return Err(ChangeError::NobodyAnswers { at: row.place(ANSWERS), old }.into());
    }
    Ok(Change { day, kind, old, new, answers })
}

fn village(row: &Row, column: usize, code: &str, register: &Register) -> Result<UnitCode, RegisterError> {
    let code = code.parse().map_err(|problem| RegisterError::Code { at: row.place(column), problem })?;
    match register.level(code) {
        Some(Level::Village) => Ok(code),
        _ => Err(ChangeError::NotAVillage { at: row.place(column), code }.into()),
    }
}

/// Whoever is closed has a row, and does not come again.
fn none_is_silent(changes: &[Change], register: &Register) -> Result<(), ChangeError> {
    for unit in register.at_level(Level::Village) {
        let rows = register.history(unit.code);
        for (row, next) in rows.iter().zip(rows.iter().skip(1)) {
            let gap = row.valid_to.zip(next.valid_from).filter(|(last, from)| last.next_day() != Some(*from));
            if let Some((last, from)) = gap {
                return Err(ChangeError::Returned { code: unit.code, last, from });
            }
        }
        let silent = changes.binary_search_by_key(&unit.code, |change| change.old).is_err();
        if let Some((last, day)) = unit.valid_to.and_then(|last| Some((last, last.next_day()?)))
            && silent
        {
            return Err(ChangeError::Silent { code: unit.code, last, day });
        }
    }
    Ok(())
}
