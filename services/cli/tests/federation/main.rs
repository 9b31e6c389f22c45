//! `yishi federation` as an operator types it: real processes of both programs, on a small tree of three nodes.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod ground;
mod witness;

use ground::{COUNTY, Ground, REGION, VILLAGE};

#[test]
fn nodes_are_killed_cut_off_and_come_back() {
    let ground = Ground::new();
    let up = ground.up(&["--clock", "manual"]);
    let nodes = ground.nodes();
    assert_eq!(nodes.len(), 3);
    for (node, (unit, parent)) in
        nodes.iter().zip([(REGION, None), (COUNTY, Some(REGION)), (VILLAGE, Some(COUNTY))])
    {
        assert_eq!((&node["unit"], &node["parent"]), (&unit.into(), &parent.into()));
        assert_eq!((&node["state"], &node["starts"]), (&"up".into(), &1.into()));
        assert!(node["resident_bytes"].as_u64().unwrap() > 1 << 20);
        assert_eq!(node["positions"]["intake"], 0);
        assert_eq!(node["cut"], parent.map_or(().into(), |_| serde_json::json!("none")));
    }

    ground.say(&["kill", COUNTY]);
    let back = ground.until(|nodes| nodes[1]["state"] == "up" && nodes[1]["starts"] == 2);
    assert_ne!(back[1]["pid"], nodes[1]["pid"]);
    assert_eq!(back[1]["address"], nodes[1]["address"], "it comes back where it was");
    assert_eq!((&back[0]["pid"], &back[2]["pid"]), (&nodes[0]["pid"], &nodes[2]["pid"]));

    ground.say(&["kill", VILLAGE, "--stay"]);
    assert_eq!(ground.nodes()[2]["state"], "away");
    ground.say(&["advance", "2021-12-01"]);
    ground.say(&["start", VILLAGE]);
    let back = ground.until(|nodes| nodes[2]["state"] == "up");
    for node in &back {
        let text = ground.yishi(&["status", "--admin", node["admin"].as_str().unwrap()]).unwrap();
        assert!(text.contains("2021-12-01T00:00:00"), "all clocks show the same: {text}");
    }

    let pid = back[0]["pid"].to_string();
    assert!(std::process::Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    ground.until(|nodes| nodes[0]["state"] == "up" && nodes[0]["starts"] == 2);
    ground.until(|nodes| nodes[1]["link"] == "up" && nodes[2]["link"] == "up");

    ground.say(&["cut", COUNTY]);
    ground.say(&["cut", VILLAGE, "--way", "up"]);
    assert_eq!((&ground.nodes()[1]["cut"], &ground.nodes()[2]["cut"]), (&"both".into(), &"up".into()));
    ground.until(|nodes| nodes[1]["link"] == "down");
    ground.say(&["heal", COUNTY]);
    assert_eq!((&ground.nodes()[1]["cut"], &ground.nodes()[2]["cut"]), (&"none".into(), &"up".into()));
    ground.say(&["heal"]);
    let back = ground.until(|nodes| nodes[1]["link"] == "up" && nodes[2]["link"] == "up");
    assert_eq!(back[2]["cut"], "none");
    let table = ground.yishi(&["federation", "status", "--dir", ground.room()]).unwrap();
    assert!(table.contains("3 nodes, 3 up"), "{table}");

    ground.say(&["down"]);
    assert!(up.ended().success());
    assert!(ground.gone(&back));
}

#[test]
fn what_cannot_be_done_is_told() {
    let ground = Ground::new();
    let refused = |words: &[&str], told: &str| {
        let error = ground.yishi(&[&["federation"], words, &["--dir", ground.room()]].concat()).unwrap_err();
        assert!(error.contains(told), "{error}");
    };
    refused(&["status"], "yishi federation up");
    let up = ground.up(&[]);
    refused(&["kill", "640100000002"], "the node of 640100000000 hosts it");
    refused(&["kill", "110000000000"], "does not belong");
    refused(&["cut", REGION], "topmost");
    refused(&["advance", "2100-01-01"], "--clock manual");
    refused(&["up"], "a federation runs there");
    up.interrupt();
    assert!(up.ended().success());
    refused(&["up", "--divisions", ground.register(), "--hosts", "region"], "belong to other nodes");
}

#[test]
fn nodes_end_with_whoever_keeps_them_and_their_books_stay() {
    let ground = Ground::new();
    let up = ground.up(&[]);
    let nodes = ground.nodes();
    up.kill();
    assert!(ground.gone(&nodes), "nodes outlive their keeper");
    let up = ground.up(&[]);
    assert!(ground.nodes().iter().all(|node| node["state"] == "up" && node["starts"] == 1));
    up.interrupt();
    assert!(up.ended().success());
}

#[test]
fn a_port_that_is_taken_is_named_before_anything_starts() {
    let ground = Ground::new();
    let taken = ground.base_port() + 4;
    let _held = std::net::TcpListener::bind(("127.0.0.1", taken)).unwrap();
    let base = ground.base_port().to_string();
    let words =
        ["federation", "up", "--dir", ground.room(), "--divisions", ground.register(), "--base-port", &base];
    let error = ground.yishi(&words).unwrap_err();
    assert!(error.contains(&format!("127.0.0.1:{taken} is not free")), "{error}");
    assert!(!std::fs::exists(format!("{}/{REGION}", ground.room())).unwrap());
}

/// Two villages' three years through three nodes, one of them the second village's host, while each kind of trouble
/// comes about.
#[test]
fn a_small_replay_over_a_federation_is_exact() {
    let ground = Ground::new();
    let base = ground.base_port().to_string();
    let words = ["replay", "--federation", "--branch", VILLAGE, "--divisions", ground.register()];
    let more = ["--base-port", &base, "--node-binary", ground.node(), "--chaos", "4", "-o", "json"];
    let text = ground.yishi(&[&words[..], &more].concat()).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&summary["mismatches"], &summary["missing"]), (&0.into(), &0.into()), "{text}");
    assert_eq!(summary["units"], 4);
    let federation = &summary["federation"];
    assert_eq!(
        (&federation["nodes"], &federation["restarts"], &federation["cuts"]),
        (&3.into(), &4.into(), &4.into())
    );
    assert_eq!((&federation["lost"], &federation["doubled"]), (&0.into(), &0.into()));
}
