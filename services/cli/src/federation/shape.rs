//! Which units have a node of their own, and which node hosts which unit.

use std::collections::HashMap;

use yishi_kernel::{Level, Register, UnitCode};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    units::Units,
};

/// Which units have a node of their own.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Hosting {
    /// The lowest level whose units have a node each: such a node hosts what is below its unit too. By default county.
    #[arg(long, value_name = "LEVEL", conflicts_with = "branch")]
    pub(crate) hosts: Option<Level>,
    /// Nodes for this unit and for each unit above it, 12 digits, in place of --hosts: one branch of the tree. Every
    /// other unit is hosted by the node above it.
    #[arg(long, value_name = "CODE")]
    pub(crate) branch: Option<UnitCode>,
}

/// A node's place in a federation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The topmost unit it hosts, which names it.
    pub(crate) unit: UnitCode,
    /// The node above, by its unit.
    pub(crate) parent: Option<UnitCode>,
    /// The nodes right below.
    pub(crate) delegates: Vec<UnitCode>,
    /// How many nodes are above.
    pub(crate) depth: usize,
}

/// All nodes of a federation, each before those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    places: Vec<Place>,
    hosts: HashMap<UnitCode, usize>,
}

impl Shape {
    pub(crate) fn chosen(hosting: Hosting, units: &Units, lang: Lang) -> Result<Self, Failure> {
        let Units { register, top, .. } = units;
        let Some(branch) = hosting.branch else {
            return Ok(Self::down_to(register, *top, hosting.hosts.unwrap_or(Level::County)));
        };
        Self::branch(register, *top, branch).ok_or_else(|| {
            let text = lang.pick(
                format!("--branch {branch}：{top} 下没有此单位"),
                format!("--branch {branch}: there is no such unit within {top}"),
            );
            Failure::new(Exit::Usage, text)
        })
    }

    /// One node hosts everything.
    pub(crate) fn single(register: &Register, top: UnitCode) -> Self {
        Self::of(register, top, |_| false)
    }

    /// A node for each unit of a level or above.
    pub(crate) fn down_to(register: &Register, top: UnitCode, level: Level) -> Self {
        Self::of(register, top, |unit| register.level(unit).is_some_and(|there| there >= level))
    }

    /// A node for a unit and for each above it.
    pub(crate) fn branch(register: &Register, top: UnitCode, unit: UnitCode) -> Option<Self> {
        register
            .is_within(unit, top)
            .then(|| Self::of(register, top, |above| register.is_within(unit, above)))
    }

    /// The topmost unit has a node in any case. A unit without one is hosted by the nearest node above it.
    fn of(register: &Register, top: UnitCode, has_node: impl Fn(UnitCode) -> bool) -> Self {
        let mut shape = Self { places: Vec::new(), hosts: HashMap::new() };
        for unit in register.subtree(top) {
            let above = register.parent(unit).and_then(|above| shape.hosts.get(&above).copied());
            let host = match above {
                Some(above) if !has_node(unit) => above,
                above => shape.put(unit, above),
            };
            shape.hosts.insert(unit, host);
        }
        shape
    }

    fn put(&mut self, unit: UnitCode, above: Option<usize>) -> usize {
        let (parent, depth) = above
            .map(|above| &self.places[above])
            .map_or((None, 0), |above| (Some(above.unit), above.depth + 1));
        if let Some(above) = above {
            self.places[above].delegates.push(unit);
        }
        self.places.push(Place { unit, parent, delegates: Vec::new(), depth });
        self.places.len() - 1
    }

    /// The nodes, each before those below it.
    pub(crate) fn places(&self) -> &[Place] {
        &self.places
    }

