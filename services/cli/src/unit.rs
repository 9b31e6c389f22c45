//! `yishi unit`: handing a unit over to a node of its own, taking it back, and who hosts what.

use std::time::Duration;

use yishi_kernel::UnitCode;
use yishi_proto::admin::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    operator::{Address, print},
    remote::{Admin, Remote},
};

/// Each service writes an entry for each unit that moves.
const DEADLINE: Duration = Duration::from_secs(60);

/// Moves units between a node and the nodes right below it.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Hands a unit and all below it over to a node of its own, which dials this one.
    ///
    /// If the unit had a node on another machine before, `yishi trust` follows: it is still known by that one's key.
    Delegate {
        /// The unit: 12 digits.
        #[arg(value_name = "UNIT")]
        unit: UnitCode,
        /// Where callers will find its node.
        #[arg(long, value_name = "HOST:PORT")]
        address: String,
        #[command(flatten)]
        node: Address,
    },
    /// Asks the node of a unit for the unit and all below it.
    Reclaim {
        /// The unit: 12 digits.
        #[arg(value_name = "UNIT")]
        unit: UnitCode,
        /// Where callers will find this node; by default where it listens.
        #[arg(long, value_name = "HOST:PORT")]
        address: Option<String>,
        #[command(flatten)]
        node: Address,
    },
    /// Shows what a unit was called from time to time, and what became of it; asks no node.
    History(crate::history::Options),
    /// Shows which units were moved, where they are since when, and what is still waited for.
    List {
        #[command(flatten)]
        node: Address,
    },
}

pub(crate) async fn run(command: &Command, lang: Lang) -> Result<Exit, Failure> {
    let node = match command {
        Command::Delegate { node, .. } | Command::Reclaim { node, .. } | Command::List { node } => node,
        Command::History(options) => return crate::history::show(options, lang),
    };
    let remote = Remote::new(&node.admin, 1, lang)?;
    let delegations = match command {
        Command::Delegate { unit, address, .. } => {
            let (unit, address) = (format!("units/{unit}"), address.clone());
            let ask = pb::DelegateUnitRequest { unit, address };
            remote.admin(DEADLINE, ask, Admin::delegate_unit).await.map(|one| vec![one])
        }
        Command::Reclaim { unit, address, .. } => {
            let (unit, address) = (format!("units/{unit}"), address.clone().unwrap_or_default());
            let ask = pb::ReclaimUnitRequest { unit, address };
            remote.admin(DEADLINE, ask, Admin::reclaim_unit).await.map(|one| vec![one])
        }
        Command::List { .. } | Command::History(_) => {
            let ask = pb::ListDelegationsRequest {};
            remote.admin(DEADLINE, ask, Admin::list_delegations).await.map(|all| all.delegations)
        }
    };
    let delegations = delegations.map_err(|failure| failure.about(&node.admin))?;
    let text: String = delegations.iter().map(|one| told(one, lang)).collect();
    print(&text)?;
    Ok(Exit::Good)
}

fn told(delegation: &pb::Delegation, lang: Lang) -> String {
    let state = match delegation.state() {
        pb::DelegationState::Here => lang.pick("在本节点", "is here"),
        pb::DelegationState::Delegating => lang.pick("正在移交", "is being handed over"),
        pb::DelegationState::Delegated => lang.pick("已移交", "has been handed over"),
        pb::DelegationState::Reclaiming => lang.pick("正在收回", "is being taken back"),
        pb::DelegationState::Unspecified => "?",
    };
    let mut text = format!("{} {state}", delegation.unit);
    if delegation.state() != pb::DelegationState::Here && !delegation.address.is_empty() {
        text += &lang.pick(format!("（{}）", delegation.address), format!(" ({})", delegation.address));
    }
    text.push('\n');
    for service in &delegation.services {
        let (name, holder, since) = (&service.service, &service.holder, service.since_epoch);
        if since > 0 {
            text += &lang.pick(
                format!("  {name}：{holder} 自第 {since} 纪元起\n"),
                format!("  {name}: {holder} since epoch {since}\n"),
            );
        }
    }
    for waits in &delegation.waits_for {
        text += &lang.pick(format!("  等待：{waits}\n"), format!("  waits for {waits}\n"));
    }
    text
}
