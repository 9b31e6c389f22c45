//! What is written is read back the same, and nothing else is read.

use yishi_funding_domain::{Account, Category};
use yishi_kernel::Timestamp;

use super::super::channel::tests::earmarked;
use super::super::event::event;
use super::super::transfer::tests::sent;
use super::*;

const REGION: UnitCode = UnitCode::new(640_000_000_000).unwrap();
const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const AT: Timestamp = Timestamp::from_micros(7);

fn moved(from: Account, to: Account) -> Posting {
    let line =
        |account, fen| Line { account, holder: REGION, channel: earmarked().id, amount: Fen::new(fen) };
    Posting::new(vec![line(from, -42), line(to, 42)]).unwrap()
}

/// One of each kind, from the books of the region, and to whom it is addressed.
fn every_fact() -> Vec<(Option<UnitCode>, Fact)> {
    use Account::{Committed, Free, InTransit, Lapsed, Paid, PassedDown, Received};
    let (matter, order) = ("villages/640324100200/matters/2022-7", "units/640000000000/rewardLists/2022");
    let (matter, order) = (matter.parse().unwrap(), order.parse::<yishi_funding_domain::OrderId>().unwrap());
    let (id, amount, channel) = (sent().id, sent().amount, earmarked());
    let back = Transfer { direction: Direction::Up, ..sent() };
    let came = Transfer { id: TransferId { from: CITY, ..id }, to: REGION, ..sent() };
    let mut facts = vec![
        (None, Fact::ChannelOpened(channel.clone())),
        (None, Fact::BudgetReceived { document_sha256: [9; 32], posting: moved(Received, Free) }),
        (
            Some(CITY),
            Fact::Received { transfer: came, channel: channel.clone(), posting: moved(PassedDown, Free) },
        ),
        (None, Fact::Confirmed { transfer: id, posting: moved(InTransit, PassedDown) }),
        (Some(REGION), Fact::YearSettled { year: Year::try_from(2022).unwrap(), asked: 3 }),
        (
            Some(REGION),
            Fact::YearHeld {
                year: Year::try_from(2022).unwrap(),
                asked: 3,
                in_transit: Fen::new(7),
                matters: 2,
                unpaid: Fen::new(8),
            },
        ),
        (None, Fact::Lapsed { posting: moved(Free, Lapsed) }),
        (
            None,
            Fact::MatterRegistered {
                matter,
                category: Category::Industry,
                cost: Fen::new(100),
                outstanding: ["water".to_owned()].into(),
                heard: 5,
            },
        ),
        (
            None,
            Fact::MatterRevised {
                matter,
                cost: Fen::new(101),
                outstanding: ["water".to_owned()].into(),
                heard: 7,
            },
        ),
        (None, Fact::OpinionsNoted { matter, outstanding: ["water".to_owned()].into(), heard: 9 }),
        (None, Fact::Committed { matter, posting: moved(Free, Committed) }),
        (None, Fact::Released { matter, reason: "节余".into(), posting: moved(Committed, Free) }),
        (None, Fact::Paid { matter, posting: moved(Committed, Paid) }),
        (Some(VILLAGE), Fact::Settled { matter, paid: [].into(), posting: Posting::default() }),
        (
            Some(VILLAGE),
            Fact::Settled {
                matter,
                paid: [(channel.id, Fen::new(5)), (ChannelId { ordinal: 4, ..channel.id }, Fen::new(6))]
                    .into(),
                posting: moved(Committed, Free),
            },
        ),
        (
            None,
            Fact::RewardOrderTaken {
                order: order.clone(),
                lines: [(VILLAGE, amount), (CITY, amount)].into(),
            },
        ),
        (
            None,
            Fact::RewardPaid {
                order,
                village: VILLAGE,
                channel: channel.id,
                amount,
                posting: moved(Free, Paid),
            },
        ),
    ];
    for transfer in [sent(), back] {
        let posting = moved(Free, InTransit);
        facts.push((Some(CITY), Fact::Sent { transfer, channel: channel.clone(), posting }));
    }
    for &problem in TransferProblem::ALL {
        facts.push((Some(CITY), Fact::Refused { transfer: came, problem }));
        facts.push((None, Fact::Reverted { transfer: id, problem, posting: moved(InTransit, Free) }));
    }
    facts
}

