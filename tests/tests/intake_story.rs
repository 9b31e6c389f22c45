//! 提事 to 定事, as a village's office lives through it.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use time::macros::date;
use tonic::Status;
use tonic_types::StatusExt;
use yishi_intake::{Intake, Policy};
use yishi_kernel::{ProjectNumber, UnitCode, Year};
use yishi_proto::admin::v1 as admin;
use yishi_proto::intake::v1::{self as pb, DeliberationOutcome, MatterState};
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow;
use yishi_tests::sandbox::{Asks, OPENS, Sandbox};

both_engines!(a_village_comes_to_its_matter_of_the_year, a_node_goes_on_where_its_books_end);

/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason")).reason
}

async fn a_village_comes_to_its_matter_of_the_year<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);

    // Two farmers want the same road, a third wants lamps.
    let (road, path) = (village.propose("硬化村道").await.name, village.propose("修三组的路").await.name);
    let lamps = village.propose("安装路灯").await.name;
    assert_eq!(road, "villages/640324100200/matters/2022-1");
    for (name, villager) in [(&road, "v-1"), (&road, "v-2"), (&path, "v-2"), (&path, "v-3"), (&lamps, "v-1")]
    {
        village.support(name, villager).await;
    }
    let merged = village.merge(&path, &road).await;
    assert_eq!((merged.state(), merged.merged_into.as_str()), (MatterState::Merged, road.as_str()));
    assert_eq!(village.get(&road).await.supporters, 3, "who backed both counts once");

    // The first meeting is too small to decide; the second decides.
    let small = village.deliberate(&road, OPENS, (30, 19, 19)).await;
    assert_eq!(small.state(), MatterState::Proposed);
    assert_eq!(small.deliberation.unwrap().outcome(), DeliberationOutcome::NoQuorum);
    let split = village.deliberate(&road, OPENS, (30, 24, 12)).await;
    assert_eq!(split.deliberation.unwrap().outcome(), DeliberationOutcome::NoMajority);
    for name in [&road, &lamps] {
        let decided = village.deliberate(name, OPENS, (30, 20, 11)).await;
        assert_eq!(decided.state(), MatterState::Deliberated);
        assert_eq!(village.publish(name).await.state(), MatterState::Noticed);
    }

    // One objection is answered and the notice goes on; another is upheld and everything begins anew.
    village.object(&road, "v-8").await;
    let early = village.office.determine_matter(Asks::determine(&road)).await.unwrap_err();
    assert_eq!(reason(&early), "NOTICE_RUNNING");
    let answered = village.answer(&road, 1, false).await;
    assert_eq!((answered.state(), answered.objections[0].upheld), (MatterState::Noticed, false));
    village.object(&lamps, "v-8").await;
    village.object(&lamps, "v-9").await;
    let half = village.answer(&lamps, 2, true).await;
    assert_eq!(half.state(), MatterState::Noticed, "one objection is still open");
    assert!(half.notice.unwrap().upheld);
    let reopened = village.answer(&lamps, 1, false).await;
    assert_eq!((reopened.state(), reopened.notice), (MatterState::Proposed, None));
    village.deliberate(&lamps, OPENS, (30, 30, 30)).await;
    village.publish(&lamps).await;

    let sandbox = sandbox.restart().await;
    let mut village = sandbox.village(VILLAGE);
    assert_eq!(village.get(&lamps).await.state(), MatterState::Noticed);

    // Seven full days later one of the two can have the year's number.
    sandbox.go_to(date!(2021 - 12 - 08)).await;
    let early = village.office.determine_matter(Asks::determine(&road)).await.unwrap_err();
    assert_eq!(reason(&early), "NOTICE_RUNNING");
    sandbox.go_to(date!(2021 - 12 - 09)).await;
    village.object(&lamps, "v-9").await;
    let open = village.office.determine_matter(Asks::determine(&lamps)).await.unwrap_err();
    assert_eq!(reason(&open), "OBJECTION_OPEN");
    village.answer(&lamps, 3, false).await;
    let fixed = village.determine(&road).await;
    let number = ProjectNumber { village: VILLAGE, year: Year::try_from(2022).unwrap(), ordinal: 1 };
    assert_eq!((fixed.state(), fixed.project_number), (MatterState::Determined, number.to_string()));
    assert_eq!(fixed.notice.unwrap().end_time_us, fixed.determine_time_us);
    let second = village.office.determine_matter(Asks::determine(&lamps)).await.unwrap_err();
    assert_eq!(reason(&second), "SLOT_TAKEN");

    // The work is done in a summer, accepted, and struck off once funding says that all is paid.
    sandbox.go_to(date!(2022 - 06 - 01)).await;
    assert_eq!(village.progress(&road, 40).await.state(), MatterState::InProgress);
    sandbox.go_to(date!(2022 - 09 - 30)).await;
    village.progress(&road, 100).await;
    let done = village.complete(&road).await;
    assert_eq!((done.state(), done.completion.unwrap().on_time), (MatterState::Completed, true));
    village.accept(&road).await;
    let waits = village.close(&road).await;
    assert_eq!(waits.state(), MatterState::Completed, "until the ledger has settled it");
    sandbox.caught_up().await;
    assert_eq!(village.get(&road).await.state(), MatterState::Closed);

    // What did not get the slot waits in vain until the year is over.
    let mut late = async || {
        let ask = pb::DetermineMatterRequest { due_day: String::new(), ..Asks::determine(&lamps) };
        reason(&village.office.determine_matter(ask).await.unwrap_err())
    };
    sandbox.go_to(date!(2022 - 12 - 31)).await;
    assert_eq!(late().await, "SLOT_TAKEN");
    sandbox.go_to(date!(2023 - 01 - 01)).await;
    assert_eq!(late().await, "YEAR_OVER");
    let model = || Intake::new(sandbox.house(), Policy::default());
    let copied = follow::<E, _>(&sandbox.location("intake"), model).await;
    assert_eq!(copied.into_keys().collect::<Vec<_>>(), ["matter", "support", "tally", "village_year"]);
    let states: Vec<MatterState> = sandbox.audited().await.iter().map(|matter| matter.state()).collect();
    assert_eq!(states, [MatterState::Closed, MatterState::Merged, MatterState::Noticed]);
    sandbox.stop().await;
}

