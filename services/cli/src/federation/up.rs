use std::{
    io::{self, Write as _},
    path::PathBuf,
    pin::pin,
    sync::Arc,
};

use clap::ValueEnum;
use tokio::sync::{mpsc, oneshot};
use yishi_kernel::{Season, Timestamp};

use super::{
    control::{self, Server},
    folder::{self, Folder},
    member::Events,
    ports,
    running::{Federation, Plan},
    shape::{self, Shape},
    supervisor::Supervisor,
};
use crate::{
    failure::{Exit, Failure},
    interruption::interrupted,
    lang::Lang,
    node, operator,
    scenario::years_of_the_programme,
    units,
};

/// Starts a node for each unit of the higher levels, on this machine, and stays until Ctrl-C.
///
/// Each node is a process with a folder, SQLite books and ports of its own, on loopback only: three ports for each node,
/// for callers, for the operator, and for the way to the node above, which `cut` and `heal` act on. What a node wrote
/// stays in the folder, and goes on when the same federation is started there again. When this process ends, however
/// it ends, its nodes end too.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    units: units::Selection,
    #[command(flatten)]
    hosting: shape::Hosting,
    #[command(flatten)]
    folder: folder::Where,
    /// The first port; all that are needed follow it, below 32768.
    #[arg(long, value_name = "PORT", default_value_t = super::BASE_PORT)]
    base_port: u16,
    /// Where business time comes from.
    #[arg(long, value_enum, default_value_t = ClockKind::System, value_name = "CLOCK")]
    clock: ClockKind,
    /// The nodes' program; by default `yishi-node` beside this one.
    #[arg(long, value_name = "FILE")]
    node_binary: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClockKind {
    /// The machine's clock.
    System,
    /// Stands still until `yishi federation advance` moves it; begins on 1 November 2019.
    Manual,
}

impl ClockKind {
    fn start(self) -> Option<Timestamp> {
        let first = years_of_the_programme().next().expect("there are three");
        (self == ClockKind::Manual).then(|| Timestamp::start_of(Season::of(first).first))
    }
}

pub(super) async fn run(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let folder = Folder::take(&options.folder.path()?, lang)?;
    let units = options.units.units(folder.path(), lang)?;
    let shape = Shape::chosen(options.hosting, &units, lang)?;
    ports::check_free(&ports::assign(options.base_port, shape.places().len(), lang)?, lang)?;
    folder.remember(&shape, &units, lang)?;
    let socket = control::socket(folder.path());
    let server = Server::bind(folder.path())
        .map_err(|error| Failure::new(Exit::Internal, format!("{}: {error}", socket.display())))?;
    let plan = Plan {
        binary: node::binary(options.node_binary.as_deref(), lang)?,
        room: folder.path(),
        units: &units,
        shape: &shape,
        base_port: options.base_port,
        start: options.clock.start(),
    };
    let events = Events::new(|text| {
        // A closed standard error leaves nobody to tell.
        let _ = writeln!(io::stderr(), "{text}");
    });
    let mut interruption = pin!(interrupted(lang));
    let federation = tokio::select! {
        federation = Federation::start(&plan, &events, lang) => Arc::new(federation?),
        failure = &mut interruption => return Err(failure),
    };

    let (down, mut wanted) = mpsc::channel(1);
    let desk = Supervisor::new(Arc::clone(&federation), shape, &units, down);
    let (ended, end) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(Arc::new(desk), async { drop(end.await) }));
    operator::print(&welcome(&federation, &folder, lang))?;
    let asked = tokio::select! {
        _ = &mut interruption => None,
        asked = wanted.recv() => asked,
    };
    let outcome = tokio::select! {
        outcome = federation.stop() => outcome,
        // Who interrupts once more does not want to wait; dropped, the nodes are killed.
        failure = interrupted(lang) => return Err(failure),
    };
    if let Some(asked) = asked {
        // Whoever asked may have gone.
        drop(asked.send(outcome.as_ref().copied().map_err(Failure::to_string)));
    }
    drop(ended);
    serving.await.map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
    outcome.map(|()| Exit::Good)
}

fn welcome(federation: &Federation, folder: &Folder, lang: Lang) -> String {
    let members = federation.members();
    let (nodes, top, room) = (members.len(), &members[0], folder.path().display());
    let (unit, address, admin) = (top.place.unit, top.ports.address, top.ports.admin);
    lang.pick(
        format!(
            "{nodes} 个节点已就绪，目录 {room}\n最上级 {unit}：业务 {address}，运维 {admin}\n\
             在另一终端查看：yishi federation status；停止：Ctrl-C 或 yishi federation down\n"
        ),
        format!(
            "{nodes} nodes serve, in {room}\n{unit} at the top: callers {address}, operator {admin}\n\
             in another shell: yishi federation status; to stop: Ctrl-C, or yishi federation down\n"
        ),
    )
}
