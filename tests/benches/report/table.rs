//! The rows, as a table on the terminal and as JSON.

use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

/// Rounds of each pair.
pub(crate) const ROUNDS: usize = 5;

/// Which way is better. A ratio is always the greater the better.
#[derive(Clone, Copy)]
pub(crate) enum Better {
    /// Calls a second: ours over the limit.
    More,
    /// Time or memory: the limit over ours.
    Less,
}

/// What a row is called, and what it is held to.
#[derive(Clone, Copy)]
pub(crate) struct Aim {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) better: Better,
    /// The least that the median ratio should be; none where there is only an aim.
    pub(crate) floor: Option<f64>,
}

/// One round of a pair.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) ours: f64,
    pub(crate) limit: f64,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    ours: f64,
    limit: f64,
    ratio: f64,
    floor: Option<f64>,
    unit: &'static str,
    runs: usize,
    min: f64,
    max: f64,
}

/// What was measured so far.
pub(crate) struct Table {
    only: Option<String>,
    rows: Vec<Row>,
}

impl Table {
    /// A table of the rows that have `only` in their names.
    pub(crate) fn new(only: Option<String>) -> Self {
        println!(
            "{:<28} {:>12} {:>12} {:<10} {:>6} {:>6}  min-max",
            "", "ours", "limit", "unit", "ratio", "floor"
        );
        Self { only, rows: Vec::new() }
    }

    pub(crate) fn wants(&self, aim: &Aim) -> bool {
        self.only.as_ref().is_none_or(|part| aim.name.contains(part.as_str()))
    }

    pub(crate) fn wants_any(&self, aims: &[Aim]) -> bool {
        aims.iter().any(|aim| self.wants(aim))
    }

    /// Adds a row and prints it; `beside` is said at its end, such as how fast the disk was.
    pub(crate) fn add(&mut self, aim: &Aim, rounds: &[Pair], beside: &str) {
        let ratios: Vec<f64> = rounds
            .iter()
            .map(|pair| match aim.better {
                Better::More => pair.ours / pair.limit,
                Better::Less => pair.limit / pair.ours,
            })
            .collect();
        let row = Row {
            name: aim.name,
            ours: short(median(rounds.iter().map(|pair| pair.ours))),
            limit: short(median(rounds.iter().map(|pair| pair.limit))),
            ratio: short(median(ratios.iter().copied())),
            floor: aim.floor,
            unit: aim.unit,
            runs: rounds.len(),
            min: short(ratios.iter().copied().fold(f64::INFINITY, f64::min)),
            max: short(ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        };
        let Row { name, ours, limit, ratio, unit, min, max, .. } = row;
        let floor = row.floor.map_or_else(|| "-".to_owned(), |floor| floor.to_string());
        println!("{name:<28} {ours:>12} {limit:>12} {unit:<10} {ratio:>6} {floor:>6}  {min}-{max}  {beside}");
        self.rows.push(row);
    }

    /// The names of the rows whose median is below the floor.
    pub(crate) fn missed(&self) -> Vec<&'static str> {
        let below = |row: &&Row| row.floor.is_some_and(|floor| row.ratio < floor);
        self.rows.iter().filter(below).map(|row| row.name).collect()
    }

    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let folder = path.parent().context("a report lies in a folder")?;
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        std::fs::write(path, serde_json::to_string_pretty(&self.rows)?)
            .with_context(|| path.display().to_string())
    }
}

/// The middle one; the upper one of two.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Three decimals say more than the measurement knows.
fn short(value: f64) -> f64 {
    let scale = if value.abs() < 100.0 { 1000.0 } else { 1.0 };
    (value * scale).round() / scale
}
