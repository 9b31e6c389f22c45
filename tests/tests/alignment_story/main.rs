//! 部门衔接: no money is committed before the county's departments agree.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod asks;

use time::macros::date;
use yishi_kernel::UnitCode;
use yishi_proto::admin::v1::GetClockRequest;
use yishi_proto::intake::v1::{self as pb, MatterState, OpinionStand, PaperKind};
use yishi_runtime::config::Settings;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow_node;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, ask, fresh_id, settings};

use asks::{
    asked, channel, commit, department, done, followed, give, officer, outstanding, reason, revise, stands,
    why, withdraw,
};

both_engines!(
    money_waits_until_departments_agree,
    conditions_are_met_before_the_matter_is_completed,
    a_department_lists_what_waits_for_it,
    opinions_go_between_nodes
);

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// A village of the same township.
const NEIGHBOUR: UnitCode = UnitCode::new(640_324_100_201).unwrap();
/// What a matter of the sandbox costs, in fen.
const COST: i64 = 120_000_000;

fn two_departments(settings: &mut Settings) {
    ask(settings, &["water", "transport"]);
}

async fn start<E: Engine>(place: &str) -> Sandbox<E> {
    let mut settings = settings(place, REGION);
    two_departments(&mut settings);
    Sandbox::with(settings).await
}

async fn money_waits_until_departments_agree<E: Engine>(place: &str) {
    let sandbox = start::<E>(place).await;
    let mut village = sandbox.ripe_villages([VILLAGE]).await.remove(0);
    let matter = sandbox.matter_in(&mut village, MatterState::Determined).await;
    let (name, alignment) = (matter.name, matter.alignment.unwrap());
    assert_eq!((alignment.round, alignment.opinions.len()), (1, 2));
    // Who hears of the determination and no more knows already that nobody has agreed.
    let written = sandbox.books("intake").await.entries().await;
    let determined = written.iter().find(|stored| stored.entry.kind == "intake.determined").unwrap();
    let told: pb::Event = prost::Message::decode(determined.entry.payload.as_slice()).unwrap();
    let Some(pb::event::Kind::Determined(told)) = told.kind else { panic!("{told:?}") };
    assert_eq!(told.departments, ["transport", "water"]);
    sandbox.caught_up().await;
    let money = channel(&sandbox, COUNTY, 2 * COST).await;
    let (mut water, mut transport) =
        (department(&sandbox, COUNTY, "water"), department(&sandbox, COUNTY, "transport"));

    // Nobody has said anything; then one agrees and one objects.
    assert_eq!(
        why(commit(&sandbox, COUNTY, &name, &money, COST).await),
        "OPINIONS_MISSING: transport, water"
    );
    done(water.give_opinion(give(&name, "water", OpinionStand::Consent)).await);
    sandbox.caught_up().await;
    assert_eq!(why(commit(&sandbox, COUNTY, &name, &money, COST).await), "OPINIONS_MISSING: transport");
    done(transport.give_opinion(give(&name, "transport", OpinionStand::Objection)).await);
    sandbox.caught_up().await;
    assert_eq!(outstanding(&sandbox, &name).await, ["transport"], "an objection stands");

    // The objection is replaced, but what was agreed is withdrawn; the answer then is late, and counts.
    done(transport.give_opinion(give(&name, "transport", OpinionStand::Conditional)).await);
    done(water.withdraw_opinion(withdraw(&name, "water")).await);
    sandbox.caught_up().await;
    assert_eq!(why(commit(&sandbox, COUNTY, &name, &money, COST).await), "OPINIONS_MISSING: water");
    sandbox.go_to(date!(2022 - 03 - 01)).await;
    assert_eq!(why(commit(&sandbox, COUNTY, &name, &money, COST).await), "OPINIONS_MISSING: water");
    done(water.give_opinion(give(&name, "water", OpinionStand::Consent)).await);
    sandbox.caught_up().await;
    let told = village.get(&name).await;
    assert_eq!(stands(&told), ["transport CONDITIONAL", "water CONSENT late"]);

    // It becomes a little dearer, and then much: they are asked again.
    let mut office = officer(&sandbox, VILLAGE);
    let little = done(office.revise_matter(revise(&name, COST / 100 * 110)).await);
    assert_eq!(little.alignment.as_ref().unwrap().round, 1);
    let much = done(office.revise_matter(revise(&name, COST / 100 * 120)).await);
    assert_eq!(much.alignment.as_ref().unwrap().round, 2);
    assert_eq!(stands(&much), ["transport WAITING", "water WAITING"]);
    sandbox.caught_up().await;
    let dearer = COST / 100 * 120;
    assert_eq!(
        why(commit(&sandbox, COUNTY, &name, &money, dearer).await),
        "OPINIONS_MISSING: transport, water"
    );
    for (client, kind) in [(&mut water, "water"), (&mut transport, "transport")] {
        done(client.give_opinion(give(&name, kind, OpinionStand::Consent)).await);
    }
    sandbox.caught_up().await;
    assert_eq!(why(commit(&sandbox, COUNTY, &name, &money, COST).await), "NOT_FUNDED_WHOLE");
    assert_eq!(done(commit(&sandbox, COUNTY, &name, &money, dearer).await).committed_unpaid_fen, dearer);

    let sandbox = sandbox.restart().await;
    assert_eq!(stands(&sandbox.village(VILLAGE).get(&name).await), ["transport CONSENT", "water CONSENT"]);
    sandbox.audited().await;
    assert!(follow_node(&sandbox).await.contains(&"intake.opinion".to_owned()));
    sandbox.stop().await;
}

