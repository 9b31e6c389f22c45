//! Lists and reports over the levels, against what the units say one by one.

use std::collections::BTreeMap;

use time::macros::date;
use yishi_kernel::{MatterId, UnitCode};
use yishi_proto::escalation::v1 as pb;
use yishi_proto::escalation::v1::{Level, ReferralState};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::REGION;

use crate::asks::{accept, assign, done, get, give_back, name, noticed, raise, refused, resolve};
use crate::hall::Hall;
use crate::{CITY, COUNTY, DETERMINED, PROPOSED, TOWNSHIP, end_of};

both_engines!(lists_and_reports_are_what_the_units_say);

/// Villages near to each other and far away.
fn spread<E: Engine>(hall: &Hall<E>) -> Vec<UnitCode> {
    let register = &hall.house.register;
    let mut villages = register.children(TOWNSHIP)[..6].to_vec();
    let outside = |unit: UnitCode| villages_of(hall, unit).into_iter().find(|it| !villages.contains(it));
    let city = *register.children(REGION).iter().find(|unit| **unit != CITY).unwrap();
    let county = *register.children(CITY).iter().find(|unit| **unit != COUNTY).unwrap();
    let township = *register.children(COUNTY).iter().find(|unit| **unit != TOWNSHIP).unwrap();
    let far: Vec<UnitCode> = [township, county, city].into_iter().filter_map(outside).collect();
    villages.extend(far);
    assert_eq!(villages.len(), 9);
    villages
}

fn villages_of<E: Engine>(hall: &Hall<E>, unit: UnitCode) -> Vec<UnitCode> {
    let register = &hall.house.register;
    let below = register.subtree(unit).into_iter();
    below.filter(|unit| register.level(*unit) == Some(yishi_kernel::Level::Village)).collect()
}

/// From its village up, the units to which a matter comes.
fn branch<E: Engine>(hall: &Hall<E>, matter: &str) -> Vec<UnitCode> {
    let village = matter.parse::<MatterId>().unwrap().village;
    std::iter::once(village).chain(hall.house.register.ancestors(village)).collect()
}

/// What the last unit to which a matter is raised does with it.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Waits,
    Returns,
    Accepts,
    Assigns,
    Resolves,
}

/// How far up each village's matter goes, and what becomes of it there.
const ENDS: [(usize, End); 9] = [
    (0, End::Waits),
    (1, End::Waits),
    (2, End::Returns),
    (3, End::Accepts),
    (4, End::Assigns),
    (2, End::Resolves),
    (1, End::Accepts),
    (2, End::Accepts),
    (4, End::Waits),
];

/// Matters in every state, with steps due on different days; everything has arrived.
async fn filled<E: Engine>(hall: &Hall<E>) -> Vec<String> {
    let mut hanging = noticed(hall, &spread(hall)).await;
    hall.go_to(DETERMINED);
    for (village, matter) in &mut hanging {
        village.determine(matter).await;
    }
    hall.settled().await;
    let matters: Vec<String> = hanging.into_iter().map(|(_, matter)| matter).collect();
    for (level, day) in
        [date!(2021 - 12 - 10), date!(2021 - 12 - 13), date!(2021 - 12 - 14), date!(2021 - 12 - 15)]
            .into_iter()
            .enumerate()
    {
        hall.go_to(day);
        for (matter, _) in matters.iter().zip(ENDS).filter(|(_, (height, _))| *height > level) {
            let unit = branch(hall, matter)[level];
            done(hall.officer(unit).raise_matter(raise(&name(unit, matter))).await);
        }
        hall.settled().await;
    }
    hall.go_to(date!(2021 - 12 - 20));
    for (matter, (height, end)) in matters.iter().zip(ENDS) {
        let unit = branch(hall, matter)[height];
        let (mut office, here) = (hall.officer(unit), name(unit, matter));
        match end {
            End::Waits => continue,
            End::Returns => done(office.return_referral(give_back(&here)).await),
            _ => done(office.accept_referral(accept(&here)).await),
        };
        if end == End::Assigns {
            done(office.assign_departments(assign(&here, "water", &["energy"])).await);
        }
        if end == End::Resolves {
            done(office.resolve_referral(resolve(&here)).await);
        }
        hall.settled().await;
    }
    matters
}

/// Everything that any unit knows, without history.
async fn everything<E: Engine>(hall: &Hall<E>, matters: &[String]) -> Vec<pb::Referral> {
    let mut all = Vec::new();
    let mut auditor = hall.client(REGION, Role::Auditor);
    for matter in matters {
        for unit in branch(hall, matter) {
            let request = pb::GetReferralRequest { name: name(unit, matter) };
            if let Ok(found) = auditor.get_referral(request).await {
                let found = found.into_inner();
                all.push(pb::Referral { steps: Vec::new(), stays: Vec::new(), ..found });
            }
        }
    }
    all
}

fn unit(referral: &pb::Referral) -> UnitCode {
    referral.name["units/".len()..][..12].parse().unwrap()
}

