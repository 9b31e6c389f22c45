use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;
use tokio::sync::Mutex;
use yishi_kernel::Timestamp;

use super::*;

/// A script cannot be run while it is open for writing, which it is in a process that another test forks
/// at the wrong moment.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A shell script in the place of a node.
fn script(room: &TempDir, script: &str) -> Spec {
    let spec = spec(room);
    fs::write(&spec.binary, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&spec.binary, fs::Permissions::from_mode(0o700)).unwrap();
    spec
}

fn spec(room: &TempDir) -> Spec {
    Spec {
        binary: room.path().join("yishi-node"),
        room: room.path().to_owned(),
        unit: "640000000000".parse().unwrap(),
        delegates: vec!["640300000000".parse().unwrap()],
        parent: None,
        divisions: room.path().join("divisions.csv"),
        neighbours: room.path().join("neigh\"bours.csv"),
        changes: room.path().join("changes.csv"),
        database_url: Some("postgres://someone:secret@host/name".to_owned()),
        address: ANY_PORT,
        admin: ANY_PORT,
        start: Some(Timestamp::from_micros(0)),
    }
}

/// `$5` is the ready file: ROLE --config FILE --ready-file FILE --ends-with-stdin.
const SERVE: &str =
    r#"printf '{"address":"127.0.0.1:1","admin":"127.0.0.1:2"}' > "$5.part"; mv "$5.part" "$5""#;

#[tokio::test]
async fn a_node_is_started_served_and_stopped_by_its_lifeline() {
    let _alone = ALONE.lock().await;
    let room = TempDir::new().unwrap();
    let life = format!("{SERVE}; echo \"$1 $2 $4 $6 $YISHI__DATABASE__URL\"; cat; echo bye");
    let mut node = Node::start(&script(&room, &life), Lang::En).await.unwrap();
    assert_eq!((&*node.address, &*node.admin), ("127.0.0.1:1", "127.0.0.1:2"));
    node.stop(Lang::En).await.unwrap();
    let log = fs::read_to_string(room.path().join("node.log")).unwrap();
    let rest = "--config --ready-file --ends-with-stdin postgres://someone:secret@host/name\nbye\n";
    assert_eq!(log, format!("{ROLE} {rest}"));
}

#[test]
fn the_configuration_can_be_read_and_holds_no_secret() {
    let room = TempDir::new().unwrap();
    let text = spec(&room).config();
    let config: toml::Table = text.parse().unwrap();
    assert_eq!(config["node"]["unit"].as_str(), Some("640000000000"));
    assert!(config["node"]["neighbours"].as_str().unwrap().ends_with("neigh\"bours.csv"));
    assert_eq!(config["node"]["delegates"][0].as_str(), Some("640300000000"));
    assert_eq!(config["link"]["parent"].as_str(), Some(""));
    assert_eq!(config["clock"]["kind"].as_str(), Some("manual"));
    assert_eq!(config["clock"]["start"].as_str(), Some("1970-01-01T08:00:00.000000+08:00"));
    assert!(!text.contains("secret"));
}

#[test]
fn a_node_below_another_knows_the_way_up_and_may_go_by_the_machines_clock() {
    let room = TempDir::new().unwrap();
    let parent = Some("127.0.0.1:19000".parse().unwrap());
    let config: toml::Table = Spec { parent, start: None, ..spec(&room) }.config().parse().unwrap();
    assert_eq!(config["link"]["parent"].as_str(), Some("http://127.0.0.1:19000"));
    assert_eq!(config["clock"]["kind"].as_str(), Some("system"));
    assert!(config["clock"].get("start").is_none());
}

#[tokio::test]
async fn a_node_is_killed_and_started_again_on_what_it_left() {
    let _alone = ALONE.lock().await;
    let room = TempDir::new().unwrap();
    let spec = script(&room, &format!("echo started; {SERVE}; cat; echo bye"));
    for _ in 0..2 {
        let node = Node::start(&spec, Lang::En).await.unwrap();
        assert!(node.pid().is_some());
        node.kill().await.unwrap();
    }
    let log = fs::read_to_string(room.path().join("node.log")).unwrap();
    assert_eq!(log, "started\nstarted\n", "one log, and no goodbye");
}

#[tokio::test]
async fn a_node_that_goes_by_itself_is_noticed() {
    let _alone = ALONE.lock().await;
    let room = TempDir::new().unwrap();
    let mut node = Node::start(&script(&room, &format!("{SERVE}; exit 5")), Lang::En).await.unwrap();
    let failure = node.gone(Lang::En).await;
    assert!(failure.to_string().starts_with("the node ended (exit status: 5)"), "{failure}");
}

#[tokio::test]
async fn a_node_that_ends_early_is_told_with_its_log() {
    let _alone = ALONE.lock().await;
    let room = TempDir::new().unwrap();
    let failure = Node::start(&script(&room, "echo no such disk; exit 3"), Lang::En).await.unwrap_err();
    assert_eq!(failure.exit, Exit::Internal);
    assert_eq!(failure.to_string(), "the node ended (exit status: 3)\n  no such disk");
}

#[tokio::test]
async fn a_node_that_ends_badly_is_told_too() {
    let _alone = ALONE.lock().await;
    let room = TempDir::new().unwrap();
    let mut node = Node::start(&script(&room, &format!("{SERVE}; cat; exit 4")), Lang::Zh).await.unwrap();
    let failure = node.stop(Lang::Zh).await.unwrap_err();
    assert!(failure.to_string().starts_with("节点已退出（exit status: 4）"), "{failure}");
}

#[tokio::test]
async fn a_node_that_is_not_there_is_told_how_to_get() {
    let _alone = ALONE.lock().await;
    let room = TempDir::new().unwrap();
    let failure = Node::start(&spec(&room), Lang::En).await.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.to_string().contains("cargo build -p yishi-node"), "{failure}");
}
