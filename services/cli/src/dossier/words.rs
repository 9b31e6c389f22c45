//! What an entry says, in a line.

use prost::Message;
use yishi_kernel::Timestamp;
use yishi_proto::{
    intake::v1::{self as pb, DeliberationOutcome, MatterState, event::Kind},
    journal::v1::Entry,
};

use crate::{figures::yuan, lang::Lang};

/// The kind of an entry whose payload is an entry itself.
const READOPTED: &str = "journal.readopted";

/// What happened. A kind that this program does not know yet is named as it is written.
pub(super) fn kind(entry: &Entry, lang: Lang) -> String {
    let (zh, en) = match entry.kind.as_str() {
        "intake.proposed" => ("提事", "proposed"),
        "intake.updated" => ("修改", "updated"),
        "intake.merged" => ("合并", "merged"),
        "intake.declined" => ("不予采纳", "declined"),
        "intake.withdrawn" => ("撤回", "withdrawn"),
        "intake.deliberated" => ("议事", "deliberated"),
        "intake.noticed" => ("公示", "noticed"),
        "intake.objected" => ("异议", "objected"),
        "intake.answered" => ("答复异议", "answered"),
        "intake.determined" => ("定事", "determined"),
        "intake.progressed" => ("进展", "progress"),
        "intake.completed" => ("完成", "completed"),
        "intake.accepted" => ("验收", "accepted"),
        "intake.closing_requested" => ("申请销号", "closing requested"),
        "intake.closed" => ("销号", "closed"),
        "intake.ending_requested" => ("申请终止", "ending requested"),
        "intake.ending_refused" => ("不同意终止", "ending refused"),
        "intake.carried_over" => ("结转下年", "carried over"),
        "intake.cancelled" => ("取消", "cancelled"),
        "intake.villages_invited" => ("邀请联办村", "villages invited"),
        "intake.joint_offered" => ("发出联办方案", "plan offered"),
        "intake.joint_answered" => ("联办村答复", "partner answered"),
        "intake.joint_plan_dropped" => ("撤销联办方案", "plan dropped"),
        "intake.joint_released" => ("解除联办", "partner released"),
        "intake.joint_determined" => ("告知联办村定事", "partner told of number"),
        "intake.joint_ended" => ("告知联办村终结", "partner told of end"),
        "intake.officer_named" => ("明确责任人", "officer named"),
        "intake.milestone_planned" => ("设定节点", "milestone planned"),
        "intake.milestone_reached" => ("节点完成", "milestone reached"),
        "intake.milestone_dropped" => ("取消节点", "milestone dropped"),
        "intake.inspected" => ("监督检查", "inspected"),
        "intake.reworked" => ("整改", "reworked"),
        "intake.rework_judged" => ("整改复核", "rework judged"),
        "intake.acceptance_refused" => ("未通过验收", "acceptance refused"),
        "intake.revised" => ("调整内容", "revised"),
        "intake.opinions_requested" => ("征求部门意见", "opinions requested"),
        "intake.opinion_heard" => ("部门意见", "opinion heard"),
        "intake.condition_met" => ("条件已满足", "condition met"),
        "intake.contact_kept" => ("登记联系方式", "contact kept"),
        "intake.contact_erased" => ("删除联系方式", "contact erased"),
        "intake.contact_revealed" => ("查看联系方式", "contact looked at"),
        READOPTED => ("找回", "taken back"),
        other => return other.to_owned(),
    };
    lang.pick(zh, en).to_owned()
}

