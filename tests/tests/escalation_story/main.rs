//! Who answers for a matter, as the units of a branch live through it.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod asks;
mod departments;
mod hall;
mod lists;
mod overdue;

use std::collections::BTreeMap;

use time::macros::date;
use tonic::Code;
use yishi_kernel::{Date, Timestamp, UnitCode};
use yishi_proto::escalation::v1::{self as pb, Level, Phase, ReferralState, StepKind};
use yishi_runtime::access::Role;
use yishi_runtime::desk::POSITION;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::purse::sound;
use yishi_tests::sandbox::{Asks, REGION};

use asks::{
    accept, after, answer, answer_ask_back, ask_back, assign, department, done, get, give_back, name,
    noticed, raise, refused, report, resolve,
};
use hall::Hall;

both_engines!(
    a_matter_goes_up_to_the_region_and_is_coordinated,
    a_matter_is_asked_back_and_returned,
    what_is_asked_twice_late_or_wrongly_leaves_no_trace,
    every_statement_is_prepared
);

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
/// The day on which the story's matter is proposed, and the one on which it may be determined.
const PROPOSED: Date = date!(2021 - 12 - 01);
const DETERMINED: Date = date!(2021 - 12 - 09);

fn end_of(day: Date) -> i64 {
    Timestamp::end_of(day).as_micros()
}

/// The village's matter is determined, and its village answers for it.
async fn opened<E: Engine>(place: &str) -> (Hall<E>, String) {
    let hall = Hall::<E>::open(place, PROPOSED).await;
    let (mut village, matter) = noticed(&hall, &[VILLAGE]).await.remove(0);
    hall.go_to(DETERMINED);
    village.determine(&matter).await;
    hall.settled().await;
    (hall, matter)
}

