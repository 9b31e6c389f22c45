//! Configuration: what an operator may write, and how wrong things are refused.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;
use yishi_runtime::config::{ClockKind, ConfigError, LogFormat, Settings};

const NODE: &str =
    "[node]\nunit = \"640324100200\"\ndivisions = \"units.csv\"\nneighbours = \"neighbours.csv\"\n";

/// Settings of TOML layers and variables.
fn load(layers: &[&str], variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let dir = TempDir::new().expect("a temporary directory");
    let files: Vec<PathBuf> =
        (0..layers.len()).map(|number| dir.path().join(format!("{number}.toml"))).collect();
    for (file, text) in files.iter().zip(layers) {
        fs::write(file, text).expect("a file in a temporary directory");
    }
    Settings::load_with(
        &files,
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn refusal(section: &str) -> String {
    load(&[NODE, section], &[]).expect_err(section).to_string()
}

#[test]
fn the_sample_has_every_key_with_its_default() {
    let sample = include_str!("../sample.toml");
    let settings = load(&[sample], &[]).unwrap();
    let node = sample.split("[listen]").next().unwrap();
    assert_eq!(settings, load(&[node], &[]).unwrap());

    // The refusal of an unknown key names all that are known: the sample must show each.
    for section in [
        "node",
        "listen",
        "database",
        "link",
        "clock",
        "identity",
        "intake",
        "escalation",
        "grpc",
        "telemetry",
    ] {
        let bogus = format!("YISHI__{}__BOGUS", section.to_uppercase());
        let refusal = load(&[sample], &[(&bogus, "1")]).unwrap_err().to_string();
        let known = refusal.split("expected").nth(1).unwrap_or_else(|| panic!("{refusal}"));
        let shown = sample.split(&format!("[{section}]")).nth(1).unwrap().split("\n[").next().unwrap();
        for key in known.split('`').skip(1).step_by(2).filter(|key| *key != section) {
            let lines = shown.lines().map(|line| line.trim_start_matches("# "));
            assert!(
                lines.into_iter().any(|line| line.starts_with(&format!("{key} ="))),
                "{section}.{key} is not in sample.toml"
            );
        }
    }
}

#[test]
fn later_layers_win_and_variables_win_over_files() {
    let settings = load(
        &[NODE, "[grpc]\nreflection = false\nconnections_max = 7\n", "[grpc]\nconnections_max = 8\n"],
        &[
            ("YISHI__GRPC__DRAIN_MAX_MS", "250"),
            ("YISHI__NODE__UNIT", "640000000000"),
            ("YISHI__TELEMETRY__LOG_FORMAT", "json"),
            ("YISHI__CLOCK__KIND", "manual"),
            ("YISHI__CLOCK__START", "2019-11-01"),
            ("YISHI_CONFIG", "is not ours to read"),
            ("PATH", "/bin"),
        ],
    )
    .unwrap();
    assert!(!settings.grpc.reflection);
    assert_eq!(settings.grpc.connections_max, 8);
    assert_eq!(settings.grpc.drain_max(), Duration::from_millis(250));
    assert_eq!(settings.node.unit.to_string(), "640000000000");
    assert_eq!(settings.telemetry.log_format, LogFormat::Json);
    assert_eq!(settings.clock.kind, ClockKind::Manual);
}

#[test]
fn default_ports_lie_below_those_the_kernel_hands_out() {
    let listen = load(&[NODE], &[]).unwrap().listen;
    assert!(listen.address.port() < 32768 && listen.admin.port() < 32768);
    assert!(listen.address.ip().is_loopback() && listen.admin.ip().is_loopback());
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_what_is_known() {
    let in_file = refusal("[database]\nurll = \"\"\n");
    assert!(in_file.contains("unknown field `urll`") && in_file.contains("url"), "{in_file}");
    assert!(in_file.contains("for key `database`"), "{in_file}");
    let section = refusal("[databse]\nurl = \"\"\n");
    assert!(section.contains("unknown field `databse`") && section.contains("database"), "{section}");
    let variable = load(&[NODE], &[("YISHI__GRPC__REFLEXION", "true")]).unwrap_err().to_string();
    assert!(variable.contains("reflexion") && variable.contains("reflection"), "{variable}");
}

#[test]
fn a_wrong_value_or_a_missing_one_names_its_key() {
    for (section, expected) in [
        ("[node]\nunit = \"64\"\n", "12 digits"),
        ("[grpc]\nconnections_max = \"many\"\n", "connections_max"),
        ("[grpc]\nconnections_max = -1\n", "connections_max"),
        ("[listen]\naddress = \"localhost\"\n", "address"),
        ("[identity]\nkind = \"none\"\n", "write development"),
        ("[telemetry]\nlog_format = \"xml\"\n", "write text or json"),
        ("[escalation]\nraise_overdue = [\"province\"]\n", "use village, township, county, city or region"),
        ("[node\n", "1.toml"),
    ] {
        let refusal = refusal(section);
        assert!(refusal.contains(expected), "{section}: {refusal}");
    }
    let nothing = load(&[], &[]).unwrap_err().to_string();
    assert!(nothing.contains("node") && nothing.contains("YISHI__NODE__UNIT"), "{nothing}");
    let absent = Settings::load_with(&["no-such.toml".into()], []).unwrap_err().to_string();
    assert!(absent.contains("no-such.toml"), "{absent}");
}

#[test]
fn what_could_never_work_is_refused_all_at_once() {
    let refusal = refusal(
        "[listen]\naddress = \"0.0.0.0:18640\"\nadmin = \"[::]:18641\"\n[clock]\nkind = \"manual\"\n\
         [database]\nurl = \"mysql://yishi:hunter2@db/yishi\"\nconnections_max = 0\n[telemetry]\nlog = \"x=loud\"\n\
         [grpc]\ndrain_max_ms = 0\ndeadline_default_ms = 400000\n",
    );
    for expected in [
        "listen.address = 0.0.0.0:18640",
        "listen.admin = [::]:18641",
        "without TLS, which this version does not serve",
        "clock.start",
        "database.url",
        "database.connections_max",
        "telemetry.log",
        "grpc.drain_max_ms",
        "deadline_default_ms = 400000",
    ] {
        assert!(refusal.contains(expected), "{expected}: {refusal}");
    }
    assert!(!refusal.contains("hunter2"), "{refusal}");
}

#[test]
fn each_unworkable_value_is_refused_alone() {
    for (section, expected) in [
        ("[link]\nparent = \"http://192.0.2.1:18640\"\n", "dialled on this machine only"),
        ("[link]\nparent = \"127.0.0.1:18640\"\n", "such as http://127.0.0.1:18640"),
        ("[node]\ndelegates = [\"640300000000\", \"640300000000\"]\n", "names 640300000000 twice"),
        ("[listen]\naddress = \"127.0.0.1:18641\"\n", "port of its own"),
        ("[clock]\nstart = \"2019-11-01\"\n", "clock.start"),
        ("[escalation]\nraise_overdue = [\"county\", \"region\"]\n", "names region, which has nobody above"),
        ("[clock]\nkind = \"manual\"\nstart = \"soon\"\n", "neither a day"),
        ("[grpc]\ncalls_in_flight_max = 0\n", "calls_in_flight_max"),
        ("[grpc]\ndeadline_min_ms = 20000\n", "deadline_min_ms"),
    ] {
        let refusal = refusal(section);
        assert!(refusal.contains(expected), "{section}: {refusal}");
    }
    let two_ports_of_the_kernels_choice = "[listen]\naddress = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n";
    assert!(load(&[NODE, two_ports_of_the_kernels_choice], &[]).is_ok());
}

#[test]
fn a_database_password_does_not_show() {
    let settings = load(&[NODE, "[database]\nurl = \"postgres://yishi:hunter2@db/yishi\"\n"], &[]).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
    assert!(settings.database.url.expose().contains("hunter2"));
}

#[test]
fn the_register_is_read_from_the_files_that_are_named() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("units.csv"), "code,parent,level,name\n640000000000,,region,宁夏\n").unwrap();
    let mut node = load(&[NODE], &[]).unwrap().node;
    node.divisions = dir.path().join("units.csv");
    node.neighbours = dir.path().join("none.csv");
    let missing = node.register().unwrap_err().to_string();
    assert!(missing.contains("node.neighbours") && missing.contains("none.csv"), "{missing}");

    node.neighbours = dir.path().join("neighbours.csv");
    fs::write(&node.neighbours, "village,neighbour\n").unwrap();
    assert_eq!(node.register().unwrap().root().to_string(), "640000000000");
    fs::write(&node.divisions, "code,parent\n").unwrap();
    assert!(node.register().unwrap_err().to_string().contains("node.divisions"));
}

#[test]
fn what_is_deployed_can_be_started() {
    let levels = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../deploy/levels");
    let files: Vec<_> = std::fs::read_dir(levels).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() >= 3, "deploy/levels shows a node of each kind");
    for file in files {
        if let Err(error) = Settings::load_with(std::slice::from_ref(&file), []) {
            panic!("{}: {error}", file.display());
        }
    }
}

#[test]
fn delegates_lie_below_the_unit_and_not_in_each_other() {
    let mut node = load(&[NODE], &[]).unwrap().node;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../deploy/divisions");
    (node.divisions, node.neighbours) = (folder.join("ningxia.csv"), folder.join("ningxia-neighbours.csv"));
    node.unit = "640300000000".parse().unwrap();
    node.delegates = vec!["640323000000".parse().unwrap()];
    node.register().unwrap();
    for (delegates, expected) in [
        (&["640300000000"][..], "640300000000 is not below 640300000000"),
        (&["640100000000"], "640100000000 is not below 640300000000"),
        (&["649999000000"], "649999000000 is not below 640300000000"),
        (&["640323000000", "640323100200"], "640323100200 lies below 640323000000"),
    ] {
        node.delegates = delegates.iter().map(|unit| unit.parse().unwrap()).collect();
        let refusal = node.register().unwrap_err().to_string();
        assert!(refusal.contains(expected), "{refusal}");
    }
}
