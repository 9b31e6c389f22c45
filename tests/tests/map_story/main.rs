//! Villages merge, split and are renamed: what they left open is carried on, each year closes on its own tree, and nothing is lost.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod desk;
mod links;
mod map;
mod season;

use std::path::PathBuf;

use time::macros::date;
use yishi_kernel::UnitCode;
use yishi_node::Node;
use yishi_proto::escalation::v1::ReferralState;
use yishi_proto::funding::v1::{GetLedgerRequest, GetMatterFundingRequest};
use yishi_proto::intake::v1::{self as pb, MatterState, YearBookState};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow_node;
use yishi_tests::sandbox::{Asks, Sandbox, Village, as_caller, fresh_id};

use desk::{Desk, book, done, refused, succeeded_by};
use links::{a_child_with_a_newer_map_loses_nothing, letters_go_between_nodes};
use map::Map;
use season::{a_split_in_the_season_gives_each_part_a_year, a_winters_merge_uses_up_one_slot};

both_engines!(
    a_village_goes_into_another_in_the_middle_of_its_work,
    a_winters_merge_uses_up_one_slot,
    a_split_in_the_season_gives_each_part_a_year,
    letters_go_between_nodes,
    a_child_with_a_newer_map_loses_nothing
);

pub(crate) const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
pub(crate) const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
/// The village that is closed, the one that it goes into, and one beside them.
pub(crate) const OLD: UnitCode = UnitCode::new(640_324_100_202).unwrap();
pub(crate) const INTO: UnitCode = UnitCode::new(640_324_100_203).unwrap();
pub(crate) const BESIDE: UnitCode = UnitCode::new(640_324_100_204).unwrap();

/// What a matter of the sandbox costs, in fen.
const COST: i64 = 120_000_000;
const JUNE: (&str, &str) = ("2022-05-31", "2022-06-01");

/// Brings a map in as an operator does: the node is started again with other files.
pub(crate) async fn with_map<E: Engine>(
    mut sandbox: Sandbox<E>,
    (divisions, changes): (PathBuf, PathBuf),
) -> Sandbox<E> {
    (sandbox.settings.node.divisions, sandbox.settings.node.changes) = (divisions, Some(changes));
    sandbox.restart().await
}

async fn a_village_goes_into_another_in_the_middle_of_its_work<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut villages = sandbox.ripe_villages([OLD, INTO]).await;
    let mut old = villages.remove(0);
    let matter = sandbox.matter_in(&mut old, MatterState::InProgress).await.name;
    let hanging = old.ripe.pop().unwrap();

    // The change is known half a year before its day, and makes no difference until then.
    let map = Map::of_ningxia().merge(OLD, INTO, JUNE).rename(INTO, "城一新村委会", JUNE);
    let sandbox = with_map(sandbox, map.files()).await;
    let mut old = Village { ripe: old.ripe, ..sandbox.village(OLD) };
    let mut into = sandbox.village(INTO);
    old.progress(&matter, 50).await;
    let beside = sandbox.officer(INTO).record_progress(Asks::progress(&matter, 60)).await;
    assert_eq!(refused(beside).0, "PERMISSION_DENIED");
    sandbox.go_to(date!(2022 - 03 - 01)).await;
    let mut township = Desk::of(&sandbox, TOWNSHIP);
    let tree = township.open(TOWNSHIP, 2022).await.tree.unwrap();
    assert_eq!(tree.day, "2022-03-01");
    assert!(tree.children.contains(&format!("units/{OLD}")));
    let own = into_determines(&sandbox, &mut into, &villages[0].ripe[0]).await;

    sandbox.go_to(date!(2022 - 06 - 01)).await;
    sandbox.caught_up().await;
    old_decides_nothing(&sandbox, &mut old, (&matter, &hanging)).await;
    is_read_under_both_codes(&sandbox, &matter, &own).await;
    successor_carries_on(&sandbox, &matter).await;
    year_closes_on_its_tree(&sandbox).await;

    // A restart writes nothing again; the next year's tree is without the village.
    let sandbox = sandbox.restart().await;
    sandbox.go_to(date!(2023 - 03 - 01)).await;
    sandbox.caught_up().await;
    assert_eq!(
        successions(&sandbox).await,
        [(OLD, "intake.village_succeeded"), (INTO, "intake.predecessor_heard")]
    );
    let next = Desk::of(&sandbox, TOWNSHIP).open(TOWNSHIP, 2023).await.tree.unwrap();
    assert!(
        !next.children.contains(&format!("units/{OLD}")) && next.children.contains(&format!("units/{INTO}"))
    );
    sandbox.audited().await;
    let copied = follow_node(&sandbox).await;
    assert!(copied.iter().any(|table| table == "intake.succession"), "{copied:?}");
    what_has_happened_is_not_taken_back(sandbox, &map).await;
}

