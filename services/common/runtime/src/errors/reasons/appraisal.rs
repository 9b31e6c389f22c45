//! What appraisal says: schemes, forms, rankings, bulletins, rewards.

use super::{Code, Reason};

reasons! {
    // Appraisal.
    SCHEME_FROZEN: AlreadyExists,
        "{year} 年考评方案已定，不可更改",
        "the scheme of {year} is frozen",
        "Nothing to do: a year has one scheme, which never changes.";
    SCHEME_MISSING: FailedPrecondition,
        "{year} 年尚无考评方案",
        "the year {year} has no scheme yet",
        "Freeze a scheme first.";
    YEAR_NOT_BEGUN: FailedPrecondition,
        "{year} 年尚未开始，今天是 {today}",
        "the year {year} has not begun; today is {today}",
        "Send forms from 1 January of their year on.";
    YEAR_NOT_OVER: FailedPrecondition,
        "{year} 年尚未结束，今天是 {today}",
        "the year {year} is not over; today is {today}",
        "Come back when 31 December of the year is past.";
    TOO_MANY_FORMS: FailedPrecondition,
        "该村当年问卷将超过上限 {limit} 份",
        "the village would have more than its {limit} forms of the year",
        "Look who sends them; tell the unit above if the limit is in the way.";
    TOO_MANY_BATCHES: FailedPrecondition,
        "一次上传至多 {limit} 批",
        "a stream takes at most {limit} batches",
        "Send the rest in another stream: all batches before are counted.";
    ALREADY_RANKED: AlreadyExists,
        "{year} 年排名已定，不可更改",
        "the year {year} is ranked",
        "Nothing to do: a year is ranked once; read the ranking.";
    RANKING_MISSING: FailedPrecondition,
        "{year} 年尚未排名",
        "the year {year} is not ranked yet",
        "Rank the villages first.";
    RANKING_NOT_FOUND: NotFound,
        "没有排名 {ranking}",
        "there is no ranking {ranking}",
        "Check the name; the region ranks when the year is over.";
    SCORE_NOT_FOUND: NotFound,
        "没有考评得分 {score}",
        "there is no score {score}",
        "Check the name; a village has its score once the region has ranked.";
    PERIOD_NOT_OVER: FailedPrecondition,
        "该期至 {last_day} 为止，今天是 {today}",
        "the period ends on {last_day}; today is {today}",
        "Come back when the last day of the period is past.";
    BULLETIN_ISSUED: AlreadyExists,
        "{period} 的通报已发布",
        "the bulletin of {period} is issued",
        "Nothing to do: a period has one bulletin; read it. What came later stands in the next one.";
    BULLETIN_NOT_FOUND: NotFound,
        "没有通报 {bulletin}",
        "there is no bulletin {bulletin}",
        "Check the name; `ListBulletins` shows what a unit has issued.";
    CHECKPOINT_NOT_FOUND: NotFound,
        "通报 {bulletin} 尚未签署",
        "nothing is signed of the bulletin {bulletin}",
        "It is signed right after it is issued: ask again. One that was issued before nodes signed stays as it is.";
    POOL_EXCEEDED: InvalidArgument,
        "奖补合计 {promised} 分，超过奖池 {pool} 分",
        "the rewards come to {promised} fen; the pool holds {pool}",
        "Reward fewer villages, or with less, or out of a larger pool.";
    REWARD_LIST_ISSUED: AlreadyExists,
        "{year} 年奖补名单已公示",
        "the reward list of {year} is issued",
        "Nothing to do: a year has one reward list; read it.";
    REWARD_LIST_NOT_FOUND: NotFound,
        "没有奖补名单 {list}",
        "there is no reward list {list}",
        "Check the name; the region issues the list after the ranking.";
    REWARD_LIST_ORDERED: FailedPrecondition,
        "奖补名单已确认（{state}）",
        "the reward list is confirmed already: it is {state}",
        "Nothing to do: a list is confirmed once; read it to follow the payments.";
}