async fn a_matter_goes_up_to_the_region_and_is_coordinated<E: Engine>(place: &str) {
    let hall = Hall::<E>::open(place, PROPOSED).await;
    let (mut village, matter) = noticed(&hall, &[VILLAGE]).await.remove(0);
    hall.go_to(DETERMINED);
    let named = |unit| name(unit, &matter);
    let mut office = hall.officer(VILLAGE);
    let early = office.raise_matter(raise(&named(VILLAGE))).await;
    assert_eq!(refused(early), (Code::NotFound, "REFERRAL_NOT_FOUND".into()));

    // Determine, then raise: who brings the position along need not wait.
    let determined = village.office.determine_matter(Asks::determine(&matter)).await.unwrap();
    let position = determined.metadata().get(POSITION).unwrap();
    let sent = done(office.raise_matter(after(position, raise(&named(VILLAGE)))).await);
    assert_eq!((sent.state(), sent.confirmed), (ReferralState::Raised, false), "sent, not confirmed");
    assert_eq!(sent.raised_to, format!("units/{TOWNSHIP}"));

    // A restart loses nothing that is on its way.
    let hall = hall.restart().await;
    hall.settled().await;
    let confirmed = get(&mut hall.officer(VILLAGE), &named(VILLAGE)).await;
    assert_eq!((confirmed.state(), confirmed.confirmed), (ReferralState::Raised, true));
    let offered = get(&mut hall.officer(TOWNSHIP), &named(TOWNSHIP)).await;
    assert_eq!((offered.state(), offered.reason.as_str()), (ReferralState::Offered, "本级无力承担"));
    assert_eq!(offered.due_time_us, end_of(date!(2021 - 12 - 23)), "ten working days");
    assert_eq!(confirmed.standing, offered.standing);

    // Up it goes; the county takes it up first, the others pass it on.
    hall.go_to(date!(2021 - 12 - 13));
    done(hall.officer(TOWNSHIP).raise_matter(raise(&named(TOWNSHIP))).await);
    hall.settled().await;
    hall.go_to(date!(2021 - 12 - 15));
    let mut county = hall.officer(COUNTY);
    let held = done(county.accept_referral(accept(&named(COUNTY))).await);
    assert_eq!((held.state(), held.due_time_us), (ReferralState::Handled, end_of(date!(2021 - 12 - 29))));
    done(county.raise_matter(raise(&named(COUNTY))).await);
    hall.settled().await;
    done(hall.officer(CITY).raise_matter(raise(&named(CITY))).await);
    hall.settled().await;
    hall.go_to(date!(2021 - 12 - 16));
    let mut region = hall.officer(REGION);
    let top = named(REGION);
    let no = refused(region.raise_matter(raise(&top)).await);
    assert_eq!(no, (Code::FailedPrecondition, "NOBODY_ABOVE".into()));

    // The region's departments: one leads, one helps, one does not.
    done(region.accept_referral(accept(&top)).await);
    let asked = done(region.assign_departments(assign(&top, "water", &["transport", "energy"])).await);
    assert_eq!((asked.state(), asked.helpers.len()), (ReferralState::Coordinating, 2));
    let early = refused(region.resolve_referral(resolve(&top)).await);
    assert_eq!(early.1, "ASSIGNMENT_NOT_ACCEPTED");
    let nobody = (Code::PermissionDenied, "PERMISSION_DENIED".into());
    assert_eq!(refused(region.answer_assignment(answer(&top, "water", None)).await), nobody);
    let (mut water, mut transport) = (hall.bureau("water"), hall.bureau("transport"));
    assert_eq!(refused(transport.answer_assignment(answer(&top, "water", None)).await), nobody);
    done(transport.answer_assignment(answer(&top, "transport", Some("无此职责"))).await);
    done(water.answer_assignment(answer(&top, "water", None)).await);
    hall.go_to(date!(2021 - 12 - 31));
    let late = done(water.report_assignment(report(&top, "water")).await);
    assert!(late.overdue && late.lead.as_ref().unwrap().report_time_us == hall.now_us());
    hall.settled().await;
    let heard = get(&mut hall.officer(VILLAGE), &named(VILLAGE)).await.standing.unwrap();
    assert_eq!((heard.phase(), heard.lead_department), (Phase::Coordinating, department("water")));
    done(region.resolve_referral(resolve(&top)).await);
    hall.settled().await;

    knows_all(&hall, &matter).await;
    let hall = hall.restart().await;
    knows_all(&hall, &matter).await;
    sound("escalation", &hall.entries().await);
    hall.is_copied().await;
    hall.told_again().await.close().await;
}

/// What each unit of the branch says in the end.
async fn knows_all<E: Engine>(hall: &Hall<E>, matter: &str) {
    let branch = [VILLAGE, TOWNSHIP, COUNTY, CITY, REGION];
    for unit in branch {
        let knows = get(&mut hall.officer(unit), &name(unit, matter)).await;
        let standing = knows.standing.as_ref().unwrap();
        assert_eq!((standing.phase(), &standing.handler), (Phase::Resolved, &format!("units/{REGION}")));
        let expected = if unit == REGION { ReferralState::Resolved } else { ReferralState::Passed };
        assert_eq!((knows.state(), knows.due_time_us, knows.overdue), (expected, 0, false));
        // Days on the way count for the sender; the day of arrival does not count.
        let stays: Vec<(Level, i32)> =
            knows.stays.iter().map(|stay| (stay.level(), stay.working_days)).collect();
        let expected = [
            (Level::Village, 0),
            (Level::Township, 2),
            (Level::County, 2),
            (Level::City, 0),
            (Level::Region, 12),
        ];
        assert_eq!(stays, expected, "{unit}");
        assert_eq!(knows.stays[4].leave_time_us, 0);
    }
    let village = get(&mut hall.officer(VILLAGE), &name(VILLAGE, matter)).await;
    let steps: Vec<StepKind> = village.steps.iter().map(pb::Step::kind).collect();
    assert_eq!(steps, [StepKind::Opened, StepKind::Raised, StepKind::Offered]);
    let region = get(&mut hall.client(REGION, Role::Auditor), &name(REGION, matter)).await;
    let mut kinds: BTreeMap<StepKind, usize> = BTreeMap::new();
    region.steps.iter().for_each(|step| *kinds.entry(step.kind()).or_default() += 1);
    let expected = [
        (StepKind::Opened, 1),
        (StepKind::Raised, 4),
        (StepKind::Offered, 4),
        (StepKind::Accepted, 2),
        (StepKind::Assigned, 1),
        (StepKind::AssignmentAccepted, 1),
        (StepKind::AssignmentDeclined, 1),
        (StepKind::Reported, 1),
        (StepKind::Resolved, 1),
    ];
    assert!(kinds.into_iter().eq(expected), "{:?}", region.steps);
    let [.., reported, resolved] = &region.steps[..] else { panic!("{:?}", region.steps) };
    assert_eq!((reported.department.as_str(), reported.text.as_str()), (&*department("water"), "已勘察设计"));
    assert_eq!(
        (resolved.actor.as_str(), resolved.to.as_str()),
        ("officer:640000000000", "units/640300000000")
    );
}

