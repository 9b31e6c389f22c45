//! Many callers at once: one slot, one request id, one supporter; and callers who hang up.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::BTreeMap;
use std::task::Poll;

use futures_util::future::join_all;
use futures_util::poll;
use tokio::task::yield_now;
use tonic_types::StatusExt;
use yishi_kernel::{Seeded, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::MatterState;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, Intake, OPENS, Sandbox, YEAR, fresh_id};

both_engines!(
    one_of_two_hundred_gets_the_year,
    one_request_of_256_callers_acts_once,
    a_villager_counts_once_however_often_he_calls,
    who_hangs_up_can_ask_again
);

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

/// Connections that callers share.
const CONNECTIONS: usize = 8;

/// So many callers, all officers of the village, on several connections.
fn callers<E: Engine>(sandbox: &Sandbox<E>, count: usize) -> Vec<Intake> {
    let offices: Vec<Intake> = (0..CONNECTIONS).map(|_| sandbox.officer(VILLAGE)).collect();
    offices.iter().cycle().take(count).cloned().collect()
}

/// How often each thing was answered: `done`, or the reason why not.
fn outcomes<T>(answers: impl IntoIterator<Item = Result<T, tonic::Status>>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for answer in answers {
        let outcome = match answer {
            Ok(_) => "done".to_owned(),
            Err(status) => status.get_details_error_info().unwrap().reason,
        };
        *counted.entry(outcome).or_default() += 1;
    }
    counted
}

fn counted<const N: usize>(pairs: [(&str, usize); N]) -> BTreeMap<String, usize> {
    pairs.into_iter().map(|(outcome, count)| (outcome.to_owned(), count)).collect()
}

async fn one_of_two_hundred_gets_the_year<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let hung_out = callers(&sandbox, 200).into_iter().map(async |mut office| {
        let proposed = office.propose_matter(Asks::propose(VILLAGE, "硬化村道")).await.unwrap();
        let name = proposed.into_inner().name;
        office.record_deliberation(Asks::deliberate(&name, OPENS, (30, 24, 20))).await.unwrap();
        (office.publish_notice(Asks::publish(&name)).await.unwrap().into_inner(), office)
    });
    let hung_out = join_all(hung_out).await;
    sandbox.wait_until(hung_out[0].0.notice.unwrap().earliest_end_time_us).await;

    let race = hung_out.into_iter().map(|(matter, mut office)| {
        tokio::spawn(async move { office.determine_matter(Asks::determine(&matter.name)).await })
    });
    let answers = join_all(race).await.into_iter().map(Result::unwrap);
    assert_eq!(outcomes(answers), counted([("done", 1), ("SLOT_TAKEN", 199)]));
    let matters = sandbox.audited().await;
    let determined: Vec<&pb::Matter> =
        matters.iter().filter(|matter| matter.state() == MatterState::Determined).collect();
    assert_eq!((matters.len(), determined.len()), (200, 1));
    assert_eq!(determined[0].project_number, "640324100200-2022-018");
    sandbox.stop().await;
}

async fn one_request_of_256_callers_acts_once<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let ask = Asks::propose(VILLAGE, "硬化村道");
    let race = callers(&sandbox, 256).into_iter().map(|mut office| {
        let ask = ask.clone();
        tokio::spawn(async move { office.propose_matter(ask).await.unwrap().into_inner() })
    });
    let answers: Vec<pb::Matter> = join_all(race).await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));

    // Under one id, two contents: the first to come is done, and whoever wants the other is told.
    let request_id = fresh_id();
    let race = callers(&sandbox, 256).into_iter().zip(["修路", "修桥"].into_iter().cycle()).map(
        |(mut office, title)| {
            let ask =
                pb::ProposeMatterRequest { request_id: request_id.clone(), ..Asks::propose(VILLAGE, title) };
            tokio::spawn(async move { office.propose_matter(ask).await })
        },
    );
    let answers = join_all(race).await.into_iter().map(Result::unwrap);
    assert_eq!(outcomes(answers), counted([("done", 128), ("REQUEST_ID_REUSED", 128)]));
    assert_eq!(sandbox.audited().await.len(), 2);
    sandbox.stop().await;
}

async fn a_villager_counts_once_however_often_he_calls<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let name = village.propose("硬化村道").await.name;
    let race = callers(&sandbox, 300).into_iter().zip((0..100).cycle()).map(|(mut office, villager)| {
        let ask = Asks::support(&name, &format!("v-{villager}"));
        tokio::spawn(async move { office.support_matter(ask).await })
    });
    let answers = join_all(race).await.into_iter().map(Result::unwrap);
    assert_eq!(outcomes(answers), counted([("done", 100), ("ALREADY_SUPPORTED", 200)]));
    assert_eq!(sandbox.audited().await[0].supporters, 100);
    sandbox.stop().await;
}

/// Dropping a call resets its stream, and the server drops the handler wherever it is.
async fn who_hangs_up_can_ask_again<E: Engine>(place: &str) {
    const CALLS: usize = 120;
    let sandbox = Sandbox::<E>::start(place).await;
    let mut chance = Seeded::new(7, "hanging up");
    let mut hung_up = Vec::new();
    for mut office in callers(&sandbox, CALLS) {
        let ask = Asks::propose_this(VILLAGE, YEAR, Asks::matter("硬化村道"));
        let mut call = Box::pin(office.propose_matter(ask.clone()));
        let mut answered = false;
        for _ in 0..=chance.below(40) {
            answered = matches!(poll!(&mut call), Poll::Ready(Ok(_)));
            if answered {
                break;
            }
            yield_now().await;
        }
        drop(call);
        if !answered {
            hung_up.push((office, ask));
        }
    }
    let left = hung_up.len();
    assert!(left > CALLS / 2, "only {left} of {CALLS} callers hung up");
    let again = hung_up.into_iter().map(async |(mut office, ask)| {
        let first = office.propose_matter(ask.clone()).await.unwrap().into_inner();
        assert_eq!(office.propose_matter(ask).await.unwrap().into_inner(), first);
    });
    join_all(again).await;
    let matters = sandbox.audited().await;
    assert_eq!(matters.len(), CALLS, "each asked for one");
    assert!((1..).zip(&matters).all(|(ordinal, matter)| matter.name.ends_with(&format!("-{ordinal}"))));
    sandbox.stop().await;
}