    /// The node that hosts a unit, by its number in [`Shape::places`].
    pub(crate) fn host(&self, unit: UnitCode) -> Option<usize> {
        self.hosts.get(&unit).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const NINGXIA: &str = include_str!("../../../../deploy/divisions/ningxia.csv");
    /// A county under the region, a township under a city, a village under a county.
    const ODD: &str = "code,parent,level,name\n\
        640000000000,,region,区\n\
        640100000000,640000000000,city,市\n\
        640200000000,640000000000,county,县\n\
        640100100000,640100000000,township,乡\n\
        640100100001,640100100000,village,甲\n\
        640200000001,640200000000,village,乙\n";

    fn code(text: &str) -> UnitCode {
        text.parse().unwrap()
    }

    fn ningxia() -> (Register, UnitCode) {
        let register = Register::parse(NINGXIA, "").unwrap();
        let top = register.root();
        (register, top)
    }

    /// What the nodes and the register must agree on, whatever the shape.
    fn holds(register: &Register, shape: &Shape) {
        let places = shape.places();
        assert_eq!((places[0].parent, places[0].depth), (None, 0));
        for (number, place) in places.iter().enumerate() {
            assert_eq!(shape.host(place.unit), Some(number), "a node hosts its own unit");
            for below in &place.delegates {
                let below = &places[shape.host(*below).unwrap()];
                assert_eq!((below.parent, below.depth), (Some(place.unit), place.depth + 1));
                assert!(register.is_within(below.unit, place.unit));
            }
        }
        let delegates: usize = places.iter().map(|place| place.delegates.len()).sum();
        assert_eq!(delegates + 1, places.len(), "each but the first is right below one other");
        for unit in register.subtree(places[0].unit) {
            let place = &places[shape.host(unit).unwrap()];
            let elsewhere = place.delegates.iter().any(|below| register.is_within(unit, *below));
            assert!(register.is_within(unit, place.unit) && !elsewhere, "as the node itself sees it");
        }
    }

    #[test]
    fn each_level_has_its_nodes() {
        let (register, top) = ningxia();
        let nodes = [Level::Region, Level::City, Level::County, Level::Township].map(|level| {
            let shape = Shape::down_to(&register, top, level);
            holds(&register, &shape);
            shape.places().len()
        });
        assert_eq!(nodes, [1, 1 + 5, 1 + 5 + 22, 1 + 5 + 22 + 200]);
        assert_eq!(Shape::down_to(&register, top, Level::Village).places().len(), 2_442);
    }

    #[test]
    fn a_county_hosts_what_is_below_it() {
        let (register, top) = ningxia();
        let shape = Shape::down_to(&register, top, Level::County);
        let place = &shape.places()[shape.host(code("640323100200")).unwrap()];
        assert_eq!((place.unit, place.parent), (code("640323000000"), Some(code("640300000000"))));
        assert!(place.delegates.is_empty());
        let region = &shape.places()[0];
        assert_eq!((region.unit, region.delegates.len()), (top, 5));
        assert_eq!(shape.host(code("110000000000")), None);
    }

    #[test]
    fn units_that_hang_higher_up_find_their_host() {
        let register = Register::parse(ODD, "").unwrap();
        let hosts = |level| {
            let shape = Shape::down_to(&register, register.root(), level);
            holds(&register, &shape);
            let nodes: BTreeMap<String, String> = register
                .units()
                .map(|unit| {
                    let host = shape.places()[shape.host(unit.code).unwrap()].unit;
                    (unit.code.to_string(), host.to_string())
                })
                .collect();
            nodes
        };
        let cities = hosts(Level::City);
        assert_eq!(cities["640200000000"], "640000000000", "a county without a city is the region's");
        assert_eq!(cities["640200000001"], "640000000000");
        assert_eq!(cities["640100100001"], "640100000000");
        let counties = hosts(Level::County);
        assert_eq!(counties["640200000001"], "640200000000");
        assert_eq!(counties["640100100001"], "640100000000", "without a county it is the city's");
        let townships = hosts(Level::Township);
        assert_eq!(townships["640100100001"], "640100100000");
        assert_eq!(townships["640200000001"], "640200000000");
    }

    #[test]
    fn a_branch_has_a_node_on_each_level_and_the_rest_stays_above() {
        let (register, top) = ningxia();
        let shape = Shape::branch(&register, top, code("640323100200")).unwrap();
        holds(&register, &shape);
        let nodes: Vec<String> = shape.places().iter().map(|place| place.unit.to_string()).collect();
        let branch = ["640000000000", "640300000000", "640323000000", "640323100000", "640323100200"];
        assert_eq!(nodes, branch);
        let host = |unit: &str| shape.places()[shape.host(code(unit)).unwrap()].unit;
        assert_eq!(host("640324000000"), code("640300000000"), "another county of the same city");
        assert_eq!(host("640104009000"), top, "another city's");
        assert_eq!(Shape::branch(&register, code("640100000000"), code("640323100200")), None);
        assert_eq!(Shape::branch(&register, top, top), Some(Shape::single(&register, top)));
    }

    #[test]
    fn a_part_of_the_tree_has_its_own_top() {
        let (register, _) = ningxia();
        let shape = Shape::down_to(&register, code("640300000000"), Level::County);
        holds(&register, &shape);
        assert_eq!(shape.places()[0].unit, code("640300000000"));
        assert_eq!(shape.host(code("640104009000")), None);
    }

    #[test]
    fn a_branch_that_is_not_there_is_the_typists_fault() {
        let units = Units::of(Register::parse(ODD, "").unwrap());
        let branch = |unit| Hosting { branch: Some(code(unit)), hosts: None };
        let failure = Shape::chosen(branch("110000000000"), &units, Lang::En).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        let shape = Shape::chosen(branch("640200000001"), &units, Lang::En).unwrap();
        assert_eq!(shape.places().len(), 3);
        assert_eq!(Shape::chosen(Hosting::default(), &units, Lang::En).unwrap().places().len(), 3);
    }
}
