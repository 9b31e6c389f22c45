//! What intake says: matters and year books.

use super::{Code, Reason};

reasons! {
    // Intake.
    OUT_OF_SEASON: FailedPrecondition,
        "{unit} 的 {year} 年提事期为 {opens} 至 {closes}，今天是 {today}",
        "{unit} takes proposals for {year} from {opens} to {closes}; today is {today}",
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
    VILLAGE_NOT_YET: FailedPrecondition,
        "{village} 自 {day} 起方可提事",
        "village {village} can put matters forward from {day} on",
        "Come back on that day, or act for the village that is still there.";
    PREDECESSORS_UNHEARD: FailedPrecondition,
        "{village} 已并入本村，其 {year} 年名额使用情况尚未送达",
        "{village} is now part of this village, and what it used of the year {year} has not been heard",
        "Wait until the node of that village can be reached; ask its operator if that takes long.";

    // Joint matters.
    PLANNED_TOGETHER: FailedPrecondition,
        "已就此事项邀请其他村共建，内容不可更改",
        "other villages are asked about the matter as it is; it does not change under them",
        "Release the villages, update the matter, and invite them anew; once it is determined, what they agreed to stays.";
    JOINT_NOT_AGREED: FailedPrecondition,
        "尚有 {open} 个村未同意或已退出共建，如 {first}",
        "{open} village(s) have not agreed to plan the matter together, or have left; {first} is one",
        "Wait until all have agreed, offer other terms, or release the villages.";
    NOT_PLANNED_TOGETHER: FailedPrecondition,
        "{matter} 未邀请其他村共建",
        "no other village is asked to take part in {matter}",
        "Nothing to do: the matter is the village's own.";
    JOINT_CATEGORY_NOT_ALLOWED: FailedPrecondition,
        "{category} 类事项不可联村共建，可共建的类别为 {allowed}",
        "matters of {category} are not planned together; those of {allowed} are",
        "Propose the matter for one village alone.";
    NOT_NEIGHBOURS: FailedPrecondition,
        "{village} 与牵头村既不同属一个乡镇，也未登记为邻村",
        "{village} is neither of the lead village's township nor registered as its neighbour",
        "Invite a village next to it, or have the two registered as neighbours.";
    SHARES_DO_NOT_SUM: InvalidArgument,
        "资金份额合计 {cost} 分，应等于估算 {estimate} 分；计分份额合计 {credit}，应等于 10000",
        "the shares of the cost are {cost} fen and must be the estimate of {estimate}; those of the credit are {credit} and must be 10,000",
        "Write shares that are all of both.";
    NOT_DELIBERATED: FailedPrecondition,
        "本村尚未就现行条件议定",
        "no meeting of the village has decided for these terms",
        "Record a meeting that decides for them first.";
    PARTICIPATION_NOT_FOUND: NotFound,
        "没有参与 {participation}",
        "there is no participation {participation}",
        "List the village's participations. An invitation from afar may be on its way.";
    PARTICIPATION_STATE: FailedPrecondition,
        "参与处于 {state} 状态，此操作要求 {wanted}",
        "the participation is {state}; this needs {wanted}",
        "Do what comes first, or nothing if it is done.";

    // Files of proposals.
    LINE_REPEATED: AlreadyExists,
        "与第 {line} 行相同",
        "the same as line {line}",
        "Nothing to do: a line counts once. What is another wish says so in its words.";
    TOO_MANY_MATTERS: FailedPrecondition,
        "{unit} 的事项超过一个文件的容量（{limit} 件、64 MiB）",
        "{unit} has more matters than a file holds ({limit}, 64 MiB)",
        "Ask for one year, or for each unit below by itself.";

    // Year books.
    JOINT_OPEN: FailedPrecondition,
        "尚有联村共建未了结：牵头未定 {plans} 件，参与未结 {participations} 件",
        "matters planned together are open: {plans} that the village leads, {participations} that it has a slot in",
        "Release the villages of what it leads, and leave, or wait for, what it takes part in.";
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
}
