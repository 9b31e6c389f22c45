//! Mistakes that the simulation must find: each is planted in the simulated node, around the real machine.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Entries are acknowledged when they are handed to the writer, not when they are written.
    AckBeforeCommit,
    /// The writer knows duplicates only among the last few entries.
    DuplicateWindow,
    /// A node does not notice that its database was restored, and writes at once.
    SequenceReused,
    /// A node begins where it believes it left off, not where the receiver says.
    ResumeFromMemory,
    /// A session is not told of growth while it waits for a page.
    LostWakeUp,
    /// A node decodes and encodes what it passes on.
    ReEncodingRelay,
    /// A node signs what it has, and not what the node above holds.
    SignedTooEarly,
}

impl Fault {
    pub(crate) const ALL: [Self; 7] = [
        Self::AckBeforeCommit,
        Self::DuplicateWindow,
        Self::SequenceReused,
        Self::ResumeFromMemory,
        Self::LostWakeUp,
        Self::ReEncodingRelay,
        Self::SignedTooEarly,
    ];
}
