//! The link between a node and the node right above it, as a state machine without I/O, clock or chance.
//!
//! Each service has a link of its own, from its database in the lower node to its database in the upper one. A
//! [`Session`] is one side of one stream: it is fed [`Input`]s (frames, answers of the store, the passing of time) and
//! says by [`Effect`]s what is to be done. Whoever drives it does the effects in order, one session at a time per other
//! side, and drops it after [`Effect::Close`].
//!
//! Six things to note:
//!
//! * What the receiver holds is the only truth. A session begins with both sides saying it and remembers nothing of the
//!   session before; a sender asks its own store where to begin ([`Effect::Resume`]).
//! * Positions are compared, signals are not counted: [`Input::Grown`] may come late, twice, or for several commits at
//!   once, as long as the last one tells the last position.
//! * A [`Lane`] is one sender, one receiver and one acknowledgement. Up go [`Lane::Copies`], down go [`Lane::Letters`];
//!   the two others are there for databases that were restored from a backup.
//! * Nothing is put on the wire that the mark outside the database does not cover ([`Effect::Mark`]), and nothing is
//!   acknowledged that is not applied ([`Effect::Apply`]).
//! * The lower side signs once what the upper side holds of it ([`Effect::Testify`]); keys and signatures are the shell's.
//! * Whoever finds something that cannot be says so to the other side and closes. Two entries with one number
//!   ([`Reason::Forked`]) are found at each greeting anew, so such a link stays down until somebody has decided.

mod duplex;
mod farewell;
mod frame;
mod greeting;
mod lane;
mod limits;
mod party;
mod receiver;
mod sender;
mod session;
mod tally;
pub mod wire;

pub use duplex::{Beyond, Effect, Input};
pub use farewell::{Farewell, Fork, Reason};
pub use frame::{Batch, Carried, Frame, Hello, Holdings, VERSION, Way};
pub use lane::{Lane, Side, Standing};
pub use limits::Limits;
pub use party::Party;
pub use session::Session;
