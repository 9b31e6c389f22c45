//! One side of a link, and what it knows of the tree.

use std::collections::BTreeSet;
use std::sync::Arc;

use yishi_kernel::{Register, UnitCode};
use yishi_store::{ClockKind, Source};

use super::farewell::{Farewell, Reason};
use super::frame::{Carried, Hello, Holdings, VERSION};
use super::lane::{Lane, Side, Standing};
use super::limits::Limits;

/// Who speaks for a database.
#[derive(Clone, Debug)]
pub struct Party {
    /// Whose journals.
    pub service: Source,
    /// By which clock its business runs.
    pub clock: ClockKind,
    /// Every unit there is.
    pub register: Arc<Register>,
    /// The topmost unit this node hosts.
    pub root: UnitCode,
    /// The topmost units of the nodes right below, which host those and what is below them.
    pub delegates: Arc<BTreeSet<UnitCode>>,
    /// How far this database is after a restore.
    pub standing: Standing,
    /// How much, and how long.
    pub limits: Limits,
}

impl Party {
    /// Whether the unit's journal is written by this node.
    #[must_use]
    pub fn hosts(&self, unit: UnitCode) -> bool {
        self.register.is_within(unit, self.root)
            && !self.delegates.iter().any(|&delegate| self.register.is_within(unit, delegate))
    }

    pub(crate) fn hello(&self) -> Hello {
        Hello {
            version: VERSION,
            service: self.service.to_owned(),
            clock: self.clock,
            unit: self.root,
            standing: self.standing,
        }
    }

    /// Whether this side gets on with the other one.
    pub(crate) fn admit(&self, side: Side, theirs: &Hello) -> Result<(), Farewell> {
        let refuse = |reason, detail: String| Err(Farewell::new(reason, detail));
        if theirs.version != VERSION {
            return refuse(Reason::Version, format!("version {VERSION} here, {} there", theirs.version));
        }
        if theirs.service != self.service {
            return refuse(Reason::Service, format!("{} here, {} there", self.service, theirs.service));
        }
        if theirs.clock != self.clock {
            let (mine, theirs) = (self.clock.as_str(), theirs.clock.as_str());
            return refuse(Reason::Clock, format!("a {mine} clock here, a {theirs} clock there"));
        }
        let known = match side {
            Side::Lower => theirs.unit != self.root && self.register.is_within(self.root, theirs.unit),
            Side::Upper => self.delegates.contains(&theirs.unit),
        };
        if !known {
            let place = if side == Side::Lower { "above" } else { "right below" };
            let detail = format!("{} is not a node {place} {}", theirs.unit, self.root);
            return Err(Farewell::about(theirs.unit, Reason::Stranger, detail));
        }
        Ok(())
    }

    /// Whether an entry may travel on a lane of a link whose lower node hosts `lower` and what is below it.
    pub(crate) fn belongs(&self, lane: Lane, lower: UnitCode, carried: &Carried) -> Result<(), Farewell> {
        let entry = &carried.entry;
        let is_below = |unit| self.register.is_within(unit, lower);
        let fits = if lane.is_dense() {
            is_below(entry.unit)
        } else {
            entry.to.is_some_and(|(to, _)| self.is_way_into(lower, entry.unit, to))
        };
        if fits {
            return Ok(());
        }
        self.knows([entry.unit].into_iter().chain(entry.to.map(|(to, _)| to)))?;
        let detail = format!("{} number {} is not for {lane:?} of {lower}", entry.unit, entry.seq);
        Err(Farewell::about(entry.unit, Reason::Trespass, detail))
    }

    /// Whether everything named there belongs to a link whose lower node hosts `lower`.
    pub(crate) fn belong(&self, lower: UnitCode, held: &Holdings) -> Result<(), Farewell> {
        let fits = held.heads.keys().all(|&unit| self.register.is_within(unit, lower))
            && held.ways.keys().all(|&(from, to)| self.is_way_into(lower, from, to));
        if fits {
            return Ok(());
        }
        let ways = held.ways.keys().flat_map(|&(from, to)| [from, to]);
        self.knows(held.heads.keys().copied().chain(ways))?;
        Err(Farewell::new(Reason::Malformed, "named journals or ways that this link is not for"))
    }

    /// A unit that is in no register here is a new one, of which the other side has been told and this one has not. Nothing is
    /// lost: what there is of it comes when this node has been told, too.
    pub(crate) fn knows(&self, units: impl IntoIterator<Item = UnitCode>) -> Result<(), Farewell> {
        match units.into_iter().find(|unit| self.register.get(*unit).is_none()) {
            None => Ok(()),
            Some(unit) => Err(Farewell::unknown(unit, self.root)),
        }
    }

    fn is_way_into(&self, lower: UnitCode, from: UnitCode, to: UnitCode) -> bool {
        self.register.get(from).is_some()
            && !self.register.is_within(from, lower)
            && self.register.is_within(to, lower)
    }
}
