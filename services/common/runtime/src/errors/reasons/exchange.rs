//! What intake says about publicity and exchange.

use super::{Code, Reason};

reasons! {
    ACTIVITY_NOT_FOUND: NotFound,
        "没有活动 {activity}",
        "there is no activity {activity}",
        "Check the name; `ListActivities` shows what a unit has recorded.";
    ACTIVITY_WITHDRAWN: FailedPrecondition,
        "活动 {activity} 已撤销",
        "{activity} was withdrawn",
        "Nothing to do: it is not counted any more; what was held is recorded anew.";
    TOO_MANY_ACTIVITIES: FailedPrecondition,
        "本单位该年度的活动已达上限 {limit} 次",
        "the unit has reached its limit of {limit} activities for the year",
        "Put what belongs together into one; tell the unit above.";
    NOT_MARKED: FailedPrecondition,
        "本单位没有标记 {subject}，或行政村尚未收到",
        "the unit has not marked {subject}, or the village has yet to hear",
        "`ListMarks` shows what is marked, as far as villages have heard.";
}
