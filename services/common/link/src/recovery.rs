//! How far a database is that was restored from a backup, and who has been compared.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use yishi_kernel::UnitCode;

use crate::port::Port;
use crate::protocol::{Party, Side, Standing};

/// Who speaks for a database, as its node is now.
pub(crate) fn now(party: &Party, port: &dyn Port, recovery: &Recovery) -> Party {
    let delegates = Arc::new(port.house().delegates().into_iter().collect());
    Party { delegates, standing: *recovery.standing().borrow(), ..party.clone() }
}

/// One database's standing. Nothing new is written before it is whole. Cheap to clone.
#[derive(Clone)]
pub struct Recovery {
    standing: watch::Sender<Standing>,
    /// The delegates that hold no letters any more which only they have.
    compared: Arc<Mutex<BTreeSet<UnitCode>>>,
    /// The delegates as they are: a directory comes back with the journals, and goes on changing.
    delegates: Arc<dyn Fn() -> Vec<UnitCode> + Send + Sync>,
    /// Whether the units are this node's to write, as far as it knows.
    ready: Arc<dyn Fn() -> bool + Send + Sync>,
    done: Arc<dyn Fn() + Send + Sync>,
}

impl Recovery {
    /// A database that lacks nothing, of a node that may one day have to wait for its units.
    #[must_use]
    pub fn whole(
        delegates: impl Fn() -> Vec<UnitCode> + Send + Sync + 'static,
        ready: impl Fn() -> bool + Send + Sync + 'static,
        done: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            standing: watch::Sender::new(Standing::Whole),
            compared: Arc::default(),
            delegates: Arc::new(delegates),
            ready: Arc::new(ready),
            done: Arc::new(done),
        }
    }

    /// A database that is new, or was restored; `done` is called once when it is whole. The root has nobody above to ask.
    /// A node that is not `ready` when its parent was compared has handed its units over, and goes on waiting.
    pub fn begin(
        has_parent: bool,
        delegates: impl Fn() -> Vec<UnitCode> + Send + Sync + 'static,
        ready: impl Fn() -> bool + Send + Sync + 'static,
        done: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let recovery = Self::whole(delegates, ready, done);
        recovery.standing.send_replace(if has_parent { Standing::Returning } else { Standing::Gathering });
        recovery.moved();
        recovery
    }

    /// How far it is.
    #[must_use]
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Whose answer is still wanted: delegates, once the parent has been compared.
    #[must_use]
    pub fn waiting(&self) -> Vec<UnitCode> {
        self.left(&self.lock())
    }

    /// The link with the parent, or with a delegate, has brought all that the other side holds.
    pub(crate) fn compared(&self, side: Side, lower: UnitCode) {
        match side {
            Side::Lower => self.returned(),
            Side::Upper => self.gathered(lower),
        }
    }

    /// An operator does without the parent's help.
    pub fn returned(&self) {
        let compared = self.lock();
        if *self.standing.borrow() != Standing::Returning || !(self.ready)() {
            return;
        }
        let next = if self.left(&compared).is_empty() { Standing::Whole } else { Standing::Gathering };
        self.become_(next);
    }

    /// This node's units have gone to the parent: should they come back, it is compared anew.
    pub(crate) fn depart(&self) {
        let mut compared = self.lock();
        self.standing.send_if_modified(|standing| {
            let departs = *standing == Standing::Whole;
            if departs {
                *standing = Standing::Returning;
                compared.clear();
            }
            departs
        });
    }

    /// A delegate has given back what only it held, or an operator does without it.
    pub fn gathered(&self, delegate: UnitCode) {
        self.lock().insert(delegate);
        self.moved();
    }

    /// There may be nobody left to wait for: who is a delegate no more has given back all it had.
    pub(crate) fn moved(&self) {
        let compared = self.lock();
        if *self.standing.borrow() == Standing::Gathering && self.left(&compared).is_empty() {
            self.become_(Standing::Whole);
        }
    }

    fn left(&self, compared: &BTreeSet<UnitCode>) -> Vec<UnitCode> {
        (self.delegates)().into_iter().filter(|unit| !compared.contains(unit)).collect()
    }

    fn become_(&self, standing: Standing) {
        if standing == Standing::Whole {
            (self.done)();
        }
        self.standing.send_replace(standing);
        tracing::warn!(?standing, "a database that takes in what others hold of it has come so far");
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<UnitCode>> {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn unit(number: u64) -> UnitCode {
        UnitCode::new(number).unwrap()
    }

    #[test]
    fn a_restored_database_asks_its_parent_then_its_delegates_and_is_whole_once() {
        let whole = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&whole);
        let (city, one, other) = (unit(640_300_000_000), unit(640_323_000_000), unit(640_324_000_000));
        let counted = move || {
            count.fetch_add(1, Ordering::SeqCst);
        };
        let recovery = Recovery::begin(true, move || vec![one, other], || true, counted);
        let standing = recovery.standing();
        assert_eq!(*standing.borrow(), Standing::Returning);
        // A delegate may be compared early; the parent comes first all the same.
        recovery.compared(Side::Upper, one);
        assert_eq!(*standing.borrow(), Standing::Returning);
        recovery.compared(Side::Lower, city);
        assert_eq!((*standing.borrow(), recovery.waiting()), (Standing::Gathering, vec![other]));
        recovery.compared(Side::Upper, other);
        recovery.compared(Side::Upper, other);
        assert_eq!((*standing.borrow(), whole.load(Ordering::SeqCst)), (Standing::Whole, 1));
    }

    #[test]
    fn with_nobody_to_ask_it_is_whole_at_once() {
        assert_eq!(*Recovery::begin(false, Vec::new, || true, || ()).standing().borrow(), Standing::Whole);
        let root = Recovery::begin(false, || vec![unit(640_300_000_000)], || true, || ());
        assert_eq!(*root.standing().borrow(), Standing::Gathering);
    }

    #[test]
    fn a_node_whose_units_have_gone_waits_until_they_are_its_own_again() {
        let own = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let ready = Arc::clone(&own);
        let recovery = Recovery::whole(Vec::new, move || ready.load(Ordering::SeqCst), || ());
        recovery.depart();
        recovery.compared(Side::Lower, unit(640_323_000_000));
        recovery.returned();
        assert_eq!(*recovery.standing().borrow(), Standing::Returning);
        own.store(true, Ordering::SeqCst);
        recovery.compared(Side::Lower, unit(640_323_000_000));
        assert_eq!(*recovery.standing().borrow(), Standing::Whole);
    }

    #[test]
    fn those_are_asked_who_are_delegates_when_the_directory_is_back() {
        let (gone, new, other) = (unit(640_323_000_000), unit(640_324_000_000), unit(640_325_000_000));
        let directory = Arc::new(Mutex::new(vec![gone, other]));
        let as_now = Arc::clone(&directory);
        let recovery = Recovery::begin(true, move || as_now.lock().unwrap().clone(), || true, || ());
        // The backup knew another one.
        *directory.lock().unwrap() = vec![new, other];
        recovery.compared(Side::Lower, unit(640_300_000_000));
        assert_eq!(
            (*recovery.standing().borrow(), recovery.waiting()),
            (Standing::Gathering, vec![new, other])
        );
        recovery.compared(Side::Upper, new);
        assert_eq!(recovery.waiting(), [other]);
        // The last one's unit comes back with what it brings.
        *directory.lock().unwrap() = vec![new];
        recovery.moved();
        assert_eq!(*recovery.standing().borrow(), Standing::Whole);
    }
}