/// Its words and numbers; nothing for what cannot be read or needs none.
pub(super) fn detail(entry: &Entry, matter: &str, lang: Lang) -> String {
    let event = if entry.kind == READOPTED {
        Entry::decode(entry.payload.clone()).ok().and_then(|quoted| pb::Event::decode(quoted.payload).ok())
    } else {
        pb::Event::decode(entry.payload.clone()).ok()
    };
    let Some(pb::Event { matter: about, kind: Some(kind), .. }) = event else { return String::new() };
    match kind {
        Kind::Proposed(told) => told.content.unwrap_or_default().title,
        Kind::Updated(told) => told.content.unwrap_or_default().title,
        Kind::Merged(told) if about == matter => format!("→ {}", told.into),
        Kind::Merged(told) => format!("← {about} (+{})", told.supporters_gained),
        Kind::Declined(told) => told.reason,
        Kind::Withdrawn(told) => told.reason,
        Kind::Deliberated(told) => meeting(&told.deliberation.unwrap_or_default(), lang),
        Kind::Noticed(told) => {
            let until = Timestamp::from_micros(told.earliest_end_time_us).date();
            lang.pick(format!("至少至 {until}"), format!("until {until} at the least"))
        }
        Kind::Objected(told) => format!("{}: {}", told.objection, told.text),
        Kind::Answered(told) => {
            let upheld = if told.upheld { lang.pick("（成立）", " (upheld)") } else { "" };
            format!("{}: {}{upheld}", told.objection, told.answer)
        }
        Kind::Determined(told) => {
            format!("{} {} {} ¥", told.project_number, told.due_day, yuan(told.cost_estimate_fen))
        }
        Kind::Progressed(told) => format!("{}% {} ¥ {}", told.percent, yuan(told.spent_fen), told.text),
        Kind::Completed(told) => told.text,
        Kind::OfficerNamed(told) => format!("{} {}", told.unit, told.officer),
        Kind::MilestonePlanned(told) => format!("{}: {} {}", told.milestone, told.title, told.due_day),
        Kind::MilestoneReached(told) => format!("{}: {}", told.milestone, told.text),
        Kind::MilestoneDropped(told) => format!("{}: {}", told.milestone, told.reason),
        Kind::Inspected(told) => [vec![told.text], told.findings].concat().join("；"),
        Kind::Reworked(told) => format!("{}: {}", told.finding, told.text),
        Kind::ReworkJudged(told) => format!("{}: {}", told.finding, told.text),
        Kind::AcceptanceRefused(told) => told.text,
        Kind::Closed(told) => format!("{} ¥", yuan(told.paid_fen)),
        Kind::EndingRequested(told) => format!("{} {}", ending(told.state(), lang), told.reason),
        Kind::EndingRefused(told) | Kind::CarriedOver(told) | Kind::Cancelled(told) => {
            format!("{} {}", told.by, told.reason)
        }
        _ => String::new(),
    }
}

fn meeting(held: &pb::Deliberation, lang: Lang) -> String {
    let outcome = match held.outcome() {
        DeliberationOutcome::Carried => lang.pick("通过", "carried"),
        DeliberationOutcome::NoQuorum => lang.pick("人数不足", "no quorum"),
        DeliberationOutcome::NoMajority => lang.pick("未过半数", "no majority"),
        DeliberationOutcome::Unspecified => "?",
    };
    let (day, present, entitled) = (&held.held_on, held.present, held.entitled);
    let (yes, no, neither) = (held.in_favour, held.against, held.abstaining);
    lang.pick(
        format!("{day} 应到 {entitled} 实到 {present}，赞成 {yes} 反对 {no} 弃权 {neither}：{outcome}"),
        format!("{day} {present} of {entitled} there, {yes} for, {no} against, {neither} neither: {outcome}"),
    )
}

fn ending(state: MatterState, lang: Lang) -> &'static str {
    match state {
        MatterState::Cancelled => lang.pick("取消：", "cancel:"),
        MatterState::CarriedOver => lang.pick("结转下年：", "carry over:"),
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "villages/640324100200/matters/2022-1";

    fn entry(kind: &str, matter: &str, told: Kind) -> Entry {
        let event = pb::Event { matter: matter.to_owned(), kind: Some(told), ..pb::Event::default() };
        let payload = event.encode_to_vec().into();
        Entry { kind: kind.to_owned(), payload, ..Entry::default() }
    }

    #[test]
    fn a_meeting_says_who_was_there_and_what_came_of_it() {
        let deliberation = Some(pb::Deliberation {
            held_on: "2021-12-01".to_owned(),
            entitled: 30,
            present: 20,
            in_favour: 11,
            against: 9,
            outcome: DeliberationOutcome::Carried as i32,
            ..pb::Deliberation::default()
        });
        let met = entry("intake.deliberated", OURS, Kind::Deliberated(pb::Deliberated { deliberation }));
        assert_eq!((kind(&met, Lang::Zh), kind(&met, Lang::En)), ("议事".into(), "deliberated".into()));
        assert_eq!(detail(&met, OURS, Lang::Zh), "2021-12-01 应到 30 实到 20，赞成 11 反对 9 弃权 0：通过");
    }

    #[test]
    fn a_merge_says_in_which_direction() {
        let told = |matter: &str| {
            let merged =
                pb::Merged { into: "villages/640324100200/matters/2022-2".into(), supporters_gained: 3 };
            detail(&entry("intake.merged", matter, Kind::Merged(merged)), OURS, Lang::En)
        };
        assert_eq!(told(OURS), "→ villages/640324100200/matters/2022-2");
        let other = "villages/640324100200/matters/2022-3";
        assert_eq!(told(other), format!("← {other} (+3)"));
    }

    #[test]
    fn what_is_not_known_yet_is_named_as_it_is_written() {
        let strange =
            Entry { kind: "intake.of_tomorrow".into(), payload: vec![0xff].into(), ..Entry::default() };
        assert_eq!(kind(&strange, Lang::Zh), "intake.of_tomorrow");
        assert_eq!(detail(&strange, OURS, Lang::Zh), "");
    }
}
