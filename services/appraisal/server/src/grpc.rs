//! The served side. A handler that changes something is one line: the desk does the same for each.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tonic::{Request, Response, Status, Streaming};
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_proto::appraisal::v1::appraisal_service_server::{AppraisalService, AppraisalServiceServer};
use yishi_runtime::config;
use yishi_runtime::desk::Desk;
use yishi_store::{Engine, StoreError};

use crate::model::Appraisal;
use bulletin::Linked;
use checkpoint::Signer;

pub use checkpoint::{checkpoints, names_a_bulletin};

mod bulletin;
mod checkpoint;
mod forms;
mod read;

/// The appraisal service.
pub struct Grpc<E: Engine> {
    desk: Desk<E, Appraisal>,
    linked: Box<Linked>,
    signer: Box<Signer>,
}

/// The service, ready to be mounted; `linked` says of a node below, by its topmost unit, whether all links to it are up;
/// `signer` signs what a bulletin was made from.
#[must_use]
pub fn server<E: Engine>(
    desk: Desk<E, Appraisal>,
    linked: impl Fn(UnitCode) -> bool + Send + Sync + 'static,
    signer: impl Fn(pb::Bulletin) -> BoxFuture<'static, Result<pb::Checkpoint, StoreError>>
    + Send
    + Sync
    + 'static,
    limits: &config::Grpc,
) -> AppraisalServiceServer<Grpc<E>> {
    AppraisalServiceServer::from_arc(Arc::new(Grpc {
        desk,
        linked: Box::new(linked),
        signer: Box::new(signer),
    }))
    .max_decoding_message_size(limits.message_in_bytes_max)
    .max_encoding_message_size(limits.message_out_bytes_max)
}

/// `name => handler(Request) -> Answer;` for every RPC that is asked once, and needs the desk alone.
macro_rules! service {
    ($($rpc:ident => $handler:path: $request:ident -> $answer:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> AppraisalService for Grpc<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$answer>, Status> {
                $handler(&self.desk, request).await
            })*

            async fn submit_forms(
                &self,
                request: Request<Streaming<pb::SubmitFormsRequest>>,
            ) -> Result<Response<pb::SubmitFormsResponse>, Status> {
                forms::submit(&self.desk, request).await
            }

            async fn issue_bulletin(
                &self,
                request: Request<pb::IssueBulletinRequest>,
            ) -> Result<Response<pb::Bulletin>, Status> {
                bulletin::issue(&self.desk, (&self.linked, &self.signer), request).await
            }
        }
    };
}

service! {
    freeze_scheme => Desk::write: FreezeSchemeRequest -> Scheme;
    rank_villages => Desk::write: RankVillagesRequest -> Ranking;
    issue_reward_list => Desk::write: IssueRewardListRequest -> RewardList;
    confirm_reward_list => Desk::write: ConfirmRewardListRequest -> RewardList;
    get_score => read::score: GetScoreRequest -> Score;
    list_ranking => read::ranking: ListRankingRequest -> ListRankingResponse;
    get_reward_list => read::reward_list: GetRewardListRequest -> RewardList;
    get_survey_report => read::survey: GetSurveyReportRequest -> SurveyReport;
    get_bulletin => bulletin::get: GetBulletinRequest -> Bulletin;
    get_checkpoint => checkpoint::get: GetCheckpointRequest -> Checkpoint;
    list_bulletins => bulletin::list: ListBulletinsRequest -> ListBulletinsResponse;
    render_bulletin => bulletin::written_out: RenderBulletinRequest -> RenderBulletinResponse;
}
