//! The matters told anew from nothing but the journal, by the domain's rules, to compare with what is served.
//!
//! None of the service's own conversions are used: what it writes is read here by the contract alone.

mod facts;
mod joint;
mod served;

use prost::Message;
use yishi_intake_domain::{Event, World, evolve};
use yishi_kernel::MatterId;
use yishi_proto::intake::v1 as pb;
use yishi_store::journal::{OPENED, Stored};

/// What a journal tells.
pub struct Retold(World);

/// Applies every entry of intake's journal to an empty world. Panics at an entry that cannot be read or did not happen.
#[must_use]
pub fn retell(entries: &[Stored]) -> Retold {
    let mut world = World::default();
    for stored in entries.iter().filter(|stored| stored.entry.kind != OPENED) {
        let entry = &stored.entry;
        let told = pb::Event::decode(entry.payload.as_slice()).expect("the contract's event");
        assert_eq!(told.encode_to_vec(), entry.payload, "an event has one encoding");
        if !told.year_book.is_empty() || !told.participation.is_empty() {
            assert!(told.matter.is_empty(), "an event is about a matter or about something else");
            continue;
        }
        let matter: MatterId = told.matter.parse().expect("an event names its matter");
        assert_eq!(matter.village, entry.unit, "a matter's events are in its village's journal");
        let fact = facts::fact(told.kind.expect("an event says what happened"));
        assert_eq!(fact.kind(), entry.kind, "entry and payload say the same");
        evolve(&mut world, &Event { matter, at: entry.at, fact }).expect("what the journal tells did happen");
    }
    Retold(world)
}

impl Retold {
    /// Every matter as it should be served, in the order of lists.
    #[must_use]
    pub fn matters(&self) -> Vec<pb::Matter> {
        self.0.matters().map(served::served).collect()
    }
}
