//! The rules of escalation: who answers for a matter, moving level by level between units that each keep their own books.
//!
//! Architecture invariant: nothing here does I/O, reads a clock, draws lots, or knows a wire format, a
//! database or a runtime. Three functions are all there is:
//!
//! * [`reads`] names what a command must see ([`Key`]), one desk at the most; whoever runs the rules puts it into a [`World`];
//! * [`decide`] says what follows from a command, or why nothing does ([`Refusal`]);
//! * [`evolve`] applies what followed, now or years later from the journal, here or where a copy of it is kept; there
//!   [`needs`] names what must be in the [`World`].
//!
//! # One desk per unit and matter
//!
//! Between two units lie links that fail for days, so no rule may look at another unit's [`Desk`]. A unit tells
//! another something by an event addressed to it ([`Event::to`]); it arrives there as [`Command::Arrive`], in the order in
//! which it was sent, and has an effect once. What the whole tree of desks must keep to:
//!
//! * **One ball.** For each matter exactly one desk may decide ([`Stance::decides`]), or the ball is on its way in a
//!   `Raised`, a `Returned` or a `Refused` that has not arrived. Whoever sends it away stops deciding with that very
//!   event; after a raise only the receiver decides, and a take-back is a request to it.
//! * **Dealt with once.** The first event that follows from a letter says which letter it answers ([`Event::answers`]),
//!   so the journal alone tells what was dealt with. A letter that is delivered again, because who read it was restored
//!   from a backup, leads to nothing.
//! * **Nothing arrives in vain.** An arrival is never refused as a command is. It applies, or it is answered by an
//!   addressed `Refused` and the ball goes back, or it came too late to change anything and is set aside in the
//!   journal.
//! * **Confirmed by the other side.** The receiver's own entry of an arrival (`Offered`, `Regained`) is addressed to
//!   the sender, which shows "not confirmed" until then ([`Desk::is_unconfirmed`]).
//! * **News goes down.** Who answers now ([`Standing`]) is told to the unit below, which notes it and tells the next:
//!   the village, which keeps the matter, always hears. Nothing is told upwards but what is asked of the unit above.
//!
//! # To define a further act
//!
//! 1. Say it in [`Act`], and in its table of states in which a desk can be for it.
//! 2. Give it a rule in `rules/`, which returns [`Fact`]s and never changes anything.
//! 3. Say in [`evolve`] what each fact changes. Results of policy stand in the fact: evolving asks no policy.
//! 4. If a fact is addressed to another unit, say in `rules/arrive.rs` what it does there.

mod codes;
mod command;
mod coordination;
mod department;
mod desk;
mod event;
mod evolve;
mod keys;
mod light;
/// How much of everything there may be; the contracts say the same in words.
pub mod limits;
mod overdue;
mod policy;
mod refusal;
mod rules;
mod standing;
mod stays;
mod world;

pub use codes::UnknownCode;
pub use command::{Act, Command};
pub use coordination::{Answer, Assignment, Coordination, Reply};
pub use department::{Department, DepartmentError};
pub use desk::{Desk, Stance, State, TakeBack};
pub use event::{Answered, Event, Fact, Why};
pub use evolve::{Misfit, evolve};
pub use keys::{Key, needs, reads, touches};
pub use light::{Light, Outlook};
pub use overdue::OVERDUE;
pub use policy::{Policy, Rules};
pub use refusal::Refusal;
pub use rules::decide;
pub use standing::{Phase, Standing};
pub use stays::{Stay, stays};
pub use world::World;
