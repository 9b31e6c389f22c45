//! What is read past the writer.

use tonic::{Request, Response, Status};
use yishi_appraisal_domain::UnitYear;
use yishi_kernel::Level;
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::{Failure, reasons};
use yishi_store::Engine;

use crate::convert::{self, RANKING, REWARD_LIST, SCORE};
use crate::model::Appraisal;
use crate::store;

pub(super) const PAGE_DEFAULT: u32 = 50;
pub(super) const PAGE_MAX: u32 = 1000;
/// Bytes of the keyed digest that a token carries.
pub(super) const SEAL: usize = 16;

pub(super) async fn score<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<pb::GetScoreRequest>,
) -> Result<Response<pb::Score>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let about = SCORE.read(&mut check, "name", &request.name);
    let UnitYear { unit: village, year } = check.finish(|| about)?;
    let found = match desk.house().register.ancestor_at(village, Level::Region) {
        Some(unit) => store::score::<E>(&mut reader, UnitYear { unit, year }, village).await,
        None => Ok(None),
    };
    let score = found.map_err(unreadable)?.ok_or_else(|| {
        Failure::new(&reasons::SCORE_NOT_FOUND)
            .with("score", &request.name)
            .resource("yishi.appraisal.v1.Score", &request.name)
    })?;
    Ok(Response::new(score))
}

/// Keyset pages by position, with a token that only this database can have given.
pub(super) async fn ranking<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<pb::ListRankingRequest>,
) -> Result<Response<pb::ListRankingResponse>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let about = RANKING.read(&mut check, "parent", &request.parent);
    let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, PAGE_MAX);
    let (about, size) = check.finish(|| about.zip(size))?;
    let after = match request.page_token.as_str() {
        "" => 0,
        token => open(desk, &request.parent, token).ok_or_else(Failure::foreign_page_token)?,
    };
    let ranking = store::ranking::<E>(&mut reader, about).await.map_err(unreadable)?.ok_or_else(|| {
        Failure::new(&reasons::RANKING_NOT_FOUND)
            .with("ranking", &request.parent)
            .resource("yishi.appraisal.v1.Ranking", &request.parent)
    })?;
    let mut scores = store::scores::<E>(&mut reader, about, after, size).await.map_err(unreadable)?;
    for score in &mut scores {
        score.points.clear();
        score.inputs = None;
    }
    // Positions have no gap, so the last one of a page tells whether there is a next.
    let next = scores.last().map(|score| score.position).filter(|position| *position < ranking.villages);
    let next_page_token = next.map(|position| seal(desk, &request.parent, position)).unwrap_or_default();
    Ok(Response::new(pb::ListRankingResponse { ranking: Some(ranking), scores, next_page_token }))
}

fn seal<E: Engine>(desk: &Desk<E, Appraisal>, question: &str, position: i32) -> String {
    let digest = desk.digest("page", format!("{question} {position}").as_bytes());
    format!("{position}.{}", yishi_store::to_hex(&digest[..SEAL]))
}

fn open<E: Engine>(desk: &Desk<E, Appraisal>, question: &str, token: &str) -> Option<i32> {
    let position = token.split('.').next()?.parse().ok()?;
    (seal(desk, question, position) == token).then_some(position)
}

pub(super) async fn reward_list<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<pb::GetRewardListRequest>,
) -> Result<Response<pb::RewardList>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let about = REWARD_LIST.read(&mut check, "name", &request.name);
    let about = check.finish(|| about)?;
    let found = store::reward_list::<E>(&mut reader, about).await.map_err(unreadable)?;
    let (list, lines) = found.ok_or_else(|| convert::unknown_list(about))?;
    Ok(Response::new(convert::reward_list(about, &list, lines)))
}

pub(super) async fn survey<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<pb::GetSurveyReportRequest>,
) -> Result<Response<pb::SurveyReport>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("unit", "units", &request.unit);
    let year = check.year("year", request.year);
    let about = check.finish(|| Some(UnitYear { unit: unit?, year: year? }))?;
    let report = store::survey_report::<E>(&mut reader, desk.house(), about).await;
    Ok(Response::new(report.map_err(unreadable)?))
}
