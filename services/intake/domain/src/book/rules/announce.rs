//! The year end is announced downwards: a unit tells those right below it, and each of them passes it on, over links
//! where they are hosted elsewhere. Who has heard does not hear again, however often it is told.

use yishi_kernel::UnitCode;

use super::{Book, BookId, Fact, Follows, Refusal, Rules, own};

pub(super) fn announce(rules: &Rules<'_>, book: &Book) -> Result<Follows, Refusal> {
    match book.announced {
        Some(at) => Err(Refusal::AlreadyAnnounced { at }),
        None => Ok(told(&rules.children(Some(book), book.id), None)),
    }
}

pub(super) fn hear(rules: &Rules<'_>, known: Option<&Book>, book: BookId, by: UnitCode) -> Follows {
    if known.is_some_and(|known| known.announced.is_some()) {
        Vec::new()
    } else {
        told(&rules.children(known, book), Some(by))
    }
}

fn told(below: &[UnitCode], by: Option<UnitCode>) -> Follows {
    let letters = below.iter().map(|unit| (Some(*unit), Fact::Told));
    [own(Fact::Announced { by })].into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::super::township::{OTHER, TOWNSHIP, Township, VILLAGE, code};
    use super::*;
    use crate::book::{Act, Command, Heard, State};

    #[test]
    fn who_is_right_below_is_told_and_hears_once() {
        let mut township = Township::on("2022-03-01");
        township.open(TOWNSHIP).unwrap();
        let told = township.follows(&township.change(TOWNSHIP, Act::Announce)).unwrap();
        let letters: Vec<_> = told.iter().filter_map(|event| event.to).collect();
        assert_eq!(letters, [VILLAGE, OTHER].map(code));
        township.act(TOWNSHIP, Act::Announce).unwrap();
        let again = Err(Refusal::AlreadyAnnounced { at: township.village.now });
        assert_eq!(township.act(TOWNSHIP, Act::Announce), again);

        let heard = Command::Hear(Heard::YearEnd { book: township.id(VILLAGE), by: code(TOWNSHIP) });
        township.run(&heard).unwrap();
        assert_eq!(township.book(VILLAGE).state(), State::Unopened);
        assert_eq!(township.follows(&heard), Ok(Vec::new()));
        township.open(VILLAGE).unwrap();
        assert_eq!(township.book(VILLAGE).state(), State::Open);
    }
}
