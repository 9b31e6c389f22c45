use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use tempfile::TempDir;
use yishi_kernel::{Level, Timestamp};

use crate::{
    failure::{Exit, Failure},
    federation::{self, Hosting, Shape},
    lang::Lang,
    node::{ANY_PORT, Spec},
    output::Output,
    scenario::Phase,
    units::{Selection, Units},
};

/// Runs 2020, 2021 and 2022 on new nodes and prints what came of it beside what was published.
///
/// A node that hosts all units starts from nothing and is used through the public gRPC API only; its clock
/// is moved on the admin listener. What happens is drawn from a seed, and meets the published totals
/// exactly. The totals are asked of the services' own reports, counted again village by village, and
/// compared; every journal is verified.
///
/// With --federation there are many nodes, one for each unit of the higher levels. Each call is made at the node that
/// hosts the unit which acts or is asked about: a county's report is the county's, from its own books, and the region's
/// is the region's, from the copies that came up to it. In the end all nodes have to hold the same, entry for entry,
/// also after --chaos.
///
/// Rows of services that the node does not serve are missing, shown in red, and make the exit code 1 unless
/// --until names an earlier stage as the last that is wanted; only what belongs to it is played.
///
/// With --region, or with another register, totals are as many in proportion to the number of villages, by
/// largest remainder (6,210 matters for 2,214 villages; a category's average cost stays the same), and there
/// are no published figures to compare with: that column shows "-".
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Tells scenarios apart; every seed meets the same totals.
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// The last stage that is wanted: rows beyond it may be missing.
    #[arg(long, value_enum, default_value_t = Stage::Rewarded, value_name = "STAGE")]
    pub(super) until: Stage,
    /// How the result is printed.
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORMAT")]
    pub(super) output: Output,
    /// Play on a federation of nodes, all on this machine.
    #[arg(long)]
    pub(super) federation: bool,
    #[command(flatten)]
    hosting: Hosting,
    /// The first port of a federation; all that are needed follow it, below 32768.
    #[arg(long, value_name = "PORT", default_value_t = federation::BASE_PORT, requires = "federation")]
    pub(super) base_port: u16,
    /// Kill so many nodes (SIGKILL) and cut so many links of a federation meanwhile, at moments drawn from the seed.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "federation")]
    pub(super) chaos: usize,
    /// An empty PostgreSQL database; without it the node keeps SQLite files in a temporary folder.
    #[arg(long, value_name = "URL", env = "YISHI_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    #[command(flatten)]
    selection: Selection,
    /// The node's program; by default `yishi-node` beside this one.
    #[arg(long, value_name = "FILE")]
    pub(super) node_binary: Option<PathBuf>,
    /// Keep the nodes' configuration, logs and data in this folder, which must be new or empty.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// How far the years are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Stage {
    /// Each matter is proposed, decided, hung out and fixed for its year.
    Determined,
    /// Each matter has found its handler, is paid, done and struck off.
    Closed,
    /// The villages are ranked, and the best are rewarded.
    Rewarded,
}

impl Stage {
    /// Whether a phase belongs to what is wanted.
    pub(super) fn includes(self, phase: Phase) -> bool {
        let stage = match phase {
            Phase::Scheme | Phase::Surveys | Phase::Ranking | Phase::Rewards => Stage::Rewarded,
            phase if phase <= Phase::Determination => Stage::Determined,
            _ => Stage::Closed,
        };
        stage <= self
    }
}

/// The folder of a node's files; a temporary one goes with this value.
pub(super) enum Room {
    Temporary(TempDir),
    Kept(PathBuf),
}

impl Room {
    pub(super) fn path(&self) -> &Path {
        match self {
            Room::Temporary(folder) => folder.path(),
            Room::Kept(folder) => folder,
        }
    }
}

impl Options {
    /// What does not go together.
    pub(super) fn check(&self, lang: Lang) -> Result<(), Failure> {
        let Hosting { hosts, branch } = self.hosting;
        let text = if !self.federation && (hosts.is_some() || branch.is_some()) {
            lang.pick(
                "--hosts 与 --branch 只用于 --federation",
                "--hosts and --branch are for a federation: add --federation",
            )
        } else if self.federation && self.database_url.is_some() {
            lang.pick(
                "一个 PostgreSQL 数据库只存一个节点的账簿，联邦的各节点用 SQLite 文件；请去掉 --database-url（YISHI_DATABASE_URL）",
                "a PostgreSQL database keeps the books of one node, so the nodes of a federation keep SQLite files; leave out --database-url (YISHI_DATABASE_URL)",
            )
        } else {
            return Ok(());
        };
        Err(Failure::new(Exit::Usage, text))
    }

    /// Which units have a node of their own.
    pub(super) fn shape(&self, units: &Units, lang: Lang) -> Result<Shape, Failure> {
        match self.federation {
            true => Shape::chosen(self.hosting, units, lang),
            false => Ok(Shape::single(&units.register, units.top)),
        }
    }

