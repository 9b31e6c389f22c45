//! A federation on one machine: a node for each unit of the higher levels, every one a process with books and ports of
//! its own, and the ways between them, which can be cut.
//!
//! One process keeps all of it (`up`); the other commands reach it over a socket in its folder.

mod control;
mod folder;
mod member;
mod memory;
mod ports;
mod proxy;
mod running;
mod shape;
mod status;
mod supervisor;
mod up;

use clap::Subcommand;
use yishi_kernel::{Date, Timestamp, UnitCode};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    operator,
};
use control::Question;
pub(crate) use folder::Where;
pub(crate) use member::{Events, Member};
pub(crate) use proxy::{Cut, Way};
pub(crate) use running::{Federation, Plan};
pub(crate) use shape::{Hosting, Shape};

/// The first port, far from those of a single node.
pub(crate) const BASE_PORT: u16 = 19_000;

/// A federation of nodes on this machine.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Up(Box<up::Options>),
    Status(status::Options),
    /// Kills a node (SIGKILL); it is started again on what it left.
    Kill {
        #[command(flatten)]
        folder: folder::Where,
        /// The node's topmost unit.
        unit: UnitCode,
        /// Leave it away, until `start`.
        #[arg(long)]
        stay: bool,
    },
    /// Starts a node that was killed and left away.
    Start {
        #[command(flatten)]
        folder: folder::Where,
        /// The node's topmost unit.
        unit: UnitCode,
    },
    /// Cuts the way from a node to the node above.
    Cut {
        #[command(flatten)]
        folder: folder::Where,
        /// The topmost unit of the node below.
        unit: UnitCode,
        /// Only this direction: connections stand, and what is sent waits.
        #[arg(long, value_enum, value_name = "WAY")]
        way: Option<Way>,
    },
    /// Heals the way from a node to the node above, or all of them.
    Heal {
        #[command(flatten)]
        folder: folder::Where,
        /// The topmost unit of the node below.
        unit: Option<UnitCode>,
    },
    /// Moves the clocks of all nodes forward, if they were started with --clock manual.
    Advance {
        #[command(flatten)]
        folder: folder::Where,
        /// To the beginning of this day in China, as in 2020-01-31.
        #[arg(value_parser = beginning)]
        day: Timestamp,
    },
    /// Stops all nodes and whoever keeps them.
    Down {
        #[command(flatten)]
        folder: folder::Where,
    },
}

pub(crate) async fn run(command: &Command, lang: Lang) -> Result<Exit, Failure> {
    let (folder, question) = match command {
        Command::Up(options) => return up::run(options, lang).await,
        Command::Status(options) => return status::run(options, lang).await,
        Command::Kill { folder, unit, stay } => (folder, Question::Kill { unit: *unit, stay: *stay }),
        Command::Start { folder, unit } => (folder, Question::Start { unit: *unit }),
        Command::Cut { folder, unit, way } => (folder, Question::Cut { unit: *unit, way: *way }),
        Command::Heal { folder, unit } => (folder, Question::Heal { unit: *unit }),
        Command::Advance { folder, day } => (folder, Question::Advance { to_us: day.as_micros() }),
        Command::Down { folder } => (folder, Question::Down),
    };
    control::ask(&folder.path()?, question, lang).await?;
    operator::print(lang.pick("已完成\n", "done\n"))?;
    Ok(Exit::Good)
}

/// The admin listeners of all nodes of a federation that runs, each before those below it.
pub(crate) async fn admins(folder: &Where, lang: Lang) -> Result<Vec<String>, Failure> {
    let nodes = control::ask(&folder.path()?, Question::Status, lang).await?;
    Ok(nodes.into_iter().map(|node| node.admin).collect())
}

/// Of a day.
fn beginning(text: &str) -> Result<Timestamp, String> {
    let day = || {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let month = month.parse::<u8>().ok()?.try_into().ok()?;
        Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
    };
    let day = day().filter(|day| day.to_string() == text);
    day.map(Timestamp::start_of).ok_or_else(|| "write a day as in 2020-01-31".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(subcommand)]
        command: Command,
    }

    fn typed(line: &str) -> Result<Command, String> {
        let words = ["federation"].into_iter().chain(line.split_whitespace());
        Typed::try_parse_from(words).map(|typed| typed.command).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_typed_is_understood() {
        for line in [
            "up",
            "up --tree ningxia --hosts county",
            "up --branch 640323100200 --dir somewhere --base-port 20000 --clock manual",
            "up --divisions d.csv --neighbours n.csv --hosts village --node-binary yishi-node",
            "status -o json --dir somewhere",
            "kill 640323000000 --stay",
            "start 640323000000",
            "cut 640323000000",
            "cut 640323000000 --way up",
            "heal",
            "heal 640323000000 --dir somewhere",
            "advance 2020-02-29",
            "down",
        ] {
            assert!(typed(line).is_ok(), "{line}: {:?}", typed(line).err());
        }
    }

    #[test]
    fn what_cannot_work_is_refused() {
        for line in [
            "",
            "up --hosts province",
            "up --hosts county --branch 640323100200",
            "up --branch 64",
            "up --base-port 70000",
            "kill",
            "cut 640323000000 --way sideways",
            "advance 2021-02-29",
            "advance 2020-2-01",
            "advance tomorrow",
        ] {
            assert!(typed(line).is_err(), "{line}");
        }
    }

    #[test]
    fn days_begin_in_china() {
        let Command::Advance { day, .. } = typed("advance 2022-03-01").unwrap() else { panic!() };
        assert_eq!(day.to_string(), "2022-03-01T00:00:00.000000+08:00");
    }
}