async fn into_determines<E: Engine>(sandbox: &Sandbox<E>, into: &mut Village, name: &str) -> String {
    let determined = into.determine(name).await;
    sandbox.caught_up().await;
    determined.name
}

/// Entries about changes of the map, in the order in which they were written.
pub(crate) async fn successions<E: Engine>(sandbox: &Sandbox<E>) -> Vec<(UnitCode, &'static str)> {
    let kinds = ["intake.village_succeeded", "intake.predecessor_heard"];
    let entries = sandbox.books("intake").await.entries().await;
    let told = entries.iter().filter_map(|stored| {
        let kind = kinds.into_iter().find(|kind| stored.entry.kind == *kind)?;
        Some((stored.entry.unit, kind))
    });
    told.collect()
}

async fn old_decides_nothing<E: Engine>(
    sandbox: &Sandbox<E>,
    old: &mut Village,
    (matter, hanging): (&str, &str),
) {
    assert_eq!(successions(sandbox).await.len(), 2);
    // Nobody acts for it any more, and its successor cannot decide in its name.
    succeeded_by(INTO, old.office.record_progress(Asks::progress(matter, 60)).await);
    succeeded_by(INTO, old.office.propose_matter(Asks::propose_this(OLD, 2023, Asks::matter("修路"))).await);
    let mut office = sandbox.officer(INTO);
    succeeded_by(INTO, office.propose_matter(Asks::propose(OLD, "修路")).await);
    succeeded_by(INTO, office.determine_matter(Asks::determine(hanging)).await);
    succeeded_by(
        INTO,
        office.record_deliberation(Asks::deliberate(hanging, "2022-05-01", (30, 24, 20))).await,
    );
    done(office.decline_matter(Asks::decline(hanging)).await);
    let beside = sandbox.officer(BESIDE).record_progress(Asks::progress(matter, 60)).await;
    assert_eq!(refused(beside).0, "PERMISSION_DENIED");
}

async fn is_read_under_both_codes<E: Engine>(sandbox: &Sandbox<E>, matter: &str, own: &str) {
    for unit in [OLD, INTO, TOWNSHIP, COUNTY] {
        let mut reader = sandbox.intake(&as_caller(unit, Role::Auditor));
        let served = done(reader.get_matter(pb::GetMatterRequest { name: matter.to_owned() }).await);
        assert!(served.project_number.starts_with(&OLD.to_string()), "{}", served.project_number);
    }
    let mut successor = Desk::of(sandbox, INTO);
    assert!(!successor.list(INTO, false).await.iter().any(|name| name == matter));
    let both = successor.list(INTO, true).await;
    assert!([matter, own].iter().all(|name| both.iter().any(|listed| listed == name)), "{both:?}");
    let view = successor.long_view(INTO).await;
    assert_eq!((view.succession, view.predecessors.len()), (None, 1));
    let told = &view.predecessors[0];
    assert_eq!(
        (&*told.village, &*told.effective_day, told.year),
        (&*format!("villages/{OLD}"), "2022-06-01", 2023)
    );
    let before = successor.long_view(OLD).await;
    assert_eq!(before.succession.as_ref(), Some(told));
    assert_eq!(before.years[0].determined_matters, 1);
    // Each counts where the tree of the year has it.
    for (unit, determined) in [(OLD, 1), (INTO, 1), (TOWNSHIP, 2), (COUNTY, 2)] {
        assert_eq!(Desk::of(sandbox, unit).determined(unit).await, determined, "{unit}");
    }
}

/// The successor raises it, the county pays for it, and the successor brings it to its end: under its old code.
async fn successor_carries_on<E: Engine>(sandbox: &Sandbox<E>, matter: &str) {
    let (mut successor, mut township) = (Desk::of(sandbox, INTO), Desk::of(sandbox, TOWNSHIP));
    assert_eq!(successor.raise(OLD, matter).await.raised_to, format!("units/{TOWNSHIP}"));
    sandbox.caught_up().await;
    township.give_back(matter).await;
    sandbox.caught_up().await;
    assert_eq!(successor.look(OLD, matter).await.state(), ReferralState::Handled);

    let mut county = Desk::of(sandbox, COUNTY);
    let channel = county.channel(COST + 7).await;
    county.commit(matter, &channel, COST).await;
    county.pay(matter, &channel, COST).await;
    let mut office = sandbox.village(INTO);
    office.progress(matter, 100).await;
    office.complete(matter).await;
    office.accept(matter).await;
    office.close(matter).await;
    sandbox.caught_up().await;
    let closed = office.get(matter).await;
    assert_eq!((closed.state(), closed.completion.unwrap().paid_fen), (MatterState::Closed, COST));
    let ask = GetMatterFundingRequest { matter: matter.to_owned() };
    let funded = done(Desk::of(sandbox, INTO).money.get_matter_funding(ask).await);
    assert_eq!((funded.paid_fen, funded.committed_unpaid_fen), (COST, 0));
    let ask = GetLedgerRequest { unit: format!("units/{COUNTY}"), year: 2022 };
    let ledger = done(county.money.get_ledger(ask).await);
    let held: i64 = ledger.holdings.iter().map(|held| held.free_fen).sum();
    assert_eq!(held, 7, "every fen is where it should be");
}

