//! Transfers as one side sees them, as they are served, and back.

use yishi_funding_domain::{Amount, Transfer, TransferView};
use yishi_kernel::{Fen, Timestamp};
use yishi_proto::funding::v1 as pb;

use super::codes;
use super::names::{unit, unit_of};

/// The transfer as it is served.
pub(crate) fn transfer(view: &TransferView) -> pb::Transfer {
    let Transfer { id, to, direction, channel, amount } = view.transfer;
    pb::Transfer {
        name: id.to_string(),
        channel: channel.to_string(),
        to: unit(to),
        direction: codes::direction(direction) as i32,
        amount_fen: amount.fen().get(),
        state: codes::state(view.state) as i32,
        problem: view.problem.map_or(pb::TransferProblem::Unspecified, codes::problem) as i32,
        create_time_us: view.created.as_micros(),
        update_time_us: view.updated.as_micros(),
    }
}

/// The transfer that [`transfer`] wrote, or what in it cannot be read.
pub(crate) fn transfer_from(told: &pb::Transfer) -> Result<TransferView, String> {
    let no = |what: &str| format!("transfer {}: {what} cannot be read", told.name);
    Ok(TransferView {
        transfer: Transfer {
            id: told.name.parse().map_err(|_| no("name"))?,
            to: unit_of("units", &told.to).ok_or_else(|| no("to"))?,
            direction: codes::direction_from(told.direction()).ok_or_else(|| no("direction"))?,
            channel: told.channel.parse().map_err(|_| no("channel"))?,
            amount: Amount::new(Fen::new(told.amount_fen)).ok_or_else(|| no("amount_fen"))?,
        },
        state: codes::state_from(told.state()).ok_or_else(|| no("state"))?,
        problem: codes::problem_from(told.problem()),
        created: Timestamp::from_micros(told.create_time_us),
        updated: Timestamp::from_micros(told.update_time_us),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use prost::Message;
    use yishi_funding_domain::{Direction, TransferProblem, TransferState};

    use super::*;

    pub(crate) fn sent() -> Transfer {
        Transfer {
            id: "units/640000000000/transfers/2022-17".parse().unwrap(),
            to: "640300000000".parse().unwrap(),
            direction: Direction::Down,
            channel: "units/640300000000/channels/2022-3".parse().unwrap(),
            amount: Amount::new(Fen::new(42)).unwrap(),
        }
    }

    fn view(state: TransferState, problem: Option<TransferProblem>) -> TransferView {
        let at = Timestamp::from_micros;
        TransferView { transfer: sent(), state, problem, created: at(1), updated: at(2) }
    }

    #[test]
    fn a_transfer_goes_there_and_back() {
        let refused = TransferProblem::ALL.iter().map(|one| view(TransferState::Refused, Some(*one)));
        for there in TransferState::ALL.iter().map(|state| view(*state, None)).chain(refused) {
            let bytes = transfer(&there).encode_to_vec();
            assert_eq!(transfer_from(&pb::Transfer::decode(bytes.as_slice()).unwrap()), Ok(there));
        }
    }

    #[test]
    fn what_says_no_transfer_is_told() {
        let right = transfer(&view(TransferState::Sent, None));
        for (what, wrong) in [
            ("name", pb::Transfer { name: "17".into(), ..right.clone() }),
            ("to", pb::Transfer { to: "villages/640300000000".into(), ..right.clone() }),
            ("direction", pb::Transfer { direction: 0, ..right.clone() }),
            ("channel", pb::Transfer { channel: String::new(), ..right.clone() }),
            ("amount_fen", pb::Transfer { amount_fen: 0, ..right.clone() }),
            ("state", pb::Transfer { state: 9, ..right }),
        ] {
            let error = transfer_from(&wrong).unwrap_err();
            assert!(error.contains(&format!(": {what} ")), "{error}");
        }
    }
}
