//! A year's appraisal: forms come in, the region ranks its villages, and the best are rewarded and paid.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod asks;
mod hall;
mod telling;

use std::collections::BTreeMap;

use prost::Message;
use time::macros::date;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_proto::appraisal::v1::Indicator::{Closing, Determination, InvestmentUse, OnTime, Satisfaction};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_store::journal::OPENED;
use yishi_tests::both_engines;
use yishi_tests::sandbox::REGION;

use asks::{
    EACH_FEN, LIST, RANKING, batch, confirm, form, forms, freeze, issue, list, rank, ranking, report, score,
    submit,
};
use hall::Hall;
use telling::{closed, committed, completed, determined, proposed, released, reward_paid, settled};

both_engines!(
    a_year_is_ranked_rewarded_and_paid,
    forms_count_once_whatever_is_sent_again,
    many_forms_go_through,
    every_statement_is_prepared
);

const BEST: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const LATE: UnitCode = UnitCode::new(640_324_100_201).unwrap();
const LIKED: UnitCode = UnitCode::new(640_324_100_202).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const VILLAGES: i32 = 2_214;

fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason")).reason
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), reason(&status))
}

async fn a_year_is_ranked_rewarded_and_paid<E: Engine>(place: &str) {
    let hall = Hall::<E>::open(place, date!(2022 - 06 - 01)).await;
    let mut office = hall.officer(REGION);

    // A scheme is frozen once; the same request again is answered as before.
    let ask = freeze();
    assert_eq!(
        refused(office.rank_villages(rank()).await),
        (Code::FailedPrecondition, "YEAR_NOT_OVER".into())
    );
    let scheme = office.freeze_scheme(ask.clone()).await.unwrap().into_inner();
    assert_eq!((scheme.weights.len(), scheme.min_forms), (5, 30));
    assert_eq!(office.freeze_scheme(ask).await.unwrap().into_inner(), scheme);
    assert_eq!(refused(office.freeze_scheme(freeze()).await), (Code::AlreadyExists, "SCHEME_FROZEN".into()));

    // One village does everything well, one is late, one does nothing and is liked for it.
    // Funding is heard first, and what it said is still known when the matter is put forward.
    hall.funding_tells(vec![committed(BEST, 500)]).await;
    hall.intake_tells(vec![
        proposed(BEST),
        determined(BEST, "2022-09-30"),
        determined(LATE, "2022-05-31"),
        completed(BEST),
        completed(LATE),
    ])
    .await;
    hall.funding_tells(vec![committed(BEST, 200), released(BEST, 100), settled(BEST, 600)]).await;
    let hall = hall.restart().await;
    let mut office = hall.officer(REGION);
    hall.intake_tells(vec![closed(BEST)]).await;
    for (village, count, grade) in [(BEST, 40, 5), (LATE, 29, 1), (LIKED, 30, 5)] {
        let told =
            submit(&mut hall.officer(village), vec![batch(village, forms(count, grade))]).await.unwrap();
        assert_eq!((told.accepted, told.refused), (i64::from(count), vec![]));
    }

    // The year is over.
    assert_eq!(refused(score(&mut office, BEST).await), (Code::NotFound, "SCORE_NOT_FOUND".into()));
    hall.go_to(date!(2023 - 01 - 05));
    assert_eq!(
        refused(office.issue_reward_list(issue(1)).await),
        (Code::FailedPrecondition, "RANKING_MISSING".into())
    );
    let made = office.rank_villages(rank()).await.unwrap().into_inner();
    assert_eq!((made.name.as_str(), made.villages), (RANKING, VILLAGES));
    assert_eq!(refused(office.rank_villages(rank()).await), (Code::AlreadyExists, "ALREADY_RANKED".into()));
    let (listed, scores) = ranking(&mut office, 999).await;
    assert_eq!(listed, made);
    assert!(scores.iter().map(|score| score.position).eq(1..=VILLAGES), "no place is missing or twice");
    let rows = scores[..5].iter().map(|score| (score.rank, score.total));
    assert_eq!(rows.collect::<Vec<_>>(), [(1, 1_000_000), (2, 250_000), (3, 200_000), (4, 0), (4, 0)]);
    let names = [BEST, LATE, LIKED].map(|village| format!("villages/{village}/scores/2022"));
    assert!(scores.iter().map(|score| &score.name).take(3).eq(&names));
    explains_itself(&hall, made.scheme.as_str()).await;

    // The list hangs out, and everybody may read it.
    let short = office.issue_reward_list(issue(401)).await;
    assert_eq!(refused(short), (Code::InvalidArgument, "POOL_EXCEEDED".into()));
    let issued = office.issue_reward_list(issue(400)).await.unwrap().into_inner();
    assert_eq!((issued.state(), issued.total_fen), (pb::RewardListState::Issued, 2_000_000_000));
    assert_eq!(
        refused(office.issue_reward_list(issue(1)).await),
        (Code::AlreadyExists, "REWARD_LIST_ISSUED".into())
    );
    assert_eq!(list(&mut hall.client(LIKED, Role::Auditor)).await, issued);
    let early = office.confirm_reward_list(confirm(&issued.etag)).await;
    assert_eq!(refused(early), (Code::FailedPrecondition, "NOTICE_RUNNING".into()));
    hall.go_to(date!(2023 - 01 - 13));
    let stale = office.confirm_reward_list(confirm("0000002a")).await;
    assert_eq!(refused(stale), (Code::Aborted, "STALE_ETAG".into()));
    let ordered = office.confirm_reward_list(confirm(&issued.etag)).await.unwrap().into_inner();
    assert_eq!((ordered.state(), ordered.order_time_us > 0), (pb::RewardListState::Ordered, true));
    let again = office.confirm_reward_list(confirm("")).await;
    assert_eq!(refused(again), (Code::FailedPrecondition, "REWARD_LIST_ORDERED".into()));
    is_written_down(&hall, &ordered).await;

    // Funding pays, and says so.
    let villages: Vec<String> = ordered.rewards.iter().map(|reward| reward.village.clone()).collect();
    let pay = |village: &String| reward_paid(LIST, village, EACH_FEN);
    hall.funding_tells(villages[..1].iter().chain(&villages[..1]).map(pay).collect()).await;
    let begun = list(&mut office).await;
    assert_eq!((begun.paid_villages, begun.paid_fen, begun.rewards[0].paid_fen), (1, EACH_FEN, EACH_FEN));
    assert_eq!((begun.state(), begun.rewards[1].pay_time_us), (pb::RewardListState::Ordered, 0));
    hall.funding_tells(villages.iter().map(pay).collect()).await;
    let hall = hall.restart().await;
    let paid = list(&mut hall.officer(REGION)).await;
    assert_eq!(
        (paid.state(), paid.paid_villages, paid.paid_fen),
        (pb::RewardListState::Paid, 400, paid.total_fen)
    );
    assert_eq!(ranking(&mut hall.officer(REGION), 1_000).await.1, scores);
    hall.is_copied(&["ranking", "reward", "reward_list", "scheme", "score", "survey"]).await;
    hall.close().await;
}

