//! What each field holds, by its name in the contracts.

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, MessageDescriptor, Value};
use yishi_kernel::{Level, Register, UnitCode};

use crate::contract::{Input, described, inputs};

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holds {
    /// A message; its parts have rows of their own.
    Parts,
    /// Messages, so many at the most; their parts have rows of their own.
    Rows(usize),
    /// The same, each about something else.
    RowsOnce(usize),
    /// `collection/CODE`.
    Unit(&'static str),
    /// Several of `units/CODE`.
    Units,
    /// The name of a matter.
    Matter,
    /// The same, where the county of its village is asked.
    CountyMatter,
    /// The same, where the unit right above its village is asked.
    ParentMatter,
    /// The name of a village's part in the matter of another.
    Participation,
    /// The name of what a unit knows of a matter.
    Referral,
    /// The name of one of what a unit makes for a year: `units/CODE/collection/2022-1`.
    Numbered(&'static str),
    /// The name of what there is one of for a year: `units/CODE/collection/2022`.
    Yearly(&'static str, &'static str),
    /// The name of a bulletin.
    Bulletin,
    /// A half-month or a month.
    Period,
    /// The name of a department.
    Department,
    /// So many of them at the most, each once.
    Departments(usize),
    /// The id that makes a request act once.
    RequestId,
    /// What was read with the object, or nothing.
    Etag,
    /// An opaque id of somebody.
    Token,
    /// The id of an order, so long at the most.
    Order(usize),
    /// A code of small letters.
    Code,
    /// Words of people, so many at the most.
    Text(usize),
    /// So many words of people at the least and at the most, each so long at the most.
    Texts(usize, usize, usize),
    /// A media type.
    MediaType,
    /// A number from here to there.
    Number(i64, i64),
    /// A part of 10,000 that others make up to it.
    Share,
    /// A day.
    Day,
    /// SHA-256.
    Digest,
    /// So many SHA-256 at the most.
    Digests(usize),
    /// The fields to change.
    Mask,
    /// A value of an enumeration.
    Choice,
    /// Several of them.
    Choices,
    /// So many of them at the most, each once.
    ChoicesOnce(usize),
    /// Yes or no: neither is wrong.
    Flag,
    /// Whatever it is: no request is refused for it.
    Anything,
}
use Holds::{
    Anything, Bulletin, Choice, Choices, ChoicesOnce, Code, CountyMatter, Day, Department, Departments,
    Digest, Digests, Etag, Flag, Mask, Matter, MediaType, Number, Numbered, Order, ParentMatter,
    Participation, Parts, Period, Referral, RequestId, Rows, RowsOnce, Share, Text, Texts, Token, Unit,
    Units, Yearly,
};

const YEAR: Holds = Number(2000, 2100);
const FEN: Holds = Number(0, 1_000_000_000_000);
const REWARD: Holds = Number(1, 1_000_000_000_000);
const AMOUNT: Holds = Number(1, 1_000_000_000_000_000);
const VOTES: Holds = Number(0, 1_000_000);
const CHANNEL: Holds = Numbered("channels");
const BOOK: Holds = Yearly("units", "yearBooks");

/// Every field that a caller fills in to change something, and every one that says which unit is read about, but those
/// of the same name everywhere (see [`holds`]).
const FIELDS: &[(&str, Holds)] = &[
    ("intake.v1.ProposeMatterRequest.parent", Unit("villages")),
    ("intake.v1.ProposeMatterRequest.year", YEAR),
    ("intake.v1.ProposeMatterRequest.matter", Parts),
    ("intake.v1.UpdateMatterRequest.matter", Parts),
    ("intake.v1.UpdateMatterRequest.update_mask", Mask),
    ("intake.v1.Matter.title", Text(100)),
    ("intake.v1.Matter.description", Text(2000)),
    ("intake.v1.Matter.category", Choice),
    ("intake.v1.Matter.subcategory", Code),
    ("intake.v1.Matter.cost_estimate_fen", FEN),
    ("intake.v1.Matter.households", Number(1, 100_000)),
    ("intake.v1.Matter.persons", Number(1, 1_000_000)),
    ("intake.v1.Matter.place", Text(100)),
    ("intake.v1.SupportMatterRequest.supporter", Token),
    ("intake.v1.MergeMatterRequest.into", Matter),
    ("intake.v1.DeclineMatterRequest.reason", Text(500)),
    ("intake.v1.WithdrawMatterRequest.reason", Text(500)),
    ("intake.v1.RecordDeliberationRequest.deliberation", Parts),
    ("intake.v1.Deliberation.meeting_kind", Choice),
    ("intake.v1.Deliberation.held_on", Day),
    ("intake.v1.Deliberation.entitled", Number(1, 1_000_000)),
    ("intake.v1.Deliberation.present", VOTES),
    ("intake.v1.Deliberation.in_favour", VOTES),
    ("intake.v1.Deliberation.against", VOTES),
    ("intake.v1.Deliberation.abstaining", VOTES),
    ("intake.v1.Deliberation.minutes_sha256", Digest),
    ("intake.v1.Deliberation.minutes_size_bytes", Number(0, 1_000_000_000)),
    ("intake.v1.Deliberation.minutes_format", Choice),
    ("intake.v1.Deliberation.sign_in_sheet", Parts),
    ("intake.v1.MeetingPaper.sha256", Digest),
    ("intake.v1.MeetingPaper.size_bytes", Number(1, 1_000_000_000)),
    ("intake.v1.MeetingPaper.format", Choice),
    ("intake.v1.FileObjectionRequest.text", Text(1000)),
    ("intake.v1.FileObjectionRequest.objector", Token),
    ("intake.v1.AnswerObjectionRequest.objection", Number(1, i32::MAX as i64)),
    ("intake.v1.AnswerObjectionRequest.answer", Text(1000)),
    ("intake.v1.AnswerObjectionRequest.upheld", Flag),
    ("intake.v1.DetermineMatterRequest.due_day", Day),
    ("intake.v1.RecordProgressRequest.percent", Number(0, 100)),
    ("intake.v1.RecordProgressRequest.spent_fen", FEN),
    ("intake.v1.RecordProgressRequest.text", Text(1000)),
    ("intake.v1.RecordProgressRequest.papers_sha256", Digests(20)),
    ("intake.v1.RecordProgressRequest.papers", Rows(20)),
    ("intake.v1.Paper.sha256", Digest),
    ("intake.v1.Paper.size_bytes", Number(1, 1_000_000_000)),
    ("intake.v1.Paper.media_type", MediaType),
    ("intake.v1.Paper.kind", Choice),
    ("intake.v1.NameOfficerRequest.unit", Unit("units")),
    ("intake.v1.NameOfficerRequest.officer", Token),
    ("intake.v1.PlanMilestoneRequest.title", Text(100)),
    ("intake.v1.PlanMilestoneRequest.due_day", Day),
    ("intake.v1.ReachMilestoneRequest.milestone", Number(1, i32::MAX as i64)),
    ("intake.v1.ReachMilestoneRequest.text", Text(1000)),
    ("intake.v1.ReachMilestoneRequest.papers", Rows(20)),
    ("intake.v1.DropMilestoneRequest.milestone", Number(1, i32::MAX as i64)),
    ("intake.v1.DropMilestoneRequest.reason", Text(500)),
    ("intake.v1.RecordInspectionRequest.text", Text(1000)),
    ("intake.v1.RecordInspectionRequest.findings", Texts(0, 10, 1000)),
    ("intake.v1.RecordInspectionRequest.papers", Rows(20)),
    ("intake.v1.ReportReworkRequest.finding", Number(1, i32::MAX as i64)),
    ("intake.v1.ReportReworkRequest.text", Text(1000)),
    ("intake.v1.ReportReworkRequest.papers", Rows(20)),
    ("intake.v1.JudgeReworkRequest.finding", Number(1, i32::MAX as i64)),
    ("intake.v1.JudgeReworkRequest.satisfied", Flag),
    ("intake.v1.JudgeReworkRequest.text", Text(1000)),
    ("intake.v1.RefuseAcceptanceRequest.text", Text(1000)),
    ("intake.v1.GiveOpinionRequest.matter", CountyMatter),
    ("intake.v1.GiveOpinionRequest.department", Department),
    ("intake.v1.GiveOpinionRequest.stand", Choice),
    ("intake.v1.GiveOpinionRequest.text", Text(1000)),
    // Of a department that agrees on conditions: any other names none.
    ("intake.v1.GiveOpinionRequest.conditions", Texts(1, 10, 1000)),
    ("intake.v1.WithdrawOpinionRequest.matter", CountyMatter),
    ("intake.v1.WithdrawOpinionRequest.department", Department),
    ("intake.v1.WithdrawOpinionRequest.reason", Text(500)),
    ("intake.v1.MeetConditionRequest.department", Code),
    ("intake.v1.MeetConditionRequest.condition", Number(1, i32::MAX as i64)),
    ("intake.v1.MeetConditionRequest.text", Text(1000)),
    ("intake.v1.MeetConditionRequest.papers", Rows(20)),
    ("intake.v1.ReviseMatterRequest.cost_estimate_fen", FEN),
    ("intake.v1.ReviseMatterRequest.households", Number(1, 100_000)),
    ("intake.v1.ReviseMatterRequest.persons", Number(1, 1_000_000)),
    ("intake.v1.ReviseMatterRequest.place", Text(100)),
    ("intake.v1.ReviseMatterRequest.reason", Text(500)),
    ("intake.v1.ListOpinionsRequest.parent", Department),
    ("intake.v1.CompleteMatterRequest.text", Text(1000)),
    ("intake.v1.CarryOverMatterRequest.reason", Text(500)),
    ("intake.v1.CancelMatterRequest.reason", Text(500)),
    ("intake.v1.AnswerEndingRequest.matter", ParentMatter),
    ("intake.v1.AnswerEndingRequest.grant", Flag),
    ("intake.v1.AnswerEndingRequest.reason", Text(500)),
    ("intake.v1.InviteVillagesRequest.shares", RowsOnce(3)),
    ("intake.v1.JointShare.village", Unit("villages")),
    ("intake.v1.JointShare.cost_share_fen", FEN),
    ("intake.v1.JointShare.credit_share_bp", Number(0, 10_000)),
    ("intake.v1.ReleaseVillagesRequest.reason", Text(500)),
    ("intake.v1.RecordPartnerDeliberationRequest.name", Participation),
    ("intake.v1.RecordPartnerDeliberationRequest.deliberation", Parts),
    ("intake.v1.AcceptInvitationRequest.name", Participation),
    ("intake.v1.DeclineInvitationRequest.name", Participation),
    ("intake.v1.DeclineInvitationRequest.reason", Text(500)),
    ("intake.v1.LeaveJointMatterRequest.name", Participation),
    ("intake.v1.LeaveJointMatterRequest.reason", Text(500)),
    ("intake.v1.GetParticipationRequest.name", Participation),
    ("intake.v1.ListParticipationsRequest.parent", Unit("units")),
    ("intake.v1.OpenYearBookRequest.parent", Unit("units")),
    ("intake.v1.OpenYearBookRequest.year", YEAR),
    ("intake.v1.AnnounceYearEndRequest.name", BOOK),
    ("intake.v1.RecordFindingRequest.name", BOOK),
    ("intake.v1.RecordFindingRequest.text", Text(1000)),
    ("intake.v1.AnswerFindingRequest.name", BOOK),
    ("intake.v1.AnswerFindingRequest.finding", Number(1, i32::MAX as i64)),
    ("intake.v1.AnswerFindingRequest.answer", Text(1000)),
    ("intake.v1.SettleYearBookRequest.name", BOOK),
    ("intake.v1.SettleYearBookRequest.missing", RowsOnce(1000)),
    ("intake.v1.MissingUnit.unit", Unit("units")),
    ("intake.v1.MissingUnit.reason", Text(500)),
    ("intake.v1.RecordCorrectionRequest.name", BOOK),
    ("intake.v1.RecordCorrectionRequest.corrects", Parts),
    ("intake.v1.CorrectedEntry.service", Choice),
    ("intake.v1.CorrectedEntry.unit", Unit("units")),
    ("intake.v1.CorrectedEntry.seq", Number(1, 1_000_000_000_000_000)),
    ("intake.v1.RecordCorrectionRequest.text", Text(1000)),
    ("intake.v1.GetYearBookRequest.name", BOOK),
    ("intake.v1.ListYearBooksRequest.parent", Unit("units")),
    ("intake.v1.ListMattersRequest.parent", Unit("units")),
    ("intake.v1.GetProgressReportRequest.unit", Unit("units")),
    ("intake.v1.GetLongViewRequest.village", Unit("villages")),
    ("intake.v1.GetLikelyDuplicatesOfDraftRequest.parent", Unit("villages")),
    ("escalation.v1.RaiseMatterRequest.reason", Text(500)),
    ("escalation.v1.ReturnReferralRequest.reason", Text(500)),
    ("escalation.v1.RequestTakeBackRequest.reason", Text(500)),
    ("escalation.v1.AnswerTakeBackRequest.grant", Flag),
    ("escalation.v1.AnswerTakeBackRequest.reason", Text(500)),
    ("escalation.v1.AssignDepartmentsRequest.lead_department", Department),
    ("escalation.v1.AssignDepartmentsRequest.helper_departments", Departments(20)),
    ("escalation.v1.AnswerAssignmentRequest.department", Department),
    ("escalation.v1.ListAssignmentsRequest.parent", Department),
    ("escalation.v1.AnswerAssignmentRequest.reply", Choice),
    // Of a department that declines: one that takes part gives no reason.
    ("escalation.v1.AnswerAssignmentRequest.reason", Text(500)),
    ("escalation.v1.ReportAssignmentRequest.department", Department),
    ("escalation.v1.ReportAssignmentRequest.text", Text(1000)),
    ("escalation.v1.ResolveReferralRequest.outcome", Text(1000)),
    ("escalation.v1.ListReferralsRequest.parent", Unit("units")),
    ("escalation.v1.GetEscalationReportRequest.unit", Unit("units")),
    ("funding.v1.OpenChannelRequest.parent", Unit("units")),
    ("funding.v1.OpenChannelRequest.channel", Parts),
    ("funding.v1.Channel.title", Text(100)),
    ("funding.v1.Channel.kind", Choice),
    ("funding.v1.Channel.year", YEAR),
    ("funding.v1.Channel.earmark", Parts),
    ("funding.v1.Earmark.categories", Choices),
    ("funding.v1.Earmark.area", Unit("units")),
    ("funding.v1.Earmark.ceiling_per_matter_fen", Number(0, 1_000_000_000_000_000)),
    ("funding.v1.Earmark.ceiling_share_bp", Number(0, 10_000)),
    ("funding.v1.Channel.remainder", Choice),
    ("funding.v1.ReceiveBudgetRequest.parent", CHANNEL),
    ("funding.v1.ReceiveBudgetRequest.amount_fen", AMOUNT),
    ("funding.v1.ReceiveBudgetRequest.document_sha256", Digest),
    ("funding.v1.AppropriateRequest.parent", Unit("units")),
    ("funding.v1.AppropriateRequest.channel", CHANNEL),
    ("funding.v1.AppropriateRequest.to", Unit("units")),
    ("funding.v1.AppropriateRequest.amount_fen", AMOUNT),
    ("funding.v1.ReturnAppropriationRequest.parent", Unit("units")),
    ("funding.v1.ReturnAppropriationRequest.channel", CHANNEL),
    ("funding.v1.ReturnAppropriationRequest.amount_fen", AMOUNT),
    ("funding.v1.LapseRemainderRequest.parent", Unit("units")),
    ("funding.v1.LapseRemainderRequest.channel", CHANNEL),
    ("funding.v1.CommitFundsRequest.matter", CountyMatter),
    ("funding.v1.CommitFundsRequest.lines", RowsOnce(20)),
    ("funding.v1.ReleaseCommitmentRequest.matter", CountyMatter),
    ("funding.v1.ReleaseCommitmentRequest.lines", RowsOnce(20)),
    ("funding.v1.ReleaseCommitmentRequest.reason", Text(500)),
    ("funding.v1.PayMatterRequest.matter", CountyMatter),
    ("funding.v1.PayMatterRequest.lines", RowsOnce(20)),
    ("funding.v1.ChannelAmount.channel", CHANNEL),
    ("funding.v1.ChannelAmount.amount_fen", AMOUNT),
    ("funding.v1.PayRewardRequest.parent", Unit("units")),
    ("funding.v1.PayRewardRequest.order", Order(128)),
    ("funding.v1.PayRewardRequest.village", Unit("villages")),
    ("funding.v1.PayRewardRequest.channel", CHANNEL),
    ("funding.v1.GetChannelRequest.name", CHANNEL),
    ("funding.v1.ListChannelsRequest.parent", Unit("units")),
    ("funding.v1.GetTransferRequest.name", Numbered("transfers")),
    ("funding.v1.GetLedgerRequest.unit", Unit("units")),
    ("funding.v1.GetMatterFundingRequest.matter", Matter),
    ("funding.v1.GetInvestmentReportRequest.unit", Unit("units")),
    ("funding.v1.ListPostingsRequest.parent", Unit("units")),
    ("appraisal.v1.FreezeSchemeRequest.parent", Unit("units")),
    ("appraisal.v1.FreezeSchemeRequest.year", YEAR),
    ("appraisal.v1.FreezeSchemeRequest.scheme", Parts),
    ("appraisal.v1.Scheme.weights", RowsOnce(5)),
    ("appraisal.v1.IndicatorWeight.indicator", Choice),
    ("appraisal.v1.IndicatorWeight.weight_bp", Share),
    ("appraisal.v1.Scheme.tie_break", ChoicesOnce(5)),
    ("appraisal.v1.Scheme.min_forms", Number(1, 100_000)),
    ("appraisal.v1.SubmitFormsRequest.parent", Unit("villages")),
    ("appraisal.v1.SubmitFormsRequest.year", YEAR),
    ("appraisal.v1.SubmitFormsRequest.forms", Rows(1000)),
    // A form that cannot be counted does not hold up the others.
    ("appraisal.v1.SurveyForm.token", Anything),
    ("appraisal.v1.SurveyForm.answers", Anything),
    ("appraisal.v1.RankVillagesRequest.parent", Unit("units")),
    ("appraisal.v1.RankVillagesRequest.year", YEAR),
    ("appraisal.v1.GetScoreRequest.name", Yearly("villages", "scores")),
    ("appraisal.v1.ListRankingRequest.parent", Yearly("units", "rankings")),
    ("appraisal.v1.IssueRewardListRequest.parent", Unit("units")),
    ("appraisal.v1.IssueRewardListRequest.year", YEAR),
    ("appraisal.v1.IssueRewardListRequest.winners", Number(1, 4000)),
    ("appraisal.v1.IssueRewardListRequest.each_fen", REWARD),
    ("appraisal.v1.IssueRewardListRequest.pool_fen", REWARD),
    ("appraisal.v1.ConfirmRewardListRequest.name", Yearly("units", "rewardLists")),
    ("appraisal.v1.GetRewardListRequest.name", Yearly("units", "rewardLists")),
    ("appraisal.v1.GetSurveyReportRequest.unit", Unit("units")),
    ("appraisal.v1.IssueBulletinRequest.parent", Unit("units")),
    ("appraisal.v1.IssueBulletinRequest.year", YEAR),
    ("appraisal.v1.IssueBulletinRequest.period", Period),
    ("appraisal.v1.GetBulletinRequest.name", Bulletin),
    ("appraisal.v1.GetCheckpointRequest.bulletin", Bulletin),
    ("appraisal.v1.ListBulletinsRequest.parent", Unit("units")),
    ("appraisal.v1.RenderBulletinRequest.name", Bulletin),
    ("journal.v1.WatchRequest.units", Units),
];

/// What a field holds, by its name in the contracts.
pub(crate) fn holds(input: &Input) -> Holds {
    known(input)
        .unwrap_or_else(|| panic!("{} is new: say in FIELDS of {} what it holds", input.full_name(), file!()))
}

/// The same, if it is told here.
pub(crate) fn known(input: &Input) -> Option<Holds> {
    let full = input.full_name().strip_prefix("yishi.")?;
    let own = FIELDS.iter().find(|(name, _)| *name == full).map(|(_, holds)| *holds);
    own.or(match (input.field().name(), full.split('.').next()?) {
        ("name", "intake") => Some(Matter),
        ("name", "escalation") => Some(Referral),
        ("request_id", _) => Some(RequestId),
        ("etag", _) => Some(Etag),
        _ => None,
    })
}

/// Panics at a row of a field that no contract has.
pub(crate) fn rows_are_of_fields() {
    let requests: Vec<Vec<Input>> = described().iter().map(|rpc| inputs(&rpc.request)).collect();
    let fields: BTreeSet<&str> = requests.iter().flatten().map(Input::full_name).collect();
    let mut seen = BTreeSet::new();
    for (name, _) in FIELDS {
        let there = fields.contains(&*format!("yishi.{name}")) && seen.insert(name);
        assert!(there, "{name}: no such field, or told twice; take the row from FIELDS of {}", file!());
    }
}

/// The field that says which unit a request is about.
pub(crate) fn subject(request: &MessageDescriptor) -> Input {
    let about = |input: &Input| {
        let held = known(input);
        matches!(
            held,
            Some(
                Unit(_)
                    | Units
                    | Matter
                    | CountyMatter
                    | ParentMatter
                    | Participation
                    | Referral
                    | Numbered(_)
                    | Yearly(..)
                    | Bulletin
                    | Department
            )
        )
    };
    inputs(request).into_iter().find(about).unwrap_or_else(|| {
        panic!("{}: about which unit? say so in FIELDS of {}", request.full_name(), file!())
    })
}

/// A request that says it is about this unit, and nothing else.
pub(crate) fn about(request: &MessageDescriptor, unit: UnitCode) -> DynamicMessage {
    let subject = subject(request);
    let held = holds(&subject);
    let name = Value::String(name(held, unit));
    let value = if matches!(held, Units) { Value::List(vec![name]) } else { name };
    subject.with(&DynamicMessage::new(request.clone()), value)
}

/// The unit that has to be asked about a unit: its county where money of matters is concerned, and the unit right above
/// where that one decides.
pub(crate) fn asked(request: &MessageDescriptor, register: &Register, about: UnitCode) -> UnitCode {
    match holds(&subject(request)) {
        CountyMatter => register.ancestor_at(about, Level::County).unwrap_or(about),
        ParentMatter => register.parent(about).unwrap_or(about),
        _ => about,
    }
}

/// A name of this kind.
pub(crate) fn name(held: Holds, unit: UnitCode) -> String {
    match held {
        Unit(collection) => format!("{collection}/{unit}"),
        Units => format!("units/{unit}"),
        Matter | CountyMatter | ParentMatter => format!("villages/{unit}/matters/2022-1"),
        Participation => format!("villages/{unit}/participations/640324100200-2022-1"),
        Referral => format!("units/{unit}/referrals/640324100200-2022-1"),
        Numbered(collection) => format!("units/{unit}/{collection}/2022-1"),
        Yearly(units, collection) => format!("{units}/{unit}/{collection}/2022"),
        Bulletin => format!("units/{unit}/years/2022/bulletins/2022-06-A"),
        Department | Departments(_) => format!("departments/{unit}/water"),
        other => panic!("{other:?} is no name"),
    }
}

/// The unit in a name, as it stands there.
pub(crate) fn code(name: &str) -> &str {
    name.split('/').nth(1).unwrap_or_default()
}
