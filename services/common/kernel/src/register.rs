mod change;
mod changes;
#[cfg(test)]
mod changes_tests;
mod error;
mod parse;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use crate::{Date, Level, Unit, UnitCode};

pub use change::{Change, ChangeKind};
pub use changes::ChangeError;
pub use error::RegisterError;

/// The tree of units, and which villages are neighbours.
///
/// As parsed it holds every unit there ever was, each as last known; [`Register::as_of`] gives the tree of
/// one day. Asking for a unit it does not hold answers `None`, false or nothing.
#[derive(Debug, Clone)]
pub struct Register {
    /// In preorder, children by code, so that a subtree is one run.
    nodes: Vec<Node>,
    positions: HashMap<UnitCode, usize>,
    source: Arc<Source>,
}

#[derive(Debug, Clone)]
struct Node {
    unit: Unit,
    /// One past the last position of the subtree.
    end: usize,
    children: Vec<UnitCode>,
    neighbours: Vec<UnitCode>,
}

/// What the tables say, from which the tree of any day is built.
#[derive(Debug)]
struct Source {
    /// All rows, by code and then by the first day of validity.
    rows: Vec<Unit>,
    neighbours: Vec<(UnitCode, UnitCode)>,
    /// By the village that is closed.
    changes: Vec<Change>,
}

impl Register {
    /// Reads `code,parent,level,name`, perhaps with `valid_from,valid_to` (first and last day), and the pairs
    /// `village,neighbour`. A text without neighbours may be empty. Lines that begin with `#` are comments.
    pub fn parse(divisions_csv: &str, neighbours_csv: &str) -> Result<Register, RegisterError> {
        let source = parse::read(divisions_csv, neighbours_csv)?;
        Ok(Self::build(Arc::new(source), |_| true))
    }

    /// The same, with `effective,kind,old,new,answers` of each village that is closed: the first day on which it is no more,
    /// merge or split, its code, what it goes into, and which of these answers for what it leaves open. The table may be
    /// empty where no village is closed.
    pub fn parse_with_changes(
        divisions_csv: &str,
        neighbours_csv: &str,
        changes_csv: &str,
    ) -> Result<Register, RegisterError> {
        let mut register = Self::parse(divisions_csv, neighbours_csv)?;
        let changes = changes::read(changes_csv, &register)?;
        Arc::get_mut(&mut register.source).expect("nobody else has it yet").changes = changes;
        Ok(register)
    }

    /// The tree of one day: without units that are closed by then or not yet there.
    pub fn as_of(&self, day: Date) -> Register {
        Self::build(Arc::clone(&self.source), |unit| unit.is_valid_on(day))
    }

    /// The one unit without a parent.
    pub fn root(&self) -> UnitCode {
        self.nodes[0].unit.code
    }

    /// The unit of that code.
    pub fn get(&self, code: UnitCode) -> Option<&Unit> {
        self.node(code).map(|node| &node.unit)
    }

    /// The level of a unit.
    pub fn level(&self, code: UnitCode) -> Option<Level> {
        self.get(code).map(|unit| unit.level)
    }

    /// The unit above; the root has none.
    pub fn parent(&self, code: UnitCode) -> Option<UnitCode> {
        self.get(code).and_then(|unit| unit.parent)
    }

    /// The units right below, by code.
    pub fn children(&self, code: UnitCode) -> &[UnitCode] {
        self.node(code).map_or(&[], |node| &node.children)
    }

    /// The units above, nearest first, up to the root.
    pub fn ancestors(&self, code: UnitCode) -> impl Iterator<Item = UnitCode> {
        std::iter::successors(self.parent(code), |above| self.parent(*above))
    }

    /// The unit itself or the one above it that has this level.
    pub fn ancestor_at(&self, code: UnitCode, level: Level) -> Option<UnitCode> {
        let itself = self.get(code).map(|unit| unit.code);
        itself.into_iter().chain(self.ancestors(code)).find(|above| self.level(*above) == Some(level))
    }

    /// Whether a unit is this ancestor or below it.
    pub fn is_within(&self, code: UnitCode, ancestor: UnitCode) -> bool {
        match (self.positions.get(&code), self.positions.get(&ancestor)) {
            (Some(position), Some(top)) => (*top..self.nodes[*top].end).contains(position),
            _ => false,
        }
    }

    /// The unit and all below it, each before its children, children by code.
    pub fn subtree(&self, code: UnitCode) -> Vec<UnitCode> {
        let run = self.positions.get(&code).map_or(&[][..], |top| &self.nodes[*top..self.nodes[*top].end]);
        run.iter().map(|node| node.unit.code).collect()
    }

    /// All units, each before its children, children by code.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.nodes.iter().map(|node| &node.unit)
    }

    /// All units of a level, in the order of [`Register::units`].
    pub fn at_level(&self, level: Level) -> impl Iterator<Item = &Unit> {
        self.units().filter(move |unit| unit.level == level)
    }

    /// The neighbours of a village, by code.
    pub fn neighbours(&self, code: UnitCode) -> &[UnitCode] {
        self.node(code).map_or(&[], |node| &node.neighbours)
    }

    /// Whether two villages are registered as neighbours.
    pub fn are_neighbours(&self, one: UnitCode, other: UnitCode) -> bool {
        self.neighbours(one).binary_search(&other).is_ok()
    }

    fn node(&self, code: UnitCode) -> Option<&Node> {
        self.positions.get(&code).map(|position| &self.nodes[*position])
    }

    /// The tree of the rows that are kept; of several rows of one code the latest.
    fn build(source: Arc<Source>, keep: impl Fn(&Unit) -> bool) -> Register {
        let latest: HashMap<UnitCode, &Unit> =
            source.rows.iter().filter(|unit| keep(unit)).map(|unit| (unit.code, unit)).collect();
        let mut children: HashMap<Option<UnitCode>, Vec<UnitCode>> = HashMap::new();
        for unit in latest.values() {
            children.entry(unit.parent).or_default().push(unit.code);
        }
        children.values_mut().for_each(|codes| codes.sort_unstable());
        let mut neighbours: HashMap<UnitCode, Vec<UnitCode>> = HashMap::new();
        for &(one, other) in &source.neighbours {
            if latest.contains_key(&one) && latest.contains_key(&other) {
                neighbours.entry(one).or_default().push(other);
                neighbours.entry(other).or_default().push(one);
            }
        }
        neighbours.values_mut().for_each(|codes| codes.sort_unstable());

        let mut nodes: Vec<Node> = Vec::with_capacity(latest.len());
        let mut waiting = children.remove(&None).unwrap_or_default();
        while let Some(code) = waiting.pop() {
            let children = children.remove(&Some(code)).unwrap_or_default();
            waiting.extend(children.iter().rev());
            let unit = latest[&code].clone();
            nodes.push(Node {
                unit,
                end: 0,
                children,
                neighbours: neighbours.remove(&code).unwrap_or_default(),
            });
        }
        let positions: HashMap<UnitCode, usize> =
            nodes.iter().enumerate().map(|(position, node)| (node.unit.code, position)).collect();
        // Backwards, so that the last child's end is known before its parent's.
        for position in (0..nodes.len()).rev() {
            let last = nodes[position].children.last().map(|child| nodes[positions[child]].end);
            nodes[position].end = last.unwrap_or(position + 1);
        }
        Register { nodes, positions, source }
    }
}
