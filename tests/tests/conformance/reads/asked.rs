//! What the fields hold that only readers fill in, what is wrong in each, and what else it may be.

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, Value};

use crate::contract::{Input, Rpc, described, inputs};
use crate::fields::{Holds, known, name};
use crate::harm::{Harm, UNIT, extremes_of, harms_of, texts};

/// What such a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    /// What fields of other requests hold too.
    Held(Holds),
    /// A year, or 0 for all.
    AnyYear,
    /// Rows of a page; too many are as many as there may be.
    PageSize,
    /// Where a page goes on. Tokens have a test of their own.
    PageToken,
    /// A number from here on.
    AtLeast(i64),
    /// The name of a service.
    Service,
    /// So many kinds of entries at the most, each so long at the most.
    Kinds(usize, usize),
    /// A filter of matters. Filters have tests of their own.
    Filter,
    /// A piece of a file, which is looked at when all pieces are there. Files have a story of their own.
    Piece,
}
use Asked::{AnyYear, AtLeast, Filter, Held, Kinds, PageSize, PageToken, Piece, Service};

const YEAR: Asked = Held(Holds::Number(2000, 2100));
/// Units that can be followed at once.
const UNITS_MAX: usize = 100;

/// Every field that only readers fill in, but those of pages, which are the same everywhere.
const FIELDS: &[(&str, Asked)] = &[
    ("intake.v1.ListMattersRequest.year", AnyYear),
    ("intake.v1.ListMattersRequest.states", Held(Holds::Choices)),
    ("intake.v1.ListMattersRequest.category", Held(Holds::Choice)),
    ("intake.v1.ListMattersRequest.filter", Filter),
    ("intake.v1.ImportMattersRequest.format", Held(Holds::Choice)),
    ("intake.v1.ImportMattersRequest.year", AnyYear),
    ("intake.v1.ImportMattersRequest.dry_run", Held(Holds::Flag)),
    ("intake.v1.ImportMattersRequest.chunk", Piece),
    ("intake.v1.ExportMattersRequest.format", Held(Holds::Choice)),
    ("intake.v1.ExportMattersRequest.year", AnyYear),
    ("intake.v1.ListMattersRequest.with_predecessors", Held(Holds::Flag)),
    ("intake.v1.GetProgressReportRequest.year", YEAR),
    ("intake.v1.ListActivitiesRequest.year", YEAR),
    ("intake.v1.ListMarksRequest.year", YEAR),
    ("intake.v1.ListActivitiesRequest.kind", Held(Holds::Choice)),
    ("intake.v1.GetExchangeReportRequest.year", YEAR),
    ("intake.v1.GetTaxonomyRequest.year", YEAR),
    ("intake.v1.GetTranslationRequest.from_year", YEAR),
    ("intake.v1.GetTranslationRequest.code", Held(Holds::Code)),
    ("intake.v1.GetTranslationRequest.to_year", YEAR),
    ("intake.v1.GetSubcategoryReportRequest.year", YEAR),
    ("intake.v1.ListParticipationsRequest.year", AnyYear),
    ("intake.v1.ListParticipationsRequest.states", Held(Holds::Choices)),
    ("intake.v1.ListYearBooksRequest.year", YEAR),
    ("intake.v1.GetPolicyRequest.year", YEAR),
    ("intake.v1.ListVoidNumbersRequest.year", YEAR),
    ("intake.v1.GetLikelyDuplicatesOfDraftRequest.year", YEAR),
    ("intake.v1.GetLikelyDuplicatesOfDraftRequest.matter", Held(Holds::Parts)),
    ("intake.v1.RenderNoticeRequest.format", Held(Holds::Choice)),
    ("intake.v1.GetLongViewRequest.last_year", YEAR),
    // 0 for as many as are usual.
    ("intake.v1.GetLongViewRequest.years", Held(Holds::Number(0, 10))),
    ("intake.v1.ListOpinionsRequest.waiting_only", Held(Holds::Flag)),
    ("escalation.v1.ListReferralsRequest.roll_up", Held(Holds::Flag)),
    ("escalation.v1.ListReferralsRequest.year", AnyYear),
    ("escalation.v1.ListReferralsRequest.states", Held(Holds::Choices)),
    ("escalation.v1.ListReferralsRequest.overdue_only", Held(Holds::Flag)),
    ("escalation.v1.ListReferralsRequest.levels", Held(Holds::Choices)),
    ("escalation.v1.ListReferralsRequest.with_counts", Held(Holds::Flag)),
    ("escalation.v1.ListAssignmentsRequest.year", AnyYear),
    ("escalation.v1.ListAssignmentsRequest.unanswered_only", Held(Holds::Flag)),
    ("escalation.v1.ListAssignmentsRequest.overdue_only", Held(Holds::Flag)),
    ("escalation.v1.GetEscalationReportRequest.year", YEAR),
    ("funding.v1.ListChannelsRequest.year", AnyYear),
    ("funding.v1.ListChannelsRequest.kind", Held(Holds::Choice)),
    ("funding.v1.GetLedgerRequest.year", YEAR),
    ("funding.v1.GetInvestmentReportRequest.year", AnyYear),
    ("funding.v1.ListPostingsRequest.channel", Held(Holds::Numbered("channels"))),
    ("funding.v1.ListPostingsRequest.matter", Held(Holds::Matter)),
    ("appraisal.v1.GetSurveyReportRequest.year", YEAR),
    ("appraisal.v1.ListBulletinsRequest.year", AnyYear),
    ("appraisal.v1.RenderBulletinRequest.format", Held(Holds::Choice)),
    ("journal.v1.WatchRequest.service", Service),
    ("journal.v1.WatchRequest.kinds", Kinds(100, 100)),
    ("journal.v1.WatchRequest.cursor", Held(Holds::Parts)),
    ("journal.v1.Position.epoch", AtLeast(1)),
    ("journal.v1.Position.pos", AtLeast(0)),
];

