//! What nobody decides in time is raised by itself, where policy says so.

use time::macros::date;
use yishi_escalation::wants_own;
use yishi_kernel::{Level, UnitCode};
use yishi_proto::escalation::v1::escalation_service_client::EscalationServiceClient;
use yishi_proto::escalation::v1::{ReferralState, StepKind};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{OPENS, REGION, Sandbox, Signature, Village, as_caller, settings};

use crate::asks::{accept, done, get, name, raise};
use crate::hall::Client;
use crate::{CITY, COUNTY, DETERMINED, TOWNSHIP};

both_engines!(what_is_overdue_is_raised_oldest_first, nothing_is_raised_by_itself_unless_policy_says_so);

/// More than are looked at together.
const VILLAGES: usize = 67;

fn officer<E: Engine>(sandbox: &Sandbox<E>, unit: UnitCode) -> Client {
    EscalationServiceClient::with_interceptor(
        sandbox.channel(),
        Signature::of(&as_caller(unit, Role::Officer)),
    )
}

/// A determined matter of each of the county's first villages.
pub(crate) async fn determined<E: Engine>(sandbox: &Sandbox<E>, count: usize) -> Vec<(UnitCode, String)> {
    let below = sandbox.register.subtree(COUNTY).into_iter();
    let villages = below.filter(|unit| sandbox.register.level(*unit) == Some(Level::Village)).take(count);
    let mut hanging: Vec<(Village, String)> = Vec::new();
    for code in villages {
        let mut village = sandbox.village(code);
        let matter = village.propose("修路").await.name;
        village.deliberate(&matter, OPENS, (30, 24, 20)).await;
        village.publish(&matter).await;
        hanging.push((village, matter));
    }
    sandbox.go_to(DETERMINED).await;
    let mut matters = Vec::new();
    for (mut village, matter) in hanging {
        village.determine(&matter).await;
        matters.push((village.code, matter));
    }
    sandbox.caught_up().await;
    matters
}

async fn raise_from<E: Engine>(sandbox: &Sandbox<E>, unit: UnitCode, matter: &str) {
    done(officer(sandbox, unit).raise_matter(raise(&name(unit, matter))).await);
}

async fn what_is_overdue_is_raised_oldest_first<E: Engine>(place: &str) {
    let mut settings = settings(place, REGION);
    settings.escalation.raise_overdue = vec![Level::Village, Level::Township, Level::County];
    let sandbox = Sandbox::<E>::with(settings).await;
    let matters = determined(&sandbox, VILLAGES).await;
    // All but the last village raise, the last of them first and a day before the others.
    let [rest @ .., (early_village, early), (quiet_village, quiet)] = &matters[..] else {
        panic!("few villages")
    };
    raise_from(&sandbox, *early_village, early).await;
    sandbox.caught_up().await;
    sandbox.go_to(date!(2021 - 12 - 10)).await;
    for (village, matter) in rest {
        raise_from(&sandbox, *village, matter).await;
    }
    sandbox.caught_up().await;
    let above = |village: UnitCode| sandbox.register.parent(village).unwrap();
    let early_township = above(*early_village);
    let mut office = officer(&sandbox, early_township);
    let offered = get(&mut office, &name(early_township, early)).await;
    assert_eq!((offered.state(), offered.overdue), (ReferralState::Offered, false));

    // Weeks pass in one step: both days of the townships are over, and none of the county's.
    sandbox.go_to(date!(2021 - 12 - 31)).await;
    sandbox.caught_up().await;
    let raised = get(&mut office, &name(early_township, early)).await;
    assert_eq!((raised.state(), raised.confirmed), (ReferralState::Raised, true));
    let step = raised.steps.iter().rfind(|step| step.kind() == StepKind::Raised).unwrap();
    assert_eq!((step.actor.as_str(), step.unit.as_str()), ("timer", &*format!("units/{early_township}")));
    assert!(step.text.starts_with("办理期限已过"), "{}", step.text);
    let by_timer = timed(&sandbox).await;
    assert_eq!(by_timer.len(), VILLAGES - 1, "each once, whatever the page");
    assert_eq!(by_timer[0], early_township, "what was due first");
    for (village, matter) in rest {
        let township = above(*village);
        let seen = get(&mut officer(&sandbox, township), &name(township, matter)).await;
        assert_eq!(seen.state(), ReferralState::Raised);
    }
    let mut county = officer(&sandbox, COUNTY);
    let taken = done(county.accept_referral(accept(&name(COUNTY, early))).await);
    assert!(taken.due_time_us > raised.due_time_us);
    let quiet = get(&mut officer(&sandbox, *quiet_village), &name(*quiet_village, quiet)).await;
    assert_eq!(quiet.state(), ReferralState::Handled, "nobody raised it, so nothing is due");

    // What was taken up is raised too; the city is not named, so there it stays. A restart changes nothing.
    sandbox.go_to(date!(2022 - 01 - 20)).await;
    sandbox.caught_up().await;
    let passed = get(&mut county, &name(COUNTY, early)).await;
    assert_eq!((passed.state(), passed.raised_to), (ReferralState::Raised, format!("units/{CITY}")));
    sandbox.go_to(date!(2022 - 02 - 28)).await;
    sandbox.caught_up().await;
    let late = get(&mut officer(&sandbox, CITY), &name(CITY, early)).await;
    assert_eq!((late.state(), late.overdue), (ReferralState::Offered, true));
    let written = timed(&sandbox).await;
    assert_eq!(written.len(), 2 * (VILLAGES - 1));
    let sandbox = sandbox.restart().await;
    sandbox.caught_up().await;
    assert_eq!(timed(&sandbox).await, written);
    sandbox.told_again().await.stop().await;
}

/// Whose matters the timer raised, in the order in which it did.
async fn timed<E: Engine>(sandbox: &Sandbox<E>) -> Vec<UnitCode> {
    let (mut books, mine) = (sandbox.books("escalation").await, wants_own(&sandbox.house()));
    let entries = books.entries().await;
    let raised = entries.iter().filter(|stored| mine(stored) && stored.entry.actor == "timer");
    raised
        .map(|stored| (stored.entry.unit, stored.entry.kind.as_str()))
        .filter(|(_, kind)| *kind == "escalation.raised")
        .map(|(unit, _)| unit)
        .collect()
}

async fn nothing_is_raised_by_itself_unless_policy_says_so<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let (village, matter) = determined(&sandbox, 1).await.remove(0);
    raise_from(&sandbox, village, &matter).await;
    sandbox.caught_up().await;
    sandbox.go_to(date!(2022 - 02 - 28)).await;
    sandbox.caught_up().await;
    let late = get(&mut officer(&sandbox, TOWNSHIP), &name(TOWNSHIP, &matter)).await;
    assert_eq!((late.state(), late.overdue), (ReferralState::Offered, true));
    sandbox.stop().await;
}
