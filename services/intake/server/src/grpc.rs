//! The served side. A handler that changes something is one line: the desk does the same for each.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_intake_domain::Policies;
use yishi_kernel::{MatterId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::intake_service_server::{IntakeService, IntakeServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, Mutation as _, caller, unreadable};
use yishi_runtime::errors::{Failure, reasons};
use yishi_seal::Keyring;
use yishi_store::{Engine, StoreError};

use crate::convert;
use crate::model::Intake;
use crate::store;
use crate::support_key::SupportKey;

mod align;
mod books;
mod bulk;
mod dossier;
mod exchange;
mod joint;
mod likeness;
mod list;
mod person;
mod policy;
mod report;
mod taxonomies;
mod token;
mod void;
mod work;

pub use align::{Alignments, alignments};
pub use books::{YearBooks, year_books};
pub use bulk::{Bulk, bulk};
pub use dossier::{Dossiers, dossiers};
pub use exchange::{Exchange, exchange};
pub use joint::{JointMatters, joint_matters};
pub use person::{Persons, persons};
pub use policy::{PoliciesInForce, policies};
pub use taxonomies::{Taxonomies, taxonomies};
pub use work::{Works, works};

/// The intake service.
pub struct Grpc<E: Engine> {
    desk: Desk<E, Intake>,
    policies: Arc<Policies>,
    keys: Arc<Keyring>,
    /// Under which supporters are written down.
    support_key: Arc<SupportKey>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn server<E: Engine>(
    desk: Desk<E, Intake>,
    policies: impl Into<Arc<Policies>>,
    keys: Arc<Keyring>,
    support_key: Arc<SupportKey>,
    limits: &config::Grpc,
) -> IntakeServiceServer<Grpc<E>> {
    IntakeServiceServer::from_arc(Arc::new(Grpc { desk, policies: policies.into(), keys, support_key }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

/// A matter that was read, if it is there.
fn found(read: Result<Option<pb::Matter>, StoreError>, id: MatterId) -> Result<pb::Matter, Failure> {
    read.map_err(unreadable)?.ok_or_else(|| {
        Failure::new(&reasons::MATTER_NOT_FOUND).with("matter", id).resource("yishi.intake.v1.Matter", id)
    })
}

/// A matter as somebody of a unit reads it.
async fn get<E: Engine>(
    desk: &Desk<E, Intake>,
    conn: &mut E::Connection,
    id: MatterId,
    reader: UnitCode,
) -> Result<pb::Matter, Failure> {
    let mut matter = found(store::get::<E>(conn, id).await, id)?;
    if work::may_have_photographs(&matter) {
        let shared = store::shared::<E>(conn, id).await.map_err(unreadable)?;
        work::tell_shared(&mut matter, shared, &desk.house().register, reader);
    }
    Ok(matter)
}

/// `name => Request;` for every RPC that changes a matter there is and need know nothing else.
macro_rules! service {
    ($($rpc:ident => $request:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> IntakeService for Grpc<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::Matter>, Status> {
                self.desk.write(request).await
            })*

            async fn propose_matter(
                &self,
                request: Request<pb::ProposeMatterRequest>,
            ) -> Result<Response<pb::Matter>, Status> {
                let propose = |request: &_, caller: &_, register: &_| {
                    convert::person::propose(request, caller, register, &self.keys)
                };
                self.desk.write_as(request, propose).await
            }

            async fn support_matter(
                &self,
                request: Request<pb::SupportMatterRequest>,
            ) -> Result<Response<pb::Matter>, Status> {
                let salted = |request: &pb::SupportMatterRequest, caller: &_, register: &_| {
                    let (request_id, task) = request.command(caller, register)?;
                    Ok((request_id, self.support_key.salt(register, task)))
                };
                self.desk.write_known_by(request, SupportKey::known_by, salted).await
            }

            async fn get_matter(
                &self,
                request: Request<pb::GetMatterRequest>,
            ) -> Result<Response<pb::Matter>, Status> {
                let unit = caller(&request)?.unit;
                let (request, mut reader) = self.desk.read(request).await?;
                let mut check = Checker::default();
                let name: Option<MatterId> = check.matter("name", &request.name);
                let id = check.finish(|| name)?;
                let matter = get::<E>(&self.desk, &mut reader, id, unit).await;
                reader.done();
                let matter = matter?;
                Ok(Response::new(matter))
            }

            async fn list_matters(
                &self,
                request: Request<pb::ListMattersRequest>,
            ) -> Result<Response<pb::ListMattersResponse>, Status> {
                list::list(&self.desk, request).await
            }

            async fn list_void_numbers(
                &self,
                request: Request<pb::ListVoidNumbersRequest>,
            ) -> Result<Response<pb::ListVoidNumbersResponse>, Status> {
                void::list(&self.desk, request).await
            }

            async fn get_progress_report(
                &self,
                request: Request<pb::GetProgressReportRequest>,
            ) -> Result<Response<pb::ProgressReport>, Status> {
                report::report(&self.desk, request).await
            }

            async fn get_likely_duplicates(
                &self,
                request: Request<pb::GetLikelyDuplicatesRequest>,
            ) -> Result<Response<pb::LikelyDuplicates>, Status> {
                self.duplicates(request).await
            }

            async fn get_likely_duplicates_of_draft(
                &self,
                request: Request<pb::GetLikelyDuplicatesOfDraftRequest>,
            ) -> Result<Response<pb::LikelyDuplicates>, Status> {
                self.duplicates_of_draft(request).await
            }
        }
    };
}

service! {
    update_matter => UpdateMatterRequest;
    merge_matter => MergeMatterRequest;
    decline_matter => DeclineMatterRequest;
    withdraw_matter => WithdrawMatterRequest;
    record_deliberation => RecordDeliberationRequest;
    publish_notice => PublishNoticeRequest;
    file_objection => FileObjectionRequest;
    answer_objection => AnswerObjectionRequest;
    determine_matter => DetermineMatterRequest;
    record_progress => RecordProgressRequest;
    complete_matter => CompleteMatterRequest;
    accept_matter => AcceptMatterRequest;
    request_closing => RequestClosingRequest;
    carry_over_matter => CarryOverMatterRequest;
    cancel_matter => CancelMatterRequest;
    answer_ending => AnswerEndingRequest;
}
