//! The directory as it is at the moment, for all who must know what is decided here.

use std::sync::Arc;

use tokio::sync::watch;
use yishi_kernel::{Register, UnitCode};

use crate::directory::Directory;

/// One database's directory, followed by whoever serves it. Only the writer changes it, after each commit that does.
#[derive(Debug)]
pub struct Hosting {
    now: watch::Sender<Arc<Directory>>,
    delegates: Vec<UnitCode>,
}

impl Hosting {
    /// Everything is decided here, whatever comes.
    #[must_use]
    pub fn of_all() -> Arc<Self> {
        Arc::new(Self { now: watch::Sender::new(Arc::default()), delegates: Vec::new() })
    }

    /// A unit and all below it, but for what these nodes below have hosted from the beginning, and for what the database
    /// will say when its writer begins.
    #[must_use]
    pub fn of(register: Arc<Register>, root: UnitCode, delegates: Vec<UnitCode>) -> Arc<Self> {
        let mut directory = Directory::of(register, root);
        // They are compared with what the database says when it is opened.
        drop(directory.configure(&delegates, |_| false));
        Arc::new(Self { now: watch::Sender::new(Arc::new(directory)), delegates })
    }

    /// A directory that does not change.
    #[must_use]
    pub fn fixed(directory: Directory) -> Arc<Self> {
        Arc::new(Self { now: watch::Sender::new(Arc::new(directory)), delegates: Vec::new() })
    }

    /// As it is now.
    #[must_use]
    pub fn now(&self) -> Arc<Directory> {
        Arc::clone(&self.now.borrow())
    }

    /// As it is from now on.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Arc<Directory>> {
        self.now.subscribe()
    }

    /// Whether whatever happens to a unit is decided here.
    #[must_use]
    pub fn decides(&self, unit: UnitCode) -> bool {
        self.now.borrow().decides(unit)
    }

    /// The nodes below that the configuration names.
    pub(crate) fn configured(&self) -> &[UnitCode] {
        &self.delegates
    }

    pub(crate) fn become_(&self, directory: Arc<Directory>) {
        self.now.send_if_modified(|now| {
            let changed = !Arc::ptr_eq(now, &directory);
            *now = directory;
            changed
        });
    }
}
