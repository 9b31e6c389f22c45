//! The table of reasons, for all services. A name is stable for ever; a text may be mended.

use tonic::Code;

/// One way in which a request can fail.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// What a program compares: `ErrorInfo.reason`.
    pub name: &'static str,
    /// The gRPC code that goes with it.
    pub code: Code,
    /// The Chinese text, with `{fact}` where a fact of the failure stands.
    pub zh: &'static str,
    /// The English text, with the same placeholders.
    pub en: &'static str,
    /// What the caller does about it.
    pub remedy: &'static str,
}

macro_rules! reasons {
    ($($name:ident: $code:ident, $zh:literal, $en:literal, $remedy:literal;)*) => {
        $(
            #[doc = concat!("`", stringify!($code), "`: ", $en, ".")]
            pub const $name: Reason =
                Reason { name: stringify!($name), code: Code::$code, zh: $zh, en: $en, remedy: $remedy };
        )*

        /// Every reason, in the order of the table.
        pub const ALL: &[Reason] = &[$($name),*];
    };
}

reasons! {
    // The request as it stands.
    INVALID_FIELDS: InvalidArgument,
        "请求有 {count} 处填写有误",
        "{count} field(s) of the request are wrong",
        "Read the field violations: each says what would be right.";
    PAGE_TOKEN_INVALID: InvalidArgument,
        "page_token 不是本服务为同一查询给出的",
        "page_token was not given by this service for the same query",
        "Start again without a page token; keep all other fields the same from page to page.";
    CURSOR_UNKNOWN: FailedPrecondition,
        "本库从未有过该位置，可能已从备份恢复",
        "this database never had that position; it may have been restored from a backup",
        "Start again without a cursor; what was dealt with before shows by its key.";
    MESSAGE_MALFORMED: InvalidArgument,
        "请求内容无法解析：{detail}",
        "the message cannot be read: {detail}",
        "Encode the message with the published contract, uncompressed.";
    MESSAGE_TOO_LARGE: ResourceExhausted,
        "消息过大：{detail}",
        "the message is too large: {detail}",
        "Send less at once: smaller pages, shorter texts.";
    COMPRESSION_UNSUPPORTED: Unimplemented,
        "不接受压缩的消息",
        "compressed messages are not taken",
        "Send messages uncompressed: without `grpc-encoding`, or with `identity`.";
    METHOD_UNKNOWN: Unimplemented,
        "本服务没有方法 {method}",
        "this server does not serve {method}",
        "Check the address and the contract; `grpcurl ADDRESS list` shows what is served.";

    // Who asks.
    UNAUTHENTICATED: Unauthenticated,
        "无法确认调用者身份",
        "the caller's identity is missing or wrong",
        "Read the field violations: each names a header and what would be right.";
    PERMISSION_DENIED: PermissionDenied,
        "无权进行此操作，或对象不存在",
        "the caller may not do this here, or the object does not exist",
        "Ask the unit the object belongs to. Absent and forbidden are told alike on purpose.";

    // What is asked about.
    UNIT_UNKNOWN: NotFound,
        "行政区划登记中没有 {unit}",
        "the register has no unit {unit}",
        "Check the 12-digit code against the register of the node.";
    UNIT_NOT_HOSTED: NotFound,
        "{unit} 不在本节点",
        "unit {unit} is not hosted by this node",
        "Ask the node that hosts the unit.";
    MATTER_NOT_FOUND: NotFound,
        "没有事项 {matter}",
        "there is no matter {matter}",
        "Check the name; `ListMatters` shows what there is.";

    // Repeats and races.
    REQUEST_ID_REUSED: AlreadyExists,
        "request_id {request_id} 已用于另一内容的请求",
        "request_id {request_id} was used for a request with other content",
        "Make a new UUID for a new request; keep it only to repeat the very same one.";
    STALE_ETAG: Aborted,
        "对象已被他人修改：etag 应为 {current}",
        "the object has changed since it was read: its etag is {current}",
        "Read the object again, decide again, send its new etag.";

    // The server's state.
    OVERLOADED: ResourceExhausted,
        "服务繁忙，请稍后重试",
        "the server is busy",
        "Wait as long as RetryInfo says, then send the same request with the same request_id.";
    STOPPING: Unavailable,
        "服务正在停止",
        "the server is stopping",
        "Send the same request with the same request_id to another replica, or later.";
    NOT_WRITER: Unavailable,
        "本副本当前不受理写入",
        "this replica does not write at present",
        "Send the same request with the same request_id again; the service finds its writer.";
    RECOVERING: Unavailable,
        "本节点的数据库由备份恢复，正在取回遗失的记录，暂不受理写入",
        "this node's database was restored from a backup and is taking back what it lost before it writes",
        "Send the same request with the same request_id later; `yishi status` shows what the recovery waits for.";
    RECOVERY_NOT_WAITING: NotFound,
        "{service} 并未等待节点 {node}",
        "{service} does not wait for the node {node}",
        "`yishi status` shows which nodes a recovering service waits for.";
    DEADLINE_TOO_SHORT: DeadlineExceeded,
        "时限 {given_ms} 毫秒过短，至少需要 {least_ms} 毫秒",
        "a deadline of {given_ms} ms is too short: at least {least_ms} ms are needed",
        "Send the same request with the same request_id and a longer deadline.";
    DEADLINE_EXCEEDED: DeadlineExceeded,
        "{after_ms} 毫秒内未能完成",
        "not done within {after_ms} ms",
        "The request may have acted: send it again with the same request_id to learn its answer.";
    INTERNAL: Internal,
        "服务内部错误",
        "something went wrong inside the server",
        "Send the same request with the same request_id again; if it stays, give the operator RequestInfo.request_id.";

    // The clock (admin listener).
    MANUAL_CLOCK_ONLY: FailedPrecondition,
        "系统时钟不能调整",
        "the system clock cannot be moved",
        "Start the node with `clock.kind = \"manual\"` to move its clock.";
    CLOCK_BACKWARDS: FailedPrecondition,
        "时钟已到 {now}，不能退回 {to}",
        "the clock stands at {now} and cannot go back to {to}",
        "Name an instant that is not before.";

    // Intake.
    OUT_OF_SEASON: FailedPrecondition,
        "提事期为 {opens} 至 {closes}，今天是 {today}",
        "proposals for the year are taken from {opens} to {closes}; today is {today}",
        "Propose in the season, or for the year whose season it is.";
    WRONG_STATE: FailedPrecondition,
        "事项处于 {state} 状态，此操作要求 {wanted}",
        "the matter is {state}; this needs {wanted}",
        "Do what comes first, or nothing if it is done.";
    SLOT_TAKEN: FailedPrecondition,
        "该村当年名额 {allowed} 件，已占 {taken} 件",
        "the village has {taken} of the {allowed} matter(s) it may have in the year",
        "Plan the matter for another year, or merge it.";
    NOTICE_RUNNING: FailedPrecondition,
        "公示至 {ends} 结束",
        "the notice hangs out until {ends}",
        "Come back when the notice has ended.";
    OBJECTION_OPEN: FailedPrecondition,
        "尚有 {open} 条异议未答复",
        "{open} objection(s) have no answer",
        "Answer each objection first.";
    TOO_MANY_OBJECTIONS: FailedPrecondition,
        "该事项的异议已达上限 {limit} 条",
        "the matter has reached its limit of {limit} objections",
        "Have the open objections answered; tell the unit above.";
    ALREADY_SUPPORTED: AlreadyExists,
        "该村民已支持过此事项",
        "this villager backs the matter already",
        "Nothing to do: support counts once.";
    MERGE_TARGET_INVALID: FailedPrecondition,
        "{matter} 不能并入 {target}",
        "{matter} cannot be merged into {target}",
        "Merge into another open proposal of the same village and year.";
    OBJECTION_NOT_FOUND: NotFound,
        "事项 {matter} 没有第 {objection} 条异议",
        "matter {matter} has no objection {objection}",
        "Read the matter: its objections carry their ids.";
    OBJECTION_ANSWERED: FailedPrecondition,
        "第 {objection} 条异议已有答复",
        "objection {objection} has its answer",
        "Nothing to do: an objection is answered once.";
    YEAR_OVER: FailedPrecondition,
        "{year} 年已过，今天是 {today}",
        "the year {year} is over; today is {today}",
        "Take what is of a year that is not over: another proposal, another channel.";
    TOO_MANY_PROPOSALS: FailedPrecondition,
        "该村当年提事已达上限 {limit} 件",
        "the village has reached its limit of {limit} proposals for the year",
        "Support a proposal there is; tell the unit above if the limit is in the way.";
    TOO_MANY_SUPPORTERS: FailedPrecondition,
        "支持人数已达上限 {limit} 人",
        "the matter would have more than {limit} supporters",
        "Nothing to do: the matter has support enough.";
    NUMBERS_USED_UP: FailedPrecondition,
        "该村当年项目编号已用完",
        "the village has used up the project numbers of the year",
        "Tell the unit above.";
    PROGRESS_BACKWARDS: FailedPrecondition,
        "进度不能倒退：已报 {reached}%，现报 {percent}%",
        "{reached} per cent were done by the report before; this one says {percent}",
        "Report how much is done in all, not what was added.";
    WORK_UNFINISHED: FailedPrecondition,
        "进度为 {percent}%，完成须先报 100%",
        "{percent} per cent of the work is done; only all of it can be declared done",
        "Report 100 per cent first.";
    ALREADY_ACCEPTED: FailedPrecondition,
        "村级监督委员会已于 {at} 验收",
        "the supervision committee accepted the matter at {at}",
        "Nothing to do: a matter is accepted once.";
    NOT_ACCEPTED: FailedPrecondition,
        "村级监督委员会尚未验收",
        "the supervision committee has not accepted the matter",
        "Have the village's supervision committee accept it first.";
    CLOSING_REQUESTED: FailedPrecondition,
        "已于 {at} 申请销号，待资金结清",
        "closing was requested at {at}; the ledger has yet to settle the matter",
        "Nothing to do: the matter is struck off as soon as it is settled.";
    ENDING_REQUESTED: FailedPrecondition,
        "已于 {at} 申请结转或取消，待上级答复",
        "an ending was asked for at {at}; the unit above has yet to answer",
        "Wait for the unit right above the village: it agrees or says why not.";
    ENDING_NOT_REQUESTED: FailedPrecondition,
        "事项 {matter} 没有待答复的结转或取消申请",
        "nobody asks for an ending of {matter}, or it is answered",
        "Nothing to answer; read the matter: it tells its latest request.";
    YEAR_SETTLED: FailedPrecondition,
        "{unit} 的 {year} 年度账已交，不可更改",
        "{unit} has settled the year {year}: nothing of it changes any more",
        "Record a correction in the year book: it names the entry that is wrong.";

    // Year books.
    YEAR_BOOK_NOT_FOUND: NotFound,
        "没有年度账 {book}",
        "there is no year book {book}",
        "Check the name; open the book first. `ListYearBooks` shows what there is.";
    YEAR_BOOK_OPENED: AlreadyExists,
        "年度账 {book} 已于 {at} 建账",
        "the year book {book} was opened at {at}",
        "Nothing to do: a unit has one book a year; read it.";
    YEAR_BOOK_STATE: FailedPrecondition,
        "年度账处于 {state} 状态，此操作要求 {wanted}",
        "the year book is {state}; this needs {wanted}",
        "Open the book first; what is settled stays as it is, and may be corrected by an entry that says so.";
    SEASON_NOT_OVER: FailedPrecondition,
        "提事期至 {closes} 结束，今天是 {today}",
        "proposals for the year are taken until {closes}; today is {today}",
        "Open the book when the season is over.";
    YEAR_END_ANNOUNCED: FailedPrecondition,
        "年终交账已于 {at} 通知",
        "the year end was announced at {at}",
        "Nothing to do: whoever is below hears of it.";
    YEAR_END_NOT_ANNOUNCED: FailedPrecondition,
        "尚未通知年终交账",
        "the year end is not announced",
        "Wait for the unit above to announce it, or announce it.";
    TOO_MANY_FINDINGS: FailedPrecondition,
        "年度账的查账意见已达上限 {limit} 条",
        "the year book has reached its limit of {limit} findings",
        "Have the open findings answered; put what belongs together into one.";
    FINDING_NOT_FOUND: NotFound,
        "年度账 {book} 没有第 {finding} 条查账意见",
        "{book} has no finding {finding}",
        "Read the book: its findings carry their ids.";
    FINDING_ANSWERED: FailedPrecondition,
        "第 {finding} 条查账意见已有答复",
        "finding {finding} has its answer",
        "Nothing to do: a finding is answered once.";
    FINDING_OPEN: FailedPrecondition,
        "尚有 {open} 条查账意见未答复",
        "{open} finding(s) have no answer",
        "Answer each finding first.";
    MATTERS_OPEN: FailedPrecondition,
        "尚有 {open} 件已定事项未销号、未结转、未取消",
        "{open} determined matter(s) are neither closed, carried over nor cancelled",
        "Strike the matters off, or ask the unit above to let them be carried over or cancelled.";
    UNITS_UNSETTLED: FailedPrecondition,
        "尚有 {open} 个下级单位未交账，如 {first}",
        "{open} unit(s) right below have not settled, {first} for one",
        "Wait for them, or name each that is not waited for as missing, with the reason.";
    UNIT_NOT_MISSING: FailedPrecondition,
        "{unit} 已交账，不应列为缺账单位",
        "{unit} has settled and is not missing",
        "Leave it out.";
    TOO_MANY_CORRECTIONS: FailedPrecondition,
        "年度账的更正已达上限 {limit} 条",
        "the year book has reached its limit of {limit} corrections",
        "Put what belongs together into one; tell the unit above.";

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

    // Funding.
    CHANNEL_NOT_FOUND: NotFound,
        "没有资金渠道 {channel}",
        "there is no channel {channel}",
        "Check the name; `ListChannels` shows what a unit owns or has money of.";
    TRANSFER_NOT_FOUND: NotFound,
        "没有指标调拨 {transfer}",
        "there is no transfer {transfer}",
        "Check the name; its sender's postings show what was sent.";
    INSUFFICIENT_FUNDS: FailedPrecondition,
        "渠道 {channel} 可用 {free} 分，不足 {wanted} 分",
        "{free} fen of channel {channel} are free; {wanted} are asked for",
        "Read the ledger; ask for less, for another channel, or the unit above for more.";
    OUTSIDE_EARMARK: FailedPrecondition,
        "渠道 {channel} 不得用于 {purpose}",
        "channel {channel} may not be spent on {purpose}",
        "Read the channel: its earmark says what it serves; take another channel.";
    CEILING_EXCEEDED: FailedPrecondition,
        "渠道 {channel} 对该事项至多 {ceiling} 分，现为 {share} 分",
        "channel {channel} gives one matter such as this at most {ceiling} fen; it would give {share}",
        "Take less from this channel and the rest from others.";
    SUM_TOO_LARGE: FailedPrecondition,
        "渠道 {channel} 的合计超出可记范围",
        "the sum of channel {channel} would be larger than can be counted",
        "Check the amounts; open another channel if they are right.";
    TOO_MANY_CHANNELS: FailedPrecondition,
        "该单位当年资金渠道已达上限 {limit} 个",
        "the unit has reached its limit of {limit} channels for the year",
        "Use a channel there is; tell the operator if the limit is in the way.";
    TOO_MANY_TRANSFERS: FailedPrecondition,
        "该单位当年调拨已达上限 {limit} 笔",
        "the unit has reached its limit of {limit} transfers for the year",
        "Send larger amounts less often; tell the operator if the limit is in the way.";
    NOT_RIGHT_BELOW: FailedPrecondition,
        "{to} 不是 {from} 的直接下级，或低于县级",
        "{to} is not right below {from}, or is no county or above",
        "Appropriate level by level: region, city, county.";
    OWN_CHANNEL: FailedPrecondition,
        "渠道 {channel} 为本单位所有，无处退回",
        "channel {channel} is the unit's own: its money came from nobody above",
        "Nothing to give back; what is left lapses or carries over.";
    CARRIES_OVER: FailedPrecondition,
        "渠道 {channel} 的结余结转，不作废",
        "the money of channel {channel} carries over and does not lapse",
        "Nothing to do: spend it on matters of later years, or give it back.";
    NOT_FUNDED_WHOLE: FailedPrecondition,
        "事项须足额落实：概算 {cost} 分，落实后为 {funded} 分",
        "a matter is funded whole or not at all: it costs {cost} fen and would have {funded}",
        "Commit in one request exactly what is missing to the cost estimate.";
    COST_EXCEEDED: FailedPrecondition,
        "超出概算：概算 {cost} 分，落实后为 {funded} 分",
        "the matter costs {cost} fen and would have {funded}",
        "Commit no more than what is missing to the cost estimate.";
    MATTER_SETTLED: FailedPrecondition,
        "事项 {matter} 的资金已结清",
        "the money of matter {matter} is settled",
        "Nothing to do: no money of it moves any more.";
    COMMITMENT_EXCEEDED: FailedPrecondition,
        "渠道 {channel} 已落实未付 {unpaid} 分，不足 {wanted} 分",
        "{unpaid} fen of channel {channel} are committed and unpaid; {wanted} are asked for",
        "Read the funding of the matter; commit first what is to be paid.";
    REWARD_NOT_ORDERED: NotFound,
        "奖补令 {order} 中没有本单位应付 {village} 的奖励",
        "order {order} gives {village} nothing from this payer",
        "Check order and village; the appraisal orders rewards when the list is confirmed.";
    REWARD_ALREADY_PAID: AlreadyExists,
        "奖补令 {order} 给 {village} 的奖励已付",
        "what order {order} gives to {village} is paid",
        "Nothing to do: a reward is paid once.";
}

#[cfg(test)]
mod tests;
