//! Units with nodes of their own that cannot be reached when a bulletin is issued.

use std::time::Duration;

use time::macros::datetime;
use yishi_kernel::UnitCode;
use yishi_proto::admin::v1 as admin;
use yishi_proto::intake::v1::MatterState;
use yishi_store::Engine;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;

use crate::digest::digest;
use crate::office::{appraisal_at, done, issue, unit};
use crate::{COUNTY, FIRST, MONTH, TOWNSHIP};

const PATIENCE: Duration = Duration::from_secs(60);
/// A township whose node never has anything to say.
const OTHER: UnitCode = UnitCode::new(640_324_101_000).unwrap();

fn micros(at: time::OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1_000_000
}

/// Waits until a node sees that it can reach all of these below it, or none of them.
async fn links_are<E: Engine>(federation: &Federation<E>, at: UnitCode, below: &[UnitCode], up: bool) {
    let names: Vec<String> = below.iter().map(|node| unit(*node)).collect();
    let waiting = async {
        loop {
            let status = federation.node(at).admin().get_status(admin::GetStatusRequest {}).await;
            let links = done(status).links;
            let mut theirs = links.iter().filter(|link| names.contains(&link.delegate));
            if theirs.all(|link| (link.state() == admin::LinkState::Up) == up) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("a line that is cut or healed is noticed");
}

pub(crate) async fn who_cannot_be_reached_is_told_apart<E: Engine>(place: &str) {
    let federation = Federation::<E>::start(place, &[COUNTY, TOWNSHIP, OTHER]).await;
    let node = federation.node(TOWNSHIP);
    let code = node.register.children(TOWNSHIP)[0];
    let mut village = node.ripe_villages([code]).await.pop().unwrap();
    let now = node.admin().get_clock(admin::GetClockRequest {}).await;
    federation.wait_until(done(now).now_us).await;
    node.matter_in(&mut village, MatterState::Determined).await;
    federation.settled().await;

    // Both townships are cut off; then something happens that the county cannot hear of.
    for township in [TOWNSHIP, OTHER] {
        federation.line(township).let_through(Lets::Nothing);
    }
    links_are(&federation, COUNTY, &[TOWNSHIP, OTHER], false).await;
    federation.wait_until(micros(datetime!(2021-12-15 16:00 UTC))).await;
    let mut county = appraisal_at(federation.node(COUNTY), COUNTY);
    let told = done(county.issue_bulletin(issue(COUNTY, FIRST)).await);
    let [first, second] = &told.no_report[..] else { panic!("{told:?}") };
    assert_eq!((&first.unit, &second.unit), (&unit(TOWNSHIP), &unit(OTHER)));
    assert_eq!(first.figures.as_ref().unwrap().determined, 1, "what was known is told");
    assert_eq!((&second.figures, second.silences[0].last_report_time_us), (&None, 0), "and no noughts");
    let [silence] = &first.silences[..] else { panic!("{first:?}") };
    assert!(silence.unit == first.unit && silence.last_report_time_us > 0);
    assert!(told.ranked.is_empty() && !told.nothing_due.is_empty());
    assert_eq!(told.total.as_ref().unwrap().determined, 1);
    assert_eq!(told.inputs_sha256, digest(&told));

    // They are back, and are told of like the others.
    federation.heal();
    links_are(&federation, COUNTY, &[TOWNSHIP, OTHER], true).await;
    federation.settled().await;
    federation.wait_until(micros(datetime!(2021-12-31 16:00 UTC))).await;
    let told = done(county.issue_bulletin(issue(COUNTY, MONTH)).await);
    assert!(told.no_report.is_empty());
    assert!(told.ranked.iter().map(|row| &row.unit).eq([&unit(TOWNSHIP)]));
    federation.settled().await;
    federation.stop().await;
}
