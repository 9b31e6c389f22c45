//! The rules of appraisal: how villages are scored, ranked and rewarded for a year, and how far the
//! units are meanwhile.
//!
//! Architecture invariant: nothing here does I/O, reads a clock, draws lots, or knows a wire format, a
//! database or a runtime. Three functions run it, as in every service:
//!
//! * [`reads`] names what a command must see ([`Key`]); whoever runs the rules puts that into a [`World`];
//! * [`decide`] says what follows from a command, or why nothing does ([`Refusal`]);
//! * [`evolve`] applies what followed, here or where a copy of the journal is kept; there [`needs`] names what must be in
//!   the [`World`].
//!
//! The arithmetic stands apart, on values alone: [`score`], [`rank`], [`appraise`], [`rewards`].
//!
//! # What makes an entry
//!
//! Every fact has one home. What intake, escalation and funding say about a matter stands in their journals, so hearing
//! of it ([`Delivery`]) changes our figures without an entry of ours; and no journal may hold a token. Such
//! facts have no [`Fact::kind`]. A ranking writes down all that it was computed from, so that its entries
//! explain themselves without anybody else's.
//!
//! # A bulletin
//!
//! A [`Bulletin`] sums up what was heard by the moment in which it is decided ([`AsOf`]) and is frozen then, with its
//! [`Cut`] and the digest of its inputs. What is heard later, of whatever day, stands in the next one.
//!
//! # A ranking in one command
//!
//! A ranking reads the figures of all villages of its unit and is decided on them like any other command:
//! nothing can come in between what it saw and what it wrote, and nothing is to be tried again. A region has
//! some thousands of villages; scoring and ordering them takes the writer milliseconds.

mod bulletin;
mod codes;
mod command;
mod course;
mod digest;
mod event;
mod evolve;
mod inputs;
mod keys;
/// How much of everything there may be; the contracts say the same in words.
pub mod limits;
mod policy;
mod ranking;
mod refusal;
mod reward;
mod rules;
mod scheme;
mod score;
mod step;
mod survey;
mod world;

pub use bulletin::{
    AsOf, Bulletin, BulletinOrder, Checkpoint, Child, Cut, Figures, NodeBelow, Period, PeriodError, Position,
    Row, Silence,
};
pub use codes::UnknownCode;
pub use command::{Act, Command, Delivery, News};
pub use course::{Category, State};
pub use event::{Event, Fact};
pub use evolve::{Misfit, evolve};
pub use inputs::{Inputs, Work};
pub use keys::{Key, needs, reads, touches};
pub use policy::Policy;
pub use ranking::{Appraisal, Ranked, Ranking, Scored, appraise, rank};
pub use refusal::Refusal;
pub use reward::{ListStage, ListState, Payment, PoolExceeded, Reward, RewardList, RewardTerms, rewards};
pub use rules::decide;
pub use scheme::{Indicator, Scheme, SchemeError};
pub use score::{Points, Score, score};
pub use step::{Step, StepNews};
pub use survey::{Answers, Batch, Counted, Form, FormsCounted, Survey, TokenHash, count};
pub use world::{UnitYear, World};
