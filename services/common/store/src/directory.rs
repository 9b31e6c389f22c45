//! Which node decides for which unit, told by the journals alone.
//!
//! A subtree is moved by an entry of each of its units' journals, the topmost unit's last. That last one is the token: who
//! holds it and is named by it decides, from the very transaction in which it is written or taken in; whoever wrote it has
//! ended. It is passed on like any other entry, behind everything that was written before it, so that nobody decides who
//! lacks something. Nothing else, no clock and no configuration, ever passes it on.

mod order;
mod payload;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use yishi_kernel::{Register, UnitCode};

use crate::journal::{MOVED, RECALLED};
use crate::writer::Position;
pub use order::{Order, Unmovable};
use payload::{Moved, Recalled};

/// Who decides for a unit and all below it that has no tenure of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// The node that decides, by its topmost unit.
    pub holder: UnitCode,
    /// How often the subtree was moved; 0 if it has been elsewhere from the beginning.
    pub turn: i64,
    /// Where callers find that node, as it was said when the subtree was moved.
    pub address: String,
    /// The epoch that the move ended; 0 if there was none.
    pub ended: i64,
    /// The epoch since which the holder writes; 0 until it has opened one.
    pub since: i64,
    /// Who asked for it back.
    pub recall: Option<Recall>,
}

/// A subtree was asked back by the node above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// Who asked, by its topmost unit.
    pub by: UnitCode,
    /// Where callers will find it.
    pub address: String,
}

/// A letter asked for a subtree and has overtaken the entry that moves it, as letters may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EarlyRecall {
    /// The move that it is about.
    pub(crate) turn: i64,
    /// What becomes of the tenure then.
    pub(crate) recall: Recall,
}

/// A unit is decided for elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The unit.
    pub unit: UnitCode,
    /// The node, by its topmost unit.
    pub holder: UnitCode,
    /// Where callers find it; empty if it has been there from the beginning.
    pub address: String,
}

/// What a follower has passed over of a subtree while another node decided for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Everything up to this position of the source was heard.
    pub heard: i64,
    /// From the next one to this one it was passed over; none as long as the subtree is elsewhere.
    pub upto: Option<i64>,
}

/// The directory of one database.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// The units there are, and the topmost one of this node. Without it everything is decided here.
    tree: Option<(Arc<Register>, UnitCode)>,
    tenures: BTreeMap<UnitCode, Tenure>,
    missed: BTreeMap<(UnitCode, String), Missed>,
    early_recalls: BTreeMap<UnitCode, EarlyRecall>,
    version: u64,
}

impl Directory {
    /// The directory of a node in whose database nothing was ever moved.
    #[must_use]
    pub fn of(register: Arc<Register>, root: UnitCode) -> Self {
        Self { tree: Some((register, root)), ..Self::default() }
    }

    /// Whether whatever happens to a unit is decided here.
    #[must_use]
    pub fn decides(&self, unit: UnitCode) -> bool {
        self.elsewhere(unit).is_none()
    }

    /// Who decides for a unit, if it is not this node.
    #[must_use]
    pub fn elsewhere(&self, unit: UnitCode) -> Option<Elsewhere> {
        let (register, root) = self.tree.as_ref().filter(|_| !self.tenures.is_empty())?;
        let mut own = std::iter::once(unit).chain(register.ancestors(unit));
        let tenure = own.find_map(|above| self.tenures.get(&above))?;
        (tenure.holder != *root).then(|| Elsewhere {
            unit,
            holder: tenure.holder,
            address: tenure.address.clone(),
        })
    }

    /// The topmost units of the nodes right below, by code.
    #[must_use]
    pub fn delegates(&self) -> Vec<UnitCode> {
        let Some((register, root)) = &self.tree else { return Vec::new() };
        let below = self.tenures.iter().filter(|&(top, tenure)| tenure.holder == *top && top != root);
        let right_below = below.filter(|(top, _)| register.ancestors(**top).all(|above| self.decides(above)));
        right_below.map(|(top, _)| *top).collect()
    }

    /// Of each subtree that was ever moved who decides for it, by its topmost unit.
    pub fn tenures(&self) -> impl Iterator<Item = (UnitCode, &Tenure)> {
        self.tenures.iter().map(|(top, tenure)| (*top, tenure))
    }

    /// Of one.
    #[must_use]
    pub fn tenure(&self, top: UnitCode) -> Option<&Tenure> {
        self.tenures.get(&top)
    }

