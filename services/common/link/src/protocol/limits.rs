//! How much, and how long.

use std::time::Duration;

/// Both ends run with the same limits: a receiver refuses what a sender should not have sent.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Heads and ways in one frame.
    pub held: usize,
    /// Heads and ways that the other side may name altogether.
    pub held_in_all: usize,
    /// Entries in one frame.
    pub frame_entries: usize,
    /// Bytes in one frame, save that one entry may always travel.
    pub frame_bytes: usize,
    /// Entries under way on one lane: sent and not acknowledged.
    pub window_entries: u64,
    /// Bytes under way on one lane, save that one frame may always travel.
    pub window_bytes: usize,
    /// Entries read from the store at once.
    pub page: usize,
    /// Until when the other side's first frame must be there.
    pub greeting: Duration,
    /// How often a side gives a sign of life.
    pub ping: Duration,
    /// How long the other side may be silent.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            held: 4096,
            held_in_all: 1 << 20,
            frame_entries: 512,
            frame_bytes: 1 << 20,
            window_entries: 4096,
            window_bytes: 8 << 20,
            page: 512,
            greeting: Duration::from_secs(20),
            ping: Duration::from_secs(10),
            silence: Duration::from_secs(30),
        }
    }
}
