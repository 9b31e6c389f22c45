use futures_util::stream;
use tonic::Request;
use yishi_kernel::{UnitCode, Year};
use yishi_proto::appraisal::v1 as pb;

use super::Session;
use crate::{
    failure::Failure,
    remote::{Appraisal, Caller},
    scenario::{Survey, Totals},
};

/// Forms that a village sends at once.
const BATCH: usize = 500;

/// Sends a village's forms of a year as one stream.
pub(super) async fn survey(
    session: &Session<'_>,
    village: UnitCode,
    year: Year,
    survey: &Survey,
    request: &str,
) -> Result<(), Failure> {
    let forms: Vec<pb::SurveyForm> = survey
        .forms()
        .into_iter()
        .map(|form| pb::SurveyForm { token: form.token, answers: form.answers.to_vec() })
        .collect();
    let batch = |(nth, forms): (usize, &[pb::SurveyForm])| pb::SubmitFormsRequest {
        parent: format!("villages/{village}"),
        year: year.get().into(),
        forms: forms.to_vec(),
        request_id: session.scenario.request(&format!("forms {request} {nth}")).to_string(),
    };
    let batches: Vec<pb::SubmitFormsRequest> = forms.chunks(BATCH).enumerate().map(batch).collect();
    let send = async |client: &mut Appraisal, batches: Request<Vec<pb::SubmitFormsRequest>>| {
        client.submit_forms(batches.map(stream::iter)).await
    };
    session.at(village).ask(&Caller::officer(village), batches, send).await.map(drop)
}

/// Writes the programme's own scheme for a year.
pub(super) async fn freeze_scheme(session: &Session<'_>, year: Year) -> Result<(), Failure> {
    let request_id = session.scenario.request(&format!("scheme {year}")).to_string();
    let request = pb::FreezeSchemeRequest {
        parent: region(session),
        year: year.get().into(),
        scheme: None,
        request_id,
    };
    session.top().ask(&officer(session), request, Appraisal::freeze_scheme).await.map(drop)
}

/// Ranks the villages, and lists the best for a reward.
pub(super) async fn rank(session: &Session<'_>, year: Year) -> Result<(), Failure> {
    let request_id = session.scenario.request(&format!("ranking {year}")).to_string();
    let request = pb::RankVillagesRequest { parent: region(session), year: year.get().into(), request_id };
    session.top().ask(&officer(session), request, Appraisal::rank_villages).await?;
    let totals = &session.scenario.totals;
    let request = pb::IssueRewardListRequest {
        parent: region(session),
        year: year.get().into(),
        winners: i32::try_from(totals.winners_a_year).unwrap_or(i32::MAX),
        each_fen: Totals::REWARD.get(),
        pool_fen: totals.rewards_a_year().get(),
        request_id: session.scenario.request(&format!("reward list {year}")).to_string(),
    };
    session.top().ask(&officer(session), request, Appraisal::issue_reward_list).await.map(drop)
}

/// Confirms the list of a year, which orders funding to pay it.
pub(super) async fn confirm(session: &Session<'_>, year: Year) -> Result<pb::RewardList, Failure> {
    let name = format!("{}/rewardLists/{year}", region(session));
    let request_id = session.scenario.request(&format!("confirm {year}")).to_string();
    let request = pb::ConfirmRewardListRequest { name, request_id, ..Default::default() };
    session.top().ask(&officer(session), request, Appraisal::confirm_reward_list).await
}

fn officer(session: &Session<'_>) -> Caller {
    Caller::officer(session.units.top)
}

fn region(session: &Session<'_>) -> String {
    format!("units/{}", session.units.top)
}