/// A score says what it was computed from, to the village and to those above it.
async fn explains_itself<E: Engine>(hall: &Hall<E>, scheme: &str) {
    assert_eq!(scheme, "units/640000000000/schemes/2022");
    let best = score(&mut hall.officer(BEST), BEST).await.unwrap();
    let inputs = best.inputs.unwrap();
    assert_eq!(
        (inputs.determined, inputs.completed_on_time, inputs.completed_late, inputs.closed),
        (1, 1, 0, 1)
    );
    assert_eq!((inputs.settled, inputs.paid_fen, inputs.committed_fen), (1, 600, 600));
    assert_eq!(inputs.answers, [[0, 0, 0, 0, 40]; 5].concat());
    let late = score(&mut hall.officer(COUNTY), LATE).await.unwrap();
    let points: Vec<_> = late.points.iter().map(|one| (one.indicator(), one.weight_bp, one.points)).collect();
    let all = Some(1_000_000);
    let expected = [
        (Determination, 2_000, all),
        (Closing, 2_500, Some(0)),
        (OnTime, 2_000, Some(0)),
        (InvestmentUse, 1_500, Some(0)),
        (Satisfaction, 2_000, None),
    ];
    assert_eq!(points, expected);
    let denied = (Code::PermissionDenied, "PERMISSION_DENIED".to_owned());
    assert_eq!(refused(score(&mut hall.officer(LIKED), LATE).await), denied);
    assert_eq!(refused(hall.officer(COUNTY).rank_villages(rank()).await), denied);
    let mut office = hall.officer(REGION);
    let other = pb::RankVillagesRequest { parent: format!("units/{COUNTY}"), ..rank() };
    assert_eq!(refused(hall.officer(COUNTY).rank_villages(other).await).1, "INVALID_FIELDS");
    let page = pb::ListRankingRequest { parent: RANKING.into(), page_size: 7, page_token: String::new() };
    let token = office.list_ranking(page.clone()).await.unwrap().into_inner().next_page_token;
    let forged = token.replacen('7', "8", 1);
    for (parent, token) in [(RANKING, forged), (&*RANKING.replace("2022", "2021"), token)] {
        let page = pb::ListRankingRequest { parent: parent.to_owned(), page_token: token, ..page.clone() };
        assert_eq!(refused(office.list_ranking(page).await).1, "PAGE_TOKEN_INVALID");
    }
    let none = pb::ListRankingRequest { parent: RANKING.replace("2022", "2021"), ..page };
    assert_eq!(refused(office.list_ranking(none).await), (Code::NotFound, "RANKING_NOT_FOUND".into()));
    let none = pb::GetRewardListRequest { name: LIST.to_owned() };
    assert_eq!(refused(office.get_reward_list(none).await), (Code::NotFound, "REWARD_LIST_NOT_FOUND".into()));
}

