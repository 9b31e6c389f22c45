//! What intake says about the work on a matter: milestones, inspections, rework.

use super::{Code, Reason};

reasons! {
    TOO_MANY_MILESTONES: FailedPrecondition,
        "该事项的节点已达上限 {limit} 个",
        "the matter has reached its limit of {limit} milestones",
        "Put what belongs together into one.";
    MILESTONE_NOT_FOUND: NotFound,
        "事项 {matter} 没有第 {milestone} 个节点",
        "matter {matter} has no milestone {milestone}",
        "Read the matter: its milestones carry their ids.";
    MILESTONE_OVER: FailedPrecondition,
        "第 {milestone} 个节点已完成或已取消",
        "milestone {milestone} was reached or dropped",
        "Nothing to do: a milestone ends once; plan another.";
    TOO_MANY_INSPECTIONS: FailedPrecondition,
        "该事项的检查至多 {limit} 次、问题至多 {findings} 条",
        "a matter takes {limit} inspections and {findings} findings at the most",
        "Put what belongs together into one; tell the unit above.";
    TOO_MANY_REFUSALS: FailedPrecondition,
        "该事项的验收至多可拒绝 {limit} 次",
        "a matter's acceptance is refused {limit} times at the most",
        "Tell the unit above.";
    INSPECTION_FINDING_NOT_FOUND: NotFound,
        "事项 {matter} 没有第 {finding} 条检查问题",
        "matter {matter} has no finding {finding}",
        "Read the matter: its findings carry their ids.";
    INSPECTION_FINDING_CLOSED: FailedPrecondition,
        "第 {finding} 条检查问题已销号",
        "finding {finding} is closed",
        "Nothing to do; what is wrong again is a new finding.";
    INSPECTION_FINDINGS_OPEN: FailedPrecondition,
        "尚有 {open} 条检查问题未销号",
        "{open} finding(s) of inspections are not closed",
        "Put right what was found, and have whoever found it look again.";
    REWORK_MISSING: FailedPrecondition,
        "第 {finding} 条检查问题没有新的整改可看",
        "nothing new was reported about finding {finding}",
        "Wait for the handler to report what was done about it.";
    NOT_THE_INSPECTOR: FailedPrecondition,
        "第 {finding} 条检查问题由 {inspector} 提出，应由其复查",
        "finding {finding} is of {inspector}, which alone says whether it is put right",
        "Have whoever found it look again.";
}
