//! The rules of intake: a matter's life from the proposal to its strike-off.
//!
//! Architecture invariant: nothing here does I/O, reads a clock, draws lots, or knows a wire format, a
//! database or a runtime. Three functions are all there is:
//!
//! * [`reads`] names what a command must see ([`Key`]); whoever runs the rules puts that into a [`World`];
//! * [`decide`] says what follows from a command, or why nothing does ([`Refusal`]);
//! * [`evolve`] applies what followed, now or years later from the journal, here or where a copy of it is kept; there
//!   [`needs`] names what must be in the [`World`].
//!
//! ```
//! use yishi_intake_domain::{Command, Policy, World, decide, evolve};
//! use yishi_kernel::Timestamp;
//!
//! # fn run(command: Command, now: Timestamp) -> Result<(), Box<dyn std::error::Error>> {
//! let mut world = World::default(); // and what `reads(&command)` names put into it
//! for event in decide(&Policy::default(), &world, &command, now).map_err(|refusal| format!("{refusal:?}"))? {
//!     evolve(&mut world, &event)?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # To define a further command
//!
//! 1. Say it in [`Act`], and in its table of states in which a matter can be for it.
//! 2. Give it a rule in `rules/`, which returns a [`Fact`] and never changes anything.
//! 3. Say in [`evolve`] what the fact changes. Results of policy stand in the fact: evolving asks no policy.
//! 4. If it needs to see more than its own matter, name it in [`reads`]; the model test finds what is missing.

pub mod align;
pub mod book;
mod codes;
mod command;
pub mod contact;
mod content;
mod deliberation;
pub mod doing;
mod ending;
mod event;
mod evolve;
pub mod exchange;
pub mod joint;
mod keys;
mod likeness;
/// How much of everything there may be; the contracts say the same in words.
pub mod limits;
pub mod map;
mod matter;
mod notice_document;
mod paper;
mod policies;
mod policy;
mod refusal;
mod rules;
mod supporter;
pub mod taxonomy;
mod work;
mod world;

pub use codes::UnknownCode;
pub use command::{Act, Command, Delivery};
pub use content::{Amendment, Category, Content, Subcategory, SubcategoryError};
pub use deliberation::{Deliberation, Meeting, MeetingKind, Outcome};
pub use ending::{Ending, EndingAnswer, EndingRequest, Reached};
pub use event::{Event, Fact};
pub use evolve::{Misfit, evolve};
pub use keys::{Key, needs, reads, touches};
pub use likeness::{ALIKE_IN_FULL, Sketch};
pub use matter::{Answer, Matter, Notice, Objection, Stage, State};
pub use notice_document::NoticeDocument;
pub use paper::{MeetingPaper, MeetingPapers, PaperFormat};
pub use policies::{Figure, Figures, InForce, Policies, PolicyRow, RowFault};
pub use policy::{Policy, Share, ShareError};
pub use refusal::{MergeProblem, Refusal};
pub use rules::decide;
pub use supporter::Supporter;
pub use work::{Completion, Determination, Handover, Progress, StrikeOff, Work};
pub use world::{Inherited, VillageYear, World};
