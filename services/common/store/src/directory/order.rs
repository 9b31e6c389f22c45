//! What can be ordered about a subtree, and what is written for it. Each order is done once by its nature: asked again it
//! finds what it wants done.

use yishi_kernel::UnitCode;

use super::payload::{Moved, Recalled};
use super::{Directory, Elsewhere, Recall, Tenure};
use crate::journal::{MOVED, RECALLED};
use crate::writer::Draft;

/// What is to become of a subtree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// It goes to the node of its topmost unit.
    Delegate {
        /// Its topmost unit.
        top: UnitCode,
        /// Where callers will find that node.
        address: String,
    },
    /// The node that has it is asked for it.
    Recall {
        /// Its topmost unit.
        top: UnitCode,
        /// Where callers will find this node.
        address: String,
    },
    /// All of this node goes back to the node above, which asked for it.
    GiveBack,
    /// This node, which it was moved to, opens an epoch of its topmost unit: the sign to others that it decides.
    TakeOver {
        /// Its topmost unit.
        top: UnitCode,
    },
    /// A follower has made up for what it had passed over of it.
    MadeUp {
        /// Its topmost unit.
        top: UnitCode,
        /// The follower's source.
        source: &'static str,
        /// Up to which of the source's positions.
        upto: i64,
    },
}

/// Why an order cannot be carried out. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmovable {
    /// Only what is below this node's topmost unit can be moved.
    #[error("{0} is not below the topmost unit of this node")]
    NotBelow(UnitCode),
    /// Another node has it.
    #[error("{} is hosted by the node of {}", .0.unit, .0.holder)]
    Elsewhere(Elsewhere),
    /// It is here.
    #[error("{0} is hosted by this node")]
    Here(UnitCode),
    /// A part of it is hosted by a node of its own, which dials this one.
    #[error("the node of {node} is below {unit}: take that one back first")]
    NodeBelow {
        /// What was to be moved.
        unit: UnitCode,
        /// The node below it, by its topmost unit.
        node: UnitCode,
    },
}

impl Directory {
    /// The entries that an order writes; none if it is done already.
    pub(crate) fn decide(&self, order: &Order) -> Result<Vec<Draft>, Unmovable> {
        match order {
            Order::Delegate { top, address } => self.delegate(*top, address),
            Order::Recall { top, address } => self.recall(*top, address),
            Order::GiveBack => self.give_back(),
            Order::TakeOver { .. } | Order::MadeUp { .. } => Ok(Vec::new()),
        }
    }

    /// Whether an order can be carried out.
    pub fn check(&self, order: &Order) -> Result<(), Unmovable> {
        self.decide(order).map(drop)
    }

    /// In whose journal an order opens an epoch.
    pub(crate) fn opens(&self, order: &Order) -> Option<UnitCode> {
        let Order::TakeOver { top } = order else { return None };
        self.is_awaited_here(*top).then_some(*top)
    }

    /// Whether a subtree has come to this node, which has not opened an epoch of it yet.
    #[must_use]
    pub fn is_awaited_here(&self, top: UnitCode) -> bool {
        let waits = |tenure: &Tenure| tenure.since == 0 && tenure.turn > 0;
        self.decides(top) && self.tenures.get(&top).is_some_and(waits)
    }

    fn delegate(&self, top: UnitCode, address: &str) -> Result<Vec<Draft>, Unmovable> {
        let below =
            self.tree.as_ref().is_some_and(|(register, root)| top != *root && register.is_within(top, *root));
        if !below {
            return Err(Unmovable::NotBelow(top));
        }
        if self.tenures.get(&top).is_some_and(|tenure| tenure.holder == top) {
            return Ok(Vec::new());
        }
        self.movable(top)?;
        Ok(self.moving(top, top, address))
    }

    fn recall(&self, top: UnitCode, address: &str) -> Result<Vec<Draft>, Unmovable> {
        let Some((_, root)) = &self.tree else { return Err(Unmovable::NotBelow(top)) };
        let tenure = self.tenures.get(&top).filter(|tenure| tenure.holder != *root);
        let Some(tenure) = tenure else { return Err(Unmovable::Here(top)) };
        if tenure.recall.is_some() {
            return Ok(Vec::new());
        }
        if !self.delegates().contains(&top) {
            let (unit, holder, address) = (top, tenure.holder, tenure.address.clone());
            return Err(Unmovable::Elsewhere(Elsewhere { unit, holder, address }));
        }
        let payload = Recalled { top, turn: tenure.turn, address: address.to_owned() }.write();
        Ok(vec![Draft { unit: *root, to: Some(top), kind: RECALLED, payload }])
    }

    fn give_back(&self) -> Result<Vec<Draft>, Unmovable> {
        let Some((_, root)) = &self.tree else { return Ok(Vec::new()) };
        let tenure = self.tenures.get(root).filter(|tenure| tenure.holder == *root);
        let Some(Recall { by, address }) = tenure.and_then(|tenure| tenure.recall.as_ref()) else {
            return Ok(Vec::new());
        };
        self.movable(*root)?;
        Ok(self.moving(*root, *by, address))
    }

    /// Whether all of a subtree is decided here.
    fn movable(&self, top: UnitCode) -> Result<(), Unmovable> {
        if let Some(elsewhere) = self.elsewhere(top) {
            return Err(Unmovable::Elsewhere(elsewhere));
        }
        let Some((register, _)) = &self.tree else { return Ok(()) };
        let below = self.delegates().into_iter().find(|unit| register.is_within(*unit, top));
        below.map_or(Ok(()), |node| Err(Unmovable::NodeBelow { unit: top, node }))
    }

    /// An entry in each journal, so that each says itself who wrote when; the topmost unit's, which is the token, last.
    fn moving(&self, top: UnitCode, holder: UnitCode, address: &str) -> Vec<Draft> {
        let Some((register, _)) = &self.tree else { return Vec::new() };
        let turn = self.tenures.get(&top).map_or(0, |tenure| tenure.turn) + 1;
        let payload = Moved { top, holder, turn, address: address.to_owned() }.write();
        let below = register.subtree(top).into_iter().filter(|unit| *unit != top);
        let draft = |unit| Draft { unit, to: None, kind: MOVED, payload: payload.clone() };
        below.chain([top]).map(draft).collect()
    }
}
