//! The units that a command is about: a register, and the topmost one of it that takes part.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use yishi_kernel::{Level, Register, UnitCode};

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
};

const DIVISIONS: &str = include_str!("../../../deploy/divisions/ningxia.csv");
const NEIGHBOURS: &str = include_str!("../../../deploy/divisions/ningxia-neighbours.csv");

/// Which units.
#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
    /// A register of units that is built in.
    #[arg(long, value_enum, default_value_t = Tree::Ningxia)]
    tree: Tree,
    /// The topmost unit that takes part, 12 digits; by default the root of the register.
    #[arg(long, value_name = "CODE")]
    region: Option<UnitCode>,
    /// A register of units in a CSV file, in place of one that is built in.
    #[arg(long, value_name = "FILE", conflicts_with = "tree")]
    divisions: Option<PathBuf>,
    /// The pairs of neighbouring villages of that register, a CSV file; may be left out.
    #[arg(long, value_name = "FILE", requires = "divisions")]
    neighbours: Option<PathBuf>,
    /// What became of villages of that register that are closed, a CSV file; required if it closes any.
    #[arg(long, value_name = "FILE", requires = "divisions")]
    changes: Option<PathBuf>,
}

/// The registers that are built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tree {
    /// The real units of Ningxia.
    Ningxia,
}

/// The units that take part, and the files that say so.
#[derive(Debug)]
pub(crate) struct Units {
    pub(crate) register: Register,
    pub(crate) top: UnitCode,
    /// Whether these are the units whose figures were published.
    pub(crate) published: bool,
    pub(crate) divisions: PathBuf,
    pub(crate) neighbours: PathBuf,
    pub(crate) changes: PathBuf,
}

impl Units {
    /// All units of a register that is in no file.
    #[cfg(test)]
    pub(crate) fn of(register: Register) -> Self {
        let (divisions, neighbours, changes) = Default::default();
        Self { top: register.root(), register, published: false, divisions, neighbours, changes }
    }

    /// The villages, in the register's order.
    pub(crate) fn villages(&self) -> Vec<UnitCode> {
        self.at_level(Level::Village)
    }

    pub(crate) fn at_level(&self, level: Level) -> Vec<UnitCode> {
        let mut units = self.register.subtree(self.top);
        units.retain(|unit| self.register.level(*unit) == Some(level));
        units
    }
}

/// What the files of a register say.
struct Texts {
    divisions: String,
    neighbours: String,
    changes: String,
}

impl Selection {
    fn texts(&self) -> Result<Texts, Failure> {
        let read = |path: &Path| {
            fs::read_to_string(path)
                .map_err(|error| Failure::new(Exit::Usage, format!("{}: {error}", path.display())))
        };
        let maybe = |path: &Option<PathBuf>| path.as_deref().map_or_else(|| Ok(String::new()), read);
        Ok(match (&self.divisions, self.tree) {
            (None, Tree::Ningxia) => Texts {
                divisions: DIVISIONS.to_owned(),
                neighbours: NEIGHBOURS.to_owned(),
                changes: String::new(),
            },
            (Some(divisions), _) => Texts {
                divisions: read(divisions)?,
                neighbours: maybe(&self.neighbours)?,
                changes: maybe(&self.changes)?,
            },
        })
    }

    /// Reads the register.
    pub(crate) fn register(&self) -> Result<Register, Failure> {
        let Texts { divisions, neighbours, changes } = self.texts()?;
        Register::parse_with_changes(&divisions, &neighbours, &changes).map_err(|error| {
            Failure::new(Exit::Usage, format!("--divisions, --neighbours, --changes: {error}"))
        })
    }

    /// Reads the register, and leaves it in a folder for the nodes to read.
    pub(crate) fn units(&self, room: &Path, lang: Lang) -> Result<Units, Failure> {
        let Texts { divisions, neighbours, changes } = self.texts()?;
        let register = self.register()?;
        let top = self.region.unwrap_or_else(|| register.root());
        if register.get(top).is_none() {
            let text = lang.pick(
                format!("--region {top}：登记中没有此代码"),
                format!("--region {top}: the register has no such unit"),
            );
            return Err(Failure::new(Exit::Usage, text));
        }
        let keep = |name: &str, text: &str| {
            let path = room.join(name);
            fs::write(&path, text)
                .map_err(|error| Failure::new(Exit::Internal, format!("{}: {error}", path.display())))?;
            Ok(path)
        };
        Ok(Units {
            published: divisions == DIVISIONS && top == register.root(),
            register,
            top,
            divisions: keep("divisions.csv", &divisions)?,
            neighbours: keep("neighbours.csv", &neighbours)?,
            changes: keep("changes.csv", &changes)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use tempfile::TempDir;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        selection: Selection,
    }

    fn units(words: &[&str]) -> Result<Units, Failure> {
        let typed =
            Typed::try_parse_from([&["yishi"], words].concat()).map_err(|error| error.to_string()).unwrap();
        typed.selection.units(TempDir::new().unwrap().path(), Lang::En)
    }

    #[test]
    fn without_a_word_it_is_the_published_ningxia() {
        let units = units(&[]).unwrap();
        assert!(units.published);
        assert_eq!(units.villages().len(), 2_214);
    }

    #[test]
    fn a_part_of_it_has_no_published_figures() {
        let units = units(&["--region", "640323000000"]).unwrap();
        assert!(!units.published);
        assert!((50..200).contains(&units.villages().len()));
        assert_eq!(units.at_level(Level::County), [units.top]);
    }

    #[test]
    fn what_cannot_work_is_told() {
        for (words, told) in [
            (&["--region", "110000000000"][..], "no such unit"),
            (&["--divisions", "/no/such/file"], "/no/such/file"),
        ] {
            let failure = units(words).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage);
            assert!(failure.to_string().contains(told), "{failure}");
        }
        for words in [
            &["--neighbours", "n.csv"][..],
            &["--changes", "c.csv"],
            &["--region", "64"],
            &["--tree", "gansu"],
            &["--tree", "ningxia", "--divisions", "d.csv"],
        ] {
            assert!(Typed::try_parse_from([&["yishi"], words].concat()).is_err(), "{words:?}");
        }
    }
}
