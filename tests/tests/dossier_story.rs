//! 项目档案: what was written about a matter is read years later, and whoever reads it can check it.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::process::Stdio;
use std::time::Duration;

use prost::Message;
use time::macros::date;
use tokio::process::Command;
use tokio::time::timeout;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::{Timestamp, UnitCode};
use yishi_proto::intake::v1::dossier_service_client::DossierServiceClient;
use yishi_proto::intake::v1::{
    self as pb, DeliberationOutcome, MatterState, NoticeFormat, PaperFormat, event::Kind,
};
use yishi_proto::journal::v1 as journal;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_store::journal::{Chain, Entry, Hash, Stored};
use yishi_tests::both_engines;
use yishi_tests::program::program;
use yishi_tests::sandbox::{Asks, OPENS, REGION, Sandbox, Signature, Village, as_caller, fresh_id};

both_engines!(a_dossier_is_the_journal_and_can_be_checked, the_years_of_a_village_stand_side_by_side);

/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// Another one of the same township.
const OTHER: UnitCode = UnitCode::new(640_324_100_201).unwrap();
/// More than one page looks at.
const CROWD: usize = 510;
const PATIENCE: Duration = Duration::from_secs(60);

type Dossiers = DossierServiceClient<InterceptedService<Channel, Signature>>;

fn reader<E: Engine>(sandbox: &Sandbox<E>, unit: UnitCode, role: Role) -> Dossiers {
    DossierServiceClient::with_interceptor(sandbox.channel(), Signature::of(&as_caller(unit, role)))
}

fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("whoever may read is not refused").into_inner()
}

async fn a_dossier_is_the_journal_and_can_be_checked<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let [road, path, lamps] = live(&sandbox, &mut village).await;
    let sandbox = sandbox.restart().await;
    let mut village = sandbox.village(VILLAGE);
    struck_off(&sandbox, &mut village, &road).await;

    let mut clerk = reader(&sandbox, VILLAGE, Role::Officer);
    let written: Vec<Stored> = sandbox.books("intake").await.entries().await;
    let written: Vec<Stored> = written.into_iter().filter(|stored| stored.entry.unit == VILLAGE).collect();
    let kinds = "proposed merged deliberated deliberated deliberated noticed objected answered determined progressed \
                 progressed completed accepted closing_requested closed";
    for size in [0, 2, 100] {
        let pages = pages(&mut clerk, &road, size).await;
        let told = check(&pages, &road, &written);
        let told: Vec<&str> = told.iter().map(|kind| kind.trim_start_matches("intake.")).collect();
        assert_eq!(told, kinds.split_whitespace().collect::<Vec<_>>(), "{size} at once");
        assert_eq!(pages[0].matter, Some(village.get(&road).await));
    }
    // Every meeting that was ever held is there, with what came of it.
    let pages = pages(&mut clerk, &road, 0).await;
    let outcomes: Vec<DeliberationOutcome> = events(&pages)
        .filter_map(|event| match event.kind {
            Some(Kind::Deliberated(told)) => Some(told.deliberation?.outcome()),
            _ => None,
        })
        .collect();
    let failed = [DeliberationOutcome::NoQuorum, DeliberationOutcome::NoMajority];
    assert_eq!(outcomes, [failed[0], failed[1], DeliberationOutcome::Carried]);
    assert!(
        pages.iter().flat_map(|page| &page.steps).all(|step| !contains(&step.encode_to_vec(), b"v-2")),
        "who backs a matter is not told"
    );

    // What was folded into another ends with that; what many back goes over several pages, some of hashes only.
    let merged = self::pages(&mut clerk, &path, 0).await;
    assert_eq!(check(&merged, &path, &written), ["intake.proposed", "intake.merged"]);
    let crowded = self::pages(&mut clerk, &lamps, 0).await;
    check(&crowded, &lamps, &written);
    assert!(crowded.len() > 1 && crowded.iter().all(|page| page.last_seq - page.first_seq < 500));
    let supports =
        |page: &pb::Dossier| page.steps.iter().map(|step| step.supports).sum::<i32>() + page.rest_supports;
    assert_eq!(crowded.iter().map(supports).sum::<i32>(), i32::try_from(CROWD).unwrap());

    // The policy is that of the matter itself.
    for (unit, role) in [(REGION, Role::Auditor), (VILLAGE, Role::Supervisor)] {
        let pages = self::pages(&mut reader(&sandbox, unit, role), &road, 0).await;
        assert_eq!(check(&pages, &road, &written).len(), kinds.split_whitespace().count(), "{unit}");
    }
    let neighbour = reader(&sandbox, OTHER, Role::Officer).get_dossier(ask(&road, 0, "")).await.unwrap_err();
    assert_eq!(neighbour.get_details_error_info().unwrap().reason, "PERMISSION_DENIED");

    // Its papers are there, those of meetings that decided nothing as well.
    let signed = events(&pages).filter_map(|event| match event.kind {
        Some(Kind::Deliberated(told)) => told.deliberation?.sign_in_sheet,
        _ => None,
    });
    let sheet = |paper: &pb::MeetingPaper| (paper.sha256.len(), paper.size_bytes, paper.format());
    assert_eq!(
        signed.map(|paper| sheet(&paper)).collect::<Vec<_>>(),
        [(32, 1_204_224, PaperFormat::Jpeg); 3]
    );
    noticed(&mut clerk, &pages, &lamps).await;

    printed(&sandbox, &road).await;
    sandbox.stop().await;
}

