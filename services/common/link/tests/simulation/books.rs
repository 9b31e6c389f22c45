//! The business of a drill: a matter has one handler, and money is conserved. A unit's books follow from its journal.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use yishi_kernel::UnitCode;
use yishi_store::journal::Entry;

use crate::database::{Draft, READOPTED, Row, unpack};

pub(crate) const OPENED: &str = "drill.opened";
pub(crate) const PASSED: &str = "drill.passed";
pub(crate) const TOOK: &str = "drill.took";
pub(crate) const YIELDED: &str = "drill.yielded";
pub(crate) const GRANTED: &str = "drill.granted";
pub(crate) const PAID: &str = "drill.paid";
pub(crate) const RECEIVED: &str = "drill.received";
pub(crate) const SETTLED: &str = "drill.settled";

/// What an entry says.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Deed {
    /// The request that led to it; 0 for none.
    #[prost(uint64, tag = "1")]
    pub(crate) request: u64,
    /// The matter, or the payment.
    #[prost(uint64, tag = "2")]
    pub(crate) thing: u64,
    /// How often the matter has changed hands.
    #[prost(uint32, tag = "3")]
    pub(crate) hop: u32,
    #[prost(int64, tag = "4")]
    pub(crate) amount: i64,
    /// The letter that is dealt with: its writer and its number.
    #[prost(uint64, tag = "5")]
    pub(crate) from: u64,
    #[prost(int64, tag = "6")]
    pub(crate) to_seq: i64,
    /// Whether the matter stays here.
    #[prost(bool, tag = "7")]
    pub(crate) here: bool,
}

impl Deed {
    /// The bytes of a sender that is a version ahead hold a field that nobody here knows.
    pub(crate) fn bytes(&self, from_the_future: bool) -> Vec<u8> {
        let mut bytes = self.encode_to_vec();
        if from_the_future {
            bytes.extend([0x7a, 1, 7]);
        }
        bytes
    }
}

/// What a client asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    Open,
    Pass { matter: u64, to: UnitCode },
    Grant { amount: i64 },
    Pay { amount: i64, to: UnitCode },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) id: u64,
    pub(crate) unit: UnitCode,
    pub(crate) ask: Ask,
}

#[derive(Debug, Default)]
pub(crate) struct Books {
    /// Letters dealt with, by writer: all up to a number, and some beyond it.
    pub(crate) handled: BTreeMap<UnitCode, (i64, BTreeSet<i64>)>,
    /// By matter: the last hop known, and whether it is here.
    pub(crate) matters: BTreeMap<u64, (u32, bool)>,
    pub(crate) balance: i64,
    pub(crate) granted: i64,
    /// Paid and not confirmed, by payment.
    pub(crate) transit: BTreeMap<u64, i64>,
    settled: BTreeSet<u64>,
    /// How often each request acted.
    pub(crate) acts: BTreeMap<u64, u32>,
}

impl Books {
    pub(crate) fn evolve(&mut self, entry: &Entry) {
        if entry.kind == READOPTED {
            return self.evolve(&unpack(&entry.payload).entry);
        }
        let deed = Deed::decode(&entry.payload[..]).unwrap();
        if deed.request > 0 {
            *self.acts.entry(deed.request).or_default() += 1;
        }
        if deed.from > 0 {
            let (upto, more) = self.handled.entry(UnitCode::new(deed.from).unwrap()).or_default();
            more.insert(deed.to_seq);
            while more.remove(&(*upto + 1)) {
                *upto += 1;
            }
        }
        match entry.kind.as_str() {
            OPENED => self.matter(deed.thing, 0, true),
            PASSED => self.matter(deed.thing, deed.hop, false),
            TOOK => self.matter(deed.thing, deed.hop, deed.here),
            YIELDED => drop(self.matters.insert(deed.thing, (deed.hop, false))),
            GRANTED => {
                self.balance += deed.amount;
                self.granted += deed.amount;
            }
            PAID => {
                self.balance -= deed.amount;
                if !self.settled.contains(&deed.thing) {
                    self.transit.insert(deed.thing, deed.amount);
                }
            }
            RECEIVED => self.balance += deed.amount,
            SETTLED => {
                self.settled.insert(deed.thing);
                self.transit.remove(&deed.thing);
            }
            _ => {}
        }
    }