/// The level of who answers for it, as its unit has heard.
fn answers_at<E: Engine>(hall: &Hall<E>, referral: &pb::Referral) -> Level {
    let handler: UnitCode = referral.standing.as_ref().unwrap().handler["units/".len()..].parse().unwrap();
    Level::try_from(hall.house.register.level(handler).unwrap() as i32 + 1).unwrap()
}

/// What a list must hold, in its order.
fn expected<E: Engine>(
    hall: &Hall<E>,
    all: &[pb::Referral],
    parent: UnitCode,
    ask: &pb::ListReferralsRequest,
) -> Vec<pb::Referral> {
    use ReferralState::{Coordinating, Handled, Offered, Resolved};
    let decides = |state| [Offered, Handled, Coordinating, Resolved].contains(&state);
    let wanted = |referral: &&pb::Referral| {
        let listed = if ask.roll_up {
            hall.house.register.is_within(unit(referral), parent) && decides(referral.state())
        } else {
            unit(referral) == parent
        };
        listed
            && (ask.year == 0 || referral.matter.contains(&format!("/{}-", ask.year)))
            && (ask.states.is_empty() || ask.states.contains(&referral.state))
            && (!ask.overdue_only || referral.overdue)
            && (ask.levels.is_empty() || ask.levels.contains(&(answers_at(hall, referral) as i32)))
    };
    let mut listed: Vec<pb::Referral> = all.iter().filter(wanted).cloned().collect();
    let due = |referral: &pb::Referral| match referral.due_time_us {
        0 => i64::MAX,
        due => due,
    };
    listed.sort_by_key(|referral| {
        (due(referral), unit(referral), referral.matter.parse::<MatterId>().unwrap())
    });
    listed
}

async fn list<E: Engine>(
    hall: &Hall<E>,
    parent: UnitCode,
    ask: &pb::ListReferralsRequest,
    page_size: i32,
) -> Vec<pb::Referral> {
    let mut caller = hall.client(REGION, Role::Supervisor);
    let mut ask = pb::ListReferralsRequest { parent: format!("units/{parent}"), page_size, ..ask.clone() };
    let (mut referrals, mut counts) = (Vec::new(), None);
    loop {
        let page = caller.list_referrals(ask.clone()).await.unwrap().into_inner();
        assert!(page.referrals.len() <= usize::try_from(page_size).unwrap());
        referrals.extend(page.referrals);
        assert_eq!(page.counts.is_some(), ask.with_counts);
        assert_eq!(*counts.get_or_insert(page.counts), page.counts, "whatever the page");
        if page.next_page_token.is_empty() {
            if let Some(counts) = page.counts {
                assert_eq!(counts, counted(&referrals));
            }
            return referrals;
        }
        assert_ne!(page.next_page_token, ask.page_token, "pages go on");
        ask.page_token = page.next_page_token;
    }
}

/// Lights, one by one.
fn counted(referrals: &[pb::Referral]) -> pb::ReferralCounts {
    let lit = |light| referrals.iter().filter(|referral| referral.light() == light).count();
    let lit = |light| i64::try_from(lit(light)).unwrap();
    let (red, yellow, green) = (lit(pb::Light::Red), lit(pb::Light::Yellow), lit(pb::Light::Green));
    pb::ReferralCounts { referrals: i64::try_from(referrals.len()).unwrap(), red, yellow, green }
}

async fn lists_and_reports_are_what_the_units_say<E: Engine>(place: &str) {
    let hall = Hall::<E>::open(place, PROPOSED).await;
    let matters = filled(&hall).await;
    // Some steps are late by now, others are not.
    hall.go_to(date!(2021 - 12 - 29));
    let hall = hall.restart().await;
    let all = everything(&hall, &matters).await;
    let states: BTreeMap<ReferralState, usize> = all.iter().fold(BTreeMap::new(), |mut states, referral| {
        *states.entry(referral.state()).or_default() += 1;
        states
    });
    assert_eq!(states.len(), 7, "matters in every state: {states:?}");
    let late = all.iter().filter(|referral| referral.overdue).count();
    assert!(late > 0 && late < all.iter().filter(|referral| referral.due_time_us != 0).count());

    let any = pb::ListReferralsRequest::default();
    let asks = [
        any.clone(),
        pb::ListReferralsRequest { roll_up: true, ..any.clone() },
        pb::ListReferralsRequest { roll_up: true, overdue_only: true, ..any.clone() },
        pb::ListReferralsRequest { overdue_only: true, ..any.clone() },
        pb::ListReferralsRequest { roll_up: true, year: 2022, ..any.clone() },
        pb::ListReferralsRequest { roll_up: true, year: 2021, ..any.clone() },
        pb::ListReferralsRequest { roll_up: true, with_counts: true, ..any.clone() },
        pb::ListReferralsRequest { overdue_only: true, with_counts: true, ..any.clone() },
        of_levels(&[Level::Village, Level::County]),
        of_levels(&[Level::Township]),
        of_levels(&[Level::City, Level::Region]),
        pb::ListReferralsRequest {
            states: vec![ReferralState::Passed as i32, ReferralState::Handled as i32],
            ..any.clone()
        },
    ];
    let mut sizes = Vec::new();
    for parent in branch(&hall, &matters[4]) {
        for ask in &asks {
            let expected = expected(&hall, &all, parent, ask);
            for page_size in [1, 3, 1000] {
                assert_eq!(list(&hall, parent, ask, page_size).await, expected, "{parent} {ask:?}");
            }
            sizes.push(expected.len());
        }
        reported(&hall, parent, &matters).await;
    }
    assert!(sizes.contains(&matters.len()), "each matter stands once in the region's roll-up");
    assert!(sizes.iter().filter(|size| **size > 0).count() > sizes.len() / 2, "{sizes:?}");
    asked_wrongly(&hall, &any).await;
    hall.close().await;
}