async fn conditions_are_met_before_the_matter_is_completed<E: Engine>(place: &str) {
    let sandbox = start::<E>(place).await;
    let mut village = sandbox.ripe_villages([VILLAGE]).await.remove(0);
    let name = sandbox.matter_in(&mut village, MatterState::InProgress).await.name;
    let mut water = department(&sandbox, COUNTY, "water");
    done(water.give_opinion(give(&name, "water", OpinionStand::Conditional)).await);
    sandbox.caught_up().await;
    village.progress(&name, 100).await;
    let early = village.office.complete_matter(Asks::complete(&name)).await;
    assert_eq!(reason(&early.unwrap_err()), "CONDITIONS_OPEN");
    let mut office = officer(&sandbox, VILLAGE);
    let meet = |condition| {
        let (department, text) = ("water".to_owned(), "已留出".to_owned());
        let papers = vec![Asks::paper(PaperKind::Photograph, 3)];
        let (name, request_id, etag) = (name.clone(), fresh_id(), String::new());
        pb::MeetConditionRequest { name, department, condition, text, papers, request_id, etag }
    };
    for condition in [1, 2] {
        done(office.meet_condition(meet(condition)).await);
    }
    let completed = village.complete(&name).await;
    let conditions = &completed.alignment.unwrap().opinions[1].conditions;
    assert!(conditions.iter().all(|condition| condition.meet_time_us > 0 && condition.papers.len() == 1));

    // It says the same again, and asks for more: what was met stays met, and the rest holds up the acceptance.
    let mut more = give(&name, "water", OpinionStand::Conditional);
    more.conditions.push("补种树木".to_owned());
    done(water.give_opinion(more).await);
    sandbox.caught_up().await;
    let asked = sandbox.village(VILLAGE).get(&name).await.alignment.unwrap().opinions.remove(1).conditions;
    assert_eq!((&asked[..2], asked[2].meet_time_us), (conditions.as_slice(), 0));
    let early = village.committee.accept_matter(Asks::accept(&name)).await;
    assert_eq!(reason(&early.unwrap_err()), "CONDITIONS_OPEN");
    done(office.meet_condition(meet(3)).await);
    village.accept(&name).await;
    sandbox.audited().await;
    sandbox.stop().await;
}

