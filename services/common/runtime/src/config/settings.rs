use std::{net::SocketAddr, path::PathBuf, time::Duration};

use serde::Deserialize;
use yishi_kernel::{Level, MonthDay, UnitCode};

use super::Secret;

/// Reads a word for one of a few things; serde's own refusal does not say which words there are.
macro_rules! words {
    ($kind:ident: $($word:literal => $variant:ident),+; $right:literal) => {
        impl TryFrom<String> for $kind {
            type Error = String;

            fn try_from(word: String) -> Result<Self, String> {
                match word.as_str() {
                    $($word => Ok($kind::$variant),)+
                    _ => Err(format!("{word:?} is not known, write {}", $right)),
                }
            }
        }
    };
}

words!(ClockKind: "system" => System, "manual" => Manual; "system or manual");
words!(IdentityKind: "development" => Development; "development");
words!(LogFormat: "text" => Text, "json" => Json; "text or json");

/// All settings of a node.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which unit this is and where its data lies.
    pub node: Node,
    /// Where it listens.
    #[serde(default)]
    pub listen: Listen,
    /// Where its books are kept.
    #[serde(default)]
    pub database: Database,
    /// The node above.
    #[serde(default)]
    pub link: Link,
    /// Where business time comes from.
    #[serde(default)]
    pub clock: Clock,
    /// How callers are known.
    #[serde(default)]
    pub identity: Identity,
    /// What villages go by.
    #[serde(default)]
    pub intake: Intake,
    /// What units do about matters that others raise to them.
    #[serde(default)]
    pub escalation: Escalation,
    /// What a peer may ask of the server.
    #[serde(default)]
    pub grpc: Grpc,
    /// What the node tells about itself.
    #[serde(default)]
    pub telemetry: Telemetry,
}

/// Which unit a node stands for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// The topmost unit this node hosts.
    pub unit: UnitCode,
    /// The register of units, a CSV file.
    pub divisions: PathBuf,
    /// The pairs of neighbouring villages, a CSV file.
    pub neighbours: PathBuf,
    /// What became of villages that are closed, a CSV file; without one none may be.
    #[serde(default)]
    pub changes: Option<PathBuf>,
    /// Where the node keeps its files.
    #[serde(default = "data_dir")]
    pub data_dir: PathBuf,
    /// The topmost units of the nodes right below, which host what is theirs.
    #[serde(default)]
    pub delegates: Vec<UnitCode>,
}

fn data_dir() -> PathBuf {
    "data".into()
}

/// Where a node listens. The defaults lie below 32768, above which the kernel gives ports to whoever connects out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// For callers: the services, health and reflection.
    pub address: SocketAddr,
    /// For the operator: the admin service and health.
    pub admin: SocketAddr,
}

impl Default for Listen {
    fn default() -> Self {
        Self { address: ([127, 0, 0, 1], 18640).into(), admin: ([127, 0, 0, 1], 18641).into() }
    }
}

/// Where the books are kept.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `postgres://…`, or empty for SQLite files in `node.data_dir`.
    pub url: Secret,
    /// How many connections a service keeps for reading.
    pub connections_max: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: Secret::default(), connections_max: 8 }
    }
}

/// The node above, which this one dials.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// Where its callers' listener is, as `http://127.0.0.1:18640`; empty for the topmost node.
    pub parent: String,
}

/// Where business time comes from.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clock {
    /// The machine's clock, or one that an operator moves.
    pub kind: ClockKind,
    /// Where a manual clock begins: a day in China (`2019-11-01`) or an instant (RFC 3339).
    pub start: Option<String>,
}

/// The two clocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum ClockKind {
    /// The machine's.
    #[default]
    System,
    /// Moved forward by hand.
    Manual,
}

/// How callers are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// Which way.
    pub kind: IdentityKind,
}

/// The ways to know a caller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum IdentityKind {
    /// Callers on this machine are believed.
    #[default]
    Development,
}

/// What villages go by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intake {
    /// Figures that some units set otherwise, perhaps for some years only; the nearest row holds.
    pub policy: Vec<PolicyRow>,
    /// Which departments of the county must agree to which matters; the first row that fits holds.
    pub opinions: Vec<OpinionRow>,
    /// Working days that a department has to answer.
    pub opinion_days: u32,
    /// By how much a determined matter may change, in parts of 10,000, before departments are asked again.
    pub opinion_renewal_bp: u32,
    /// Files with a taxonomy each, beside the published one.
    pub taxonomies: Vec<PathBuf>,
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            policy: Vec::new(),
            opinions: Vec::new(),
            opinion_days: 10,
            opinion_renewal_bp: 1_000,
            taxonomies: Vec::new(),
        }
    }
}

/// What some units go by. What is left out is as it would be without the row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyRow {
    /// Only this unit and those below it.
    pub unit: Option<UnitCode>,
    /// Only this year.
    pub year: Option<i32>,
    /// Only these years.
    pub years: Vec<i32>,
    /// The first day of the season in which proposals are taken, as `11-01`.
    pub season_first: Option<MonthDay>,
    /// The last day of it.
    pub season_last: Option<MonthDay>,
    /// The share of those entitled who must be present for a meeting to decide, as `2/3`.
    pub quorum: Option<String>,
    /// The share of those present that the votes for a matter must pass.
    pub majority: Option<String>,
    /// Full days that a decision hangs out at the least.
    pub notice_days: Option<u16>,
    /// Working days that it hangs out at the least beside that.
    pub notice_working_days: Option<u16>,
    /// Matters a village may have in a year.
    pub matters_per_village_year: Option<u16>,
    /// Additional matters a village may have in a year, once it has those.
    pub additional_matters: Option<u16>,
    /// The categories of which those can be, such as `INDUSTRY`; all, if it is empty.
    pub additional_categories: Option<Vec<String>>,
    /// Working days that a department has to answer.
    pub opinion_days: Option<u32>,
    /// By how much a determined matter may change, in parts of 10,000, before departments are asked again.
    pub opinion_renewal_bp: Option<u32>,
}