    /// What was passed over, by subtree and source.
    pub fn missed(&self) -> impl Iterator<Item = (UnitCode, &str, &Missed)> {
        self.missed.iter().map(|((top, source), missed)| (*top, source.as_str(), missed))
    }

    /// What was asked back before it came.
    pub(crate) fn early_recalls(&self) -> &BTreeMap<UnitCode, EarlyRecall> {
        &self.early_recalls
    }

    /// How often it changed, since this process began, who decides.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The same as it was before a subtree came back, with all of it that was moved once by itself.
    #[must_use]
    pub fn without(&self, top: UnitCode) -> Self {
        let mut before = self.clone();
        let Some((register, root)) = &self.tree else { return before };
        // Whoever had it, it was not this node.
        let other = if top == *root { register.root() } else { top };
        let within = before.tenures.iter_mut().filter(|(unit, _)| register.is_within(**unit, top));
        within.for_each(|(_, tenure)| tenure.holder = other);
        before
    }

    /// The same node's, before anything is known of it.
    pub(crate) fn emptied(&self) -> Self {
        Self { tree: self.tree.clone(), version: self.version, ..Self::default() }
    }

    /// What was kept of it.
    pub(crate) fn restore(
        &mut self,
        tenures: BTreeMap<UnitCode, Tenure>,
        missed: BTreeMap<(UnitCode, String), Missed>,
        early_recalls: BTreeMap<UnitCode, EarlyRecall>,
    ) {
        (self.tenures, self.missed, self.early_recalls) = (tenures, missed, early_recalls);
        self.version += 1;
    }

    /// These nodes below have been there from the beginning, as the configuration says; or why that cannot be.
    /// `written_here` tells of which units there are entries that this node wrote.
    pub(crate) fn configure(
        &mut self,
        delegates: &[UnitCode],
        written_here: impl Fn(UnitCode) -> bool,
    ) -> Result<(), String> {
        let Some((register, root)) = self.tree.clone() else { return Ok(()) };
        for &top in delegates {
            match self.tenures.get(&top) {
                Some(tenure) if tenure.holder == root => {
                    return Err(format!(
                        "node.delegates names {top}, which this node has taken back; remove it there, or hand {top} \
                         over with `yishi unit delegate`"
                    ));
                }
                Some(_) => continue,
                None => {}
            }
            if let Some(Elsewhere { holder, .. }) = self.elsewhere(top) {
                return Err(format!(
                    "node.delegates names {top}, which the node of {holder} hosts; remove it there"
                ));
            }
            if let Some(unit) = register.subtree(top).into_iter().find(|unit| written_here(*unit)) {
                return Err(format!(
                    "node.delegates names {top}, but the books of {unit} are kept here; remove it there, and hand {top} \
                     over with `yishi unit delegate`"
                ));
            }
            let tenure =
                Tenure { holder: top, turn: 0, address: String::new(), ended: 0, since: 0, recall: None };
            self.tenures.insert(top, tenure);
            self.version += 1;
        }
        Ok(())
    }

    /// Whether an entry of this kind may change it.
    pub(crate) fn is_about_moves(kind: &str) -> bool {
        [MOVED, RECALLED].contains(&kind)
    }

    /// Whether an entry gives a subtree to this node.
    pub(crate) fn comes_here(&self, kind: &str, payload: &[u8]) -> bool {
        let moved = (kind == MOVED).then(|| Moved::read(payload)).flatten();
        moved.zip(self.tree.as_ref()).is_some_and(|(moved, (_, root))| moved.holder == *root)
    }

    /// Takes in an entry that was written here or came from another node. `heard` is how far each source was read by then.
    pub(crate) fn follow(
        &mut self,
        (unit, epoch): (UnitCode, i64),
        (kind, payload): (&str, &[u8]),
        heard: &HashMap<String, Position>,
    ) {
        match kind {
            MOVED => {
                if let Some(moved) = Moved::read(payload).filter(|moved| moved.top == unit) {
                    self.moved(moved, epoch, heard);
                }
            }
            RECALLED => {
                if let Some(recalled) = Recalled::read(payload) {
                    self.recalled(unit, recalled);
                }
            }
            _ => {}
        }
    }

