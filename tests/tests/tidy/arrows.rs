//! Who may use whom, read from `cargo metadata`.

use std::process::Command;

use serde::Deserialize;

use crate::tree::top;

/// What the pure rooms may use from outside: values, text, digests and mistakes, but no engine, wire or runtime.
const PURE: [&str; 7] = ["csv", "rand_chacha", "serde", "sha2", "thiserror", "time", "uuid"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// A crate of the workspace.
#[derive(Deserialize)]
pub(crate) struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `None`, `"dev"` or `"build"`.
    kind: Option<String>,
}

impl Package {
    /// Relative to the top, as in `services/intake/domain`.
    pub(crate) fn folder(&self) -> &str {
        let folder = self.manifest_path.trim_end_matches("/Cargo.toml");
        folder
            .strip_prefix(top().to_str().expect("names here are UTF-8"))
            .unwrap_or(folder)
            .trim_start_matches('/')
    }
}

pub(crate) fn workspace() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut ask = Command::new(cargo);
    ask.current_dir(top()).args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let answer = ask.output().expect("cargo runs this test, so it is there");
    assert!(answer.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&answer.stderr));
    serde_json::from_slice::<Metadata>(&answer.stdout).expect("cargo keeps to its format 1").packages
}

/// What a crate is, told by the folder it stands in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Room<'a> {
    Proto,
    Kernel,
    Filter,
    Store,
    Runtime,
    Link,
    Witness,
    Seal,
    Domain(&'a str),
    Server(&'a str),
    Node,
    Cli,
    Tests,
}
use Room::{Cli, Domain, Filter, Kernel, Link, Node, Proto, Runtime, Seal, Server, Store, Tests, Witness};

fn room(folder: &str) -> Option<Room<'_>> {
    Some(match folder.split('/').collect::<Vec<_>>()[..] {
        ["proto"] => Proto,
        ["services", "common", "kernel"] => Kernel,
        ["services", "common", "filter"] => Filter,
        ["services", "common", "store"] => Store,
        ["services", "common", "runtime"] => Runtime,
        ["services", "common", "link"] => Link,
        ["services", "common", "witness"] => Witness,
        ["services", "common", "seal"] => Seal,
        ["services", service, "domain"] => Domain(service),
        ["services", service, "server"] => Server(service),
        ["services", "node"] => Node,
        ["services", "cli"] => Cli,
        ["tests"] => Tests,
        _ => return None,
    })
}

/// The arrows: kernel <- domain <- server <- node; kernel <- store <- runtime <- link <- server; kernel <- seal <- witness <- link, node,
/// cli; seal <- server, node, cli; filter <- server; proto <- server, link, runtime, cli. Services do not know each other; tests know
/// all and nobody knows them.
fn may_use(user: Room<'_>, used: Room<'_>) -> bool {
    match user {
        Proto | Kernel | Filter => false,
        Domain(_) | Store | Seal => used == Kernel,
        Witness => matches!(used, Kernel | Seal),
        Runtime => matches!(used, Kernel | Store | Proto),
        Link => matches!(used, Kernel | Store | Proto | Runtime | Witness),
        Server(service) => {
            used == Domain(service) || matches!(used, Kernel | Filter | Seal | Store | Proto | Runtime | Link)
        }
        Node => matches!(used, Kernel | Store | Proto | Runtime | Link | Witness | Seal | Server(_)),
        Cli => matches!(used, Kernel | Proto | Witness | Seal),
        Tests => used != Tests,
    }
}

