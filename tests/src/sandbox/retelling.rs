//! The matters told anew from nothing but the journal, by the domain's rules, to compare with what is served.
//!
//! None of the service's own conversions are used: what it writes is read here by the contract alone.

mod align;
mod facts;
mod joint;
mod photographs;
mod served;
mod work;

use photographs::Photographs;
use prost::Message;
use yishi_intake_domain::{Event, World, evolve};
use yishi_kernel::MatterId;
use yishi_proto::intake::v1 as pb;
use yishi_store::journal::{OPENED, Stored};

/// What a journal tells.
#[derive(Default)]
pub struct Retold {
    world: World,
    photographs: Photographs,
}

/// Applies every entry of intake's journal to an empty world. Panics at an entry that cannot be read or did not happen.
#[must_use]
pub fn retell(entries: &[Stored]) -> Retold {
    let mut retold = Retold::default();
    for stored in entries.iter().filter(|stored| stored.entry.kind != OPENED) {
        let entry = &stored.entry;
        let told = pb::Event::decode(entry.payload.as_slice()).expect("the contract's event");
        assert_eq!(told.encode_to_vec(), entry.payload, "an event has one encoding");
        if !told.year_book.is_empty() || !told.participation.is_empty() || !told.succession.is_empty() {
            assert!(told.matter.is_empty(), "an event is about a matter or about something else");
            continue;
        }
        let matter: MatterId = told.matter.parse().expect("an event names its matter");
        assert_eq!(matter.village, entry.unit, "a matter's events are in its village's journal");
        let kind = told.kind.expect("an event says what happened");
        retold.photographs.note(matter, &kind);
        let fact = facts::fact(kind);
        assert_eq!(fact.kind(), entry.kind, "entry and payload say the same");
        let event = Event { matter, at: entry.at, fact };
        evolve(&mut retold.world, &event).expect("what the journal tells did happen");
    }
    retold
}

impl Retold {
    /// Every matter as it should be served, in the order of lists.
    #[must_use]
    pub fn matters(&self) -> Vec<pb::Matter> {
        let served = self.world.matters().map(|matter| {
            let mut served = served::served(matter);
            self.photographs.tell(matter.id, &mut served);
            served
        });
        served.collect()
    }
}
