//! A clock for seeing batches.

use std::sync::atomic::{AtomicI64, Ordering};

use yishi_kernel::{Clock, Timestamp};

/// Moves a microsecond on each time it is read, so that every try at a batch has a time of its own. It can be set, even
/// back: unlike the kernel's manual clock it may be wrong on purpose.
#[derive(Debug)]
pub struct Ticks(AtomicI64);

impl Ticks {
    /// A clock that will tell this time next.
    #[must_use]
    pub fn new(start_us: i64) -> Self {
        Self(AtomicI64::new(start_us))
    }

    /// Goes on from another time.
    pub fn set(&self, at_us: i64) {
        self.0.store(at_us, Ordering::SeqCst);
    }
}

impl Clock for Ticks {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1, Ordering::SeqCst))
    }
}