/// Two matters of which one takes in a third, and a notice with an objection.
async fn live<E: Engine>(sandbox: &Sandbox<E>, village: &mut Village) -> [String; 3] {
    let (road, path) = (village.propose("硬化村道").await.name, village.propose("修三组的路").await.name);
    let lamps = village.propose("安装路灯").await.name;
    for (name, villager) in [(&road, "v-1"), (&path, "v-1"), (&path, "v-2"), (&road, "v-3")] {
        village.support(name, villager).await;
    }
    village.merge(&path, &road).await;
    village.deliberate(&road, OPENS, (30, 19, 19)).await;
    village.deliberate(&road, OPENS, (30, 24, 12)).await;
    village.deliberate(&road, OPENS, (30, 24, 20)).await;
    sandbox.go_to(date!(2021 - 12 - 02)).await;
    village.publish(&road).await;
    village.object(&road, "v-8").await;
    for villager in 0..CROWD {
        village.support(&lamps, &format!("w-{villager}")).await;
    }
    village.answer(&road, 1, false).await;
    village.decline(&lamps).await;
    [road, path, lamps]
}

async fn struck_off<E: Engine>(sandbox: &Sandbox<E>, village: &mut Village, road: &str) {
    sandbox.go_to(date!(2021 - 12 - 10)).await;
    village.determine(road).await;
    sandbox.go_to(date!(2022 - 06 - 01)).await;
    village.progress(road, 40).await;
    sandbox.go_to(date!(2022 - 09 - 30)).await;
    village.progress(road, 100).await;
    village.complete(road).await;
    village.accept(road).await;
    village.close(road).await;
    sandbox.caught_up().await;
    assert_eq!(village.get(road).await.state(), MatterState::Closed);
}

fn ask(name: &str, page_size: i32, page_token: &str) -> pb::GetDossierRequest {
    pb::GetDossierRequest { name: name.to_owned(), page_size, page_token: page_token.to_owned() }
}

async fn pages(reader: &mut Dossiers, name: &str, size: i32) -> Vec<pb::Dossier> {
    let mut pages: Vec<pb::Dossier> = Vec::new();
    loop {
        let token = pages.last().map(|page| page.next_page_token.clone()).unwrap_or_default();
        pages.push(done(reader.get_dossier(ask(name, size, &token)).await));
        assert!(pages.len() < 100, "no end of pages");
        if pages.last().unwrap().next_page_token.is_empty() {
            return pages;
        }
    }
}