/// The journal holds the ranking in entries of bounded size, and the order is addressed to the region's funding.
async fn is_written_down<E: Engine>(hall: &Hall<E>, ordered: &pb::RewardList) {
    use pb::event::Kind;
    let entries = hall.entries().await;
    let told: Vec<_> =
        entries.iter().map(|stored| &stored.entry).filter(|entry| entry.kind != OPENED).collect();
    assert!(told.iter().all(|entry| entry.payload.len() < 200_000));
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    told.iter().for_each(|entry| *kinds.entry(&entry.kind).or_default() += 1);
    let expected = [
        ("appraisal.forms_counted", 3),
        ("appraisal.ranked", 1),
        ("appraisal.reward_listed", 1),
        ("appraisal.reward_ordered", 1),
        ("appraisal.scheme_frozen", 1),
        ("appraisal.standings_listed", 5),
    ];
    assert!(kinds.into_iter().eq(expected));
    let order = told.last().unwrap();
    assert_eq!(
        (order.unit, order.to, order.actor.as_str()),
        (REGION, Some((REGION, 1)), "officer:640000000000")
    );
    let event = pb::Event::decode(order.payload.as_slice()).unwrap();
    let Some(Kind::RewardOrdered(order)) = event.kind else { panic!("{event:?}") };
    assert_eq!(
        (order.order.as_str(), order.each_fen, &order.list_sha256),
        (LIST, EACH_FEN, &ordered.list_sha256)
    );
    let villages = order.villages.iter().map(|code| format!("villages/{code}"));
    assert!(villages.eq(ordered.rewards.iter().map(|reward| reward.village.clone())));
}

