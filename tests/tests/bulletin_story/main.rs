//! Bulletins of a township and its county over two half-months and a month.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod checkpoint;
mod digest;
mod formats;
mod office;
mod silence;

use time::macros::date;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_proto::intake::v1::{Category, MatterState};
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow_node;
use yishi_tests::sandbox::{Sandbox, Village};

use checkpoint::{checkpoints_hold, signed, what_was_rewritten_since_is_recalled};
use digest::digest;
use formats::all_formats_say_the_same;
use office::{appraisal_at, done, funded, get, issue, raised, ranks, refused, unit};
use silence::who_cannot_be_reached_is_told_apart;

both_engines!(two_half_months_and_a_month, who_cannot_be_reached_is_told_apart);

pub(crate) const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
pub(crate) const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const FIRST: &str = "2021-12-A";
const SECOND: &str = "2021-12-B";
const MONTH: &str = "2021-12";

async fn two_half_months_and_a_month<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let codes = sandbox.register.children(TOWNSHIP).to_vec();
    let mut villages = sandbox.ripe_villages(codes[..5].to_vec()).await;
    let mut matters = Vec::new();
    for (village, state) in villages.iter_mut().zip([
        MatterState::Closed,
        MatterState::InProgress,
        MatterState::Determined,
        MatterState::Determined,
        MatterState::InProgress,
    ]) {
        matters.push(sandbox.matter_in(village, state).await);
    }
    sandbox.caught_up().await;
    raised(&sandbox, codes[3], &matters[3].name).await;
    funded(&sandbox, COUNTY, &matters[4]).await;
    sandbox.caught_up().await;

    // A period is told once, when it is over.
    let mut township = appraisal_at(&sandbox, TOWNSHIP);
    assert_eq!(refused(township.issue_bulletin(issue(TOWNSHIP, FIRST)).await), "PERIOD_NOT_OVER");
    sandbox.go_to(date!(2021 - 12 - 16)).await;
    let ask = issue(TOWNSHIP, FIRST);
    let first = done(township.issue_bulletin(ask.clone()).await);
    assert_eq!(done(township.issue_bulletin(ask).await), first, "the same request acts once");
    assert_eq!(refused(township.issue_bulletin(issue(TOWNSHIP, FIRST)).await), "BULLETIN_ISSUED");

    // The closed matter first, then the one that is half paid; three are equals.
    assert_eq!(ranks(&first, &codes), [(1, 0), (2, 4), (3, 1), (3, 2), (3, 3)]);
    let nothing: Vec<&String> = first.nothing_due.iter().map(|row| &row.unit).collect();
    assert!(nothing.into_iter().eq(&codes[5..].iter().map(|code| unit(*code)).collect::<Vec<_>>()));
    assert_eq!((first.no_report.len(), first.own_overdue_steps), (0, 0));
    let total = first.total.clone().unwrap();
    assert_eq!((total.determined, total.closed, total.completion_rate_bp), (5, 1, Some(2_000)));
    let cost = matters[4].cost_estimate_fen;
    assert_eq!((total.committed_fen, total.paid_fen, total.paid_share_bp), (cost, cost / 2, Some(5_000)));
    assert!(total.counts.iter().all(|count| count.category() == Category::Infrastructure));
    adds_up(&first);

    // What comes later is told later.
    close(&sandbox, &mut villages[1], &matters[1].name).await;
    assert_eq!(get(&mut township, &first.name).await, first);
    sandbox.go_to(date!(2022 - 01 - 01)).await;
    let second = done(township.issue_bulletin(issue(TOWNSHIP, SECOND)).await);
    assert_eq!(ranks(&second, &codes), [(1, 0), (1, 1), (3, 4), (4, 2), (4, 3)]);
    assert_eq!(second.own_overdue_steps, 1, "the township has not decided on what was raised to it");
    assert_ne!(second.cut, first.cut);
    adds_up(&second);

    // The county counts at the same cut what the township counted.
    let mut county = appraisal_at(&sandbox, COUNTY);
    let month = done(county.issue_bulletin(issue(COUNTY, MONTH)).await);
    assert_eq!(month.cut, second.cut);
    let [row] = &month.ranked[..] else { panic!("{:?}", month.ranked) };
    let of_township = pb::BulletinFigures { overdue_steps: 1, ..second.total.clone().unwrap() };
    assert_eq!((&row.unit, row.figures.as_ref()), (&unit(TOWNSHIP), Some(&of_township)));
    adds_up(&month);
    for bulletin in [&first, &second, &month] {
        assert_eq!(bulletin.inputs_sha256, digest(bulletin), "{}", bulletin.name);
    }

    checkpoints_hold(&sandbox, &[&first, &second, &month]).await;
    let before = signed(&sandbox, TOWNSHIP, &first.name).await;
    goes_to_all_below(&sandbox, &codes, &second).await;
    all_formats_say_the_same(&sandbox, &second).await;
    all_formats_say_the_same(&sandbox, &month).await;
    let sandbox = sandbox.restart().await;
    for bulletin in [&first, &second] {
        assert_eq!(&get(&mut appraisal_at(&sandbox, TOWNSHIP), &bulletin.name).await, bulletin);
    }
    assert_eq!(signed(&sandbox, TOWNSHIP, &first.name).await, before, "it is signed once");
    assert!(follow_node(&sandbox).await.contains(&"appraisal.bulletin".to_owned()));
    sandbox.verified().await;
    what_was_rewritten_since_is_recalled(&sandbox, codes[0], &month).await;
    sandbox.stop().await;
}