/// Every hash follows from the one before, all is as it was written, and nothing about the matter is left out.
fn check(pages: &[pb::Dossier], name: &str, written: &[Stored]) -> Vec<String> {
    let first = usize::try_from(pages[0].first_seq).unwrap();
    let mut chain = Chain { epoch: 0, seq: pages[0].first_seq - 1, hash: digest(&pages[0].chain_before) };
    let start = Chain::start("intake", VILLAGE).hash;
    assert_eq!(chain.hash, if first == 1 { start } else { written[first - 2].chain });
    let (mut kinds, mut seen, mut supports) = (Vec::new(), Vec::new(), 0);
    for page in pages {
        assert_eq!(
            (page.name.as_str(), page.first_seq, digest(&page.chain_before)),
            (name, chain.seq + 1, chain.hash)
        );
        for step in &page.steps {
            step.between_sha256
                .iter()
                .for_each(|hash| chain = chain.follow(&numbered(chain.seq + 1), &digest(hash)));
            let entry = entry(step.entry.as_ref().unwrap());
            assert_eq!(entry.seq, chain.seq + 1);
            chain = chain.follow(&entry, &entry.hash("intake"));
            assert_eq!(chain.hash, digest(&step.entry.as_ref().unwrap().chain));
            seen.push(entry.seq);
            kinds.push(entry.kind);
            supports += step.supports;
        }
        page.rest_sha256
            .iter()
            .for_each(|hash| chain = chain.follow(&numbered(chain.seq + 1), &digest(hash)));
        supports += page.rest_supports;
        assert_eq!((page.last_seq, digest(&page.chain)), (chain.seq, chain.hash));
    }
    let about = written.iter().filter(|stored| is_about(stored, name));
    let (backed, steps): (Vec<_>, Vec<_>) = about.partition(|stored| stored.entry.kind == "intake.supported");
    assert_eq!(seen, steps.iter().map(|stored| stored.entry.seq).collect::<Vec<_>>(), "{name}");
    assert_eq!(supports, i32::try_from(backed.len()).unwrap(), "{name}");
    kinds
}

fn is_about(stored: &Stored, name: &str) -> bool {
    if !stored.entry.kind.starts_with("intake.") {
        return false;
    }
    let event = pb::Event::decode(stored.entry.payload.as_slice()).unwrap();
    event.matter == name || matches!(event.kind, Some(Kind::Merged(merged)) if merged.into == name)
}

fn entry(told: &journal::Entry) -> Entry {
    Entry {
        unit: told.unit.parse().unwrap(),
        epoch: told.epoch,
        seq: told.seq,
        at: Timestamp::from_micros(told.at_us),
        actor: told.actor.clone(),
        kind: told.kind.clone(),
        to: told.to.as_ref().map(|to| (to.parse().unwrap(), told.to_seq.unwrap())),
        payload: told.payload.to_vec(),
    }
}

/// An entry of which nothing is known but its number.
fn numbered(seq: i64) -> Entry {
    entry(&journal::Entry { unit: VILLAGE.to_string(), seq, ..journal::Entry::default() })
}

fn digest(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap()
}