async fn forms_count_once_whatever_is_sent_again<E: Engine>(place: &str) {
    let hall = Hall::<E>::open(place, date!(2021 - 12 - 31)).await;
    let mut office = hall.officer(BEST);
    let early = submit(&mut office, vec![batch(BEST, forms(1, 5))]).await;
    assert_eq!(refused(early), (Code::FailedPrecondition, "YEAR_NOT_BEGUN".into()));
    hall.go_to(date!(2022 - 01 - 01));
    assert_eq!(submit(&mut office, Vec::new()).await.unwrap(), pb::SubmitFormsResponse::default());

    // Two batches, with a token twice in one, once more in the other, and forms that are none.
    let mut first = forms(3, 5);
    first.push(form(1, [1; 5]));
    first.push(form("令牌", [1; 5]));
    let second = vec![form(2, [1; 5]), form(9, [1, 2, 3, 4, 5]), form(8, [0, 2, 3, 4, 5])];
    let sent = vec![batch(BEST, first), batch(BEST, second)];
    let told = submit(&mut office, sent.clone()).await.unwrap();
    assert_eq!((told.batches, told.accepted, told.repeated_forms), (2, 4, 2));
    let problems: Vec<_> = told.refused.iter().map(|row| (row.problem(), row.forms)).collect();
    assert_eq!(problems, [(pb::FormProblem::MalformedToken, 1), (pb::FormProblem::WrongAnswers, 1)]);
    assert_eq!(submit(&mut office, sent.clone()).await.unwrap(), told, "answered as before");
    let nothing = submit(&mut office, vec![batch(BEST, forms(3, 1))]).await.unwrap();
    assert_eq!((nothing.accepted, nothing.repeated_forms), (0, 3));

    // A batch that is refused ends the stream; those before it are counted, those after it are not.
    let reused =
        pb::SubmitFormsRequest { request_id: sent[0].request_id.clone(), ..batch(BEST, forms(1, 1)) };
    let wrong = [
        (batch(LATE, forms(1, 5)), "PERMISSION_DENIED"),
        (reused, "REQUEST_ID_REUSED"),
        (batch(BEST, Vec::new()), "INVALID_FIELDS"),
    ];
    for (nth, (wrong, expected)) in (100..).zip(wrong) {
        let before = batch(BEST, vec![form(nth, [5; 5])]);
        let after = batch(BEST, vec![form(nth + 100, [5; 5])]);
        let status = submit(&mut office, vec![before, wrong, after]).await.unwrap_err();
        let info = status.get_details_error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.metadata["batch"].as_str()), (expected, "2"));
    }

    let mut county = hall.officer(COUNTY);
    let found = report(&mut county, COUNTY).await;
    assert_eq!((found.forms, found.villages), (7, 1));
    let answers: Vec<_> = found.questions.iter().map(|question| question.answers.clone()).collect();
    let one_more_each = |grade: usize| {
        let mut row = vec![0, 0, 0, 0, 6];
        row[grade] += 1;
        row
    };
    assert_eq!(answers, (0..5).map(one_more_each).collect::<Vec<_>>());
    assert_eq!(report(&mut hall.officer(TOWNSHIP), TOWNSHIP).await.forms, 7);
    assert_eq!(report(&mut hall.officer(LATE), LATE).await.forms, 0);

    // One entry a batch that counts, none for another; and no entry tells a token.
    let entries = hall.entries().await;
    let counted = entries.iter().filter(|stored| stored.entry.kind == "appraisal.forms_counted");
    assert_eq!(counted.count(), 5);
    let token = form(9, [1; 5]).token;
    let tells = |payload: &[u8]| payload.windows(token.len()).any(|part| part == token.as_bytes());
    assert!(!entries.iter().any(|stored| tells(&stored.entry.payload)));
    hall.is_copied(&["survey"]).await;
    hall.close().await;
}

/// Some villages at once, so that their batches share commits.
async fn many_forms_go_through<E: Engine>(place: &str) {
    const BATCHES: i32 = 5;
    const FORMS: i32 = 500;
    let hall = Hall::<E>::open(place, date!(2022 - 06 - 01)).await;
    let villages: Vec<UnitCode> = hall.house.register.children(TOWNSHIP).to_vec();
    assert!(villages.len() >= 8, "the township has villages");
    let mut streams = tokio::task::JoinSet::new();
    for &village in &villages[..8] {
        let mut office = hall.officer(village);
        streams.spawn(async move {
            let nth =
                |nth: i32| (nth * FORMS..(nth + 1) * FORMS).map(|one| form(one, [one % 5 + 1; 5])).collect();
            submit(&mut office, (0..BATCHES).map(|one| batch(village, nth(one))).collect()).await
        });
    }
    while let Some(told) = streams.join_next().await {
        let told = told.unwrap().unwrap();
        assert_eq!((told.batches, told.accepted), (BATCHES, i64::from(BATCHES * FORMS)));
    }
    let found = report(&mut hall.officer(REGION), REGION).await;
    assert_eq!((found.forms, found.villages), (i64::from(8 * BATCHES * FORMS), 8));
    assert!(
        found.questions.iter().all(|question| question.answers == [i64::from(8 * BATCHES * FORMS / 5); 5])
    );
    hall.close().await;
}

async fn every_statement_is_prepared<E: Engine>(place: &str) {
    let hall = Hall::<E>::open(place, date!(2022 - 06 - 01)).await;
    assert!(yishi_appraisal::store::statements::ALL.len() > 15);
    for (name, statement) in yishi_appraisal::store::statements::ALL {
        hall.prepare(statement).await.unwrap_or_else(|error| panic!("{name}.sql: {error}"));
    }
    hall.close().await;
}
