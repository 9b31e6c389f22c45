//! That somebody's contact is kept, as the journal tells it.

use yishi_intake_domain::Fact;
use yishi_intake_domain::contact::{self, Contact};
use yishi_kernel::PersonId;
use yishi_proto::intake::v1::{self as pb, event::Kind};

pub(super) fn fact(told: Kind) -> Fact {
    Fact::Contact(match told {
        Kind::ContactKept(told) => contact::Fact::Kept {
            person: person(&told.person),
            instead_of: (!told.instead_of.is_empty()).then(|| person(&told.instead_of)),
        },
        Kind::ContactErased(told) => contact::Fact::Erased { person: person(&told.person) },
        Kind::ContactRevealed(told) => contact::Fact::Revealed { person: person(&told.person) },
        other => panic!("{other:?} is not about a contact"),
    })
}

pub(super) fn served(kept: &Contact) -> pb::ContactNote {
    pb::ContactNote { person: kept.person.to_string(), erased: kept.erased }
}

fn person(text: &str) -> PersonId {
    text.parse().expect("an opaque id, and never a name")
}
