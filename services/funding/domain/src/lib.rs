//! The rules of funding: money follows the matter, to the fen.
//!
//! Every holder keeps its own books: for each channel the [`Account`]s of one double-entry ledger. Whatever happens
//! is a [`Posting`] in the books of one holder whose lines sum to zero; units pass money on by entries addressed to
//! each other, and until the answer is there it is on the account IN_TRANSIT.
//!
//! Architecture invariant: nothing here does I/O, reads a clock, draws lots, or knows a wire format, a database or a
//! runtime. These functions are all there is:
//!
//! * [`reads`] and then [`reads_then`] name what a command must see ([`Key`]); whoever runs the rules puts that into
//!   a [`World`];
//! * [`decide`] says what follows from a command, or why nothing does ([`Refusal`]); a [`Delivery`] is never refused;
//! * [`evolve`] applies what followed, now or years later from the journal, and refuses books that do not balance; where
//!   a copy of the journal is kept, [`needs`] names what must be in the [`World`];
//! * [`balance`] recounts a holder's books from their lines.
//!
//! # To define a further command
//!
//! 1. Say it in [`Command`], or in [`Act`] if it is about the money of a matter, or in [`Delivery`] if it arrives.
//! 2. Give it a rule in `rules/`, which returns a [`Fact`] and never changes anything. Money moves by a [`Posting`].
//! 3. Accounts and matters follow from the posting; say in [`evolve`](evolve()) only what changes beside them.
//! 4. Name what it needs to see in [`reads`]; the model test finds what is missing.

mod amount;
mod channel;
pub mod closing;
mod codes;
mod command;
mod event;
mod evolve;
mod keys;
mod ledger;
/// How much of everything there may be; the contracts say the same in words.
pub mod limits;
mod matter;
mod names;
mod policy;
mod refusal;
mod reward;
mod rules;
pub mod settling;
mod transfer;
mod world;

pub use amount::{Amount, Amounts, AmountsError};
pub use channel::{Category, Channel, ChannelId, ChannelKind, Earmark, Remainder, Terms};
pub use codes::UnknownCode;
pub use command::{Act, Command, Delivery};
pub use event::{Event, Fact};
pub use evolve::{Misfit, evolve};
pub use keys::{Key, needs, reads, reads_then, touches};
pub use ledger::{Account, Balance, Imbalance, Line, Posting, Unbalanced, balance};
pub use matter::{MatterFunding, MatterShare};
pub use names::NameError;
pub use policy::{Policy, Rules};
pub use refusal::{EarmarkProblem, Refusal};
pub use reward::{OrderId, OrderIdError, Reward};
pub use rules::decide;
pub use transfer::{Book, Direction, Transfer, TransferId, TransferProblem, TransferState, TransferView};
pub use world::World;
