//! The units and the nodes that host them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use yishi_kernel::{Register, UnitCode};

use crate::dice::Dice;

const FIRST: u64 = 640_000_000_000;
const LEVELS: [&str; 5] = ["region", "city", "county", "township", "village"];

/// Where a node stands.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) root: UnitCode,
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
    pub(crate) house: Vec<UnitCode>,
    pub(crate) delegates: Arc<BTreeSet<UnitCode>>,
}

#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) register: Arc<Register>,
    pub(crate) places: Vec<Place>,
    pub(crate) units: Vec<UnitCode>,
    /// By unit: the node that hosts it.
    home: Vec<usize>,
    /// By unit and unit: whether the first is the second or below it.
    within: Vec<Vec<bool>>,
}

fn index(unit: UnitCode) -> usize {
    usize::try_from(unit.as_u64() - FIRST).unwrap()
}

impl Tree {
    /// Two to nine nodes on two to four levels, each with one to three units.
    pub(crate) fn grow(dice: &mut Dice) -> Self {
        let (nodes, deepest) = (dice.size(2, 9), dice.size(1, 3));
        let mut tree = Self {
            register: Arc::new(
                Register::parse("code,parent,level,name\n640000000000,,region,x\n", "").unwrap(),
            ),
            places: Vec::new(),
            units: Vec::new(),
            home: Vec::new(),
            within: Vec::new(),
        };
        // By unit: its parent and its depth; by node: its depth.
        let (mut above, mut depths): (Vec<(Option<UnitCode>, usize)>, Vec<usize>) = (Vec::new(), Vec::new());
        for node in 0..nodes {
            // A node sits below a unit of another that is no village.
            let hosts = (0..node).filter(|&other| depths[other] < deepest);
            let hosts =
                hosts.flat_map(|other| tree.places[other].house.iter().map(move |&unit| (other, unit)));
            let hosts: Vec<_> = hosts.filter(|&(_, unit)| above[index(unit)].1 < 4).collect();
            let (parent, upper) = dice.pick(&hosts).unzip();
            depths.push(parent.map_or(0, |parent| depths[parent] + 1));
            let depth = upper.map_or(0, |unit| above[index(unit)].1 + 1);
            let root = tree.settle(node, (upper, depth), &mut above);
            let mut house = vec![root];
            // Room is left for the levels of nodes below.
            if depth < 4 && depths[node] <= depth {
                for _ in 0..dice.size(0, 2) {
                    house.push(tree.settle(node, (Some(root), depth + 1), &mut above));
                }
            }
            if let Some(parent) = parent {
                tree.places[parent].children.push(node);
            }
            tree.places.push(Place { root, parent, children: Vec::new(), house, delegates: Arc::default() });
        }
        for node in 0..nodes {
            let roots = tree.places[node].children.iter().map(|&child| tree.places[child].root).collect();
            tree.places[node].delegates = Arc::new(roots);
        }
        let mut rows = "code,parent,level,name\n".to_owned();
        for (&unit, (parent, depth)) in tree.units.iter().zip(&above) {
            let parent = parent.map(|parent| parent.to_string()).unwrap_or_default();
            writeln!(rows, "{unit},{parent},{},x", LEVELS[*depth]).unwrap();
        }
        tree.register = Arc::new(Register::parse(&rows, "").unwrap());
        let is_within = |unit: &UnitCode| {
            tree.units.iter().map(|&above| tree.register.is_within(*unit, above)).collect::<Vec<bool>>()
        };
        tree.within = tree.units.iter().map(is_within).collect();
        tree
    }

    fn settle(
        &mut self,
        node: usize,
        place: (Option<UnitCode>, usize),
        above: &mut Vec<(Option<UnitCode>, usize)>,
    ) -> UnitCode {
        let unit = UnitCode::new(FIRST + self.units.len() as u64).unwrap();
        self.units.push(unit);
        self.home.push(node);
        above.push(place);
        unit
    }

    pub(crate) fn home(&self, unit: UnitCode) -> usize {
        self.home[index(unit)]
    }

    pub(crate) fn is_within(&self, unit: UnitCode, above: UnitCode) -> bool {
        self.within[index(unit)][index(above)]
    }

    /// The node and all nodes above it.
    pub(crate) fn line(&self, node: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(node), |&node| self.places[node].parent)
    }
}