    pub(super) fn room(&self, lang: Lang) -> Result<Room, Failure> {
        let wrong = |folder: &Path, why: &dyn std::fmt::Display| {
            Failure::new(Exit::Usage, format!("--keep {}: {why}", folder.display()))
        };
        match &self.keep {
            None => tempfile::Builder::new().prefix("yishi-replay-").tempdir().map(Room::Temporary).map_err(
                |error| Failure::new(Exit::Internal, format!("{}: {error}", std::env::temp_dir().display())),
            ),
            Some(folder) => {
                fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
                let mut inside = fs::read_dir(folder).map_err(|error| wrong(folder, &error))?;
                if inside.next().is_some() {
                    return Err(wrong(
                        folder,
                        &lang.pick("不是空目录；请换一个新目录", "not empty; name a new folder"),
                    ));
                }
                // The node runs elsewhere for all we know.
                folder.canonicalize().map(Room::Kept).map_err(|error| wrong(folder, &error))
            }
        }
    }

    /// Reads the register that the node will read. Every village has a county in it, which pays.
    pub(super) fn units(&self, room: &Path, lang: Lang) -> Result<Units, Failure> {
        let units = self.selection.units(room, lang)?;
        let Units { register, top, .. } = &units;
        let top = *top;
        let stray = register.subtree(top).into_iter().find(|unit| {
            let county = register.ancestor_at(*unit, Level::County);
            register.level(*unit) == Some(Level::Village)
                && !county.is_some_and(|county| register.is_within(county, top))
        });
        if let Some(village) = stray {
            let text = lang.pick(
                format!("{top} 下的村 {village} 没有县：款项由县落实，请用 --region 指定县或县以上单位"),
                format!("village {village} has no county within {top}: counties pay; name one or a unit above by --region"),
            );
            return Err(Failure::new(Exit::Usage, text));
        }
        Ok(units)
    }

    /// What a node that hosts everything is started with.
    pub(super) fn node(&self, binary: PathBuf, room: &Path, units: &Units, start: Timestamp) -> Spec {
        Spec {
            binary,
            room: room.to_owned(),
            unit: units.top,
            delegates: Vec::new(),
            parent: None,
            divisions: units.divisions.clone(),
            neighbours: units.neighbours.clone(),
            changes: units.changes.clone(),
            database_url: self.database_url.clone(),
            address: ANY_PORT,
            admin: ANY_PORT,
            start: Some(start),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        options: Options,
    }

    fn typed(words: &[&str]) -> Options {
        Typed::try_parse_from([&["replay"], words].concat())
            .map_err(|error| error.to_string())
            .unwrap()
            .options
    }

    fn units(options: &Options) -> Result<Units, Failure> {
        options.units(options.room(Lang::En)?.path(), Lang::En)
    }

    #[test]
    fn what_cannot_work_is_told() {
        for (words, told) in [
            (&["--region", "640323100000"][..], "has no county"),
            (&["--keep", env!("CARGO_MANIFEST_DIR")], "not empty"),
        ] {
            let failure = units(&typed(words)).err().unwrap();
            assert_eq!(failure.exit, Exit::Usage);
            assert!(failure.to_string().contains(told), "{failure}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_told() {
        for (words, told) in [
            (&["--hosts", "county"][..], "--federation"),
            (&["--branch", "640323100200"], "--federation"),
            (&["--federation", "--database-url", "postgres://host/name"], "SQLite"),
        ] {
            let failure = typed(words).check(Lang::En).unwrap_err();
            assert!(failure.exit == Exit::Usage && failure.to_string().contains(told), "{failure}");
        }
        typed(&["--federation", "--hosts", "city", "--chaos", "3", "--base-port", "20000"])
            .check(Lang::En)
            .unwrap();
        for words in [&["--chaos", "3"][..], &["--base-port", "20000"], &["--federation", "--chaos", "-1"]] {
            assert!(Typed::try_parse_from([&["replay"], words].concat()).is_err(), "{words:?}");
        }
    }

    #[test]
    fn without_a_federation_one_node_hosts_everything() {
        let places = |words: &[&str]| {
            let options = typed(words);
            let units = units(&options).ok().unwrap();
            options.shape(&units, Lang::En).unwrap().places().len()
        };
        assert_eq!(places(&[]), 1);
        assert_eq!(places(&["--federation"]), 28);
        assert_eq!(places(&["--federation", "--branch", "640323100200"]), 5);
    }

    #[test]
    fn a_stage_includes_what_comes_before_it() {
        let included = |stage: Stage| Phase::ALL.into_iter().filter(move |phase| stage.includes(*phase));
        assert_eq!(included(Stage::Determined).next_back(), Some(Phase::Determination));
        assert!(included(Stage::Closed).all(|phase| Phase::Ranking > phase && phase != Phase::Surveys));
        assert_eq!(included(Stage::Closed).next_back(), Some(Phase::Latecomers));
        assert!(included(Stage::Rewarded).eq(Phase::ALL));
    }

    #[test]
    fn a_temporary_room_goes_and_a_kept_one_stays() {
        let home = TempDir::new().unwrap();
        let folder = home.path().join("new/room");
        drop(typed(&["--keep", folder.to_str().unwrap()]).room(Lang::En).ok().unwrap());
        assert!(folder.is_dir());
        let room = typed(&[]).room(Lang::En).ok().unwrap();
        let path = room.path().to_owned();
        drop(room);
        assert!(!path.exists());
    }
}
