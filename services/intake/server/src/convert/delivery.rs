//! What the journals of other services tell intake.

use prost::Message;
use yishi_intake_domain::{Command, Delivery};
use yishi_kernel::Fen;
use yishi_proto::funding::v1::{Event, event::Kind};

const SETTLED: &str = "funding.settled";

/// Whether entries of this kind concern intake.
pub(crate) fn concerns(kind: &str) -> bool {
    kind == SETTLED
}

/// The command that an entry of another service becomes, none if it does not concern intake, or what is wrong with it.
pub(crate) fn delivery(kind: &str, payload: &[u8]) -> Result<Option<Command>, String> {
    if !concerns(kind) {
        return Ok(None);
    }
    let event = Event::decode(payload).map_err(|error| format!("{SETTLED} cannot be read: {error}"))?;
    let Some(Kind::Settled(settled)) = event.kind else {
        return Err(format!("{SETTLED} holds another event"));
    };
    let matter = settled.matter.parse().map_err(|error| format!("{SETTLED}: {error}"))?;
    Ok(Some(Command::Delivery(Delivery::Settled { matter, paid: Fen::new(settled.paid_fen) })))
}

#[cfg(test)]
mod tests {
    use yishi_proto::funding::v1::{BudgetReceived, Settled};

    use super::*;

    const MATTER: &str = "villages/640324100200/matters/2022-7";

    fn payload(kind: Kind) -> Vec<u8> {
        Event { kind: Some(kind) }.encode_to_vec()
    }

    fn settled(matter: &str) -> Vec<u8> {
        payload(Kind::Settled(Settled { matter: matter.into(), paid_fen: 42, ..Default::default() }))
    }

    #[test]
    fn a_settled_matter_becomes_a_delivery() {
        let told = Delivery::Settled { matter: MATTER.parse().unwrap(), paid: Fen::new(42) };
        assert_eq!(delivery(SETTLED, &settled(MATTER)), Ok(Some(Command::Delivery(told))));
    }

    #[test]
    fn what_does_not_concern_intake_is_passed_over_unread() {
        for kind in ["funding.paid", "journal.epoch_opened"] {
            assert_eq!(delivery(kind, b"\xff"), Ok(None));
        }
    }

    #[test]
    fn an_entry_that_does_not_hold_what_its_kind_says_is_told() {
        let other = payload(Kind::BudgetReceived(BudgetReceived::default()));
        for wrong in [&b"\xff"[..], b"", &other, &settled("villages/1")] {
            let error = delivery(SETTLED, wrong).unwrap_err();
            assert!(error.starts_with(SETTLED), "{error}");
        }
    }
}