async fn year_closes_on_its_tree<E: Engine>(sandbox: &Sandbox<E>) {
    let (mut township, mut successor) = (Desk::of(sandbox, TOWNSHIP), Desk::of(sandbox, INTO));
    township.announce().await;
    sandbox.caught_up().await;
    let below: Vec<UnitCode> = sandbox.register.children(TOWNSHIP).to_vec();
    let others: Vec<UnitCode> = below.into_iter().filter(|unit| ![OLD, INTO].contains(unit)).collect();
    let mut own = sandbox.village(INTO);
    let open = successor.list(INTO, false).await;
    for name in open {
        if own.get(&name).await.state() == MatterState::Determined {
            own.end(&name, MatterState::CarriedOver).await;
            sandbox.answer_ending(&own, &name, true).await;
        }
    }
    successor.open(INTO, 2022).await;
    done(successor.settle(INTO, &[]).await);
    // The closed village's book is waited for, and its successor settles it.
    assert_eq!(refused(township.settle(TOWNSHIP, &others).await).0, "UNITS_UNSETTLED");
    successor.open(OLD, 2022).await;
    let settled = done(successor.settle(OLD, &[]).await);
    assert_eq!((settled.state(), settled.settlement.unwrap().matters.len()), (YearBookState::Settled, 1));
    let whole = done(township.settle(TOWNSHIP, &others).await);
    let determined = whole.settlement.unwrap().totals.iter().map(|row| row.determined_matters).sum::<i64>();
    assert_eq!((determined, whole.missing.len()), (2, others.len()));
    let ask = pb::GetYearBookRequest { name: book(OLD) };
    assert_eq!(done(township.books.get_year_book(ask).await).state(), YearBookState::Settled);
    let late = pb::RecordCorrectionRequest {
        name: book(OLD),
        corrects: Some(pb::CorrectedEntry {
            service: pb::JournalKeeper::Intake as i32,
            unit: format!("units/{OLD}"),
            seq: 3,
        }),
        text: "金额应为三万元".to_owned(),
        request_id: fresh_id(),
        etag: String::new(),
    };
    done(successor.books.record_correction(late).await);
}

/// A register without the change, or with one that alters a year whose book is open, is not served by.
async fn what_has_happened_is_not_taken_back<E: Engine>(sandbox: Sandbox<E>, map: &Map) {
    let (settings, register) = (sandbox.settings.clone(), sandbox.register.clone());
    sandbox.stop().await;
    let refused = async |map: Map| {
        let mut settings = settings.clone();
        let (divisions, changes) = map.files();
        (settings.node.divisions, settings.node.changes) = (divisions, Some(changes));
        let register = settings.node.register().unwrap();
        format!("{:#}", Node::start(settings, register).await.err().expect("it does not start"))
    };
    let taken_back = refused(Map::of_ningxia()).await;
    assert!(
        taken_back.contains(&format!("{OLD} has written that it is no more since 2022-06-01")),
        "{taken_back}"
    );
    let other = Map::of_ningxia().merge(OLD, BESIDE, JUNE);
    let otherwise = refused(other).await;
    assert!(otherwise.contains("node.changes do not say so"), "{otherwise}");
    let winter = ("2022-01-31", "2022-02-01");
    let thawed = refused(Map::of_ningxia().merge(OLD, INTO, JUNE).merge(BESIDE, INTO, winter)).await;
    assert!(thawed.contains(&format!("{} was opened on the tree of 2022-03-01", book(TOWNSHIP))), "{thawed}");
    // What it was started with still does.
    let (divisions, changes) = map.files();
    let mut settings = settings;
    (settings.node.divisions, settings.node.changes) = (divisions, Some(changes));
    let node = Node::start(settings, register).await.unwrap();
    assert!(node.stop().await);
}
