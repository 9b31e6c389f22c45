//! A villager backs a proposal once, and nobody who reads the books can find out who did.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::sync::Arc;

use prost::Message;
use time::macros::date;
use tonic::Code;
use tonic_types::StatusExt;
use yishi_intake::{Asked, Intake, Policy, Task};
use yishi_intake_domain::{Act, Category, Command, Content, Supporter};
use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Policy as Access;
use yishi_runtime::house::House;
use yishi_store::{DigestKey, Engine, Location, Moment, to_hex};
use yishi_tests::bare::Bare;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, YEAR, settings};

both_engines!(
    a_token_is_in_no_book,
    a_token_cannot_be_tried_out_on_requests,
    who_was_written_down_by_a_token_counts_once
);

/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// Another one of the same township.
const NEXT: UnitCode = UnitCode::new(640_324_100_201).unwrap();
/// What somebody made of an identity number, against all advice.
const TOKEN: &str = "id-640324197001010012";

async fn a_token_is_in_no_book<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let (road, path) = (village.propose("硬化村道").await.name, village.propose("修三组的路").await.name);
    let theirs = sandbox.village(NEXT).propose("硬化村道").await.name;
    for name in [&road, &path] {
        village.support(name, TOKEN).await;
    }
    sandbox.village(NEXT).support(&theirs, TOKEN).await;

    // The digest is of the village, and the same after a restart.
    let sandbox = sandbox.restart().await;
    let mut village = sandbox.village(VILLAGE);
    let again = village.office.support_matter(Asks::support(&road, TOKEN)).await.unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    assert_eq!(again.get_details_error_info().unwrap().reason, "ALREADY_SUPPORTED");
    assert!(!format!("{again:?}").contains(TOKEN));
    village.merge(&path, &road).await;
    assert_eq!(village.get(&road).await.supporters, 1, "who backed both counts once");
    village.support(&road, "another").await;

    let mut books = sandbox.books("intake").await;
    let mut digests = Vec::new();
    for stored in books.entries().await {
        let told = pb::Event::decode(stored.entry.payload.as_slice());
        if let Some(pb::event::Kind::Supported(told)) = told.ok().and_then(|event| event.kind) {
            assert_eq!((told.supporter.as_str(), told.digest.len()), ("", 16));
            digests.push(told.digest);
        }
    }
    assert_eq!(digests.len(), 4);
    assert_eq!(digests[0], digests[1], "one villager of one village and year");
    assert_ne!(digests[0], digests[2], "nobody elsewhere");
    let written = format!("{:?}", books.contents().await);
    assert!(written.contains("support") && !written.contains(TOKEN));
    let hidden: Vec<u8> = TOKEN.bytes().collect();
    let entries = books.entries().await;
    assert!(
        entries.iter().all(|stored| !stored.entry.payload.windows(hidden.len()).any(|part| part == hidden))
    );
    let key = std::fs::read_to_string(sandbox.settings.node.data_dir.join("support.key")).unwrap();
    let digits = key.trim_end().split_once(' ').unwrap().1.to_owned();
    assert!(digits.len() == 64 && !written.contains(&digits), "the key is in no table");
}

/// Whoever has the database has the key of its digests, and could try tokens out on what a request is known by.
async fn a_token_cannot_be_tried_out_on_requests<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let (road, path) = (village.propose("硬化村道").await.name, village.propose("修三组的路").await.name);
    let (support, merge) = (Asks::support(&road, TOKEN), Asks::merge(&path, &road));
    village.office.support_matter(support.clone()).await.unwrap();
    village.office.support_matter(support.clone()).await.expect("a repeat is answered as the first was");
    let other = pb::SupportMatterRequest { supporter: "another".to_owned(), ..support.clone() };
    let reused = village.office.support_matter(other).await.unwrap_err();
    assert_eq!(reused.get_details_error_info().unwrap().reason, "REQUEST_ID_REUSED");
    village.office.merge_matter(merge.clone()).await.unwrap();

    let tables = sandbox.books("intake").await.contents().await;
    let lease = tables["lease"][0].to_lowercase();
    let key = lease
        .split(|c: char| !c.is_ascii_hexdigit())
        .find(|run| run.len() == 64)
        .expect("the key of digests");
    let bytes: Vec<u8> =
        (0..64).step_by(2).map(|at| u8::from_str_radix(&key[at..at + 2], 16).unwrap()).collect();
    let key = DigestKey::new(bytes.try_into().unwrap());
    let requests = tables["request"].concat().to_lowercase();
    let known = |rpc: &str, request: Vec<u8>| {
        let digest = key.digest(&format!("yishi.intake.v1.IntakeService/{rpc}"), &request);
        requests.contains(&to_hex(digest))
    };
    assert!(known("MergeMatter", merge.encode_to_vec()), "the test tries as somebody would");
    assert!(!known("SupportMatter", support.encode_to_vec()));
    sandbox.stop().await;
}

async fn who_was_written_down_by_a_token_counts_once<E: Engine>(place: &str) {
    // As a node wrote it before tokens were salted.
    let before = settings(place, REGION);
    let location = match before.database.url.expose() {
        "" => Location::File(before.node.data_dir.join("intake.db")),
        url => Location::Server { url: url.to_owned(), schema: "intake".to_owned() },
    };
    let register = before.node.register().unwrap();
    let house = Arc::new(House::new(register, Access::embedded(), REGION, Vec::new()));
    let mut bare =
        Bare::<E, Intake>::open(&location, || Intake::new(Arc::clone(&house), Policy::default())).await;
    let of_year = |ordinal| MatterId { village: VILLAGE, year: Year::try_from(YEAR).unwrap(), ordinal };
    let tasks = [proposed(of_year(1)), proposed(of_year(2))].into_iter().chain(
        [(1, "v-1"), (1, "v-2"), (2, "v-3")].map(|(ordinal, token)| {
            let supporter = Supporter::Plain(token.parse().unwrap());
            let act = Act::Support { supporter, formerly: None };
            asked(Command::Change { matter: of_year(ordinal), version: None, act })
        }),
    );
    let now = Timestamp::start_of(date!(2021 - 12 - 01));
    let moment = Moment { now, actor: "office".parse().unwrap(), heard: Arc::default() };
    let tasks: Vec<Task> = tasks.collect();
    bare.batch(&tasks, &moment).await.into_iter().for_each(|told| drop(told.unwrap()));
    drop(bare);

    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let (road, path) = (of_year(1).to_string(), of_year(2).to_string());
    let again = village.office.support_matter(Asks::support(&road, "v-1")).await.unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    assert_eq!(village.support(&path, "v-1").await.supporters, 2);
    village.merge(&road, &path).await;
    assert_eq!(village.get(&path).await.supporters, 3, "v-1 of both, v-2 and v-3");
    for token in ["v-1", "v-2", "v-3"] {
        let again = village.office.support_matter(Asks::support(&path, token)).await.unwrap_err();
        assert_eq!(again.code(), Code::AlreadyExists, "{token}");
    }
}

fn asked(command: Command) -> Task {
    Task::Asked(Asked::Matter(command))
}

fn proposed(matter: MatterId) -> Task {
    let content = Content {
        title: "修村道".into(),
        description: "硬化主干道三公里".into(),
        category: Category::Infrastructure,
        subcategory: "village_road".parse().unwrap(),
        cost_estimate: Fen::new(120_000_000),
        households: 200,
        persons: 700,
        place: String::new(),
    };
    let MatterId { village, year, .. } = matter;
    asked(Command::Propose { village, year, content, proposer: "office".parse().unwrap(), contact: None })
}
