//! What villages ask that plan a matter together.

use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::joint_matter_service_client::JointMatterServiceClient;
use yishi_runtime::access::Role;
use yishi_store::Engine;

use super::{Asks, REJECTED, Sandbox, Signature, as_caller, fresh_id};

/// A client of joint matters.
pub type Joint = JointMatterServiceClient<InterceptedService<Channel, Signature>>;

/// What the lead keeps for itself of the cost and of the credit; the others share the rest alike.
const LEADS: (i64, i32) = (100_000_000, 6_000);
/// What a matter of the sandbox costs, in fen, and all of the credit.
const ALL: (i64, i32) = (120_000_000, 10_000);

impl Asks {
    /// The shares of a lead and of one or two others.
    #[must_use]
    pub fn shares(lead: UnitCode, others: &[UnitCode]) -> Vec<pb::JointShare> {
        let share = |village: &UnitCode, (cost_share_fen, credit_share_bp)| pb::JointShare {
            village: format!("villages/{village}"),
            cost_share_fen,
            credit_share_bp,
        };
        let many = i32::try_from(others.len()).expect("one or two");
        let rest = ((ALL.0 - LEADS.0) / i64::from(many), (ALL.1 - LEADS.1) / many);
        std::iter::once(share(&lead, LEADS)).chain(others.iter().map(|other| share(other, rest))).collect()
    }

    /// Others are asked to take part.
    #[must_use]
    pub fn invite(name: &str, lead: UnitCode, others: &[UnitCode]) -> pb::InviteVillagesRequest {
        let (name, shares) = (name.to_owned(), Self::shares(lead, others));
        pb::InviteVillagesRequest { name, shares, request_id: fresh_id(), etag: String::new() }
    }

    /// They are let go.
    #[must_use]
    pub fn release(name: &str) -> pb::ReleaseVillagesRequest {
        let (name, reason) = (name.to_owned(), REJECTED.to_owned());
        pb::ReleaseVillagesRequest { name, reason, request_id: fresh_id(), etag: String::new() }
    }

    /// A partner's meeting of 30 villagers.
    #[must_use]
    pub fn deliberate_on(name: &str, held_on: &str, in_favour: i32) -> pb::RecordPartnerDeliberationRequest {
        let asked = Self::deliberate(name, held_on, (30, 24, in_favour));
        let (name, deliberation) = (asked.name, asked.deliberation);
        pb::RecordPartnerDeliberationRequest {
            name,
            deliberation,
            request_id: fresh_id(),
            etag: String::new(),
        }
    }

    /// A partner agrees.
    #[must_use]
    pub fn agree(name: &str) -> pb::AcceptInvitationRequest {
        pb::AcceptInvitationRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
    }

    /// A partner does not.
    #[must_use]
    pub fn refuse(name: &str) -> pb::DeclineInvitationRequest {
        let (name, reason) = (name.to_owned(), REJECTED.to_owned());
        pb::DeclineInvitationRequest { name, reason, request_id: fresh_id(), etag: String::new() }
    }

    /// A partner asks to be let go.
    #[must_use]
    pub fn leave(name: &str) -> pb::LeaveJointMatterRequest {
        let (name, reason) = (name.to_owned(), REJECTED.to_owned());
        pb::LeaveJointMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
    }
}

/// The name of a village's part in a matter of another.
#[must_use]
pub fn participation(village: UnitCode, matter: &str) -> String {
    let own = matter.trim_start_matches("villages/").replace("/matters/", "-");
    format!("villages/{village}/participations/{own}")
}

fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("a village that does everything right is not refused").into_inner()
}

/// Villages that plan a matter together, each at its own node.
pub struct Together {
    /// The matter.
    pub matter: String,
    lead: UnitCode,
}

impl Together {
    /// A client of a village's.
    pub fn at<E: Engine>(node: &Sandbox<E>, village: UnitCode) -> Joint {
        let signed = Signature::of(&as_caller(village, Role::Officer));
        JointMatterServiceClient::with_interceptor(node.channel(), signed)
    }

    /// A new matter of a village, to which others are invited; they have yet to hear.
    pub async fn invite<E: Engine>(node: &Sandbox<E>, lead: UnitCode, others: &[UnitCode]) -> Self {
        let matter = node.village(lead).propose("联村修桥").await.name;
        let invited = Self::at(node, lead).invite_villages(Asks::invite(&matter, lead, others)).await;
        assert!(done(invited).joint.is_some());
        Self { matter, lead }
    }

    /// A partner's part as its node knows it.
    pub async fn part<E: Engine>(&self, node: &Sandbox<E>, village: UnitCode) -> pb::Participation {
        let name = participation(village, &self.matter);
        done(Self::at(node, village).get_participation(pb::GetParticipationRequest { name }).await)
    }

    /// A partner's meeting decides for it, and the village agrees.
    pub async fn agree<E: Engine>(
        &self,
        node: &Sandbox<E>,
        village: UnitCode,
        day: &str,
    ) -> pb::Participation {
        let (name, mut office) = (participation(village, &self.matter), Self::at(node, village));
        done(office.record_partner_deliberation(Asks::deliberate_on(&name, day, 20)).await);
        done(office.accept_invitation(Asks::agree(&name)).await)
    }

    /// The lead's own meeting decides for it, and the decision is hung out.
    pub async fn hang_out<E: Engine>(&self, node: &Sandbox<E>, day: &str) -> i64 {
        let mut village = node.village(self.lead);
        village.deliberate(&self.matter, day, (30, 24, 20)).await;
        village.publish(&self.matter).await.notice.expect("it hangs out").earliest_end_time_us
    }
}
