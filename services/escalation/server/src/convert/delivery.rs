//! What the journals of intake and of this service itself tell a unit.

use prost::Message;
use yishi_escalation_domain::Command;
use yishi_proto::intake::v1 as intake;
use yishi_store::journal::Entry;

use super::event_of;

/// The one kind of intake's that concerns escalation: from then on the village's matter may be raised.
pub(crate) const DETERMINED: &str = "intake.determined";

/// The command that an entry becomes, or what is wrong with it: a matter that was determined, or a letter to a unit.
pub(crate) fn delivery(entry: &Entry) -> Result<Command, String> {
    let kind = entry.kind.as_str();
    if kind == DETERMINED {
        let told = intake::Event::decode(entry.payload.as_slice())
            .map_err(|error| format!("{kind} cannot be read: {error}"))?;
        let Some(intake::event::Kind::Determined(_)) = told.kind else {
            return Err(format!("{kind} holds another event"));
        };
        let matter = told.matter.parse().map_err(|error| format!("{kind}: {error}"))?;
        return Ok(Command::Open { matter });
    }
    let (unit, number) = entry.to.ok_or_else(|| format!("{kind} is addressed to nobody"))?;
    let letter = event_of(entry).map_err(|problem| format!("{kind}: {problem}"))?;
    Ok(Command::Arrive { unit, number, letter })
}

#[cfg(test)]
mod tests {
    use yishi_escalation_domain::{Event, Fact};
    use yishi_kernel::{MatterId, Timestamp, UnitCode};

    use super::*;
    use crate::convert;

    const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
    const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();

    fn matter() -> MatterId {
        "villages/640324100200/matters/2022-7".parse().unwrap()
    }

    fn entry(kind: &str, to: Option<UnitCode>, payload: Vec<u8>) -> Entry {
        Entry {
            unit: VILLAGE,
            epoch: 1,
            seq: 1,
            at: Timestamp::from_micros(77),
            actor: "officer:7".into(),
            kind: kind.into(),
            to: to.map(|unit| (unit, 7)),
            payload,
        }
    }

    fn of_intake(matter: &str, kind: intake::event::Kind) -> Entry {
        let payload =
            intake::Event { matter: matter.into(), kind: Some(kind), ..Default::default() }.encode_to_vec();
        entry(DETERMINED, None, payload)
    }

    #[test]
    fn a_determined_matter_is_opened_and_a_letter_arrives() {
        let determined = intake::event::Kind::Determined(intake::Determined::default());
        let told = of_intake(&matter().to_string(), determined);
        assert_eq!(delivery(&told), Ok(Command::Open { matter: matter() }));

        let letter = Event {
            unit: VILLAGE,
            matter: matter(),
            at: Timestamp::from_micros(77),
            to: Some(TOWNSHIP),
            answers: None,
            fact: Fact::Raised { reason: "无力承担".into() },
        };
        let payload = convert::event(&letter).encode_to_vec();
        let told = entry("escalation.raised", Some(TOWNSHIP), payload.clone());
        assert_eq!(delivery(&told), Ok(Command::Arrive { unit: TOWNSHIP, number: 7, letter }));

        let determined = intake::event::Kind::Determined(intake::Determined::default());
        for wrong in [
            entry("escalation.raised", None, payload.clone()),
            entry("escalation.returned", Some(TOWNSHIP), payload),
            entry("escalation.raised", Some(TOWNSHIP), b"\xff".to_vec()),
            entry("escalation.raised", Some(TOWNSHIP), Vec::new()),
            entry(DETERMINED, None, b"\xff".to_vec()),
            of_intake("villages/1", determined),
            of_intake(&matter().to_string(), intake::event::Kind::Accepted(intake::Accepted {})),
        ] {
            let error = delivery(&wrong).unwrap_err();
            assert!(error.starts_with(&wrong.kind), "{error}");
        }
    }
}
