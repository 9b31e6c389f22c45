//! The proposer's contact: in requests, sealed in commands, an opaque id in entries, and as its reader may see it.

mod requests;
#[cfg(test)]
mod tests;

use yishi_intake_domain::contact::{Contact as Kept, Fact, Refusal};
use yishi_kernel::{MatterId, PersonId, Sealed, UnitCode};
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_runtime::check::Checker;
use yishi_runtime::errors::{Failure, reasons};
use yishi_seal::{Chance, Contact, Keyring, Unopened};

use super::failure::precondition;

pub(crate) use requests::{propose, set_contact};

/// What a request says, if it can be a contact. What is wrong is told without repeating it.
fn contact(check: &mut Checker, said: &pb::Contact) -> Option<Contact> {
    if Contact::check_name(&said.name).is_err() {
        check.refuse(
            "contact.name",
            "应为 1 至 50 个字的姓名，不含数字和换行",
            "write a name of 1 to 50 characters, without digits or line breaks",
        );
    }
    if Contact::check_telephone(&said.telephone).is_err() {
        check.refuse(
            "contact.telephone",
            "应为 7 至 15 位数字的电话号码，可以 + 开头，可含连字符",
            "write a telephone number of 7 to 15 digits, which may begin with + and hold hyphens",
        );
    }
    Contact::new(&said.name, &said.telephone).ok()
}

/// Nothing behind this sees more of it than that it is there.
fn sealed(keys: &Keyring, village: UnitCode, contact: &Contact) -> Result<Box<Sealed>, Failure> {
    let chance = Chance::draw().map_err(|error| Failure::internal("sealing a contact", &error))?;
    Ok(Box::new(keys.seal(village, contact, chance)))
}

/// The payload of a fact's entry.
pub(super) fn event(fact: &Fact) -> Kind {
    match fact {
        Fact::Kept { person, instead_of } => Kind::ContactKept(pb::ContactKept {
            person: person.to_string(),
            instead_of: instead_of.as_ref().map(ToString::to_string).unwrap_or_default(),
        }),
        Fact::Erased { person } => Kind::ContactErased(pb::ContactErased { person: person.to_string() }),
        Fact::Revealed { person } => {
            Kind::ContactRevealed(pb::ContactRevealed { person: person.to_string() })
        }
    }
}

pub(super) fn fact_from(told: Kind) -> Option<Fact> {
    Some(match told {
        Kind::ContactKept(pb::ContactKept { person, instead_of }) => Fact::Kept {
            person: person.parse().ok()?,
            instead_of: if instead_of.is_empty() { None } else { Some(instead_of.parse().ok()?) },
        },
        Kind::ContactErased(told) => Fact::Erased { person: told.person.parse().ok()? },
        Kind::ContactRevealed(told) => Fact::Revealed { person: told.person.parse().ok()? },
        _ => return None,
    })
}

pub(super) fn note(kept: &Kept) -> pb::ContactNote {
    pb::ContactNote { person: kept.person.to_string(), erased: kept.erased }
}

pub(super) fn note_from(note: &pb::ContactNote) -> Option<Kept> {
    Some(Kept { person: note.person.parse().ok()?, erased: note.erased })
}

/// Why the rules said no, in the callers' words.
pub(super) fn failure(subject: &str, refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Unknown => Failure::new(&reasons::CONTACT_NOT_FOUND).with("matter", subject),
        Refusal::Erased => erased(subject),
    }
}

fn erased(subject: &str) -> Failure {
    precondition(subject, Failure::new(&reasons::CONTACT_ERASED).with("matter", subject))
}

/// Whose contact is kept for a matter, if it can be read.
pub(crate) fn readable(matter: &pb::Matter) -> Result<PersonId, Failure> {
    match matter.contact.as_ref().and_then(note_from) {
        None => Err(failure(&matter.name, Refusal::Unknown)),
        Some(Kept { erased: true, .. }) => Err(erased(&matter.name)),
        Some(Kept { person, .. }) => Ok(person),
    }
}

/// Opens what is kept of a matter's proposer, if it is here and there is a key for it.
pub(crate) fn opened(keys: &Keyring, matter: MatterId, kept: Option<&Sealed>) -> Result<Contact, Failure> {
    let subject = matter.to_string();
    match kept.map(|kept| keys.open(matter.village, kept)) {
        Some(Ok(contact)) => Ok(contact),
        Some(Err(Unopened::Erased)) => Err(erased(&subject)),
        Some(Err(Unopened::NoKey)) | None => {
            let failure = Failure::new(&reasons::CONTACT_SEALED).with("unit", matter.village);
            Err(precondition(&subject, failure))
        }
    }
}

/// As its reader may see it.
pub(crate) fn view(matter: MatterId, person: PersonId, contact: &Contact, masked: bool) -> pb::ContactView {
    let (name, telephone) = if masked { contact.masked() } else { contact.whole() };
    let contact = Some(pb::Contact { name, telephone });
    pb::ContactView { matter: matter.to_string(), person: person.to_string(), contact, masked }
}
