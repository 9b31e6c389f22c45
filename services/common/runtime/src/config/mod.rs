//! What an operator sets: defaults, under TOML files in the order given, under `YISHI__SECTION__KEY` variables.
//!
//! `sample.toml` beside this crate shows every key with its default. A key nobody knows is refused, and what
//! could never work is refused at start with all its faults at once.

mod secret;
mod settings;
mod taxonomy;
mod validate;

use std::{
    collections::HashMap,
    env,
    path::{Path, PathBuf},
};

use config::{Config, Environment, File, FileFormat};
use yishi_kernel::{Register, RegisterError, UnitCode};

pub use secret::Secret;
pub use settings::{
    Clock, ClockKind, Database, Escalation, Grpc, Identity, IdentityKind, Intake, Link, Listen, LogFormat,
    Node, OpinionRow, PolicyRow, Settings, Telemetry,
};
pub use taxonomy::{CategoryTable, RenamedTable, SubcategoryTable, TaxonomyFile};

/// Why a node does not start with its configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A layer cannot be read, or has a key or a type that nobody knows.
    #[error(
        "configuration: {0}; see sample.toml for every key, a variable is written YISHI__SECTION__KEY, as in YISHI__NODE__UNIT"
    )]
    Unreadable(#[from] config::ConfigError),
    /// Values that can be read and cannot work.
    #[error("configuration: {}", .0.join("; "))]
    Unworkable(Vec<String>),
    /// A file named by the configuration cannot be read.
    #[error("{key} = {path:?} cannot be read: {source}")]
    File {
        /// The key that names the file.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What the machine says.
        source: std::io::Error,
    },
    /// A file named by the configuration has a key or a type that nobody knows.
    #[error("{key} = {path:?}: {problem}")]
    Toml {
        /// The key that names the file.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        problem: String,
    },
    /// The register's files do not make a register.
    #[error("node.divisions, node.neighbours, node.changes: {0}")]
    Register(#[from] RegisterError),
}

impl Settings {
    /// Reads the files and the process's own environment.
    pub fn load(files: &[PathBuf]) -> Result<Self, ConfigError> {
        let environment =
            env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
        Self::load_with(files, environment)
    }

    /// Reads the files and an environment that is handed in.
    pub fn load_with(
        files: &[PathBuf],
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let environment: HashMap<_, _> = environment.into_iter().collect();
        let mut layers = Config::builder();
        for file in files {
            layers = layers.add_source(File::from(file.as_path()).format(FileFormat::Toml));
        }
        let variables = Environment::with_prefix("YISHI")
            .prefix_separator("__")
            .separator("__")
            .source(Some(environment));
        let settings: Settings = layers.add_source(variables).build()?.try_deserialize()?;
        settings.validated()
    }
}

impl Node {
    /// The register made of the files this node names, in which every delegate must have its place.
    pub fn register(&self) -> Result<Register, ConfigError> {
        let divisions = read("node.divisions", &self.divisions)?;
        let neighbours = read("node.neighbours", &self.neighbours)?;
        let changes = self.changes.as_deref().map(|path| read("node.changes", path)).transpose()?;
        let register = Register::parse_with_changes(&divisions, &neighbours, &changes.unwrap_or_default())?;
        let faults: Vec<String> =
            self.delegates.iter().filter_map(|delegate| self.misplaced(&register, *delegate)).collect();
        if faults.is_empty() { Ok(register) } else { Err(ConfigError::Unworkable(faults)) }
    }

    fn misplaced(&self, register: &Register, delegate: UnitCode) -> Option<String> {
        if delegate == self.unit || !register.is_within(delegate, self.unit) {
            return Some(format!(
                "node.delegates: {delegate} is not below {}; name the units that nodes below host",
                self.unit
            ));
        }
        let above = self
            .delegates
            .iter()
            .find(|above| **above != delegate && register.is_within(delegate, **above))?;
        Some(format!("node.delegates: {delegate} lies below {above}, which names it itself; remove it here"))
    }
}

fn read(key: &'static str, path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::File { key, path: path.to_owned(), source })
}
