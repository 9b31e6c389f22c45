//! What escalation's journals tell of what units have to do.

use prost::Message;
use yishi_appraisal_domain::{Delivery, StepNews};
use yishi_kernel::Timestamp;
use yishi_proto::escalation::v1::{self as pb, event::Kind};
use yishi_runtime::desk::House;
use yishi_store::journal::Entry;

/// The kinds of entries that begin or end a step of their own unit.
const KINDS: [&str; 10] = [
    "escalation.offered",
    "escalation.accepted",
    "escalation.regained",
    "escalation.bounced",
    "escalation.assigned",
    "escalation.raised",
    "escalation.resolved",
    "escalation.returned",
    "escalation.ask_back_noted",
    "escalation.ask_back_denied",
];

/// Whether an entry begins or ends a step of a unit whose books are held; letters from above tell of others' steps too.
pub(super) fn concerns(house: &House, entry: &Entry) -> bool {
    KINDS.contains(&entry.kind.as_str()) && house.holds(entry.unit)
}

/// What an entry is to its unit's steps, or what is wrong with it.
pub(super) fn of_escalation(entry: &Entry) -> Result<Delivery, String> {
    let event = pb::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let due = |micros| Timestamp::from_micros(micros);
    let news = match event.kind {
        Some(Kind::Offered(told)) => StepNews::Due(due(told.due_time_us)),
        Some(Kind::Accepted(told)) => StepNews::Due(due(told.due_time_us)),
        Some(Kind::Regained(told)) => StepNews::Due(due(told.due_time_us)),
        Some(Kind::Bounced(told)) => StepNews::Due(due(told.due_time_us)),
        Some(Kind::Assigned(told)) => StepNews::Due(due(told.due_time_us)),
        Some(Kind::Raised(_) | Kind::Resolved(_)) => StepNews::Done,
        Some(Kind::Returned(_)) => StepNews::GivenBack,
        Some(Kind::AskBackNoted(told)) => StepNews::Asked(due(told.due_time_us)),
        Some(Kind::AskBackDenied(_)) => StepNews::Answered,
        _ => return Err("it holds another event".to_owned()),
    };
    let matter = event.matter.parse().map_err(|error| format!("{error}"))?;
    Ok(Delivery::Step { unit: entry.unit, matter, news })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATTER: &str = "villages/640324100200/matters/2022-7";

    fn entry(kind: &str, told: Kind) -> Entry {
        Entry {
            unit: "640324000000".parse().unwrap(),
            epoch: 1,
            seq: 1,
            at: Timestamp::from_micros(7),
            actor: "clerk-1".to_owned(),
            kind: kind.to_owned(),
            to: None,
            payload: pb::Event { matter: MATTER.to_owned(), kind: Some(told), ..pb::Event::default() }
                .encode_to_vec(),
        }
    }

    #[test]
    fn a_step_is_its_own_units() {
        let due = Timestamp::from_micros(9);
        let offered = Kind::Offered(pb::Offered { due_time_us: 9, ..pb::Offered::default() });
        for (told, news) in [
            (offered, StepNews::Due(due)),
            (Kind::Raised(pb::Raised::default()), StepNews::Done),
            (Kind::Returned(pb::Returned::default()), StepNews::GivenBack),
            (
                Kind::AskBackNoted(pb::AskBackNoted { due_time_us: 9, ..pb::AskBackNoted::default() }),
                StepNews::Asked(due),
            ),
            (Kind::AskBackDenied(pb::AskBackDenied::default()), StepNews::Answered),
        ] {
            let entry = entry("escalation.offered", told);
            let matter = MATTER.parse().unwrap();
            assert_eq!(of_escalation(&entry), Ok(Delivery::Step { unit: entry.unit, matter, news }));
        }
    }

    #[test]
    fn what_is_no_step_is_told() {
        let opened = entry("escalation.opened", Kind::Opened(pb::Opened {}));
        assert!(of_escalation(&opened).is_err());
    }
}
