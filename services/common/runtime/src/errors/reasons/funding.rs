//! What funding says.

use super::{Code, Reason};

reasons! {
    OPINIONS_MISSING: FailedPrecondition,
        "{departments} 尚未同意（缺意见或持异议），不能落实资金",
        "{departments} have not agreed: an opinion is missing, or an objection stands",
        "Have each department give its opinion; an objection stands until it is replaced or withdrawn.";
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