async fn a_matter_is_asked_back_and_returned<E: Engine>(place: &str) {
    let (hall, matter) = opened::<E>(place).await;
    let (below, above) = (name(VILLAGE, &matter), name(TOWNSHIP, &matter));
    let (mut village, mut township) = (hall.officer(VILLAGE), hall.officer(TOWNSHIP));
    assert_eq!(refused(village.return_referral(give_back(&below)).await).1, "NOBODY_BELOW");
    done(village.raise_matter(raise(&below)).await);
    hall.settled().await;
    let none = township.answer_take_back(answer_ask_back(&above, true)).await;
    assert_eq!(refused(none).1, "TAKE_BACK_NOT_ASKED");

    // Denied once, granted the second time.
    let wish = done(village.request_take_back(ask_back(&below)).await).take_back_requested.unwrap();
    assert_eq!((wish.reason.as_str(), wish.due_time_us), ("资金已落实", 0));
    assert_eq!(refused(village.request_take_back(ask_back(&below)).await).1, "TAKE_BACK_PENDING");
    hall.go_to(date!(2021 - 12 - 10));
    hall.settled().await;
    let asked = get(&mut township, &above).await.take_back_asked.unwrap();
    assert!(asked.due_time_us >= end_of(date!(2021 - 12 - 23)));
    let denied = done(township.answer_take_back(answer_ask_back(&above, false)).await);
    assert_eq!((denied.state(), denied.take_back_asked), (ReferralState::Offered, None));
    hall.settled().await;
    assert_eq!(get(&mut village, &below).await.take_back_requested, None);
    done(village.request_take_back(ask_back(&below)).await);
    hall.settled().await;
    let granted = done(township.answer_take_back(answer_ask_back(&above, true)).await);
    assert_eq!((granted.state(), granted.confirmed), (ReferralState::Returned, false));
    hall.settled().await;
    assert!(get(&mut township, &above).await.confirmed);
    let regained = get(&mut village, &below).await;
    assert_eq!((regained.state(), regained.raised_to.as_str()), (ReferralState::Handled, ""));
    assert_eq!(regained.due_time_us, end_of(date!(2021 - 12 - 24)), "new days");
    let told: Vec<StepKind> = regained.steps.iter().map(pb::Step::kind).collect();
    let expected = [
        StepKind::Opened,
        StepKind::Raised,
        StepKind::Offered,
        StepKind::TakeBackRequested,
        StepKind::TakeBackDenied,
        StepKind::TakeBackRequested,
        StepKind::Returned,
        StepKind::Regained,
    ];
    assert_eq!(told, expected);
    let stays: Vec<Level> = regained.stays.iter().map(pb::Stay::level).collect();
    assert_eq!(stays, [Level::Village, Level::Township, Level::Village]);

    // It may go up again, and come back unasked.
    done(village.raise_matter(raise(&below)).await);
    hall.settled().await;
    let again = get(&mut township, &above).await;
    assert_eq!((again.state(), again.create_time_us), (ReferralState::Offered, granted.create_time_us));
    done(township.return_referral(give_back(&above)).await);
    hall.settled().await;
    let kept = done(village.resolve_referral(resolve(&below)).await);
    assert_eq!((kept.state(), kept.reason.as_str()), (ReferralState::Resolved, "列入年度计划"));
    hall.settled().await;
    sound("escalation", &hall.entries().await);
    hall.is_copied().await;
    hall.told_again().await.close().await;
}

