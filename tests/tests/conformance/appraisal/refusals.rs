//! What is refused though every field is right: every reason that the contract names at a method.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::REGION;

use super::asks::{EACH_FEN, WINNERS, batch, bulletin, confirm, freeze, issue, rank, scheme};
use super::office::Office;
use super::{BEGUN, COUNTY, ISSUED, ORDERED, PAID, TO_FREEZE, TO_ISSUE, TO_RANK, VILLAGE};
use crate::cases::{Refused, Who};

/// A year that has a scheme, long before it begins.
const FROZEN: i32 = 2031;
/// Years that are over: without a scheme, with a scheme and no ranking, and with a list that was issued today.
const WITHOUT_SCHEME: i32 = 2014;
const WITHOUT_RANKING: i32 = 2013;
const HANGING: i32 = 2012;

/// The year after the one in which a sandbox opens.
const AHEAD: i32 = 2022;
/// A village that has sent all forms of a year that it may, and another one.
const FULL: UnitCode = UnitCode::new(640_324_100_201).unwrap();
const OTHER: UnitCode = UnitCode::new(640_324_100_202).unwrap();
const FORMS_MAX: usize = 100_000;
/// Forms of one batch, and batches of one stream.
const FORMS: usize = 1_000;
const BATCHES_MAX: usize = 10_000;

/// A month of which the county has its bulletin.
const TOLD: &str = "2021-05";

/// Villages that a list may hold, which are more than there are.
const WINNERS_MAX: i32 = 4_000;

pub(super) async fn of_schemes<E: Engine>(office: &Office<'_, E>) -> Vec<Refused> {
    let (region, county) = (Who::officer(REGION), Who::officer(COUNTY));
    office.frozen(FROZEN).await;
    let of = |weight_bp| {
        let mut scheme = scheme();
        scheme.weights[0].weight_bp = weight_bp;
        freeze(REGION, TO_FREEZE, Some(scheme))
    };
    vec![
        Refused::new(region, "SCHEME_FROZEN", &freeze(REGION, FROZEN, Some(scheme()))),
        // The programme's own again, which it has already; and another one for a year that is long over.
        Refused::new(region, "SCHEME_FROZEN", &freeze(REGION, FROZEN, None)),
        Refused::new(region, "SCHEME_FROZEN", &freeze(REGION, PAID, Some(scheme()))),
        Refused::wrong(region, "scheme.weights", &of(5_999)),
        Refused::wrong(region, "scheme.weights", &of(6_001)),
        Refused::wrong(county, "parent", &freeze(COUNTY, TO_FREEZE, Some(scheme()))),
    ]
}

pub(super) async fn of_forms<E: Engine>(office: &Office<'_, E>) -> Vec<Refused> {
    let (village, full, county) = (Who::officer(VILLAGE), Who::officer(FULL), Who::officer(COUNTY));
    // It is counted once, however often it is sent: all that come after it are what is refused.
    let first = batch(VILLAGE, BEGUN, 10..13);
    let counted = first.encode_to_vec();
    office.counted(VILLAGE, vec![counted.clone()]).await;
    let all = (0..FORMS_MAX / FORMS).map(|nth| batch(FULL, BEGUN, nth * FORMS..(nth + 1) * FORMS));
    office.counted(FULL, all.map(|batch| batch.encode_to_vec()).collect()).await;

    let after = |times, case: Refused| Refused {
        messages: [vec![counted.clone(); times], case.messages].concat(),
        ..case
    };
    let another = |numbers| batch(VILLAGE, BEGUN, numbers);
    let mut unnamed = another(20..23);
    unnamed.request_id.clear();
    let reused = pb::SubmitFormsRequest { request_id: first.request_id, ..another(20..23) };
    let unread = |reason, message| Refused { who: village, reason, field: "", messages: vec![message] };
    vec![
        Refused::new(village, "YEAR_NOT_BEGUN", &batch(VILLAGE, AHEAD, 20..23)),
        // With the last of what was counted, which is no more than before, and one form more.
        Refused::new(full, "TOO_MANY_FORMS", &batch(FULL, BEGUN, FORMS_MAX - 1..FORMS_MAX + 1)),
        Refused::wrong(county, "parent", &batch(COUNTY, BEGUN, 20..23)),
        after(1, Refused::wrong(village, "request_id", &unnamed)),
        after(1, Refused::new(village, "REQUEST_ID_REUSED", &reused)),
        after(1, Refused::new(village, "YEAR_NOT_BEGUN", &batch(VILLAGE, AHEAD, 20..23))),
        after(1, Refused::new(village, "PERMISSION_DENIED", &batch(OTHER, BEGUN, 20..23))),
        after(1, unread("MESSAGE_MALFORMED", b"\xff\xff\xff".to_vec())),
        after(1, unread("MESSAGE_TOO_LARGE", vec![0; 256 * 1024 + 1])),
        after(BATCHES_MAX, Refused::new(village, "TOO_MANY_BATCHES", &another(20..23))),
    ]
}

