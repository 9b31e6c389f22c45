//! The served side. A handler that changes something is one line: the desk does the same for each.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_proto::funding::v1 as pb;
use yishi_proto::funding::v1::funding_service_server::{FundingService, FundingServiceServer};
use yishi_runtime::config;
use yishi_runtime::desk::Desk;
use yishi_store::Engine;

use crate::model::Funding;

mod channels;
mod page;
mod postings;
mod read;
mod report;

/// The funding service.
pub struct Grpc<E: Engine> {
    desk: Desk<E, Funding>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn server<E: Engine>(desk: Desk<E, Funding>, limits: &config::Grpc) -> FundingServiceServer<Grpc<E>> {
    FundingServiceServer::from_arc(Arc::new(Grpc { desk }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

/// `name => handler: Request -> Answer;`
macro_rules! service {
    ($($rpc:ident => $handler:path: $request:ident -> $answer:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> FundingService for Grpc<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$answer>, Status> {
                $handler(&self.desk, request).await
            })*
        }
    };
}

service! {
    open_channel => Desk::write: OpenChannelRequest -> Channel;
    receive_budget => Desk::write: ReceiveBudgetRequest -> Holding;
    appropriate => Desk::write: AppropriateRequest -> Transfer;
    return_appropriation => Desk::write: ReturnAppropriationRequest -> Transfer;
    lapse_remainder => Desk::write: LapseRemainderRequest -> Holding;
    commit_funds => Desk::write: CommitFundsRequest -> MatterFunding;
    release_commitment => Desk::write: ReleaseCommitmentRequest -> MatterFunding;
    pay_matter => Desk::write: PayMatterRequest -> MatterFunding;
    pay_reward => Desk::write: PayRewardRequest -> Reward;
    get_channel => read::channel: GetChannelRequest -> Channel;
    list_channels => channels::list: ListChannelsRequest -> ListChannelsResponse;
    get_transfer => read::transfer: GetTransferRequest -> Transfer;
    get_ledger => read::ledger: GetLedgerRequest -> Ledger;
    get_matter_funding => read::matter: GetMatterFundingRequest -> MatterFunding;
    get_investment_report => report::report: GetInvestmentReportRequest -> InvestmentReport;
    list_postings => postings::list: ListPostingsRequest -> ListPostingsResponse;
}
