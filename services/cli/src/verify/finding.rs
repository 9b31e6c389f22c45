//! What does not hold, in words.

use yishi_kernel::{Timestamp, UnitCode};
use yishi_proto::admin::v1 as pb;
use yishi_witness::PublicKey;

use crate::lang::Lang;

/// Something that a person must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// At which node it was seen.
    pub(super) node: UnitCode,
    pub(super) service: String,
    /// Whose journal, and the number of its first bad entry.
    pub(super) entry: Option<(String, i64)>,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// The node itself says so of what it holds.
    Own(String),
    /// The entry, or the chain up to it, is another one in the node above.
    Differs { above: UnitCode, here: String, there: String, signed: Option<Signed> },
    /// The chain breaks there, here or in the node above.
    Breaks { at: UnitCode },
    /// The node above holds more: entries were cut off here.
    CutOff { above: UnitCode, there: i64 },
    /// The node signs with another key than the one by which the node above knows it.
    OtherKey { above: UnitCode, signs: PublicKey, known: PublicKey },
    /// A signature does not hold.
    Unproven { of: String, problem: String },
    /// A bulletin was signed by a key that is not its node's.
    StrangeKey { of: String, node: UnitCode, key: PublicKey },
}

/// Which version the node below once signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    /// That of the node above.
    Above(Timestamp),
    /// That which it holds now.
    Here(Timestamp),
}

impl Finding {
    pub(super) fn own(node: UnitCode, service: &str, bad: &pb::BadEntry) -> Self {
        let entry = Some((bad.unit.clone(), bad.seq)).filter(|(unit, _)| !unit.is_empty());
        Self { node, service: service.to_owned(), entry, what: What::Own(bad.problem.clone()) }
    }

    pub(super) fn of_node(node: UnitCode, service: &str, what: What) -> Self {
        Self { node, service: service.to_owned(), entry: None, what }
    }

    pub(super) fn text(&self, lang: Lang) -> String {
        let Self { node, service, entry, what } = self;
        let place = match entry {
            Some((unit, seq)) => lang.pick(
                format!("{service}：{unit} 的第 {seq} 条有误（节点 {node}）："),
                format!("{service}: entry {seq} of {unit} does not hold (node {node}): "),
            ),
            None => lang.pick(format!("{service}（节点 {node}）："), format!("{service} (node {node}): ")),
        };
        place + &what.text(lang) + "\n"
    }
}

impl What {
    fn text(&self, lang: Lang) -> String {
        match self {
            What::Own(problem) => problem.clone(),
            What::Differs { above, here, there, signed } => {
                let signed = signed.as_ref().map(|signed| signed.text(lang)).unwrap_or_default();
                lang.pick(
                    format!("本节点为 {here}，上级节点 {above} 为 {there}{signed}"),
                    format!("it is {here} there and {there} at the node above, {above}{signed}"),
                )
            }
            What::Breaks { at } => lang.pick(
                format!("节点 {at} 的链在此断开"),
                format!("at the node {at} the chain does not fit the entries before it"),
            ),
            What::CutOff { above, there } => lang.pick(
                format!("本节点的账簿到此为止，上级节点 {above} 有 {there} 条"),
                format!("the journal ends here, and the node above, {above}, holds {there} entries"),
            ),
            What::OtherKey { above, signs, known } => lang.pick(
                format!("用公钥 {signs} 签名，上级节点 {above} 认定的是 {known}"),
                format!("it signs with the key {signs}, and the node above, {above}, knows it by {known}"),
            ),
            What::Unproven { of, problem } => {
                lang.pick(format!("{of} 的签名无效：{problem}"), format!("{of}: {problem}"))
            }
            What::StrangeKey { of, node, key } => lang.pick(
                format!("{of} 用公钥 {key} 签署，不是节点 {node} 的；若为旧钥，请用 --key 说明"),
                format!(
                    "{of} was signed with the key {key}, which is not that of the node {node}; if it was, say so by --key"
                ),
            ),
        }
    }
}

impl Signed {
    fn text(self, lang: Lang) -> String {
        match self {
            Signed::Above(at) => lang.pick(
                format!("；本节点曾于 {at} 签署上级所存的版本：此后被改写"),
                format!("; the node itself signed the version above at {at}: it was rewritten since"),
            ),
            Signed::Here(at) => lang.pick(
                format!("；本节点曾于 {at} 签署现有的版本：上级所存的被改写"),
                format!("; the node signed what it holds at {at}: the copy above was rewritten"),
            ),
        }
    }
}
