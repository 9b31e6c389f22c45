//! What is right in each field, and from that what is wrong.

use prost_reflect::{DynamicMessage, MessageDescriptor, Value};

use crate::contract::{Input, inputs};

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holds {
    /// A message; its parts have rows of their own.
    Parts,
    /// `collection/CODE`.
    Unit(&'static str),
    /// Several of `units/CODE`.
    Units,
    /// The name of a matter.
    Matter,
    /// The id that makes a request act once.
    RequestId,
    /// What was read with the object, or nothing.
    Etag,
    /// An opaque id of somebody.
    Token,
    /// A code of small letters.
    Code,
    /// Words of people, so many at the most.
    Text(usize),
    /// A number from here to there.
    Number(i64, i64),
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
    /// Yes or no: neither is wrong.
    Flag,
}
use Holds::{
    Choice, Code, Day, Digest, Digests, Etag, Flag, Mask, Matter, Number, Parts, RequestId, Text, Token,
    Unit, Units,
};

const FEN: Holds = Number(0, 1_000_000_000_000);
const VOTES: Holds = Number(0, 1_000_000);

/// Every field that a caller fills in, but those of the same name everywhere (see [`holds`]).
const FIELDS: &[(&str, Holds)] = &[
    ("intake.v1.ProposeMatterRequest.parent", Unit("villages")),
    ("intake.v1.ProposeMatterRequest.year", Number(2000, 2100)),
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
    ("intake.v1.CompleteMatterRequest.text", Text(1000)),
    ("intake.v1.ListMattersRequest.parent", Unit("units")),
    ("intake.v1.GetProgressReportRequest.unit", Unit("units")),
    ("journal.v1.WatchRequest.units", Units),
];

/// What a field holds, by its name in the contracts.
pub(crate) fn holds(input: &Input) -> Holds {
    known(input)
        .unwrap_or_else(|| panic!("{} is new: say in FIELDS of {} what it holds", input.full_name(), file!()))
}

fn known(input: &Input) -> Option<Holds> {
    let full = input.full_name().strip_prefix("yishi.")?;
    let own = FIELDS.iter().find(|(name, _)| *name == full).map(|(_, holds)| *holds);
    own.or(match input.field().name() {
        "name" => Some(Matter),
        "request_id" => Some(RequestId),
        "etag" => Some(Etag),
        _ => None,
    })
}

/// The field that says which unit a request is about.
pub(crate) fn subject(request: &MessageDescriptor) -> Input {
    let about = |input: &Input| matches!(known(input), Some(Unit(_) | Units | Matter));
    inputs(request).into_iter().find(about).unwrap_or_else(|| {
        panic!("{}: about which unit? say so in FIELDS of {}", request.full_name(), file!())
    })
}

/// A request that is wrong in one field, and which one refusals name.
pub(crate) struct Harm {
    pub(crate) what: String,
    pub(crate) field: String,
    pub(crate) request: DynamicMessage,
}

/// Every way we know to get this field wrong.
pub(crate) fn harms(input: &Input, request: &DynamicMessage) -> Vec<Harm> {
    let held = holds(input);
    let of = |what: &str, request| Harm {
        what: format!("{}: {what}", input.path()),
        field: input.path(),
        request,
    };
    let mut harms = Vec::new();
    if input.required {
        harms.push(of("missing", input.without(request)));
    }
    if input.required && matches!(held, Text(_)) {
        harms.push(of("blank", input.with(request, Value::String(" \n　".to_owned()))));
    }
    let values = match held {
        Parts | Flag => Vec::new(),
        Units => panic!("{}: no request that changes something is about several units", input.path()),
        Number(least, most) => {
            let (low, high) = (i64::from(i32::MIN), i64::from(i32::MAX));
            let tried = [least - 1, most + 1, low, high, i64::MIN, i64::MAX];
            numbers(input, tried.into_iter().filter(|number| !(least..=most).contains(number)))
        }
        Choice => vec![Value::EnumNumber(-1), Value::EnumNumber(99)],
        Digest => vec![Value::Bytes(vec![7; 31].into()), Value::Bytes(vec![7; 33].into())],
        Digests(most) => vec![
            Value::List(vec![Value::Bytes(vec![7; 31].into())]),
            Value::List(vec![Value::Bytes(vec![7; 32].into()); most + 1]),
        ],
        Mask => [&["name"][..], &["state"], &["*"], &["title", "matter.title"], &["title\0"], &[""]]
            .map(|paths| mask(input, paths))
            .to_vec(),
        Unit(_) | Matter | RequestId | Etag | Token | Code | Text(_) | Day => {
            texts(held).into_iter().map(Value::String).collect()
        }
    };
    harms.extend(values.into_iter().map(|value| {
        let what: String = format!("{value:?}").chars().take(60).collect();
        of(&what, input.with(request, value))
    }));
    harms
}

/// The extremes that this field may have.
pub(crate) fn extremes(input: &Input) -> Vec<Value> {
    match holds(input) {
        Text(most) => vec![Value::String("村".repeat(most)), Value::String("\n村\t".to_owned())],
        Number(least, most) => numbers(input, [least, most]),
        Token => vec![Value::String("a".repeat(64)), Value::String("A.z_0:-".to_owned())],
        Code => vec![Value::String("a".repeat(40)), Value::String("a".to_owned())],
        Day => vec![Value::String("2020-02-29".to_owned())],
        Digests(most) => vec![Value::List(vec![Value::Bytes(vec![7; 32].into()); most])],
        Parts | Unit(_) | Units | Matter | RequestId | Etag | Digest | Mask | Choice | Flag => Vec::new(),
    }
}

/// The numbers that the field's type can hold.
fn numbers(input: &Input, numbers: impl IntoIterator<Item = i64>) -> Vec<Value> {
    let wide = matches!(input.field().kind(), prost_reflect::Kind::Int64);
    let held =
        |number| if wide { Some(Value::I64(number)) } else { i32::try_from(number).ok().map(Value::I32) };
    numbers.into_iter().filter_map(held).collect()
}

fn mask(input: &Input, paths: &[&str]) -> Value {
    let prost_reflect::Kind::Message(mask) = input.field().kind() else { panic!("a mask is a message") };
    let mut mask = DynamicMessage::new(mask);
    let paths = paths.iter().map(|path| Value::String((*path).to_owned())).collect();
    mask.set_field_by_name("paths", Value::List(paths));
    Value::Message(mask)
}

fn texts(held: Holds) -> Vec<String> {
    let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut wrong = match held {
        Unit(collection) => vec![
            "640324100200".to_owned(),
            format!("{collection}/64032410020"),
            format!("{collection}/6403241002000"),
            format!("{collection}/６４０３２４１００２００"),
            format!("{collection}/640324100200/"),
            format!("/{collection}/640324100200"),
        ],
        Matter => of(&[
            "640324100200-2022-1",
            "villages/640324100200",
            "villages/640324100200/matters/2022-01",
            "villages/640324100200/matters/2022-0",
            "villages/640324100200/matters/2022-1/",
            "villages/640324100200/matters/22-1",
            "villages/640324100200/matters/2022-4294967296",
            "Villages/640324100200/matters/2022-1",
            "units/640324100200/matters/2022-1",
        ]),
        RequestId => of(&[
            "7",
            "00000000-0000-0000-0000-000000000000",
            "5F0F3C1E-8A54-4C7B-9D1E-2B7F60A4C9D3",
            "{5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3}",
            "5f0f3c1e8a544c7b9d1e2b7f60a4c9d3",
        ]),
        Etag => of(&["0", "0000000g", "W/\"00000001\"", "00000001 ", "+0000001"]),
        Token => of(&["张三", "two words", "a/b"]),
        Code => of(&["Road", "1st", "_road", "village road", "道路"]),
        Text(most) => {
            let mut wrong = of(&[
                "电话13912345678",
                "身份证64032419900101123X",
                "６４０３２４１９９００１０１１２３４",
                "１３９１２３４５６７８",
                "铃\u{7}",
            ]);
            wrong.push("村".repeat(most + 1));
            wrong
        }
        Day => of(&["2021-02-29", "2021-1-3", "20211203", "2021-12-03T00:00:00Z", "明天"]),
        other => panic!("{other:?} is no text"),
    };
    // Nobody can want these in any text, and no engine could store the first.
    wrong.extend(["村\0道".to_owned(), "\0".to_owned(), "x".repeat(10_001)]);
    wrong
}
