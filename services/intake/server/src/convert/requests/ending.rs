//! `AnswerEnding`: the unit right above a village is asked about the village's matter.

use yishi_intake_domain::book::Command;
use yishi_kernel::{MatterId, Register, RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;

use super::super::fields::seen;
use super::reason;
use crate::model::Intake;
use crate::task::Task;

/// The unit above a village; the village itself where the register knows none, which the policy then refuses.
fn above(register: &Register, matter: MatterId) -> UnitCode {
    register.parent(matter.village).unwrap_or(matter.village)
}

impl Subject<Intake> for pb::AnswerEndingRequest {
    const RPC: &'static str = "yishi.intake.v1.IntakeService/AnswerEnding";

    fn subject(&self, register: &Register) -> Option<UnitCode> {
        self.matter.parse().ok().map(|matter| above(register, matter))
    }
}

impl Mutation<Intake> for pb::AnswerEndingRequest {
    type Answer = pb::Matter;

    fn command(&self, _caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let matter = check.matter("matter", &self.matter);
        let reason = reason(&mut check, &self.reason);
        let request_id = check.request_id("request_id", &self.request_id);
        let version = seen(&mut check, &self.etag);
        check.finish(|| {
            let (matter, version, reason) = (matter?, version?, reason?);
            let by = above(register, matter);
            let command = Command::AnswerEnding { by, matter, version, granted: self.grant, reason };
            Some((request_id?, Task::Asked(command.into())))
        })
    }
}
