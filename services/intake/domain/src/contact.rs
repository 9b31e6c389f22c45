//! That the proposer's contact is kept. The rules know that it is, under an opaque id, and that it is sealed; never what it is.

use yishi_kernel::{PersonId, Sealed};

use crate::{Matter, State};

/// What a matter knows of its proposer's contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// Under which id it is kept.
    pub person: PersonId,
    /// The person was erased: what is kept can be read by nobody.
    pub erased: bool,
}

/// What can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Keep it, instead of the one that is kept.
    Keep(Box<Sealed>),
    /// Erase the person.
    Erase,
    /// See the whole of it.
    Reveal,
}

impl Act {
    /// Where a matter can be for it. A person can be erased at any time.
    pub const fn wanted(&self) -> &'static [State] {
        match self {
            Act::Keep(_) => &[
                State::Proposed,
                State::Deliberated,
                State::Noticed,
                State::Determined,
                State::InProgress,
                State::Completed,
            ],
            Act::Erase | Act::Reveal => State::ALL,
        }
    }

    /// Whether it leaves a settled year as it is: nothing that was counted changes.
    pub(crate) const fn is_beside_the_year(&self) -> bool {
        matches!(self, Act::Erase | Act::Reveal)
    }
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// It is kept.
    Kept {
        /// Under which id.
        person: PersonId,
        /// Instead of which, which is erased.
        instead_of: Option<PersonId>,
    },
    /// The person was erased.
    Erased {
        /// Who.
        person: PersonId,
    },
    /// Somebody asked to see it.
    Revealed {
        /// Whose.
        person: PersonId,
    },
}

impl Fact {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Fact::Kept { .. } => "intake.contact_kept",
            Fact::Erased { .. } => "intake.contact_erased",
            Fact::Revealed { .. } => "intake.contact_revealed",
        }
    }

    /// Whose key it destroys.
    pub const fn erases(&self) -> Option<PersonId> {
        match *self {
            Fact::Kept { instead_of, .. } => instead_of,
            Fact::Erased { person } => Some(person),
            Fact::Revealed { .. } => None,
        }
    }
}

/// Why nothing follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// None was ever kept.
    Unknown,
    /// The person was erased.
    Erased,
}

/// What follows from keeping the contact of the proposer of a new matter.
pub(crate) fn first(sealed: &Sealed) -> Fact {
    Fact::Kept { person: sealed.person, instead_of: None }
}

pub(crate) fn decide(matter: &Matter, act: &Act) -> Result<Fact, Refusal> {
    match act {
        Act::Keep(sealed) => {
            let kept = matter.contact.filter(|kept| !kept.erased);
            Ok(Fact::Kept { person: sealed.person, instead_of: kept.map(|kept| kept.person) })
        }
        Act::Erase => Ok(Fact::Erased { person: readable(matter)? }),
        Act::Reveal => Ok(Fact::Revealed { person: readable(matter)? }),
    }
}

fn readable(matter: &Matter) -> Result<PersonId, Refusal> {
    match matter.contact {
        None => Err(Refusal::Unknown),
        Some(Contact { erased: true, .. }) => Err(Refusal::Erased),
        Some(Contact { person, .. }) => Ok(person),
    }
}

/// What a fact changes; nothing if it does not fit.
pub(crate) fn apply(matter: &mut Matter, fact: &Fact) -> Option<()> {
    let known = matter.contact.filter(|kept| !kept.erased).map(|kept| kept.person);
    match *fact {
        Fact::Kept { person, instead_of } if known == instead_of => {
            matter.contact = Some(Contact { person, erased: false });
        }
        Fact::Erased { person } if known == Some(person) => {
            matter.contact = Some(Contact { person, erased: true });
        }
        Fact::Revealed { person } if known == Some(person) => {}
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::village::{Village, actor, content};
    use crate::{Act as Doing, Command, Refusal as No};

    fn sealed(number: u8) -> Box<Sealed> {
        let person = PersonId::from_random_bytes([number; 16]);
        Box::new(Sealed { person, key: [1; Sealed::KEY_BYTES], record: vec![2] })
    }

    fn known(number: u8, erased: bool) -> Option<Contact> {
        Some(Contact { person: sealed(number).person, erased })
    }

    #[test]
    fn a_proposal_may_come_with_a_contact_and_is_the_same_without() {
        let mut village = Village::on("2021-12-01");
        let plain = village.propose();
        assert_eq!(village.matter(plain).contact, None);
        let (unit, year, proposer) = (plain.village, plain.year, actor("officer"));
        let contact = Some(sealed(1));
        let propose = Command::Propose { village: unit, year, content: content(), proposer, contact };
        village.run(&propose).unwrap();
        let matter = village.id(2);
        assert_eq!(village.matter(matter).contact, known(1, false));
        assert_eq!(village.matter(matter).proposer, village.matter(plain).proposer);
    }

    #[test]
    fn a_contact_is_replaced_erased_and_then_shown_to_nobody() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        for act in [Act::Erase, Act::Reveal] {
            assert_eq!(village.act(matter, Doing::Contact(act)), Err(No::Contact(Refusal::Unknown)));
        }
        village.act(matter, Doing::Contact(Act::Keep(sealed(1)))).unwrap();
        let replaced = decide(village.matter(matter), &Act::Keep(sealed(2))).unwrap();
        assert_eq!(replaced.erases(), Some(sealed(1).person));
        village.act(matter, Doing::Contact(Act::Keep(sealed(2)))).unwrap();
        village.act(matter, Doing::Contact(Act::Reveal)).unwrap();
        village.act(matter, Doing::Contact(Act::Erase)).unwrap();
        assert_eq!(village.matter(matter).contact, known(2, true));
        for act in [Act::Erase, Act::Reveal] {
            assert_eq!(village.act(matter, Doing::Contact(act)), Err(No::Contact(Refusal::Erased)));
        }
        // Who was erased may be kept anew, under another id; then there is nobody to erase.
        let anew = decide(village.matter(matter), &Act::Keep(sealed(3))).unwrap();
        assert_eq!(anew.erases(), None);
        village.act(matter, Doing::Contact(Act::Keep(sealed(3)))).unwrap();
        assert_eq!(village.matter(matter).contact, known(3, false));
    }

    #[test]
    fn a_person_can_be_erased_when_the_year_is_settled() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        village.act(matter, Doing::Contact(Act::Keep(sealed(1)))).unwrap();
        village.world.settle_village_year(matter.village, matter.year);
        let keep = village.act(matter, Doing::Contact(Act::Keep(sealed(2))));
        assert_eq!(keep, Err(No::YearSettled { village: matter.village, year: matter.year }));
        village.act(matter, Doing::Contact(Act::Erase)).unwrap();
        assert_eq!(village.matter(matter).contact, known(1, true));
    }

    #[test]
    fn what_does_not_fit_is_not_applied() {
        let mut village = Village::on("2021-12-01");
        let matter = village.propose();
        let mut matter = village.matter(matter).clone();
        let (one, two) = (sealed(1).person, sealed(2).person);
        let before = matter.clone();
        for fact in [
            Fact::Kept { person: one, instead_of: Some(two) },
            Fact::Erased { person: one },
            Fact::Revealed { person: one },
        ] {
            assert_eq!((apply(&mut matter, &fact), &matter), (None, &before), "{}", fact.kind());
        }
    }
}
