//! How commands in another shell reach a federation: one question and one answer a connection, each a line of JSON, on
//! a Unix socket in the federation's folder.

mod client;
mod server;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use yishi_kernel::UnitCode;

use super::{
    member::State,
    proxy::{Cut, Way},
};
use crate::lang::Lang;

pub(super) use client::ask;
pub(super) use server::{Desk, Server};

/// A question is short; anything longer is none.
const QUESTION_BYTES: u64 = 4 << 10;
/// The answer about the nodes of a whole region, each village with its own, fits.
const ANSWER_BYTES: u64 = 4 << 20;

/// Where a federation listens.
pub(super) fn socket(room: &Path) -> PathBuf {
    room.join("control.sock")
}

/// What may be asked of a federation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum Question {
    /// How its nodes are.
    Status,
    /// SIGKILL for a node, which is started again unless it is to stay away.
    Kill { unit: UnitCode, stay: bool },
    /// Start a node that stays away.
    Start { unit: UnitCode },
    /// Cut the way from a node to the one above.
    Cut { unit: UnitCode, way: Option<Way> },
    /// Heal it; without a unit all of them.
    Heal { unit: Option<UnitCode> },
    /// Move all clocks, which are moved by hand.
    Advance { to_us: i64 },
    /// Stop everything.
    Down,
}

/// What it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(super) enum Answer {
    /// How its nodes are, each before those below it.
    Nodes { nodes: Vec<NodeReport> },
    /// It is done.
    Done,
    /// It cannot be done.
    Refused { why: Refusal },
}

/// Why something cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub(super) enum Refusal {
    /// No node has this unit at its top; perhaps one hosts it.
    NoNode { unit: UnitCode, host: Option<UnitCode> },
    /// The topmost node has no way up.
    NoWayUp { unit: UnitCode },
    /// Clocks are the machine's.
    NoManualClock,
    /// The line was no question.
    Unreadable { problem: String },
    /// Something failed on the way.
    Failed { problem: String },
}

/// How a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NodeReport {
    pub(super) unit: UnitCode,
    pub(super) name: String,
    /// Which node is above.
    pub(super) parent: Option<UnitCode>,
    /// For callers.
    pub(super) address: String,
    /// For the operator.
    pub(super) admin: String,
    pub(super) state: State,
    pub(super) pid: Option<u32>,
    pub(super) starts: u32,
    pub(super) resident_bytes: Option<u64>,
    /// Of the way up; the topmost node has none.
    pub(super) cut: Option<Cut>,
}

impl Refusal {
    pub(super) fn text(&self, lang: Lang) -> String {
        match self {
            Refusal::NoNode { unit, host: None } => lang
                .pick(format!("{unit} 不属于这个联邦"), format!("{unit} does not belong to this federation")),
            Refusal::NoNode { unit, host: Some(host) } => lang.pick(
                format!("{unit} 没有自己的节点，由 {host} 的节点承载"),
                format!("{unit} has no node of its own: the node of {host} hosts it"),
            ),
            Refusal::NoWayUp { unit } => lang.pick(
                format!("{unit} 是最上级节点，没有上行链路"),
                format!("{unit} is the topmost node: it has no link upwards"),
            ),
            Refusal::NoManualClock => lang.pick(
                "各节点用系统时钟；请以 --clock manual 启动".to_owned(),
                "the nodes go by the machine's clock; start them with --clock manual".to_owned(),
            ),
            Refusal::Unreadable { problem } => {
                lang.pick(format!("看不懂的请求：{problem}"), format!("not a request: {problem}"))
            }
            Refusal::Failed { problem } => problem.clone(),
        }
    }
}
