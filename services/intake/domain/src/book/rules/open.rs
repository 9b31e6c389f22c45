//! 年初建账: a book opens once, when nobody can propose for its year any more.

use yishi_kernel::{Season, Timestamp};

use super::{BookId, Fact, Follows, Refusal, Rules, own, snapshot};
use crate::World;
use crate::book::Tree;
use crate::map::tree_day;

pub(super) fn open(
    rules: &Rules<'_>,
    world: &World,
    book: BookId,
    now: Timestamp,
) -> Result<Follows, Refusal> {
    if let Some((at, _)) = world.book(book).and_then(|known| known.opening.as_ref()) {
        return Err(Refusal::AlreadyOpened { at: *at });
    }
    // Not before the day whose map it freezes, however early policy ends the season.
    let closes = rules.policy.season(book.year).last.max(Season::of(book.year).last);
    let today = now.date();
    if today <= closes {
        return Err(Refusal::SeasonNotOver { closes, today });
    }
    let tree = Tree::of(rules.register, book, tree_day(book.year));
    Ok(vec![own(Fact::Opened { snapshot: snapshot(world, book), tree: Some(tree) })])
}

#[cfg(test)]
mod tests {
    use super::super::township::{TOWNSHIP, Township, VILLAGE};
    use super::*;
    use crate::State;
    use crate::rules::village::day;

    #[test]
    fn a_book_opens_once_and_after_the_season() {
        let mut township = Township::on("2022-02-28");
        let refusal = Refusal::SeasonNotOver { closes: day("2022-02-28"), today: day("2022-02-28") };
        assert_eq!(township.open(TOWNSHIP), Err(refusal));
        township.village.go_to("2022-03-01");
        township.open(TOWNSHIP).unwrap();
        assert_eq!(township.open(TOWNSHIP), Err(Refusal::AlreadyOpened { at: township.village.now }));
        township.open(VILLAGE).unwrap();
    }

    #[test]
    fn what_stands_in_it_is_kept_with_a_digest() {
        let mut township = Township::on("2021-12-01");
        let matter = township.village.start(40);
        township.village.go_to("2022-03-01");
        township.open(VILLAGE).unwrap();
        let book = township.book(VILLAGE);
        let (_, snapshot) = book.opening.as_ref().unwrap();
        assert_eq!(book.tree.as_ref().map(|tree| tree.day), Some(day("2022-03-01")));
        assert_eq!((snapshot.matters.len(), snapshot.matters[0].state), (1, State::InProgress));
        let number = township.village.matter(matter).stage.determination().map(|fixed| fixed.number);
        assert_eq!(Some(snapshot.matters[0].number), number);
        assert!(snapshot.is_whole(book.id));
    }
}