/// One or more of the five kinds of list.
fn of_levels(levels: &[Level]) -> pb::ListReferralsRequest {
    let levels = levels.iter().map(|level| *level as i32).collect();
    pb::ListReferralsRequest { roll_up: true, with_counts: true, levels, ..Default::default() }
}

/// The report of a unit is a count of what villages have heard.
async fn reported<E: Engine>(hall: &Hall<E>, parent: UnitCode, matters: &[String]) {
    let mut auditor = hall.client(REGION, Role::Auditor);
    let mut sums: BTreeMap<Level, (i64, i64, i64)> = BTreeMap::new();
    for matter in matters {
        let village = branch(hall, matter)[0];
        if hall.house.register.is_within(village, parent) {
            let standing = get(&mut auditor, &name(village, matter)).await.standing.unwrap();
            let handler: UnitCode = standing.handler["units/".len()..].parse().unwrap();
            let level = hall.house.register.level(handler).unwrap() as i32 + 1;
            let sum = sums.entry(Level::try_from(level).unwrap()).or_default();
            sum.0 += 1;
            let due = standing.due_time_us;
            sum.1 += i64::from(due != 0 && due < hall.now_us());
            // From 29 December on the third working day is 4 January: the first three days were free.
            let soon = hall.now_us()..=end_of(date!(2022 - 01 - 04));
            sum.2 += i64::from(soon.contains(&due));
        }
    }
    let ask = pb::GetEscalationReportRequest { unit: format!("units/{parent}"), year: 2022 };
    let report = auditor.get_escalation_report(ask.clone()).await.unwrap().into_inner();
    let rows = report.by_handling_level.iter().map(|row| {
        assert_eq!(row.green_matters, row.matters - row.overdue_matters - row.yellow_matters);
        (row.level(), (row.matters, row.overdue_matters, row.yellow_matters))
    });
    assert!(rows.eq(sums.clone()), "{parent}: {report:?}, not {sums:?}");
    assert_eq!(report.matters, sums.values().map(|sum| sum.0).sum::<i64>());
    assert_eq!(report.overdue_matters, sums.values().map(|sum| sum.1).sum::<i64>());
    assert_eq!(report.yellow_matters, sums.values().map(|sum| sum.2).sum::<i64>());
    assert_eq!(report.green_matters, report.matters - report.overdue_matters - report.yellow_matters);
    if parent == REGION {
        assert!(sums.len() == 5 && report.overdue_matters > 0, "{report:?}");
        assert!(report.yellow_matters > 0 && report.green_matters > 0, "{report:?}");
    }
    let ask = pb::GetEscalationReportRequest { year: 2021, ..ask };
    let none = auditor.get_escalation_report(ask).await.unwrap().into_inner();
    assert_eq!((none.by_handling_level, none.matters), (Vec::new(), 0));
}

async fn asked_wrongly<E: Engine>(hall: &Hall<E>, any: &pb::ListReferralsRequest) {
    let mut office = hall.officer(TOWNSHIP);
    let first = pb::ListReferralsRequest { parent: format!("units/{TOWNSHIP}"), page_size: 1, ..any.clone() };
    let token = office.list_referrals(first.clone()).await.unwrap().into_inner().next_page_token;
    let forged = token.replacen("64", "65", 1);
    assert_ne!((token.as_str(), forged.as_str()), ("", token.as_str()));
    let wrong = [
        pb::ListReferralsRequest { page_token: forged, ..first.clone() },
        pb::ListReferralsRequest { page_token: token.clone(), roll_up: true, ..first.clone() },
        pb::ListReferralsRequest { page_token: token, overdue_only: true, ..first.clone() },
    ];
    for wrong in wrong {
        assert_eq!(refused(office.list_referrals(wrong).await).1, "PAGE_TOKEN_INVALID");
    }
    let wrong = pb::ListReferralsRequest {
        page_size: -1,
        year: 1999,
        states: vec![0, 8],
        levels: vec![6],
        ..first.clone()
    };
    assert_eq!(refused(office.list_referrals(wrong).await).1, "INVALID_FIELDS");
    let above = pb::ListReferralsRequest { parent: format!("units/{COUNTY}"), ..first };
    assert_eq!(refused(office.list_referrals(above).await).1, "PERMISSION_DENIED");
    let ask = pb::GetEscalationReportRequest { unit: format!("units/{COUNTY}"), year: 2022 };
    assert_eq!(refused(office.get_escalation_report(ask).await).1, "PERMISSION_DENIED");
}