/// What a field holds.
pub(super) fn asked(input: &Input) -> Asked {
    let full = input.full_name().trim_start_matches("yishi.");
    let own = FIELDS.iter().find(|(name, _)| *name == full).map(|(_, asked)| *asked);
    let paged = match input.field().name() {
        "page_size" => Some(PageSize),
        "page_token" => Some(PageToken),
        _ => None,
    };
    own.or(paged)
        .or_else(|| known(input).map(Held))
        .unwrap_or_else(|| panic!("{full} is new: say in FIELDS of {} what it holds", file!()))
}

/// Panics at a row of a field that no reader fills in.
pub(super) fn rows_are_of_fields() {
    let reading = described().into_iter().filter(|rpc: &Rpc| !rpc.mutates());
    let requests: Vec<Vec<Input>> = reading.map(|rpc| inputs(&rpc.request)).collect();
    let fields: BTreeSet<&str> = requests.iter().flatten().map(Input::full_name).collect();
    for (name, _) in FIELDS {
        let times = FIELDS.iter().filter(|(other, _)| other == name).count();
        let there = fields.contains(&*format!("yishi.{name}")) && times == 1;
        assert!(there, "{name}: no such field, or told twice; take the row from FIELDS of {}", file!());
    }
}

/// Every way we know to get this field wrong, whatever else is asked.
pub(super) fn wrongs(input: &Input, request: &DynamicMessage) -> Vec<Harm> {
    let values: Vec<Value> = match asked(input) {
        Held(Holds::Units) => {
            let misspelt = texts(Holds::Units).into_iter().map(|text| vec![text]);
            let many = vec![name(Holds::Units, UNIT); UNITS_MAX + 1];
            misspelt.chain([Vec::new(), many]).map(list).collect()
        }
        Held(held) => return harms_of(held, input, request),
        AnyYear => [1999, 2101, -1, 1, i32::MIN, i32::MAX].map(Value::I32).to_vec(),
        PageSize => [-1, i32::MIN].map(Value::I32).to_vec(),
        PageToken | Piece => Vec::new(),
        Filter => {
            let long = "路".repeat(1001);
            let wrong = ["state = OPEN", "wing = 1", "(", "title <", "due_day > 2022-02-30", "\0", &long];
            wrong.map(|text| Value::String(text.to_owned())).to_vec()
        }
        AtLeast(least) => [least - 1, i64::MIN].map(Value::I64).to_vec(),
        Service => ["", "Intake", "nobody", "intake ", "intake\0", "提事", &"x".repeat(10_001)]
            .map(|text| Value::String(text.to_owned()))
            .to_vec(),
        Kinds(most, long) => {
            vec![list(vec!["intake.proposed".to_owned(); most + 1]), list(vec!["k".repeat(long + 1)])]
        }
    };
    values
        .into_iter()
        .map(|value| {
            let what: String = format!("{}: {value:?}", input.path()).chars().take(90).collect();
            Harm { what, field: input.path(), request: input.with(request, value) }
        })
        .collect()
}

/// How far this field may go.
pub(super) fn rights(input: &Input, request: &DynamicMessage) -> Vec<Value> {
    match asked(input) {
        Held(Holds::Units) => vec![list(vec![name(Holds::Units, UNIT); UNITS_MAX])],
        Held(held) => extremes_of(held, input, request),
        AnyYear => [0, 2000, 2100].map(Value::I32).to_vec(),
        PageSize => [0, 1, 1001, i32::MAX].map(Value::I32).to_vec(),
        PageToken | Piece | Service => Vec::new(),
        Filter => {
            ["", &"路".repeat(1000), &"a ".repeat(64)].map(|text| Value::String(text.to_owned())).to_vec()
        }
        AtLeast(least) => [least, i64::MAX].map(Value::I64).to_vec(),
        Kinds(most, long) => vec![list(Vec::new()), list(vec!["k".repeat(long); most])],
    }
}

/// Another filter, which asks for something else; none where the field is no filter.
pub(super) fn otherwise(input: &Input, request: &DynamicMessage) -> Option<Value> {
    Some(match asked(input) {
        AnyYear | Held(Holds::Number(2000, 2100)) => Value::I32(2000),
        Held(Holds::Flag) => Value::Bool(!input.read(request).as_bool()?),
        Held(Holds::Choice) => Value::EnumNumber(2),
        Held(Holds::Choices) => Value::List(vec![Value::EnumNumber(2)]),
        Held(Holds::Yearly(..)) => Value::String(input.read(request).as_str()?.replace("2021", "2022")),
        Held(held @ (Holds::Unit(_) | Holds::Numbered(_) | Holds::Matter | Holds::Department)) => {
            let other = Value::String(name(held, super::VILLAGE));
            // What was asked about may be this very one.
            if input.read(request) == other { Value::String(format!("{}1", other.as_str()?)) } else { other }
        }
        Filter => Value::String("修桥".to_owned()),
        PageSize | PageToken => return None,
        other => panic!("{}: what else can be asked than {other:?}?", input.path()),
    })
}

fn list(texts: Vec<String>) -> Value {
    Value::List(texts.into_iter().map(Value::String).collect())
}