    /// What a later hop said is not undone by an earlier one that comes to be known after it.
    fn matter(&mut self, matter: u64, hop: u32, here: bool) {
        let known = self.matters.entry(matter).or_insert((hop, here));
        if hop > known.0 {
            *known = (hop, here);
        }
    }

    pub(crate) fn has_handled(&self, from: UnitCode, number: i64) -> bool {
        self.handled.get(&from).is_some_and(|(upto, more)| number <= *upto || more.contains(&number))
    }
}

/// All books of a node.
pub(crate) type House = BTreeMap<UnitCode, Books>;

/// The last hop of a matter that anybody in the house knows of.
fn last_hop(house: &House, matter: u64) -> Option<u32> {
    house.values().filter_map(|books| books.matters.get(&matter)).map(|known| known.0).max()
}

/// What a request leads to; nothing if it is refused or has acted before.
pub(crate) fn decide(house: &House, request: &Request, from_the_future: bool) -> Option<Draft> {
    let books = house.get(&request.unit)?;
    let mut deed = Deed { request: request.id, thing: request.id, ..Deed::default() };
    let (kind, to) = match request.ask {
        Ask::Open if last_hop(house, request.id).is_some() => return None,
        Ask::Open => (OPENED, None),
        Ask::Pass { matter, to } => {
            let (hop, here) = *books.matters.get(&matter)?;
            (deed.thing, deed.hop) = (matter, hop + 1);
            (PASSED, Some(to).filter(|_| here).filter(|&to| to != request.unit)?.into())
        }
        Ask::Grant { amount } => {
            deed.amount = amount;
            (GRANTED, None)
        }
        Ask::Pay { amount, to } => {
            deed.amount = amount;
            (PAID, Some(to).filter(|&to| to != request.unit && books.balance >= amount)?.into())
        }
    };
    let done = books.acts.contains_key(&request.id);
    (!done).then(|| Draft { unit: request.unit, kind, to, payload: deed.bytes(from_the_future) })
}

/// What a letter leads to at the unit it is addressed to.
pub(crate) fn answer(house: &House, letter: &Row, from_the_future: bool) -> Draft {
    let entry = &letter.stored.entry;
    let (unit, to_seq) = entry.to.unwrap();
    let deed = Deed::decode(&entry.payload[..]).unwrap();
    let mut reply = Deed { thing: deed.thing, from: entry.unit.as_u64(), to_seq, ..Deed::default() };
    let (kind, to) = match entry.kind.as_str() {
        PASSED => {
            let last = last_hop(house, deed.thing);
            (reply.hop, reply.here) = (deed.hop, last.is_none_or(|last| last <= deed.hop));
            (TOOK, None)
        }
        PAID => {
            reply.amount = deed.amount;
            (RECEIVED, Some(entry.unit))
        }
        RECEIVED => (SETTLED, None),
        other => panic!("{other} is addressed to nobody"),
    };
    Draft { unit, kind, to, payload: reply.bytes(from_the_future) }
}

/// After a recovery: what units of the house still claim although a letter that was readopted shows that it went on.
pub(crate) fn yield_claims(house: &House) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (&unit, books) in house {
        for (&matter, _) in books.matters.iter().filter(|(_, known)| known.1) {
            let (hop, last) = (books.matters[&matter].0, last_hop(house, matter));
            if let Some(last) = last.filter(|&last| last > hop) {
                let deed = Deed { thing: matter, hop: last, ..Deed::default() };
                drafts.push(Draft { unit, kind: YIELDED, to: None, payload: deed.bytes(false) });
            }
        }
    }
    drafts
}
