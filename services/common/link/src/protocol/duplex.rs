//! What goes into a session and what comes out.

use yishi_kernel::UnitCode;
use yishi_store::journal::Stored;

use yishi_witness::Signed;

use super::farewell::{Farewell, Fork};
use super::frame::{Carried, Frame, Holdings};
use super::lane::Lane;

/// What a session is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Time has passed: comes first of all, and then at least as often as the shortest of the limits' times.
    Tick,
    /// The other side says something.
    Frame(Frame),
    /// Answers [`Effect::Look`].
    Looked(Holdings),
    /// Answers [`Effect::Resume`], all of it seen in one snapshot.
    Resumed {
        /// The lane.
        lane: Lane,
        /// The receiver holds all of the lane's entries up to this position. On a way on which it holds more than this
        /// database, the last letter here comes after it all the same.
        after: i64,
        /// How far the database had come.
        upto: i64,
        /// Of what the receiver holds more than this database.
        beyond: Vec<Beyond>,
        /// An entry that both sides hold and that differs.
        forked: Option<Fork>,
    },
    /// Answers [`Effect::Fetch`].
    Page {
        /// The lane.
        lane: Lane,
        /// The lane's entries in the order of their positions; entries that the receiver holds may be among them.
        entries: Vec<Stored>,
        /// The lane holds no other entries from where the page was to begin up to this position. Beyond that beginning,
        /// if the database is.
        upto: i64,
    },
    /// The database has come to this position. To be told at the latest when nothing else happens any more.
    Grown(i64),
    /// Answers [`Effect::Mark`]: the mark covers this position, durably.
    Marked(i64),
    /// Answers [`Effect::Apply`]: everything up to this number on the lane is applied, durably.
    Applied {
        /// The lane.
        lane: Lane,
        /// As in the effect.
        upto: u64,
    },
    /// Answers [`Effect::Apply`] too: what came has the number of another entry here.
    Forked(Fork),
    /// Answers [`Effect::Testify`].
    Testified(Signed),
    /// Answers [`Effect::Witness`] where something is wrong with what was signed. Without an answer it is kept.
    Objected(Farewell),
    /// The node stops, or its standing changes.
    Stop,
}

/// A journal, or a way, of which the other side holds more than this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// Who wrote it.
    pub unit: UnitCode,
    /// Of letters, to whom.
    pub to: Option<UnitCode>,
    /// The last number here; 0 if there is nothing.
    pub number: i64,
}

/// What a session wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Say this to the other side.
    Send(Frame),
    /// Read what this database holds of the subtree of `unit`: the heads of all journals there, and the ways into it
    /// from units outside. A letter that was taken back by `journal.readopted` counts on its way like any other.
    ///
    /// Behind everything that earlier sessions with the same other side have handed to the writer, which then take nothing
    /// more: a restored database would otherwise miss what is still on its way to the disk.
    Look {
        /// The lower node's topmost unit.
        unit: UnitCode,
        /// Whether the ways are wanted.
        ways: bool,
    },
    /// Compare what the receiver says it holds with this database, and find where to begin.
    Resume {
        /// The lane. Heads matter on dense lanes, ways on the others.
        lane: Lane,
        /// What the receiver holds.
        held: Holdings,
    },
    /// Read the lane's next entries.
    Fetch {
        /// The lane.
        lane: Lane,
        /// Those after this position.
        after: i64,
        /// At most so many.
        limit: usize,
    },
    /// Note outside the database, durably, that this position is about to be known to others.
    Mark(i64),
    /// Hand these to the writer, after those before. It leaves out what it holds already, by number, with the same
    /// hashes; another entry with the same number is [`Input::Forked`], and then nothing of this batch or of those behind
    /// it is written.
    Apply {
        /// The lane.
        lane: Lane,
        /// The last one's number on the lane.
        upto: u64,
        /// Committed by the sender while the session was open.
        live: bool,
        /// In order.
        entries: Vec<Carried>,
    },
    /// Sign where the journals ended that this node decides when the database had come to this position: the other side
    /// holds all of it.
    Testify(i64),
    /// Compare what the other side signed with what it is known by and with what this database holds, and keep it.
    Witness(Signed),
    /// This database has from the other side everything that it lost and the other side holds.
    Compared,
    /// It is over: let the stream end, once what was to be said is said. People are told when
    /// [`Reason::is_alarm`](super::Reason::is_alarm); the other side is too.
    Close(Farewell),
}