async fn a_department_lists_what_waits_for_it<E: Engine>(place: &str) {
    let sandbox = start::<E>(place).await;
    let mut names = Vec::new();
    for mut village in sandbox.ripe_villages([VILLAGE, NEIGHBOUR]).await {
        names.push(sandbox.matter_in(&mut village, MatterState::Determined).await.name);
    }
    let mut water = department(&sandbox, COUNTY, "water");
    let all = |waiting_only, page_size, page_token: &str| pb::ListOpinionsRequest {
        parent: format!("departments/{COUNTY}/water"),
        page_size,
        page_token: page_token.to_owned(),
        waiting_only,
    };
    let first = done(water.list_opinions(all(true, 1, "")).await);
    let second = done(water.list_opinions(all(true, 1, &first.next_page_token)).await);
    assert_eq!((asked(&first), asked(&second)), (vec![&*names[0]], vec![&*names[1]]));
    assert!(second.next_page_token.is_empty() && !first.matters[0].overdue);

    done(water.give_opinion(give(&names[0], "water", OpinionStand::Consent)).await);
    sandbox.caught_up().await;
    sandbox.go_to(date!(2022 - 03 - 01)).await;
    let waiting = done(water.list_opinions(all(true, 0, "")).await);
    assert_eq!((asked(&waiting), waiting.matters[0].overdue), (vec![&*names[1]], true));
    let everything = done(water.list_opinions(all(false, 0, "")).await);
    let stands: Vec<_> = everything.matters.iter().map(|one| (one.stand(), one.overdue)).collect();
    assert_eq!(stands, [(OpinionStand::Consent, false), (OpinionStand::Waiting, true)]);
    assert!(everything.matters.iter().all(|one| one.matter.as_ref().unwrap().alignment.is_some()));

    // It follows what it is asked and what it has said, and goes on where it was.
    let (told, seen) = followed(&sandbox, "water", None).await;
    let requested = |name: &String| ("intake.opinions_requested".to_owned(), name.clone());
    let given = ("intake.opinion_given".to_owned(), names[0].clone());
    assert_eq!(told, [requested(&names[0]), requested(&names[1]), given]);
    done(water.give_opinion(give(&names[1], "water", OpinionStand::Objection)).await);
    sandbox.caught_up().await;
    let given = ("intake.opinion_given".to_owned(), names[1].clone());
    assert_eq!(followed(&sandbox, "water", seen).await.0, [given]);
    let (told, _) = followed(&sandbox, "transport", None).await;
    assert_eq!(told, [requested(&names[0]), requested(&names[1])], "nothing of what another one says");
    assert_eq!(followed(&sandbox, "energy", None).await.0, [], "nobody asks it");

    // Another department asks in vain for this one's list, and says nothing in its name.
    let mut transport = department(&sandbox, COUNTY, "transport");
    let denied = transport.list_opinions(all(false, 0, "")).await.unwrap_err();
    assert_eq!(reason(&denied), "PERMISSION_DENIED");
    let denied = transport.give_opinion(give(&names[1], "water", OpinionStand::Consent)).await.unwrap_err();
    assert_eq!(reason(&denied), "PERMISSION_DENIED");
    sandbox.stop().await;
}

/// The village is on a node of its own: its county's departments see what it asks, and it hears what they say, over the line.
async fn opinions_go_between_nodes<E: Engine>(place: &str) {
    let federation = Federation::<E>::with(place, &[REGION, VILLAGE], two_departments).await;
    let (county, node) = (federation.node(REGION), federation.node(VILLAGE));
    let mut village = node.ripe_villages([VILLAGE]).await.pop().unwrap();
    let now = node.admin().get_clock(GetClockRequest {}).await.unwrap();
    federation.wait_until(now.into_inner().now_us).await;
    let name = node.matter_in(&mut village, MatterState::Determined).await.name;
    federation.settled().await;
    let money = channel(county, COUNTY, COST).await;
    assert_eq!(why(commit(county, COUNTY, &name, &money, COST).await), "OPINIONS_MISSING: transport, water");

    // What they say while the line is cut is heard when it is healed.
    federation.line(VILLAGE).let_through(Lets::Nothing);
    for kind in ["water", "transport"] {
        let mut client = department(county, COUNTY, kind);
        done(client.give_opinion(give(&name, kind, OpinionStand::Consent)).await);
    }
    assert_eq!(stands(&village.get(&name).await), ["transport WAITING", "water WAITING"]);
    federation.line(VILLAGE).let_through(Lets::All);
    federation.settled().await;
    assert_eq!(stands(&village.get(&name).await), ["transport CONSENT", "water CONSENT"]);
    assert_eq!(done(commit(county, COUNTY, &name, &money, COST).await).committed_unpaid_fen, COST);
    federation.stop().await;
}
