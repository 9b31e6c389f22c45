//! What callers ask, right in every field, each request with an id of its own.

use std::fmt::Display;
use std::time::Duration;

use tonic::{Request, Status};
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_tests::sandbox::{REGION, fresh_id};

use crate::hall::Client;

pub(crate) const EACH_FEN: i64 = 5_000_000;
pub(crate) const RANKING: &str = "units/640000000000/rankings/2022";
pub(crate) const LIST: &str = "units/640000000000/rewardLists/2022";

fn region() -> String {
    format!("units/{REGION}")
}

pub(crate) fn form(token: impl Display, answers: [i32; 5]) -> pb::SurveyForm {
    pb::SurveyForm { token: format!("{token:0>16}"), answers: answers.to_vec() }
}

/// So many forms with tokens of their own that answer everything the same.
pub(crate) fn forms(count: i32, grade: i32) -> Vec<pb::SurveyForm> {
    (0..count).map(|nth| form(nth, [grade; 5])).collect()
}

pub(crate) fn batch(village: UnitCode, forms: Vec<pb::SurveyForm>) -> pb::SubmitFormsRequest {
    let parent = format!("villages/{village}");
    pb::SubmitFormsRequest { parent, year: 2022, forms, request_id: fresh_id() }
}

pub(crate) async fn submit(
    office: &mut Client,
    batches: Vec<pb::SubmitFormsRequest>,
) -> Result<pb::SubmitFormsResponse, Status> {
    let mut request = Request::new(tokio_stream::iter(batches));
    request.set_timeout(Duration::from_secs(120));
    Ok(office.submit_forms(request).await?.into_inner())
}

pub(crate) async fn report(office: &mut Client, unit: UnitCode) -> pb::SurveyReport {
    let ask = pb::GetSurveyReportRequest { unit: format!("units/{unit}"), year: 2022 };
    office.get_survey_report(ask).await.unwrap().into_inner()
}

pub(crate) fn freeze() -> pb::FreezeSchemeRequest {
    pb::FreezeSchemeRequest { parent: region(), year: 2022, scheme: None, request_id: fresh_id() }
}

pub(crate) fn rank() -> pb::RankVillagesRequest {
    pb::RankVillagesRequest { parent: region(), year: 2022, request_id: fresh_id() }
}

pub(crate) fn issue(winners: i32) -> pb::IssueRewardListRequest {
    pb::IssueRewardListRequest {
        parent: region(),
        year: 2022,
        winners,
        each_fen: EACH_FEN,
        pool_fen: 400 * EACH_FEN,
        request_id: fresh_id(),
    }
}

pub(crate) fn confirm(etag: &str) -> pb::ConfirmRewardListRequest {
    pb::ConfirmRewardListRequest { name: LIST.to_owned(), request_id: fresh_id(), etag: etag.to_owned() }
}

pub(crate) async fn list(office: &mut Client) -> pb::RewardList {
    office.get_reward_list(pb::GetRewardListRequest { name: LIST.to_owned() }).await.unwrap().into_inner()
}

pub(crate) async fn score(office: &mut Client, village: UnitCode) -> Result<pb::Score, Status> {
    let name = format!("villages/{village}/scores/2022");
    Ok(office.get_score(pb::GetScoreRequest { name }).await?.into_inner())
}

/// All scores of the ranking, page by page.
pub(crate) async fn ranking(office: &mut Client, page_size: i32) -> (pb::Ranking, Vec<pb::Score>) {
    let mut ask = pb::ListRankingRequest { parent: RANKING.to_owned(), page_size, page_token: String::new() };
    let mut scores = Vec::new();
    loop {
        let page = office.list_ranking(ask.clone()).await.unwrap().into_inner();
        assert!(page.scores.len() <= usize::try_from(page_size).unwrap());
        scores.extend(page.scores);
        if page.next_page_token.is_empty() {
            return (page.ranking.unwrap(), scores);
        }
        ask.page_token = page.next_page_token;
    }
}