pub(crate) fn check(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let Some(user) = room(package.folder()) else {
            findings.push(format!(
                "{}: no room of the house stands there\n  mend: move it, or give it a room and arrows in {}",
                package.folder(),
                file!()
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let house = packages.iter().find(|other| other.name == dependency.name);
            match house.and_then(|other| room(other.folder())) {
                Some(used) if !may_use(user, used) => findings.push(format!(
                    "{}/Cargo.toml: {user:?} must not use {used:?} ({})\n  mend: turn the arrow round: hand in a value \
                     or a trait from the room above, or move the code to the room that may know both",
                    package.folder(),
                    dependency.name
                )),
                None if is_pure(user) && dependency.kind.as_deref() != Some("dev") && !PURE.contains(&&*dependency.name) => {
                    findings.push(format!(
                        "{}/Cargo.toml: {user:?} is pure and must not use {}\n  mend: do it in the server or in the \
                         store and hand in the result; a crate of mere values may join PURE in {}",
                        package.folder(),
                        dependency.name,
                        file!()
                    ));
                }
                _ => {}
            }
        }
    }
    findings
}

fn is_pure(room: Room<'_>) -> bool {
    matches!(room, Kernel | Filter | Domain(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace of all rooms, with one dependency added.
    fn house(user: &str, used: &str, kind: Option<&str>) -> Vec<Package> {
        let rooms = ["proto", "tests", "services/node", "services/cli"].into_iter();
        let common = [
            "services/common/kernel",
            "services/common/filter",
            "services/common/store",
            "services/common/runtime",
            "services/common/link",
            "services/common/witness",
        ];
        let services = ["services/a/domain", "services/a/server", "services/b/domain", "services/b/server"];
        rooms
            .chain(common)
            .chain(services)
            .chain([user].into_iter().filter(|folder| room(folder).is_none()))
            .map(|folder| Package {
                name: folder.to_owned(),
                manifest_path: top().join(folder).join("Cargo.toml").display().to_string(),
                dependencies: (folder == user)
                    .then(|| Dependency { name: used.to_owned(), kind: kind.map(str::to_owned) })
                    .into_iter()
                    .collect(),
            })
            .collect()
    }

    #[test]
    fn the_workspace_is_read() {
        let folders: Vec<String> = workspace().iter().map(|package| package.folder().to_owned()).collect();
        assert!(
            folders.contains(&"tests".to_owned()) && folders.contains(&"services/common/kernel".to_owned()),
            "{folders:?}"
        );
    }

    #[test]
    fn arrows_the_right_way_pass() {
        for (user, used) in [
            ("services/a/domain", "services/common/kernel"),
            ("services/a/domain", "thiserror"),
            ("services/a/server", "services/a/domain"),
            ("services/a/server", "sqlx"),
            ("services/a/server", "services/common/filter"),
            ("services/common/runtime", "proto"),
            ("services/common/link", "services/common/store"),
            ("services/node", "services/b/server"),
            ("services/cli", "proto"),
            ("services/cli", "services/common/witness"),
            ("services/common/link", "services/common/witness"),
            ("tests", "services/a/domain"),
        ] {
            assert_eq!(check(&house(user, used, None)), [""; 0]);
        }
        assert_eq!(check(&house("services/a/domain", "proptest", Some("dev"))), [""; 0]);
    }

    #[test]
    fn arrows_the_wrong_way_are_found() {
        for (user, used) in [
            ("proto", "services/common/kernel"),
            ("services/common/kernel", "proto"),
            ("services/common/kernel", "tokio"),
            ("services/common/filter", "services/common/kernel"),
            ("services/a/domain", "services/common/filter"),
            ("services/common/store", "proto"),
            ("services/common/store", "services/common/runtime"),
            ("services/a/domain", "proto"),
            ("services/a/domain", "sqlx"),
            ("services/a/domain", "services/b/domain"),
            ("services/a/server", "services/b/domain"),
            ("services/a/server", "services/b/server"),
            ("services/a/server", "services/node"),
            ("services/cli", "services/a/server"),
            ("services/common/witness", "services/common/store"),
            ("services/common/store", "services/common/witness"),
            ("services/node", "tests"),
            ("services/common/attic", "thiserror"),
            ("services/a", "thiserror"),
        ] {
            assert_eq!(check(&house(user, used, None)).len(), 1, "{user} -> {used}");
        }
        // The house's arrows hold for tests too; what the domain's build runs must be pure as well.
        assert_eq!(check(&house("services/a/domain", "services/common/store", Some("dev"))).len(), 1);
        assert_eq!(check(&house("services/a/domain", "prost-build", Some("build"))).len(), 1);
    }
}
