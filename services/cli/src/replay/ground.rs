//! Where a replay is played: on one node, or on a federation.

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::Path,
    sync::{Mutex, PoisonError},
};

use yishi_kernel::Timestamp;

use super::{nodes::Nodes, options::Options};
use crate::{
    failure::{Exit, Failure},
    federation::{Events, Federation, Plan, Shape},
    lang::Lang,
    node::{self, Node},
    units::Units,
};

/// Processes that end with this one.
pub(super) enum Ground {
    Single(Box<Node>),
    Many(Federation),
}

impl Ground {
    pub(super) async fn start(
        options: &Options,
        room: &Path,
        units: &Units,
        shape: &Shape,
        start: Timestamp,
        lang: Lang,
    ) -> Result<Self, Failure> {
        let binary = node::binary(options.node_binary.as_deref(), lang)?;
        if !options.federation {
            let node = Node::start(&options.node(binary, room, units, start), lang).await?;
            return Ok(Ground::Single(Box::new(node)));
        }
        let base_port = options.base_port;
        let plan = Plan { binary, room, units, shape, base_port, start: Some(start) };
        Federation::start(&plan, &events(room)?, lang).await.map(Ground::Many)
    }

    pub(super) fn nodes<'a>(&'a self, shape: &'a Shape, lang: Lang) -> Result<Nodes<'a>, Failure> {
        match self {
            Ground::Single(node) => Nodes::single(node, shape, lang),
            Ground::Many(federation) => Nodes::many(federation, shape, lang),
        }
    }

    pub(super) fn federation(&self) -> Option<&Federation> {
        match self {
            Ground::Single(_) => None,
            Ground::Many(federation) => Some(federation),
        }
    }

    pub(super) async fn stop(&mut self, lang: Lang) -> Result<(), Failure> {
        match self {
            Ground::Single(node) => node.stop(lang).await,
            Ground::Many(federation) => federation.stop().await,
        }
    }
}

/// A terminal is busy with showing how far the play is: what happens beside it goes into a file.
fn events(room: &Path) -> Result<Events, Failure> {
    let path = room.join("federation.log");
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let file = file.map_err(|error| Failure::new(Exit::Internal, format!("{}: {error}", path.display())))?;
    let file = Mutex::new(file);
    Ok(Events::new(move |text| {
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        // A disk that is full shows soon enough elsewhere.
        let _ = writeln!(file, "{text}");
    }))
}
