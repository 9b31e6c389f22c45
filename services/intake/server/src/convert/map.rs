//! Changes of the map: as they are written, served and read again.

use yishi_intake_domain::map::{Command, Event, Fact, Succession};
use yishi_kernel::{ChangeKind, Timestamp, UnitCode};
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_store::journal::Entry;

use super::fields::{date_from, unit_of};
use super::told_from;
use crate::task::{Asked, Told};

/// The kinds of entries that are letters.
pub(crate) const KINDS: [&str; 2] = ["intake.village_succeeded", "intake.predecessor_heard"];

/// The served form.
pub(crate) fn succession(told: &Succession) -> pb::Succession {
    let change = match told.kind {
        ChangeKind::Merge => pb::MapChange::Merge,
        ChangeKind::Split => pb::MapChange::Split,
    };
    pb::Succession {
        village: village(told.village),
        effective_day: told.day.to_string(),
        change: change as i32,
        successor: village(told.successor),
        year: told.year.map_or(0, |year| year.get().into()),
        slots: told.slots.into(),
        villages: told.villages.into(),
    }
}

/// The domain's form of what a projection or an entry holds.
pub(crate) fn succession_from(told: &pb::Succession) -> Option<Succession> {
    let kind = match told.change() {
        pb::MapChange::Merge => ChangeKind::Merge,
        pb::MapChange::Split => ChangeKind::Split,
        pb::MapChange::Unspecified => return None,
    };
    Some(Succession {
        village: unit_of("villages", &told.village)?,
        day: date_from(&told.effective_day)?,
        kind,
        successor: unit_of("villages", &told.successor)?,
        year: if told.year == 0 { None } else { Some(told.year.try_into().ok()?) },
        slots: told.slots.try_into().ok()?,
        villages: told.villages.try_into().ok()?,
    })
}

fn village(code: UnitCode) -> String {
    format!("villages/{code}")
}

/// The payload of the event's entry.
pub(crate) fn event(event: &Event) -> pb::Event {
    let told = succession(event.fact.told());
    let about = told.village.clone();
    let kind = match event.fact {
        Fact::Succeeded(_) => Kind::VillageSucceeded(told),
        Fact::Heard(_) => Kind::PredecessorHeard(told),
    };
    pb::Event { succession: about, kind: Some(kind), ..pb::Event::default() }
}

/// The event of an entry about a change of the map, or what is wrong with it.
pub(crate) fn event_from(entry: &Entry, told: &pb::Event) -> Result<Event, String> {
    const UNREADABLE: &str = "what it holds cannot be read";
    let read = |said: &pb::Succession| {
        let read = succession_from(said).filter(|_| said.village == told.succession);
        read.ok_or(UNREADABLE)
    };
    let fact = match &told.kind {
        Some(Kind::VillageSucceeded(said)) => Fact::Succeeded(read(said)?),
        Some(Kind::PredecessorHeard(said)) => Fact::Heard(read(said)?),
        _ => return Err(UNREADABLE.to_owned()),
    };
    if fact.kind() != entry.kind {
        return Err(format!("it holds {}", fact.kind()));
    }
    Ok(Event { unit: entry.unit, to: entry.to.map(|(unit, _)| unit), at: entry.at, fact })
}

/// What a letter asks of its addressee, or what is wrong with it.
pub(crate) fn delivery(entry: &Entry) -> Result<Asked, String> {
    let (unit, _) = entry.to.ok_or("it is addressed to nobody")?;
    match told_from(entry)? {
        Told::Map(Event { fact, .. }) => Ok(Asked::Map(Command::Hear { unit, told: *fact.told() })),
        _ => Err("it holds another event".to_owned()),
    }
}

/// Whether an entry is of a village that is closed by the register here, and decides what only a village that is there
/// does: its node has an older register.
pub(crate) fn is_of_an_older_map(told: &Told, closed: impl Fn(UnitCode, Timestamp) -> bool) -> bool {
    use yishi_intake_domain::Fact as Of;
    match told {
        Told::Matter(event) => {
            let decides =
                matches!(event.fact, Of::Proposed { .. } | Of::Deliberated(_) | Of::Determined { .. });
            decides && closed(event.matter.village, event.at)
        }
        Told::Participation(_) | Told::Book(_) | Told::Activity(_) | Told::Mark(_) | Told::Map(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    fn code(nth: u64) -> UnitCode {
        UnitCode::new(640_324_100_200 + nth).unwrap()
    }

    fn told() -> Succession {
        Succession {
            village: code(1),
            day: date_from("2022-01-01").unwrap(),
            kind: ChangeKind::Split,
            successor: code(2),
            year: Some(2022.try_into().unwrap()),
            slots: 1,
            villages: 2,
        }
    }

    fn entry(event: &Event, kind: &str) -> Entry {
        Entry {
            unit: event.unit,
            epoch: 1,
            seq: 1,
            at: event.at,
            actor: "timer".to_owned(),
            kind: kind.to_owned(),
            to: event.to.map(|to| (to, 1)),
            payload: super::event(event).encode_to_vec(),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let at = Timestamp::from_micros(7);
        let year_free = Succession { year: None, slots: 0, kind: ChangeKind::Merge, ..told() };
        for fact in [Fact::Succeeded(told()), Fact::Heard(told()), Fact::Heard(year_free)] {
            let unit = if matches!(fact, Fact::Succeeded(_)) { code(1) } else { code(2) };
            let event = Event { unit, to: Some(code(3)), at, fact };
            let written = entry(&event, fact.kind());
            assert_eq!(told_from(&written), Ok(Told::Map(event)));
            let heard = Asked::Map(Command::Hear { unit: code(3), told: *fact.told() });
            assert_eq!(delivery(&written), Ok(heard));
            assert!(told_from(&entry(&event, "intake.proposed")).is_err());
        }
    }

    #[test]
    fn what_names_another_village_or_no_change_is_not_read() {
        let at = Timestamp::from_micros(7);
        let event = Event { unit: code(1), to: None, at, fact: Fact::Succeeded(told()) };
        let written = entry(&event, event.fact.kind());
        assert!(delivery(&written).is_err(), "it is a letter to nobody");
        let mut other = super::event(&event);
        other.succession = village(code(9));
        let payload = other.encode_to_vec();
        assert!(told_from(&Entry { payload, ..written }).is_err());
        let nothing = pb::Succession { change: 0, ..succession(&told()) };
        assert_eq!(succession_from(&nothing), None);
    }
}
