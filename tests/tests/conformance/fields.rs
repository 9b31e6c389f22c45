//! What each field holds, by its name in the contracts.

mod table;

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, MessageDescriptor, Value};
use yishi_kernel::{Level, Register, UnitCode};

use crate::contract::{Input, described, inputs};
use table::{FIELDS, FILE};

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
    /// A person's name.
    Name,
    /// A person's telephone number.
    Telephone,
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
    Bulletin, CountyMatter, Department, Departments, Etag, Matter, Numbered, ParentMatter, Participation,
    Referral, RequestId, Unit, Units, Yearly,
};

/// What a field holds, by its name in the contracts.
pub(crate) fn holds(input: &Input) -> Holds {
    known(input)
        .unwrap_or_else(|| panic!("{} is new: say in FIELDS of {FILE} what it holds", input.full_name()))
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
        assert!(there, "{name}: no such field, or told twice; take the row from FIELDS of {FILE}");
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
    inputs(request)
        .into_iter()
        .find(about)
        .unwrap_or_else(|| panic!("{}: about which unit? say so in FIELDS of {FILE}", request.full_name()))
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