pub(super) async fn of_rankings<E: Engine>(office: &Office<'_, E>) -> Vec<Refused> {
    let (region, county) = (Who::officer(REGION), Who::officer(COUNTY));
    office.frozen(BEGUN).await;
    vec![
        Refused::new(region, "YEAR_NOT_OVER", &rank(REGION, BEGUN)),
        Refused::new(region, "SCHEME_MISSING", &rank(REGION, WITHOUT_SCHEME)),
        Refused::new(region, "ALREADY_RANKED", &rank(REGION, ISSUED)),
        Refused::wrong(county, "parent", &rank(COUNTY, ISSUED)),
    ]
}

pub(super) async fn of_lists<E: Engine>(office: &Office<'_, E>) -> Vec<Refused> {
    let (region, county) = (Who::officer(REGION), Who::officer(COUNTY));
    office.frozen(WITHOUT_RANKING).await;
    let beyond = |winners, each_fen, pool_fen| {
        let issue = pb::IssueRewardListRequest { winners, each_fen, pool_fen, ..issue(REGION, TO_ISSUE) };
        Refused { field: "pool_fen", ..Refused::new(region, "POOL_EXCEEDED", &issue) }
    };
    vec![
        Refused::new(region, "RANKING_MISSING", &issue(REGION, WITHOUT_RANKING)),
        Refused::new(region, "REWARD_LIST_ISSUED", &issue(REGION, ISSUED)),
        Refused::new(region, "REWARD_LIST_ISSUED", &issue(REGION, ORDERED)),
        Refused::new(region, "REWARD_LIST_ISSUED", &issue(REGION, PAID)),
        beyond(WINNERS, EACH_FEN, i64::from(WINNERS) * EACH_FEN - 1),
        // The villages that there are could be paid, but more of them were promised. Of a promise that is beyond all
        // numbers there is no case: the most that can be asked for is far below.
        beyond(WINNERS_MAX, 1_000_000, 3_999_999_999),
        beyond(WINNERS_MAX, 1_000_000_000_000, 1_000_000_000_000),
        Refused::wrong(county, "parent", &issue(COUNTY, ISSUED)),
    ]
}

/// `outdated` is what was read with the gallery's ordered list before it was ordered.
pub(super) async fn of_orders<E: Engine>(office: &Office<'_, E>, outdated: &str) -> Vec<Refused> {
    let (region, county) = (Who::officer(REGION), Who::officer(COUNTY));
    let hanging = office.issued(HANGING).await;
    let of = |unit: UnitCode, year| format!("units/{unit}/rewardLists/{year}");
    vec![
        Refused::new(region, "NOTICE_RUNNING", &confirm(&hanging.name, "")),
        Refused::new(region, "NOTICE_RUNNING", &confirm(&hanging.name, &hanging.etag)),
        Refused::new(region, "STALE_ETAG", &confirm(&of(REGION, ORDERED), outdated)),
        Refused::new(region, "STALE_ETAG", &confirm(&of(REGION, PAID), outdated)),
        Refused::new(region, "REWARD_LIST_NOT_FOUND", &confirm(&of(REGION, WITHOUT_RANKING), "")),
        // A year that is ranked and has no list; and a unit that has none in any year.
        Refused::new(region, "REWARD_LIST_NOT_FOUND", &confirm(&of(REGION, TO_RANK), "")),
        Refused::new(county, "REWARD_LIST_NOT_FOUND", &confirm(&of(COUNTY, ORDERED), "")),
    ]
}

pub(super) async fn of_bulletins<E: Engine>(office: &Office<'_, E>) -> Vec<Refused> {
    let (county, village) = (Who::officer(COUNTY), Who::officer(VILLAGE));
    office.told(COUNTY, BEGUN, TOLD).await;
    vec![
        Refused::new(county, "BULLETIN_ISSUED", &bulletin(COUNTY, BEGUN, TOLD)),
        Refused::new(county, "PERIOD_NOT_OVER", &bulletin(COUNTY, BEGUN, "2100-01-A")),
        Refused::new(county, "PERIOD_NOT_OVER", &bulletin(COUNTY, BEGUN, "2100-01")),
        Refused::wrong(village, "parent", &bulletin(VILLAGE, BEGUN, TOLD)),
    ]
}
