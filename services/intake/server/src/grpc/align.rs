//! What departments say, as it is served, and what each is asked about.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_kernel::Clock;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::alignment_service_server::{AlignmentService, AlignmentServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, caller, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use super::list::{PAGE_DEFAULT, open, seal, shorten};
use crate::convert::align::{department, own};
use crate::model::Intake;
use crate::store::{self, opinions};

/// Matters on a page: with a department's conditions in full each may take 60 KB.
const OPINIONS_MAX: u32 = 60;

/// The service of what departments say.
pub struct Alignments<E: Engine> {
    desk: Desk<E, Intake>,
    /// Tells what is overdue.
    clock: Arc<dyn Clock>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn alignments<E: Engine>(
    desk: Desk<E, Intake>,
    clock: Arc<dyn Clock>,
    limits: &config::Grpc,
) -> AlignmentServiceServer<Alignments<E>> {
    AlignmentServiceServer::from_arc(Arc::new(Alignments { desk, clock }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

/// `name => Request;` for every RPC that changes something.
macro_rules! service {
    ($($rpc:ident => $request:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> AlignmentService for Alignments<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::Matter>, Status> {
                self.desk.write(request).await
            })*

            async fn list_opinions(
                &self,
                request: Request<pb::ListOpinionsRequest>,
            ) -> Result<Response<pb::ListOpinionsResponse>, Status> {
                self.list(request).await
            }
        }
    };
}

service! {
    give_opinion => GiveOpinionRequest;
    withdraw_opinion => WithdrawOpinionRequest;
    meet_condition => MeetConditionRequest;
    revise_matter => ReviseMatterRequest;
}

impl<E: Engine> Alignments<E> {
    async fn list(
        &self,
        request: Request<pb::ListOpinionsRequest>,
    ) -> Result<Response<pb::ListOpinionsResponse>, Status> {
        let caller = caller(&request)?;
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let asked = department(&mut check, "parent", &request.parent);
        let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, OPINIONS_MAX);
        let ((unit, asked), size) = check.finish(|| Some((asked?, size?)))?;
        own(&caller, &request.parent)?;
        let waiting = pb::OpinionStand::Waiting;
        let stand = if request.waiting_only { waiting as i64 } else { 0 };
        // What a token was given for: the same question, whatever the size of its pages.
        let question = format!("opinions {unit} {asked} {stand}");
        let after = match request.page_token.as_str() {
            "" => None,
            token => Some(open(&self.desk, &question, token).ok_or_else(Failure::foreign_page_token)?),
        };
        let villages = store::villages(self.desk.house(), unit);
        let (found, next) = opinions::list::<E>(&mut reader, &villages, &asked, stand, after, size)
            .await
            .map_err(unreadable)?;
        reader.done();
        let now = self.clock.now().as_micros();
        let told = found.into_iter().map(|opinions::Asked { mut matter, stand, due_us }| {
            let opinions = matter.alignment.iter().flat_map(|alignment| &alignment.opinions);
            let mut opinions = opinions.filter(|opinion| opinion.department == asked.to_string());
            let own = opinions.next().cloned();
            shorten(&mut matter);
            own.into_iter().for_each(|own| tell_in_full(&mut matter, own));
            let overdue = stand == waiting as i32 && now > due_us;
            pb::AskedMatter { matter: Some(matter), stand, overdue }
        });
        let next_page_token = next.map(|cursor| seal(&self.desk, &question, cursor)).unwrap_or_default();
        Ok(Response::new(pb::ListOpinionsResponse { matters: told.collect(), next_page_token }))
    }
}

/// A department is told its own words and conditions; what shows that they are met is told with the matter.
fn tell_in_full(matter: &mut pb::Matter, mut own: pb::Opinion) {
    own.conditions.iter_mut().for_each(|condition| condition.papers.clear());
    let opinions = matter.alignment.iter_mut().flat_map(|alignment| &mut alignment.opinions);
    opinions
        .filter(|opinion| opinion.department == own.department)
        .for_each(|opinion| *opinion = own.clone());
}