fn entry(to: Option<UnitCode>, kind: &str, told: &pb::Event) -> Entry {
    Entry {
        unit: REGION,
        epoch: 1,
        seq: 1,
        at: AT,
        actor: "clerk-1".into(),
        kind: kind.into(),
        to: to.map(|unit| (unit, 1)),
        payload: told.encode_to_vec(),
    }
}

#[test]
fn every_fact_comes_back_from_its_entry() {
    let mut kinds = std::collections::BTreeSet::new();
    for (to, fact) in every_fact() {
        let kind = fact.kind();
        let there = Event { unit: REGION, to, at: AT, fact };
        assert_eq!(event_from(&entry(to, kind, &event(&there))), Ok(there));
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 20);
}

#[test]
fn what_is_addressed_to_somebody_else_is_told() {
    for (to, fact) in every_fact().into_iter().filter(|(to, fact)| to.is_some() && fact.transfer().is_some())
    {
        let kind = fact.kind();
        let told = event(&Event { unit: REGION, to, at: AT, fact });
        for wrong in [None, Some(VILLAGE)] {
            assert!(event_from(&entry(wrong, kind, &told)).is_err(), "{kind}");
        }
    }
}

#[test]
fn what_is_no_event_of_the_entry_is_told() {
    let told = |fact| event(&Event { unit: REGION, to: None, at: AT, fact });
    let lapsed = told(Fact::Lapsed { posting: moved(Account::Free, Account::Lapsed) });
    let right = entry(None, "funding.lapsed", &lapsed);
    let elsewhere = Entry {
        unit: CITY,
        ..entry(
            None,
            "funding.transfer_confirmed",
            &told(Fact::Confirmed { transfer: sent().id, posting: Posting::default() }),
        )
    };
    for (wrong, problem) in [
        (Entry { kind: "funding.paid".into(), ..right.clone() }, "it holds funding.lapsed"),
        (Entry { payload: Vec::new(), ..right }, "it holds an event that is not known here"),
        (elsewhere, "units/640000000000/transfers/2022-17 is of another sender"),
    ] {
        assert_eq!(event_from(&wrong).unwrap_err(), problem);
    }
}

#[test]
fn sums_and_lines_that_cannot_be_are_not_read() {
    let line = |account: pb::Account, amount_fen| pb::PostingLine {
        account: account as i32,
        holder: format!("units/{REGION}"),
        channel: earmarked().id.to_string(),
        amount_fen,
    };
    let posting = |lines| Some(pb::Posting { lines });
    let part = pb::ChannelAmount { channel: earmarked().id.to_string(), amount_fen: 5 };
    let settled = |paid_fen, paid| {
        Kind::Settled(pb::Settled {
            matter: "villages/640324100200/matters/2022-7".into(),
            paid_fen,
            paid,
            posting: posting(vec![]),
        })
    };
    let reward = pb::RewardLine { village: format!("villages/{VILLAGE}"), amount_fen: 5 };
    let taken = |lines| Kind::RewardOrderTaken(pb::RewardOrderTaken { order: "list".into(), lines });
    for (kind, told, problem) in [
        ("funding.lapsed", Kind::Lapsed(pb::Lapsed { posting: None }), "it holds no posting"),
        (
            "funding.lapsed",
            Kind::Lapsed(pb::Lapsed { posting: posting(vec![line(pb::Account::Free, 1)]) }),
            "the lines of 640000000000 for units/640300000000/channels/2022-3 do not sum to zero",
        ),
        (
            "funding.lapsed",
            Kind::Lapsed(pb::Lapsed { posting: posting(vec![line(pb::Account::Unspecified, 0)]) }),
            "0 is no account",
        ),
        ("funding.settled", settled(6, vec![part.clone()]), "6 fen are not what was paid by channel"),
        ("funding.settled", settled(5, vec![part.clone(), part]), "5 fen are not what was paid by channel"),
        ("funding.reward_order_taken", taken(vec![reward.clone(), reward]), "a village is named twice"),
    ] {
        assert_eq!(event_from(&entry(None, kind, &pb::Event { kind: Some(told) })).unwrap_err(), problem);
    }
}
