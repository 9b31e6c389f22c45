//! Entries as postings: what moved money, with what the journal says beside it.

use prost::Message;
use yishi_proto::funding::v1::{self as pb, event::Kind};
use yishi_store::journal::{Entry, OPENED};

/// The posting of an entry, none if it moved no money, or what is wrong with it.
pub(crate) fn record(entry: &Entry) -> Result<Option<pb::PostingRecord>, String> {
    if entry.kind == OPENED {
        return Ok(None);
    }
    let event = pb::Event::decode(entry.payload.as_slice()).map_err(|error| error.to_string())?;
    let kind = event.kind.ok_or("it holds an event that is not known here")?;
    let mut record = pb::PostingRecord {
        epoch: entry.epoch,
        seq: entry.seq,
        kind: entry.kind.clone(),
        time_us: entry.at.as_micros(),
        actor: entry.actor.clone(),
        ..pb::PostingRecord::default()
    };
    record.posting = match kind {
        Kind::ChannelOpened(_)
        | Kind::TransferRefused(_)
        | Kind::MatterRegistered(_)
        | Kind::MatterRevised(_)
        | Kind::OpinionsNoted(_)
        | Kind::RewardOrderTaken(_)
        | Kind::YearSettled(_)
        | Kind::YearHeld(_) => None,
        Kind::BudgetReceived(told) => told.posting,
        Kind::Lapsed(told) => told.posting,
        Kind::Appropriated(told) | Kind::Returned(told) => {
            record.transfer = told.transfer;
            told.posting
        }
        Kind::TransferReceived(told) => {
            record.transfer = told.transfer;
            told.posting
        }
        Kind::TransferConfirmed(told) => {
            record.transfer = told.transfer;
            told.posting
        }
        Kind::TransferReverted(told) => {
            record.transfer = told.transfer;
            told.posting
        }
        Kind::Committed(told) => {
            record.matter = told.matter;
            told.posting
        }
        Kind::Released(told) => {
            record.matter = told.matter;
            told.posting
        }
        Kind::Paid(told) => {
            record.matter = told.matter;
            told.posting
        }
        Kind::Settled(told) => {
            record.matter = told.matter;
            told.posting
        }
        Kind::RewardPaid(told) => {
            record.village = told.village;
            told.posting
        }
    };
    // A matter may be settled without anything left to free.
    Ok(record.posting.as_ref().is_some_and(|posting| !posting.lines.is_empty()).then_some(record))
}

#[cfg(test)]
mod tests {
    use yishi_funding_domain::{Account, Event, Fact, Line, Posting};
    use yishi_kernel::{Fen, Timestamp, UnitCode};

    use super::super::transfer::tests::sent;
    use super::super::{channel::tests::earmarked, event};
    use super::*;

    const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
    const MATTER: &str = "villages/640324100200/matters/2022-7";

    fn entry(fact: Fact) -> Entry {
        let (kind, at) = (fact.kind().to_owned(), Timestamp::from_micros(7));
        let payload = event::event(&Event { unit: COUNTY, to: None, at, fact }).encode_to_vec();
        Entry { unit: COUNTY, epoch: 5, seq: 6, at, actor: "clerk-1".to_owned(), kind, to: None, payload }
    }

    fn posting(fen: i64) -> Posting {
        let line =
            |account, fen| Line { account, holder: COUNTY, channel: earmarked().id, amount: Fen::new(fen) };
        Posting::new(vec![line(Account::Free, -fen), line(Account::Paid, fen)]).unwrap()
    }

    #[test]
    fn what_moved_money_is_a_posting_about_something() {
        let (transfer, channel, matter) = (sent(), earmarked(), MATTER.parse().unwrap());
        let (posting, village) = (posting(5), "640324100200".parse().unwrap());
        let order = "units/640000000000/rewardLists/2022".parse().unwrap();
        let name = transfer.id.to_string();
        let paid = Fact::Paid { matter, posting: posting.clone() };
        let arrived = Fact::Received { transfer, channel: channel.clone(), posting: posting.clone() };
        let confirmed = Fact::Confirmed { transfer: transfer.id, posting: posting.clone() };
        let (amount, id) = (transfer.amount, channel.id);
        let rewarded = Fact::RewardPaid { order, village, channel: id, amount, posting: posting.clone() };
        for (fact, about) in [
            (Fact::Lapsed { posting: posting.clone() }, ["", "", ""]),
            (Fact::Sent { transfer, channel, posting }, ["", &name, ""]),
            (arrived, ["", &name, ""]),
            (confirmed, ["", &name, ""]),
            (paid, [MATTER, "", ""]),
            (rewarded, ["", "", "villages/640324100200"]),
        ] {
            let record = record(&entry(fact)).unwrap().unwrap();
            assert_eq!([&record.matter, &record.transfer, &record.village], about);
            assert_eq!((record.epoch, record.seq, record.time_us), (5, 6, 7));
            let lines = record.posting.unwrap().lines;
            assert_eq!((lines[0].amount_fen, lines[1].account()), (-5, pb::Account::Paid));
        }
    }

    #[test]
    fn what_moved_none_is_no_posting() {
        let settled =
            Fact::Settled { matter: MATTER.parse().unwrap(), paid: [].into(), posting: Posting::default() };
        for fact in [settled, Fact::ChannelOpened(earmarked())] {
            assert_eq!(record(&entry(fact)), Ok(None));
        }
        let opened = Fact::ChannelOpened(earmarked());
        let opened = Entry { kind: OPENED.to_owned(), payload: b"\xff".to_vec(), ..entry(opened) };
        assert_eq!(record(&opened), Ok(None));
        for payload in [b"\xff".to_vec(), Vec::new()] {
            let wrong = Entry { payload, ..entry(Fact::Lapsed { posting: posting(1) }) };
            assert!(record(&wrong).is_err());
        }
    }
}
