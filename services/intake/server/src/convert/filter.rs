//! What lists of matters may be filtered by.

use std::borrow::Cow;

use yishi_filter::{Kind, Record, Schema, Value};
use yishi_kernel::MatterId;
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;

/// The states as a filter writes them.
pub(crate) const STATES: &[&str] = &[
    "PROPOSED",
    "DELIBERATED",
    "NOTICED",
    "DETERMINED",
    "IN_PROGRESS",
    "COMPLETED",
    "CLOSED",
    "MERGED",
    "DECLINED",
    "WITHDRAWN",
    "CANCELLED",
    "CARRIED_OVER",
];

/// The categories as a filter writes them.
pub(crate) const CATEGORIES: &[&str] =
    &["INFRASTRUCTURE", "INDUSTRY", "PUBLIC_SERVICE", "GOVERNANCE", "REFORM_AND_OTHER"];

type Read = fn(&pb::Matter) -> Value<'_>;

/// Each field with how it is read; the schema below is the same list without.
const FIELDS: &[(&str, Kind, Read)] = &[
    ("state", Kind::Code(STATES), |m| code(m.state().as_str_name(), "MATTER_STATE_")),
    ("category", Kind::Code(CATEGORIES), |m| code(m.category().as_str_name(), "CATEGORY_")),
    ("subcategory", Kind::Text, |m| text(&m.subcategory)),
    ("title", Kind::Text, |m| text(&m.title)),
    ("description", Kind::Text, |m| text(&m.description)),
    ("place", Kind::Text, |m| text(&m.place)),
    ("year", Kind::Number, |m| id(m).map_or(Value::Absent, |id| Value::Number(id.year.get().into()))),
    ("ordinal", Kind::Number, |m| id(m).map_or(Value::Absent, |id| Value::Number(id.ordinal.into()))),
    ("households", Kind::Number, |m| Value::Number(m.households.into())),
    ("persons", Kind::Number, |m| Value::Number(m.persons.into())),
    ("cost_estimate_fen", Kind::Number, |m| Value::Number(m.cost_estimate_fen)),
    ("supporters", Kind::Number, |m| Value::Number(m.supporters.into())),
    ("project_number", Kind::Text, |m| text(&m.project_number)),
    ("due_day", Kind::Day, |m| text(&m.due_day)),
    ("create_time", Kind::Time, |m| instant(m.create_time_us)),
    ("update_time", Kind::Time, |m| instant(m.update_time_us)),
    ("determine_time", Kind::Time, |m| instant(m.determine_time_us)),
    ("officer", Kind::Text, |m| m.officer.as_ref().map_or(Value::Absent, |named| text(&named.officer))),
    ("percent", Kind::Number, |m| {
        m.progress.as_ref().map_or(Value::Absent, |told| Value::Number(told.percent.into()))
    }),
    ("open_findings", Kind::Number, |m| Value::Number(m.open_findings.into())),
    ("joint", Kind::Flag, |m| Value::Number(m.joint.as_ref().is_some_and(|plan| !plan.dropped).into())),
    ("reason", Kind::Text, |m| text(&m.reason)),
];

const NAMED: [(&str, Kind); FIELDS.len()] = {
    let mut named = [("", Kind::Flag); FIELDS.len()];
    let mut field = 0;
    while field < FIELDS.len() {
        named[field] = (FIELDS[field].0, FIELDS[field].1);
        field += 1;
    }
    named
};
const SCHEMA: Schema = Schema(&NAMED);

/// A matter as a filter sees it.
pub(crate) struct Seen<'m>(pub(crate) &'m pb::Matter);

impl Record for Seen<'_> {
    fn value(&self, field: usize) -> Value<'_> {
        FIELDS.get(field).map_or(Value::Absent, |(_, _, read)| read(self.0))
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.0.title, &self.0.description, &self.0.place, &self.0.project_number]
    }
}

/// Reads a filter of matters.
pub(crate) fn filter(check: &mut Checker, field: &str, text: &str) -> Option<yishi_filter::Filter> {
    match yishi_filter::Filter::parse(text, &SCHEMA) {
        Ok(filter) => Some(filter),
        Err(error) => {
            check.refuse(field, format!("第 {} 个字符：{}", error.at, error.problem.zh()), error.to_string());
            None
        }
    }
}

fn text(text: &str) -> Value<'_> {
    if text.is_empty() { Value::Absent } else { Value::Text(Cow::Borrowed(text)) }
}

fn code(name: &'static str, prefix: &str) -> Value<'static> {
    name.strip_prefix(prefix).map_or(Value::Absent, |code| Value::Text(Cow::Borrowed(code)))
}

/// Nothing has happened at the very beginning of the count.
fn instant(micros: i64) -> Value<'static> {
    if micros == 0 { Value::Absent } else { Value::Number(micros) }
}

fn id(matter: &pb::Matter) -> Option<MatterId> {
    matter.name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_full_matter_can_be_found_by() {
        let matter = pb::Matter {
            name: "villages/640324100200/matters/2022-7".to_owned(),
            state: pb::MatterState::InProgress as i32,
            title: "路灯".to_owned(),
            description: "Lamps along the road".to_owned(),
            category: pb::Category::PublicService as i32,
            subcategory: "street_light".to_owned(),
            cost_estimate_fen: 5,
            households: 6,
            persons: 7,
            place: "河东".to_owned(),
            supporters: 8,
            project_number: "640324100200-2022-018".to_owned(),
            determine_time_us: 1_638_316_800_000_000,
            create_time_us: 1_638_316_800_000_000,
            update_time_us: 1_638_316_800_000_000,
            due_day: "2022-09-30".to_owned(),
            reason: "none".to_owned(),
            officer: Some(pb::Officer { officer: "wang-3".to_owned(), ..pb::Officer::default() }),
            progress: Some(pb::Progress { percent: 40, ..pb::Progress::default() }),
            open_findings: 1,
            joint: Some(pb::JointPlan::default()),
            ..pb::Matter::default()
        };
        let passes = |text: &str| {
            let filter = filter(&mut Checker::default(), "filter", text).unwrap_or_else(|| panic!("{text}"));
            filter.matches(&Seen(&matter))
        };
        let found = [
            "state = IN_PROGRESS",
            "category = PUBLIC_SERVICE",
            "subcategory = street_light",
            "title = 路灯",
            "description:lamps",
            "place = 河东",
            "year = 2022",
            "ordinal = 7",
            "households = 6",
            "persons = 7",
            "cost_estimate_fen = 5",
            "supporters = 8",
            "project_number:018",
            "due_day = 2022-09-30",
            "create_time = 2021-12-01T00:00:00Z",
            "update_time = 2021-12-01T00:00:00Z",
            "determine_time = 2021-12-01T08:00:00+08:00",
            "officer = wang-3",
            "percent = 40",
            "open_findings = 1",
            "joint = true",
            "reason:*",
        ];
        assert_eq!(found.len(), FIELDS.len(), "a field without a case");
        for (text, (field, _, _)) in found.iter().zip(FIELDS) {
            assert!(text.starts_with(field) && passes(text), "{text}");
            assert!(
                !filter(&mut Checker::default(), "filter", text)
                    .unwrap()
                    .matches(&Seen(&pb::Matter::default())),
                "{text}"
            );
        }
        assert!(passes("lamps 2022-018 河东 路灯"));
    }
}