/// A restart is a new epoch; clock, etags, answers and page tokens of before still hold.
async fn a_node_goes_on_where_its_books_end<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    sandbox.go_to(date!(2021 - 12 - 20)).await;
    let mut village = sandbox.village(VILLAGE);
    let ask = Asks::propose(VILLAGE, "硬化村道");
    let first = village.office.propose_matter(ask.clone()).await.unwrap().into_inner();
    let before = status(&sandbox).await;

    let sandbox = sandbox.restart().await;
    let after = status(&sandbox).await;
    assert_eq!(after.clock, before.clock, "the clock stands where the books end");
    let (was, is) = (intake(&before), intake(&after));
    assert!(is.epoch > was.epoch);
    assert_eq!((is.pos, is.entries, is.units), (was.pos, was.entries, 1));

    let mut village = sandbox.village(VILLAGE);
    assert_eq!(village.office.propose_matter(ask).await.unwrap().into_inner(), first, "answered as before");
    let mut support = Asks::support(&first.name, "v-1");
    support.etag = first.etag;
    village.office.support_matter(support).await.unwrap();
    let after = status(&sandbox).await;
    assert_eq!(intake(&after).pos, is.pos + 2, "a new epoch opens, and a villager backs the matter");
    assert_eq!(sandbox.audited().await.len(), 1);
    sandbox.stop().await;
}

fn intake(status: &admin::NodeStatus) -> &admin::ServiceStatus {
    status.services.iter().find(|service| service.service == "intake").unwrap()
}

async fn status<E: Engine>(sandbox: &Sandbox<E>) -> admin::NodeStatus {
    sandbox.admin().get_status(admin::GetStatusRequest {}).await.unwrap().into_inner()
}