    fn moved(&mut self, moved: Moved, ended: i64, heard: &HashMap<String, Position>) {
        let Moved { top, holder, turn, address } = moved;
        // What was told before is told again after a restore.
        if self.tenures.get(&top).is_some_and(|tenure| tenure.turn >= turn) {
            return;
        }
        let before = self.decides(top);
        if let Some((register, _)) = self.tree.clone() {
            let below = |unit: &UnitCode| *unit != top && register.is_within(*unit, top);
            self.tenures.iter_mut().filter(|(unit, _)| below(unit)).for_each(|(_, tenure)| {
                (tenure.holder, tenure.address, tenure.recall) = (holder, address.clone(), None);
            });
        }
        let early = self.early_recalls.get(&top).filter(|early| early.turn == turn);
        let recall = early.map(|early| early.recall.clone());
        self.early_recalls.retain(|of, early| *of != top || early.turn > turn);
        self.tenures.insert(top, Tenure { holder, turn, address, ended, since: 0, recall });
        match (before, self.decides(top)) {
            (true, false) => self.leave(top, heard),
            (false, true) => self.come_back(top, heard),
            _ => {}
        }
        self.version += 1;
    }

    /// From here on what concerns the subtree is passed over. What is still to be made up for of an earlier time stays so.
    fn leave(&mut self, top: UnitCode, heard: &HashMap<String, Position>) {
        for (source, position) in heard {
            let missed = self.missed.entry((top, source.clone()));
            missed.or_insert(Missed { heard: position.pos, upto: None }).upto = None;
        }
    }

    /// Up to here it was passed over: of what was never heard before, from the very beginning.
    fn come_back(&mut self, top: UnitCode, heard: &HashMap<String, Position>) {
        for (source, position) in heard {
            let missed = self.missed.entry((top, source.clone())).or_insert(Missed { heard: 0, upto: None });
            missed.upto = Some(position.pos);
        }
        let open = |missed: &Missed| missed.upto.is_none_or(|upto| upto > missed.heard);
        self.missed.retain(|(of, _), missed| *of != top || open(missed));
    }

    fn recalled(&mut self, by: UnitCode, recalled: Recalled) {
        let Recalled { top, turn, address } = recalled;
        // A node that has been there from the beginning does not know that it is in somebody's directory.
        if let Some((_, root)) = &self.tree
            && *root == top
            && turn == 0
        {
            self.tenures.entry(top).or_insert_with(|| Tenure {
                holder: top,
                turn: 0,
                address: String::new(),
                ended: 0,
                since: 0,
                recall: None,
            });
        }
        let recall = Recall { by, address };
        match self.tenures.get_mut(&top) {
            Some(tenure) if tenure.turn == turn => tenure.recall = Some(recall),
            Some(tenure) if tenure.turn > turn => {}
            // What it asks back has not come yet.
            _ if turn > 0 => {
                let early = self
                    .early_recalls
                    .entry(top)
                    .or_insert_with(|| EarlyRecall { turn, recall: recall.clone() });
                if early.turn <= turn {
                    *early = EarlyRecall { turn, recall };
                }
            }
            _ => {}
        }
    }

    /// Whether a holder has opened an epoch, of which it was not known before.
    pub(crate) fn is_news(&self, epoch_of: impl Fn(UnitCode) -> i64) -> bool {
        self.tenures.iter().any(|(top, tenure)| tenure.since == 0 && epoch_of(*top) > tenure.ended)
    }

    /// Whether it is a node's, and not that of a database which stands for itself.
    pub(crate) fn is_of_a_node(&self) -> bool {
        self.tree.is_some()
    }

    /// Takes in how far the journals of the moved subtrees' topmost units have come: a later epoch than the one that the
    /// move ended is the holder's.
    pub(crate) fn opened(&mut self, epoch_of: impl Fn(UnitCode) -> i64) {
        for (top, tenure) in self.tenures.iter_mut().filter(|(_, tenure)| tenure.since == 0) {
            let epoch = epoch_of(*top);
            if epoch > tenure.ended {
                tenure.since = epoch;
            }
        }
    }

    /// Whether what is here up to a position of a source is still to be made up for.
    pub(crate) fn misses(&self, top: UnitCode, source: &str, pos: i64) -> bool {
        self.missed.get(&(top, source.to_owned())).is_some_and(|missed| missed.heard < pos)
    }

    /// A follower has made up for what it had passed over, up to here.
    pub(crate) fn made_up(&mut self, top: UnitCode, source: &str, upto: i64) {
        let key = (top, source.to_owned());
        if let Some(missed) = self.missed.get_mut(&key) {
            missed.heard = missed.heard.max(upto);
            if missed.upto.is_some_and(|last| missed.heard >= last) {
                self.missed.remove(&key);
            }
        }
    }
}