fn events(pages: &[pb::Dossier]) -> impl Iterator<Item = pb::Event> {
    let entries = pages.iter().flat_map(|page| &page.steps).filter_map(|step| step.entry.as_ref());
    entries.map(|entry| pb::Event::decode(entry.payload.clone()).unwrap())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The notice is written out from the entry that the dossier has, and there is none of what never hung out.
async fn noticed(clerk: &mut Dossiers, pages: &[pb::Dossier], never: &str) {
    let render = async |clerk: &mut Dossiers, name: &str, format: NoticeFormat| {
        let ask = pb::RenderNoticeRequest { name: name.to_owned(), format: format as i32 };
        clerk.render_notice(ask).await
    };
    let entries = pages.iter().flat_map(|page| &page.steps).filter_map(|step| step.entry.as_ref());
    let hung = entries.clone().find(|entry| entry.kind == "intake.noticed").unwrap();
    let road = pages[0].name.as_str();
    let text = done(render(clerk, road, NoticeFormat::Text).await);
    assert_eq!(
        (text.seq, &text.chain[..], text.media_type.as_str()),
        (hung.seq, &hung.chain[..], "text/plain; charset=utf-8")
    );
    let chain = yishi_store::to_hex(&hung.chain);
    for words in [
        "园艺村",
        "硬化村道",
        "应到 30 人，实到 24 人",
        "赞成 20 票，反对 4 票",
        "1200000.00 元",
        "至 2021年12月9日",
        &chain,
    ] {
        assert!(text.text.contains(words), "{words}: {}", text.text);
    }
    let html = done(render(clerk, road, NoticeFormat::Html).await);
    assert!(html.text.starts_with("<!DOCTYPE html>") && html.text.contains(&chain), "{}", html.text);
    assert_eq!((html.chain, html.media_type.as_str()), (text.chain, "text/html; charset=utf-8"));
    let refused = render(clerk, never, NoticeFormat::Text).await.unwrap_err();
    assert_eq!(refused.get_details_error_info().unwrap().reason, "WRONG_STATE");
}

/// What an officer types, who is told that it holds.
async fn printed<E: Engine>(sandbox: &Sandbox<E>, road: &str) {
    let typed = async |words: &[&str]| {
        let mut command = Command::new(program("yishi"));
        let node = sandbox.addresses().address.to_string();
        command.args(words).args(["--node", &node, "--lang", "zh"]);
        let ended = command.stdin(Stdio::null()).kill_on_drop(true).output();
        let ended = timeout(PATIENCE, ended).await.expect("it ends").unwrap();
        let (out, error) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert_eq!(ended.status.code(), Some(0), "{out}{error}");
        out.into_owned()
    };
    let run = async |what, output| typed(&[what, road, "-o", output]).await;
    let text = run("dossier", "text").await;
    for words in ["硬化村道", "提事", "应到 30 实到 19", "销号", "链完好"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let json: serde_json::Value = serde_json::from_str(&run("dossier", "json").await).unwrap();
    assert_eq!((&json["proof"]["holds"], &json["state"]), (&true.into(), &"CLOSED".into()));
    assert_eq!(json["entries"].as_array().unwrap().len(), 15);
    assert!(run("notice", "text").await.contains("公示"));
    let (unit, id) = (REGION.to_string(), road.trim_start_matches("villages/"));
    for (filter, shown) in [("state = CLOSED 硬化", true), ("state = PROPOSED", false)] {
        let list = typed(&["matters", &unit, "--filter", filter]).await;
        assert_eq!(list.contains(id), shown, "{list}");
    }
}

async fn the_years_of_a_village_stand_side_by_side<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let road = village.propose("硬化村道").await.name;
    let _lamps = village.propose("安装路灯").await;
    village.deliberate(&road, OPENS, (30, 24, 20)).await;
    village.publish(&road).await;
    struck_off(&sandbox, &mut village, &road).await;
    sandbox.go_to(date!(2022 - 11 - 05)).await;
    let ask = Asks::propose_this(VILLAGE, 2023, Asks::matter("修渠"));
    let canal = done(village.office.propose_matter(ask).await).name;
    village.deliberate(&canal, "2022-11-05", (30, 24, 20)).await;
    village.publish(&canal).await;
    sandbox.go_to(date!(2022 - 11 - 20)).await;
    let (due_day, request_id) = ("2023-09-30".to_owned(), fresh_id());
    let fix = pb::DetermineMatterRequest { name: canal.clone(), due_day, request_id, etag: String::new() };
    done(village.office.determine_matter(fix).await);

    let mut clerk = reader(&sandbox, VILLAGE, Role::Officer);
    let mut view = async |last_year, years| {
        let village = format!("villages/{VILLAGE}");
        done(clerk.get_long_view(pb::GetLongViewRequest { village, last_year, years }).await).years
    };
    let three = view(2024, 0).await;
    assert_eq!(three.iter().map(|year| year.year).collect::<Vec<_>>(), [2022, 2023, 2024]);
    let sums =
        |year: &pb::VillageYear| (year.proposed_matters, year.determined_matters, year.cost_estimate_fen);
    assert_eq!(
        three.iter().map(sums).collect::<Vec<_>>(),
        [(2, 1, 120_000_000), (1, 1, 120_000_000), (0, 0, 0)]
    );
    let closed = &three[0].matters[0];
    assert_eq!((closed.name.as_str(), closed.state(), closed.on_time), (&*road, MatterState::Closed, true));
    assert_eq!((closed.title.as_str(), closed.category()), ("硬化村道", pb::Category::Infrastructure));
    assert_eq!(closed.project_number, village.get(&road).await.project_number);
    let open = &three[1].matters[0];
    assert_eq!(
        (open.name.as_str(), open.state(), open.complete_time_us),
        (&*canal, MatterState::Determined, 0)
    );

    assert_eq!(view(2024, 10).await.split_at(7).1, three);
    assert_eq!(view(2001, 10).await.iter().map(|year| year.year).collect::<Vec<_>>(), [2000, 2001]);
    let township = format!("villages/{}", sandbox.register.parent(VILLAGE).unwrap());
    let ask = pb::GetLongViewRequest { village: township, last_year: 2024, years: 3 };
    let mut above = reader(&sandbox, REGION, Role::Officer);
    let no_village = above.get_long_view(ask).await.unwrap_err();
    assert_eq!(no_village.get_details_error_info().unwrap().reason, "INVALID_FIELDS");
    sandbox.stop().await;
}
