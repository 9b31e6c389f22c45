//! Joint matters as they are served.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::joint_matter_service_server::{JointMatterService, JointMatterServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use super::list::{PAGE_DEFAULT, PAGE_MAX, SEAL};
use crate::convert::joint::{part_states_mask, participation_name, unknown};
use crate::model::Intake;
use crate::store::joint::{self, PartCursor, PartFilter};
use crate::store::villages;

const STATES: &[&str] = &[
    "INVITED",
    "ACCEPTED",
    "LEAVING",
    "DECLINED",
    "RELEASED",
    "DETERMINED",
    "CLOSED",
    "CANCELLED",
    "CARRIED_OVER",
];

/// The service of joint matters.
pub struct JointMatters<E: Engine> {
    desk: Desk<E, Intake>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn joint_matters<E: Engine>(
    desk: Desk<E, Intake>,
    limits: &config::Grpc,
) -> JointMatterServiceServer<JointMatters<E>> {
    JointMatterServiceServer::from_arc(Arc::new(JointMatters { desk }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

/// `name => Request, Answer;` for every RPC that changes something.
macro_rules! service {
    ($($rpc:ident => $request:ident, $answer:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> JointMatterService for JointMatters<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$answer>, Status> {
                self.desk.write(request).await
            })*

            async fn get_participation(
                &self,
                request: Request<pb::GetParticipationRequest>,
            ) -> Result<Response<pb::Participation>, Status> {
                let (request, mut reader) = self.desk.read(request).await?;
                let mut check = Checker::default();
                let name = participation_name(&mut check, "name", &request.name);
                let id = check.finish(|| name)?;
                let part = joint::get::<E>(&mut reader, id).await.map_err(unreadable)?;
                reader.done();
                Ok(Response::new(part.ok_or_else(|| unknown(id))?))
            }

            async fn list_participations(
                &self,
                request: Request<pb::ListParticipationsRequest>,
            ) -> Result<Response<pb::ListParticipationsResponse>, Status> {
                self.list(request).await
            }
        }
    };
}

service! {
    invite_villages => InviteVillagesRequest, Matter;
    release_villages => ReleaseVillagesRequest, Matter;
    record_partner_deliberation => RecordPartnerDeliberationRequest, Participation;
    accept_invitation => AcceptInvitationRequest, Participation;
    decline_invitation => DeclineInvitationRequest, Participation;
    leave_joint_matter => LeaveJointMatterRequest, Participation;
}

impl<E: Engine> JointMatters<E> {
    async fn list(
        &self,
        request: Request<pb::ListParticipationsRequest>,
    ) -> Result<Response<pb::ListParticipationsResponse>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let unit = check.unit_name("parent", "units", &request.parent);
        let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, PAGE_MAX);
        let year = match request.year {
            0 => Some(None),
            year => check.year("year", year).map(|year| Some(i64::from(year.get()))),
        };
        let states: Option<Vec<pb::ParticipationState>> =
            request.states.iter().map(|state| check.enumeration("states", *state, STATES)).collect();
        let (unit, size, filter) = check.finish(|| {
            let filter = PartFilter { year: year?, states: part_states_mask(&states?) };
            Some((unit?, size?, filter))
        })?;
        // What a token was given for: the same question, whatever the size of its pages.
        let question = format!("participations {unit} {filter:?}");
        let after = match request.page_token.as_str() {
            "" => None,
            token => Some(self.open(&question, token).ok_or_else(Failure::foreign_page_token)?),
        };
        let villages = villages(self.desk.house(), unit);
        let (mut participations, next) =
            joint::list::<E>(&mut reader, &villages, filter, after, size).await.map_err(unreadable)?;
        reader.done();
        participations.iter_mut().for_each(in_short);
        let next_page_token = next.map(|last| self.seal(&question, last)).unwrap_or_default();
        Ok(Response::new(pb::ListParticipationsResponse { participations, next_page_token }))
    }

    fn seal(&self, question: &str, last: PartCursor) -> String {
        let PartCursor { village, year, lead, ordinal } = last;
        let place = format!("{village}.{year}.{lead}.{ordinal}");
        let digest = self.desk.digest("page", format!("{question} {place}").as_bytes());
        format!("{place}.{}", yishi_store::to_hex(&digest[..SEAL]))
    }

    fn open(&self, question: &str, token: &str) -> Option<PartCursor> {
        let mut parts = token.split('.');
        let last = PartCursor {
            village: parts.next()?.parse().ok()?,
            year: parts.next()?.parse().ok()?,
            lead: parts.next()?.parse().ok()?,
            ordinal: parts.next()?.parse().ok()?,
        };
        (self.seal(question, last) == token).then_some(last)
    }
}

/// As lists show it.
pub(super) fn in_short(part: &mut pb::Participation) {
    if let Some(content) = &mut part.content {
        content.description.clear();
    }
}
