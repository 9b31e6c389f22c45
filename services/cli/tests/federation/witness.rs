//! `yishi verify --federation` as an operator types it, before and after somebody has rewritten a node's journal.

use rusqlite::{Connection, params};
use tonic::{Request, metadata::MetadataValue, transport::Channel};
use yishi_kernel::{
    UnitCode,
    chain::{Columns, genesis, link},
};
use yishi_proto::intake::v1::{
    Category, Matter, ProposeMatterRequest, intake_service_client::IntakeServiceClient,
};

use crate::ground::{COUNTY, Ground, VILLAGE};

/// The village proposes so many matters at its node.
fn propose(address: &str, matters: u8) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        let mut intake = IntakeServiceClient::new(channel);
        for nth in 0..matters {
            let matter = Matter {
                title: "硬化村道".to_owned(),
                description: "硬化路面三公里，安装路灯四十盏。".to_owned(),
                category: Category::Infrastructure as i32,
                subcategory: "village_road".to_owned(),
                cost_estimate_fen: 120_000_000,
                households: 210,
                persons: 760,
                place: "村委会至三组".to_owned(),
                ..Matter::default()
            };
            let mut ask = Request::new(ProposeMatterRequest {
                parent: format!("villages/{VILLAGE}"),
                year: 2022,
                matter: Some(matter),
                request_id: format!("00000000-0000-4000-8000-0000000000{nth:02}"),
                contact: None,
            });
            for (name, value) in
                [("yishi-unit", VILLAGE), ("yishi-role", "officer"), ("yishi-actor", "officer-1")]
            {
                ask.metadata_mut().insert(name, MetadataValue::from_static(value));
            }
            intake.propose_matter(ask).await.unwrap();
        }
    });
}

/// Lets somebody else have done one entry, and makes all digests from there on fit, as whoever has the database can.
fn rewrite(database: &std::path::Path, seq: i64) {
    type Row = (i64, i64, i64, String, String, Option<i64>, Option<i64>, Vec<u8>);
    let unit: UnitCode = VILLAGE.parse().unwrap();
    let code = i64::try_from(unit.as_u64()).unwrap();
    let books = Connection::open(database).unwrap();
    let mut entries = books
        .prepare(
            "SELECT epoch, seq, at_us, actor, kind, to_unit, to_seq, payload FROM journal WHERE unit = ?1 ORDER BY seq",
        )
        .unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
            row.get(7)?,
        ))
    };
    let entries: Vec<Row> = entries.query_map([code], read).unwrap().map(Result::unwrap).collect();
    assert!(entries.len() >= 3, "{} entries", entries.len());
    let mut chain = genesis("intake", unit);
    for (epoch, number, at_us, mut actor, kind, to, to_seq, payload) in entries {
        if number == seq {
            actor = "somebody-else".to_owned();
        }
        let mut columns = Columns::new("yishi.entry.v1");
        columns.bytes(b"intake");
        columns.bytes(VILLAGE.as_bytes());
        [epoch, number, at_us].into_iter().for_each(|value| columns.number(value));
        columns.bytes(actor.as_bytes());
        columns.bytes(kind.as_bytes());
        match to.zip(to_seq) {
            Some((to, to_seq)) => {
                columns.bytes(to.to_string().as_bytes());
                columns.number(to_seq);
            }
            None => {
                columns.null();
                columns.null();
            }
        }
        columns.bytes(&payload);
        let hash = columns.finish();
        chain = link(&chain, &hash);
        let row = params![actor, hash, chain, code, number];
        let sql = "UPDATE journal SET actor = ?1, entry_hash = ?2, chain = ?3 WHERE unit = ?4 AND seq = ?5";
        assert_eq!(books.execute(sql, row).unwrap(), 1);
    }
    let moved = books.execute("UPDATE head SET chain = ?1 WHERE unit = ?2", params![chain, code]);
    assert_eq!(moved.unwrap(), 1);
}

/// Kills the village's node and starts it again, with something done to what it left.
fn restarted(ground: &Ground, meanwhile: impl FnOnce()) {
    ground.say(&["kill", VILLAGE, "--stay"]);
    meanwhile();
    ground.say(&["start", VILLAGE]);
}

#[test]
fn a_walk_over_the_federation_names_what_somebody_rewrote() {
    let ground = Ground::new();
    let up = ground.up(&["--clock", "manual"]);
    ground.say(&["advance", "2021-12-01"]);
    let village = ground.nodes()[2]["address"].as_str().unwrap().to_owned();
    propose(&village, 3);
    let all = |nodes: &[serde_json::Value]| {
        let intake = |nth: usize| nodes[nth]["positions"]["intake"].as_i64();
        nodes[2]["link"] == "up" && intake(2) > Some(2) && intake(0) == intake(2) && intake(1) == intake(2)
    };
    ground.until(all);
    // What was proposed is signed in the next session.
    restarted(&ground, || ());
    let signed = |nodes: &[serde_json::Value]| {
        nodes[2]["link"] == "up" && ground.verify().1.contains("8 signatures of nodes")
    };
    ground.until(signed);
    let (code, text) = ground.verify();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("3 nodes") && text.contains("2 links: 2 journals alike, 0 still"), "{text}");

    let database = ground.database(VILLAGE, "intake");
    restarted(&ground, || rewrite(&database, 2));
    let alarmed = ground.until(|nodes| nodes[2]["link"] == "alarm");
    let (code, text) = ground.verify();
    assert_eq!(code, Some(1), "{text}");
    let first = text.lines().next().unwrap();
    for words in [
        format!("intake: entry 2 of {VILLAGE} does not hold (node {VILLAGE})"),
        format!("at the node above, {COUNTY}"),
        "the node itself signed the version above".to_owned(),
    ] {
        assert!(first.contains(&words), "{text}");
    }
    // By itself the node that was rewritten looks well.
    let admin = alarmed[2]["admin"].as_str().unwrap();
    let text = ground.yishi(&["verify", "--admin", admin]).unwrap();
    assert!(text.contains("intake: 4 entries checked, 1 chains hold"), "{text}");
    let status = ground.yishi(&["status", "--admin", alarmed[1]["admin"].as_str().unwrap()]).unwrap();
    assert!(status.contains(&format!("knows the node below, units/{VILLAGE}, by the key ")), "{status}");
    ground.say(&["down"]);
    assert!(up.ended().success());
}