async fn what_is_asked_twice_late_or_wrongly_leaves_no_trace<E: Engine>(place: &str) {
    let (hall, matter) = opened::<E>(place).await;
    let (below, above) = (name(VILLAGE, &matter), name(TOWNSHIP, &matter));
    let (mut village, mut township) = (hall.officer(VILLAGE), hall.officer(TOWNSHIP));
    let ask = raise(&below);
    let raised = done(village.raise_matter(ask.clone()).await);
    hall.settled().await;
    let before = hall.entries().await;

    assert_eq!(done(village.raise_matter(ask.clone()).await), raised, "answered as before");
    let other = pb::RaiseMatterRequest { reason: "另有原因".into(), ..ask };
    assert_eq!(refused(village.raise_matter(other).await), (Code::AlreadyExists, "REQUEST_ID_REUSED".into()));
    let stale = pb::RequestTakeBackRequest { etag: raised.etag, ..ask_back(&below) };
    assert_eq!(refused(village.request_take_back(stale).await), (Code::Aborted, "STALE_ETAG".into()));
    let again = village.raise_matter(raise(&below)).await;
    assert_eq!(refused(again), (Code::FailedPrecondition, "WRONG_STATE".into()));
    let nobody = (Code::PermissionDenied, "PERMISSION_DENIED".into());
    assert_eq!(refused(village.accept_referral(accept(&above)).await), nobody);
    assert_eq!(refused(hall.officer(COUNTY).accept_referral(accept(&above)).await), nobody);
    let nul = pb::ReturnReferralRequest { reason: "\0".into(), etag: "?".into(), ..give_back(&above) };
    assert_eq!(
        refused(township.return_referral(nul).await),
        (Code::InvalidArgument, "INVALID_FIELDS".into())
    );
    let nowhere = name(COUNTY, &matter);
    let unknown = hall.officer(COUNTY).accept_referral(accept(&nowhere)).await;
    assert_eq!(refused(unknown), (Code::NotFound, "REFERRAL_NOT_FOUND".into()));
    let unknown = hall.officer(COUNTY).get_referral(pb::GetReferralRequest { name: nowhere }).await;
    assert_eq!(refused(unknown), (Code::NotFound, "REFERRAL_NOT_FOUND".into()));
    done(township.accept_referral(accept(&above)).await);
    let none = township.assign_departments(assign(&above, "water", &[])).await;
    assert_eq!(refused(none), (Code::FailedPrecondition, "NOT_A_COORDINATOR".into()));

    let entries = hall.entries().await;
    let new: Vec<&str> = entries[before.len()..].iter().map(|stored| &*stored.entry.kind).take(1).collect();
    assert_eq!(new, ["escalation.accepted"], "nothing that was refused is written down");
    hall.close().await;
}

async fn every_statement_is_prepared<E: Engine>(place: &str) {
    let hall = Hall::<E>::open(place, PROPOSED).await;
    assert!(yishi_escalation::store::statements::ALL.len() > 8);
    for (name, statement) in yishi_escalation::store::statements::ALL {
        hall.prepare(statement).await.unwrap_or_else(|error| panic!("{name}.sql: {error}"));
    }
    hall.close().await;
}
