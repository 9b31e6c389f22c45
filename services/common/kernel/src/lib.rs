//! The words every other crate speaks: units and their register, years, numbers, money, days and clocks.
//!
//! Architecture invariant: nothing here does I/O, waits, or knows a database, a wire format or a runtime.
//! Time and chance come in as values ([`Clock`], [`Seeded`]); the only line that reads the machine's clock
//! is in [`SystemClock`].
//!
//! # Adding a word
//!
//! * A value is checked once, where it is made (`new` -> `Option`, `FromStr` -> an error that says what would
//!   be right), and is believed ever after.
//! * `Display` and `FromStr` are each other's inverse; serde uses the same text.
//! * Arithmetic that can overflow is `checked_…`; there are no floats.
//!
//! # Glossary
//!
//! | English | Chinese | |
//! |---|---|---|
//! | unit, [`UnitCode`], [`Level`], [`Register`] | 行政区划 | one administrative unit, and the tree of them |
//! | change of the map, [`Change`] | 合并、拆分 | a village that is closed, and who answers for what it leaves open |
//! | matter, [`MatterId`] | 事项 | the one thing a village gets done in a year |
//! | proposal, [`Season`] | 提事 | what a farmer puts forward, in the winter before the year |
//! | deliberation | 议事 / 协商 | the recorded village meeting that decides |
//! | public notice, objection | 公示 / 异议 | the decision hangs out for some days; anyone may object |
//! | determination, [`ProjectNumber`] | 定事 / 项目编号 | the matter is fixed for the year and numbered |
//! | joint matter | 联村共建 | neighbouring villages plan one matter together |
//! | referral: raise, accept, return | 上报 / 承接 / 退回 | responsibility moves between levels |
//! | coordination | 协调厅局 | the region hands a matter to departments |
//! | list | 任务清单 | the matters a unit answers for in a year |
//! | year book: open, audit, settle | 年初建账 / 年中查账 / 年底交账 | the annual ledger of a unit |
//! | strike off | 销号 | one done, one struck off |
//! | bulletin | 调度通报 | the progress report to all units below |
//! | channel, appropriation | 资金渠道 / 指标 | an earmarked source of money, and what is given from it |
//! | commitment, disbursement | 落实 / 拨付 | money reserved, and paid |
//! | appraisal: self-evaluation, re-evaluation, spot check | 自评 / 复评 / 抽查 | the yearly scoring |
//! | reward | 以奖代补 | money for the best-ranked villages |
//! | working day, [`Calendar`] | 工作日 | what deadlines are counted in |

mod calendar;
/// Digests of columns, and the chains of journals.
pub mod chain;
mod clock;
mod date;
mod ids;
mod level;
mod money;
mod person;
mod project_number;
mod register;
mod season;
mod seeded;
mod serde_text;
mod table;
/// Rules for free text that people type.
pub mod text;
mod time;
mod unit;
mod year;

pub use ::time::Date;

pub use calendar::{Calendar, CalendarError};
pub use clock::{Clock, ClockError, ManualClock, SystemClock};
pub use ids::{Actor, ActorError, MatterId, MatterIdError, RequestId, RequestIdError};
pub use level::{Level, LevelError};
pub use money::{BasisPoints, BasisPointsError, Fen, YuanError};
pub use person::{PersonId, PersonIdError, Sealed};
pub use project_number::{ProjectNumber, ProjectNumberError};
pub use register::{Change, ChangeError, ChangeKind, Register, RegisterError};
pub use season::{MonthDay, MonthDayError, Season};
pub use seeded::Seeded;
pub use table::{Place, TableError};
pub use text::TextProblem;
pub use time::Timestamp;
pub use unit::{Unit, UnitCode, UnitCodeError};
pub use year::{Year, YearError};
