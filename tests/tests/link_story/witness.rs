//! Nodes sign where their journals end, and the node above keeps it: whoever rewrites history is found, here or there.

use yishi_kernel::UnitCode;
use yishi_proto::admin::v1 as admin;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::federation::Federation;
use yishi_tests::rewriting::rewrite;
use yishi_tests::sandbox::{REGION, SERVICES, Sandbox};
use yishi_witness::{About, Head, Link, Parting, PublicKey, Signed, Statement, parting};

use crate::faults::{propose, status, until};

both_engines!(a_rewritten_journal_is_found_above_and_below, a_changed_key_is_refused_until_somebody_says_so);

const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const SHAPE: [UnitCode; 3] = [REGION, CITY, COUNTY];

fn is_of_county(link: &&admin::LinkStatus) -> bool {
    link.delegate == format!("units/{COUNTY}")
}

/// Whether every service of the county has signed since an instant of the machine's clock.
fn has_signed_since(instant_us: i64) -> impl Fn(&admin::NodeStatus) -> bool {
    move |status| {
        let mut links = status.links.iter().filter(is_of_county);
        links.all(|link| link.testimony_time_us > instant_us)
    }
}

fn last_signed(status: &admin::NodeStatus) -> i64 {
    status.links.iter().filter(is_of_county).map(|link| link.testimony_time_us).max().unwrap()
}

fn alarmed(delegate: String, word: &'static str) -> impl Fn(&admin::NodeStatus) -> bool {
    move |status| {
        status.links.iter().any(|link| {
            link.delegate == delegate && link.state() == admin::LinkState::Alarm && link.detail.contains(word)
        })
    }
}

/// What a node keeps of what the county signed about a service, as anybody with the public key can check it.
async fn kept<E: Engine>(node: &Sandbox<E>, service: &str) -> (Statement, PublicKey) {
    let ask = admin::ListTestimoniesRequest { service: service.to_owned() };
    let mut parts = node.admin().list_testimonies(ask).await.unwrap().into_inner();
    let admin::Testimony { node, key, statement, signature, .. } = parts.message().await.unwrap().unwrap();
    assert_eq!((node, parts.message().await.unwrap()), (format!("units/{COUNTY}"), None));
    let key = PublicKey::new(key.try_into().unwrap());
    (Signed { key, statement, signature }.open().unwrap(), key)
}

/// The digests of the village's journal, in pages.
async fn links<E: Engine>(node: &Sandbox<E>) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    loop {
        let (service, unit) = ("intake".to_owned(), format!("units/{VILLAGE}"));
        let after_seq = links.last().map_or(0, |link| link.seq);
        let ask = admin::ListChainRequest { service, unit, after_seq, page_size: 2 };
        let page = node.admin().list_chain(ask).await.unwrap().into_inner().links;
        if page.is_empty() {
            return links;
        }
        links.extend(page.into_iter().map(|link| Link {
            epoch: link.epoch,
            seq: link.seq,
            entry_hash: link.entry_hash.try_into().unwrap(),
            chain: link.chain.try_into().unwrap(),
        }));
    }
}

/// What a node finds in its own books of intake.
async fn first_bad<E: Engine>(node: &Sandbox<E>) -> Option<admin::BadEntry> {
    let verdicts = node.admin().verify_journals(admin::VerifyJournalsRequest {}).await.unwrap().into_inner();
    let intake = verdicts.verdicts.into_iter().find(|verdict| verdict.service == "intake");
    intake.unwrap().first_bad_entry
}

/// Three nodes; the county has proposed, and has signed that in a session that began later.
async fn witnessed<E: Engine>(place: &str) -> Federation<E> {
    let mut federation = Federation::<E>::start(place, &SHAPE).await;
    until(federation.node(CITY), "the first testimony", has_signed_since(0)).await;
    propose(&federation, VILLAGE, 3).await;
    federation.settled().await;
    let before = last_signed(&status(federation.node(CITY)).await);
    federation.end(COUNTY).await;
    federation.begin(COUNTY).await;
    until(federation.node(CITY), "the second testimony", has_signed_since(before)).await;
    federation
}

