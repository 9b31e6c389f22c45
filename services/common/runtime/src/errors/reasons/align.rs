//! What intake says about the opinions of departments.

use super::{Code, Reason};

reasons! {
    OPINION_NOT_ASKED: FailedPrecondition,
        "没有就 {matter} 征求 {department} 的意见",
        "{department} is not asked about {matter}",
        "Nothing to say; `ListOpinions` shows what a department is asked about.";
    CONDITION_NOT_FOUND: NotFound,
        "事项 {matter} 没有 {department} 的第 {condition} 条条件",
        "matter {matter} has no condition {condition} of {department}",
        "Read the matter: its opinions carry their conditions.";
    CONDITION_MET: FailedPrecondition,
        "{department} 的第 {condition} 条条件已落实",
        "condition {condition} of {department} is met",
        "Nothing to do: a condition is met once.";
    CONDITIONS_OPEN: FailedPrecondition,
        "尚有 {open} 条部门意见的条件未落实",
        "{open} condition(s) of departments are not met",
        "Meet each condition first, and show it.";
}
