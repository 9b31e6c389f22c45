//! Each request about joint matters: which unit it is about, and which command it becomes.

use yishi_intake_domain::joint::{Act, Command, ParticipationId, Party, Shares};
use yishi_intake_domain::limits;
use yishi_kernel::{BasisPoints, MatterId, Register, RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;

use super::super::fields::{seen, unit_of, village_of};
use super::super::requests::{meeting, reason};
use crate::model::Intake;
use crate::task::{Asked, Task};

fn village_of_part(name: &str) -> Option<UnitCode> {
    name.parse::<ParticipationId>().ok().map(|id| id.village)
}

/// The name of a participation in a field of a request.
pub(crate) fn participation_name(check: &mut Checker, field: &str, text: &str) -> Option<ParticipationId> {
    let participation = text.parse().ok();
    if participation.is_none() {
        check.refuse(
            field,
            "应为参与名称，如 villages/640324100201/participations/640324100200-2022-7",
            "write a participation's name, as in villages/640324100201/participations/640324100200-2022-7",
        );
    }
    participation
}

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident| $subject:expr;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.JointMatterService/", $rpc);
            fn subject(&self, _: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    InviteVillagesRequest, "InviteVillages", |r| village_of(&r.name);
    ReleaseVillagesRequest, "ReleaseVillages", |r| village_of(&r.name);
    RecordPartnerDeliberationRequest, "RecordPartnerDeliberation", |r| village_of_part(&r.name);
    AcceptInvitationRequest, "AcceptInvitation", |r| village_of_part(&r.name);
    DeclineInvitationRequest, "DeclineInvitation", |r| village_of_part(&r.name);
    LeaveJointMatterRequest, "LeaveJointMatter", |r| village_of_part(&r.name);
    GetParticipationRequest, "GetParticipation", |r| village_of_part(&r.name);
    ListParticipationsRequest, "ListParticipations", |r| unit_of("units", &r.parent);
}

impl Mutation<Intake> for pb::InviteVillagesRequest {
    type Answer = pb::Matter;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let matter = check.matter("name", &self.name);
        let shares = shares(&mut check, matter, &self.shares);
        let request_id = check.request_id("request_id", &self.request_id);
        let version = seen(&mut check, &self.etag);
        check.finish(|| {
            let (matter, (lead, parties)) = (matter?, shares?);
            let command = Command::Invite { matter, version: version?, lead, parties };
            Some((request_id?, Task::Asked(Asked::Joint(command))))
        })
    }
}

/// The lead's share, and those of the others.
fn shares(
    check: &mut Checker,
    matter: Option<MatterId>,
    given: &[pb::JointShare],
) -> Option<(Shares, Vec<Party>)> {
    if !limits::JOINT_VILLAGES.contains(&given.len()) {
        let (few, many) = (limits::JOINT_VILLAGES.start(), limits::JOINT_VILLAGES.end());
        let zh = format!("应为 {few} 至 {many} 个村，含牵头村，现为 {} 个", given.len());
        let en = format!("write {few} to {many} villages, the lead among them; there are {}", given.len());
        check.refuse("shares", zh, en);
        return None;
    }
    let read: Vec<_> = given.iter().enumerate().map(|(nth, share)| party(check, nth, share)).collect();
    let mut parties: Vec<Party> = read.into_iter().collect::<Option<_>>()?;
    let twice = |nth: usize| parties[..nth].iter().any(|other| other.village == parties[nth].village);
    if let Some(nth) = (0..parties.len()).find(|nth| twice(*nth)) {
        check.refuse(&format!("shares[{nth}].village"), "每个村只写一次", "name each village once");
        return None;
    }
    let lead = matter?.village;
    let Some(own) = parties.iter().position(|party| party.village == lead) else {
        check.refuse("shares", "应写明牵头村自己的份额", "write the lead village's own share, too");
        return None;
    };
    Some((parties.remove(own).shares, parties))
}

fn party(check: &mut Checker, nth: usize, share: &pb::JointShare) -> Option<Party> {
    let village = check.unit_name(&format!("shares[{nth}].village"), "villages", &share.village);
    let cost =
        check.fen(&format!("shares[{nth}].cost_share_fen"), share.cost_share_fen, limits::COST_ESTIMATE_FEN);
    let whole = 0..=i64::from(BasisPoints::WHOLE.get());
    let credit: Option<u16> =
        check.count(&format!("shares[{nth}].credit_share_bp"), share.credit_share_bp, whole);
    let shares = Shares { cost: cost?, credit: BasisPoints::new(credit?)? };
    Some(Party { village: village?, shares })
}

impl Mutation<Intake> for pb::ReleaseVillagesRequest {
    type Answer = pb::Matter;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let matter = check.matter("name", &self.name);
        let reason = reason(&mut check, &self.reason);
        let request_id = check.request_id("request_id", &self.request_id);
        let version = seen(&mut check, &self.etag);
        check.finish(|| {
            let command = Command::Release { matter: matter?, version: version?, reason: reason? };
            Some((request_id?, Task::Asked(Asked::Joint(command))))
        })
    }
}

/// What a partner does about its own part.
macro_rules! changes {
    ($($request:ident: |$this:ident, $check:ident| $act:expr;)*) => {$(
        impl Mutation<Intake> for pb::$request {
            type Answer = pb::Participation;

            fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
                let ($this, mut checker) = (self, Checker::default());
                let participation = participation_name(&mut checker, "name", &self.name);
                let request_id = checker.request_id("request_id", &self.request_id);
                let version = seen(&mut checker, &self.etag);
                let act = { let $check = &mut checker; $act };
                checker.finish(|| {
                    let (participation, version, act) = (participation?, version?, act?);
                    let command = Command::Change { participation, version, act };
                    Some((request_id?, Task::Asked(Asked::Joint(command))))
                })
            }
        }
    )*};
}

changes! {
    RecordPartnerDeliberationRequest: |r, check| {
        meeting(check, r.deliberation.as_ref().unwrap_or(&pb::Deliberation::default())).map(Act::Deliberate)
    };
    AcceptInvitationRequest: |_r, _check| Some(Act::Accept);
    DeclineInvitationRequest: |r, check| reason(check, &r.reason).map(|reason| Act::Decline { reason });
    LeaveJointMatterRequest: |r, check| reason(check, &r.reason).map(|reason| Act::Leave { reason });
}
