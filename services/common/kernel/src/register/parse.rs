//! From the two tables to rows that make a tree on every day.

use std::collections::{HashMap, HashSet};

use super::{RegisterError, Source};
use crate::{
    Date, Level, Unit, UnitCode,
    date::parse_iso,
    table::{Row, Shape},
    text,
};

const DIVISIONS: Shape = Shape {
    name: "divisions",
    columns: &["code", "parent", "level", "name"],
    optional: &["valid_from", "valid_to"],
};
const CODE: usize = 0;
const PARENT: usize = 1;
const LEVEL: usize = 2;
const NAME: usize = 3;
const VALID_FROM: usize = 4;
const VALID_TO: usize = 5;

const NEIGHBOURS: Shape = Shape { name: "neighbours", columns: &["village", "neighbour"], optional: &[] };

const NAME_MAX_CHARS: usize = 100;

/// A unit and the row it was read from, for complaints.
type Read = (Unit, Row);

pub(super) fn read(divisions_csv: &str, neighbours_csv: &str) -> Result<Source, RegisterError> {
    let mut units = Vec::new();
    for row in DIVISIONS.read(divisions_csv)? {
        units.push((read_unit(&row)?, row));
    }
    units.sort_by_key(|(unit, _)| (unit.code, unit.valid_from));
    check_rows_of_one_code(&units)?;
    check_root(&units)?;
    let by_code: HashMap<UnitCode, &[Read]> = units
        .chunk_by(|(one, _), (other, _)| one.code == other.code)
        .map(|rows| (rows[0].0.code, rows))
        .collect();
    for (unit, row) in &units {
        check_parent(unit, row, &by_code)?;
    }
    let neighbours = read_neighbours(neighbours_csv, &by_code)?;
    let rows = units.into_iter().map(|(unit, _)| unit).collect();
    Ok(Source { rows, neighbours, changes: Vec::new() })
}

fn read_unit(row: &Row) -> Result<Unit, RegisterError> {
    let level = row.get(LEVEL).parse();
    let unit = Unit {
        code: read_code(row, CODE)?,
        parent: if row.get(PARENT).is_empty() { None } else { Some(read_code(row, PARENT)?) },
        level: level.map_err(|problem| RegisterError::Level { at: row.place(LEVEL), problem })?,
        name: row.get(NAME).to_owned(),
        valid_from: read_date(row, VALID_FROM)?,
        valid_to: read_date(row, VALID_TO)?,
    };
    text::required(&unit.name, NAME_MAX_CHARS)
        .map_err(|problem| RegisterError::Name { at: row.place(NAME), problem })?;
    match (unit.valid_from, unit.valid_to) {
        (Some(from), Some(to)) if to < from => {
            Err(RegisterError::Period { at: row.place(VALID_TO), from, to })
        }
        _ => Ok(unit),
    }
}

fn read_code(row: &Row, column: usize) -> Result<UnitCode, RegisterError> {
    row.get(column).parse().map_err(|problem| RegisterError::Code { at: row.place(column), problem })
}

fn read_date(row: &Row, column: usize) -> Result<Option<Date>, RegisterError> {
    let found = row.get(column);
    if found.is_empty() {
        return Ok(None);
    }
    let wrong = || RegisterError::Date { at: row.place(column), found: found.to_owned() };
    parse_iso(found).map(Some).ok_or_else(wrong)
}

/// Rows of one code follow each other in time and keep the level.
fn check_rows_of_one_code(units: &[Read]) -> Result<(), RegisterError> {
    for (one, other) in units.iter().zip(units.iter().skip(1)) {
        if one.0.code != other.0.code {
            continue;
        }
        // Whichever comes second in time, the complaint is about the one that comes second in the file.
        let ((first, first_row), (second, row)) =
            if one.1.line() < other.1.line() { (one, other) } else { (other, one) };
        let (code, other_line) = (second.code, first_row.line());
        let follows = one.0.valid_to.zip(other.0.valid_from).is_some_and(|(end, start)| end < start);
        if !follows {
            return Err(RegisterError::Overlap { at: row.place(CODE), code, other_line });
        }
        if first.level != second.level {
            let (at, found, other) = (row.place(LEVEL), second.level, first.level);
            return Err(RegisterError::LevelChanged { at, code, found, other, other_line });
        }
    }
    Ok(())
}

/// One unit has no parent, and it is always there.
fn check_root(units: &[Read]) -> Result<(), RegisterError> {
    let mut roots: Vec<&Read> = units.iter().filter(|(unit, _)| unit.parent.is_none()).collect();
    roots.sort_by_key(|(_, row)| row.line());
    let (root, row) = roots.first().ok_or(RegisterError::NoRoot)?;
    if let Some((second, row)) = roots.iter().find(|(unit, _)| unit.code != root.code) {
        return Err(RegisterError::SecondRoot { at: row.place(PARENT), code: second.code, root: root.code });
    }
    let column = if root.valid_from.is_some() { VALID_FROM } else { VALID_TO };
    match (root.valid_from, root.valid_to) {
        (None, None) => Ok(()),
        _ => Err(RegisterError::RootNotAlways { at: row.place(column), root: root.code }),
    }
}

/// The parent exists, is of a higher level (so there are no circles), and is there as long as the unit is.
fn check_parent(unit: &Unit, row: &Row, by_code: &HashMap<UnitCode, &[Read]>) -> Result<(), RegisterError> {
    let (code, at) = (unit.code, row.place(PARENT));
    let Some(parent) = unit.parent else { return Ok(()) };
    let above = by_code.get(&parent).ok_or(RegisterError::UnknownParent { at, code, parent })?;
    let parent_level = above[0].0.level;
    if parent_level <= unit.level {
        return Err(RegisterError::ParentTooLow { at, code, level: unit.level, parent, parent_level });
    }
    // Walk along the parent's rows for as long as they cover the unit's days.
    let mut day = unit.valid_from.unwrap_or(Date::MIN);
    let end = unit.valid_to.unwrap_or(Date::MAX);
    while let Some((covering, _)) = above.iter().find(|(above, _)| above.is_valid_on(day)) {
        match covering.valid_to.and_then(Date::next_day) {
            Some(next) if next <= end => day = next,
            _ => return Ok(()),
        }
    }
    Err(RegisterError::ParentNotValid { at, code, parent, day })
}

fn read_neighbours(
    csv: &str,
    by_code: &HashMap<UnitCode, &[Read]>,
) -> Result<Vec<(UnitCode, UnitCode)>, RegisterError> {
    if csv.trim().is_empty() {
        return Ok(Vec::new());
    }
    let read_village = |row: &Row, column| {
        let code = read_code(row, column)?;
        match by_code.get(&code) {
            Some(rows) if rows[0].0.level == Level::Village => Ok(code),
            _ => Err(RegisterError::NotAVillage { at: row.place(column), code }),
        }
    };
    let mut pairs = HashSet::new();
    for row in NEIGHBOURS.read(csv)? {
        let (one, other) = (read_village(&row, 0)?, read_village(&row, 1)?);
        if one == other {
            return Err(RegisterError::OwnNeighbour { at: row.place(1), code: one });
        }
        if !pairs.insert((one.min(other), one.max(other))) {
            return Err(RegisterError::RepeatedPair { at: row.place(0), one, other });
        }
    }
    Ok(pairs.into_iter().collect())
}