/// Who must agree to some matters. What is left out fits all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpinionRow {
    /// Only those of villages of this unit.
    pub unit: Option<UnitCode>,
    /// Only those of this year.
    pub year: Option<i32>,
    /// Only those of this category, such as `INFRASTRUCTURE`.
    pub category: Option<String>,
    /// Only those of this subcategory.
    pub subcategory: Option<String>,
    /// The kinds of the departments; none, if nobody need agree.
    pub departments: Vec<String>,
}

/// What units do about matters that others raise to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Escalation {
    /// The levels whose units' overdue matters are raised by themselves.
    pub raise_overdue: Vec<Level>,
}

/// What a peer may ask of the server; each is a limit of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grpc {
    /// Whether the contracts can be asked of the server.
    pub reflection: bool,
    /// Connections held at once; more wait in the kernel's queue.
    pub connections_max: usize,
    /// A connection is asked to end after this, give or take a tenth, so that peers spread over replicas.
    pub connection_age_max_s: u64,
    /// How long a peer may take to begin speaking HTTP/2.
    pub handshake_max_ms: u64,
    /// Calls at once on one connection.
    pub streams_per_connection_max: u32,
    /// Streams a peer may open and reset unheard before it is cut off.
    pub streams_reset_pending_max: usize,
    /// Streams the server may have to reset for a peer's faults before it is cut off.
    pub streams_reset_by_error_max: usize,
    /// Bytes of a call's headers.
    pub header_bytes_max: u32,
    /// A silent connection is pinged after this.
    pub keepalive_interval_ms: u64,
    /// A ping without an answer for this long ends the connection.
    pub keepalive_timeout_ms: u64,
    /// Calls at once in the whole process; more are refused, to be tried again.
    pub calls_in_flight_max: usize,
    /// Bytes of one message from a peer.
    pub message_in_bytes_max: usize,
    /// Bytes of one message to a peer.
    pub message_out_bytes_max: usize,
    /// A shorter deadline than this is refused at once.
    pub deadline_min_ms: u64,
    /// The deadline of a caller who sets none.
    pub deadline_default_ms: u64,
    /// A longer deadline counts as this.
    pub deadline_max_ms: u64,
    /// How long calls may take to end after the node was told to stop; then they are cut.
    pub drain_max_ms: u64,
}

impl Default for Grpc {
    fn default() -> Self {
        Self {
            reflection: true,
            connections_max: 1024,
            connection_age_max_s: 1800,
            handshake_max_ms: 5_000,
            streams_per_connection_max: 256,
            streams_reset_pending_max: 20,
            streams_reset_by_error_max: 1024,
            header_bytes_max: 16 * 1024,
            keepalive_interval_ms: 20_000,
            keepalive_timeout_ms: 10_000,
            calls_in_flight_max: 1024,
            message_in_bytes_max: 256 * 1024,
            message_out_bytes_max: 4 * 1024 * 1024,
            deadline_min_ms: 2,
            deadline_default_ms: 10_000,
            deadline_max_ms: 300_000,
            drain_max_ms: 15_000,
        }
    }
}

impl Grpc {
    /// [`connection_age_max_s`](Self::connection_age_max_s).
    pub fn connection_age_max(&self) -> Duration {
        Duration::from_secs(self.connection_age_max_s)
    }

    /// [`handshake_max_ms`](Self::handshake_max_ms).
    pub fn handshake_max(&self) -> Duration {
        Duration::from_millis(self.handshake_max_ms)
    }

    /// [`keepalive_interval_ms`](Self::keepalive_interval_ms).
    pub fn keepalive_interval(&self) -> Duration {
        Duration::from_millis(self.keepalive_interval_ms)
    }

    /// [`keepalive_timeout_ms`](Self::keepalive_timeout_ms).
    pub fn keepalive_timeout(&self) -> Duration {
        Duration::from_millis(self.keepalive_timeout_ms)
    }

    /// [`deadline_min_ms`](Self::deadline_min_ms).
    pub fn deadline_min(&self) -> Duration {
        Duration::from_millis(self.deadline_min_ms)
    }

    /// [`deadline_default_ms`](Self::deadline_default_ms).
    pub fn deadline_default(&self) -> Duration {
        Duration::from_millis(self.deadline_default_ms)
    }

    /// [`deadline_max_ms`](Self::deadline_max_ms).
    pub fn deadline_max(&self) -> Duration {
        Duration::from_millis(self.deadline_max_ms)
    }

    /// [`drain_max_ms`](Self::drain_max_ms).
    pub fn drain_max(&self) -> Duration {
        Duration::from_millis(self.drain_max_ms)
    }
}

/// What the node tells about itself. Where OTLP goes is said by the standard `OTEL_*` variables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// Which log lines are written: a level, or `target=level` directives with commas between.
    pub log: String,
    /// For people or for programs.
    pub log_format: LogFormat,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { log: "info".to_owned(), log_format: LogFormat::default() }
    }
}

/// How log lines are written to standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}