/// A matter that is being carried out is done, accepted and struck off.
async fn close<E: Engine>(sandbox: &Sandbox<E>, village: &mut Village, name: &str) {
    village.progress(name, 100).await;
    village.complete(name).await;
    village.accept(name).await;
    village.close(name).await;
    sandbox.caught_up().await;
    assert_eq!(village.get(name).await.state(), MatterState::Closed);
    sandbox.caught_up().await;
}

/// The rows sum up to the total.
fn adds_up(bulletin: &pb::Bulletin) {
    let rows = bulletin.ranked.iter().chain(&bulletin.nothing_due).chain(&bulletin.no_report);
    let figures: Vec<&pb::BulletinFigures> = rows.filter_map(|row| row.figures.as_ref()).collect();
    let sum = |of: fn(&pb::BulletinFigures) -> i64| figures.iter().map(|one| of(one)).sum::<i64>();
    let counted = |figures: &pb::BulletinFigures| {
        figures.counts.iter().map(|count| i64::from(count.matters)).sum::<i64>()
    };
    let total = bulletin.total.as_ref().unwrap();
    let sums: [fn(&pb::BulletinFigures) -> i64; 5] = [
        |one| one.determined.into(),
        |one| one.closed.into(),
        |one| one.committed_fen,
        |one| one.paid_fen,
        |one| one.overdue_steps.into(),
    ];
    for of in sums {
        assert_eq!(sum(of), of(total));
    }
    assert_eq!(figures.iter().map(|one| counted(one)).sum::<i64>(), counted(total));
}

/// A bulletin is for all units below, and for nobody beside.
async fn goes_to_all_below<E: Engine>(sandbox: &Sandbox<E>, codes: &[UnitCode], bulletin: &pb::Bulletin) {
    let name = &bulletin.name;
    assert_eq!(&get(&mut appraisal_at(sandbox, codes[9 % codes.len()]), name).await, bulletin);
    let beside = *sandbox.register.children(COUNTY).iter().find(|unit| **unit != TOWNSHIP).unwrap();
    let ask = pb::GetBulletinRequest { name: name.clone() };
    assert_eq!(refused(appraisal_at(sandbox, beside).get_bulletin(ask).await), "PERMISSION_DENIED");
    let none = pb::GetBulletinRequest { name: name.replace(SECOND, MONTH) };
    let mut township = appraisal_at(sandbox, TOWNSHIP);
    assert_eq!(refused(township.get_bulletin(none).await), "BULLETIN_NOT_FOUND");

    let mut page = pb::ListBulletinsRequest { parent: unit(TOWNSHIP), page_size: 1, ..Default::default() };
    let mut listed = Vec::new();
    loop {
        let found = done(township.list_bulletins(page.clone()).await);
        listed.extend(found.bulletins);
        if found.next_page_token.is_empty() {
            break;
        }
        page.page_token = found.next_page_token;
    }
    assert!(listed.iter().map(|bulletin| &*bulletin.period).eq([FIRST, SECOND]));
    assert!(listed.iter().all(|bulletin| bulletin.ranked.is_empty() && bulletin.total.is_some()));
    let of_2021 = pb::ListBulletinsRequest { year: 2021, page_token: String::new(), ..page };
    assert_eq!(done(township.list_bulletins(of_2021).await).bulletins, []);
}
