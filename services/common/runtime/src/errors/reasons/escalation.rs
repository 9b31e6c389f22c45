//! What escalation says.

use super::{Code, Reason};

reasons! {
    // Escalation.
    REFERRAL_NOT_FOUND: NotFound,
        "没有任务 {referral}",
        "there is no referral {referral}",
        "Check the name. A matter comes to its village when it is determined, and to a unit above when it is raised to it.";
    TOO_MANY_CHANGES: FailedPrecondition,
        "该任务已变更 {limit} 次，达到上限",
        "the referral has changed {limit} times, which is the limit",
        "Accept, return or resolve it: these are always taken.";
    NOBODY_ABOVE: FailedPrecondition,
        "{unit} 之上没有单位可以上报",
        "there is no unit above {unit} to raise the matter to",
        "Hand the matter to departments, resolve it, or return it.";
    NOBODY_BELOW: FailedPrecondition,
        "{unit} 是事项所在村，无处退回",
        "{unit} is the matter's own village: nobody raised it there",
        "Raise the matter, or resolve it.";
    TAKE_BACK_PENDING: FailedPrecondition,
        "撤回请求尚无答复",
        "the matter has been asked back already, and there is no answer yet",
        "Wait for the unit above: it returns the matter or says why not.";
    TAKE_BACK_NOT_ASKED: FailedPrecondition,
        "下级没有待答复的撤回请求",
        "the unit below does not ask for the matter, or has its answer",
        "Nothing to answer; to give the matter back unasked, return it.";
    NOT_A_COORDINATOR: FailedPrecondition,
        "{unit} 不是自治区，不能交厅局协调",
        "{unit} is not the region: it hands no matter to departments",
        "Raise the matter: the region coordinates departments.";
    DEPARTMENT_NOT_ASSIGNED: NotFound,
        "{department} 未参与任务 {referral}",
        "{department} has no part in referral {referral}",
        "Read the referral: it tells its departments; assign this one first.";
    ASSIGNMENT_ANSWERED: FailedPrecondition,
        "{department} 已有答复",
        "{department} has given its answer",
        "Nothing to do; whoever changes its mind is assigned anew.";
    ASSIGNMENT_NOT_ACCEPTED: FailedPrecondition,
        "{department} 尚未承办",
        "{department} has not said that it takes part",
        "Record its answer first, or assign another department.";
}