async fn a_rewritten_journal_is_found_above_and_below<E: Engine>(place: &str) {
    let mut federation = witnessed::<E>(place).await;
    let county = status(federation.node(COUNTY)).await;
    let (statement, key) = kept(federation.node(CITY), "intake").await;
    assert_eq!(key.as_bytes().as_slice(), county.key, "the key is the node's own");
    for link in status(federation.node(CITY)).await.links.iter().filter(is_of_county) {
        assert_eq!(link.trusted_key, county.key, "{}", link.service);
    }
    let written = links(federation.node(COUNTY)).await;
    let last = written.last().unwrap();
    let head = Head { epoch: last.epoch, seq: last.seq, chain: last.chain };
    assert_eq!((statement.about.clone(), statement.node), (About::Heads, COUNTY));
    assert_eq!(statement.part("intake").unwrap().heads[&VILLAGE], head, "it signed what it had written");
    assert_eq!(links(federation.node(CITY)).await, written);
    for service in SERVICES {
        kept(federation.node(CITY), service).await;
    }
    for (_, node) in federation.nodes() {
        node.verified().await;
    }

    // Somebody rewrites the county's own journal, so that it holds in itself.
    let place = federation.node(COUNTY).location("intake");
    federation.end(COUNTY).await;
    rewrite::<E>(&place, "intake", VILLAGE, 2).await;
    federation.begin(COUNTY).await;
    until(federation.node(COUNTY), "the alarm below", alarmed(String::new(), "640324100200")).await;
    let above = alarmed(format!("units/{COUNTY}"), "640324100200");
    until(federation.node(CITY), "the alarm above", above).await;
    assert_eq!(first_bad(federation.node(COUNTY)).await, None, "by itself it shows nothing");
    assert_eq!(first_bad(federation.node(CITY)).await, None);
    let here = links(federation.node(COUNTY)).await;
    assert_eq!(parting("intake", VILLAGE, &here, &written), Some(Parting::Differ(2)));
    assert_eq!(
        (head.is_in(&here), head.is_in(&links(federation.node(CITY)).await)),
        (Some(false), Some(true))
    );

    // Somebody rewrites the copy as well: the city finds that the county had signed something else.
    let place = federation.node(CITY).location("intake");
    federation.end(CITY).await;
    rewrite::<E>(&place, "intake", VILLAGE, 2).await;
    federation.begin(CITY).await;
    let bad = first_bad(federation.node(CITY)).await.unwrap();
    assert_eq!((bad.unit, bad.seq), (VILLAGE.to_string(), head.seq));
    assert!(bad.problem.contains("signed by the node 640324000000"), "{}", bad.problem);
    federation.stop().await;
}

async fn a_changed_key_is_refused_until_somebody_says_so<E: Engine>(place: &str) {
    let mut federation = witnessed::<E>(place).await;
    let before = status(federation.node(COUNTY)).await.key;
    federation.end(COUNTY).await;
    std::fs::remove_file(federation.data_dir(COUNTY).join("node.key")).unwrap();
    federation.begin(COUNTY).await;
    let after = status(federation.node(COUNTY)).await.key;
    assert_ne!(before, after, "a node without a key makes one");
    until(federation.node(CITY), "the alarm above", alarmed(format!("units/{COUNTY}"), "Key: ")).await;
    until(federation.node(COUNTY), "the alarm below", alarmed(String::new(), "yishi trust")).await;
    let city = status(federation.node(CITY)).await;
    assert!(city.links.iter().filter(is_of_county).all(|link| link.trusted_key == before));

    let trust = |node: UnitCode, key: &[u8]| {
        let ask = admin::TrustKeyRequest { node: format!("units/{node}"), key: key.to_vec() };
        let mut admin = federation.node(CITY).admin();
        async move { admin.trust_key(ask).await }
    };
    assert_eq!(trust(VILLAGE, &after).await.unwrap_err().code(), tonic::Code::NotFound);
    assert_eq!(trust(COUNTY, &after[1..]).await.unwrap_err().code(), tonic::Code::InvalidArgument);
    trust(COUNTY, &after).await.unwrap();
    // Whoever was alarmed waits long before the next try; a start does not.
    federation.end(COUNTY).await;
    federation.begin(COUNTY).await;
    until(federation.node(CITY), "a new testimony", has_signed_since(last_signed(&city))).await;
    assert_eq!(kept(federation.node(CITY), "intake").await.1.as_bytes().as_slice(), after);
    federation.settled().await;
    for (_, node) in federation.nodes() {
        node.verified().await;
    }
    federation.stop().await;
}
