//! The matters told anew from nothing but the journal, by the domain's rules, to compare with what is served.
//!
//! None of the service's own conversions are used: what it writes is read here by the contract alone.

mod align;
mod facts;
mod joint;
mod person;
mod photographs;
mod served;
mod work;

use photographs::Photographs;
use prost::Message;
use yishi_intake_domain::exchange::mark;
use yishi_intake_domain::{Event, World, evolve};
use yishi_kernel::MatterId;
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_store::journal::{Entry, OPENED, Stored};

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
        let about_else = [told.year_book, told.participation, told.activity, told.succession];
        if !about_else.iter().all(String::is_empty) {
            assert!(told.matter.is_empty(), "an event is about a matter or about something else");
            continue;
        }
        if let Some(Kind::MarkGiven(said) | Kind::MarkHeard(said)) = &told.kind {
            retold.mark(entry, said);
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
    /// A unit holds something up, or its village has heard of it.
    fn mark(&mut self, entry: &Entry, said: &pb::MarkSaid) {
        let heard = entry.kind == mark::HEARD;
        let subject: mark::Subject = said.subject.parse().expect("what is marked");
        let by = said.by.trim_start_matches("units/").parse().expect("a unit");
        assert_eq!(entry.unit, if heard { subject.village() } else { by }, "each writes in its own journal");
        let word = mark::Word { lifted: said.lifted, text: said.reason.clone() };
        let event = mark::Event { subject, by, heard, at: entry.at, word };
        mark::evolve(&mut self.world, &event).expect("what the journal tells did happen");
    }

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
