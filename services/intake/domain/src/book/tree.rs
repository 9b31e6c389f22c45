//! The tree of a year as a book froze it: whatever the map becomes, the year's books close along it.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use yishi_kernel::{Date, Register, UnitCode};

use super::BookId;
use crate::map::taken_in;

/// Which units belong to a book's unit in its year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The day whose map it is.
    pub day: Date,
    /// The units right below, by code.
    pub children: Vec<UnitCode>,
    /// SHA-256 of the book's name, of the day, and of each unit with the one right above it.
    pub sha256: [u8; 32],
}

impl Tree {
    /// By the map of that day.
    pub fn of(register: &Register, book: BookId, day: Date) -> Self {
        let tree = register.tree_on(day);
        let mut lines = format!("{book} {day}\n");
        for unit in tree.subtree(book.unit) {
            let parent = tree.parent(unit).map(|parent| parent.to_string()).unwrap_or_default();
            let _ = writeln!(lines, "{unit} {parent}");
        }
        let mut children = tree.children(book.unit).to_vec();
        children.extend(taken_in(register, book.unit, book.year));
        Self { day, children, sha256: Sha256::digest(lines.as_bytes()).into() }
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Level;

    use super::*;
    use crate::rules::village::day;

    const DIVISIONS: &str = "code,parent,level,name,valid_from,valid_to
640000000000,,region,宁夏,,
640324100000,640000000000,township,豫海,,
640324100200,640324100000,village,甲,,2022-05-31
640324100201,640324100000,village,乙,,
640324100202,640324100000,village,丙,2022-06-01,
";

    #[test]
    fn it_is_that_of_its_day_whatever_the_map_becomes() {
        let register = Register::parse(DIVISIONS, "").unwrap();
        let township = register.at_level(Level::Township).next().unwrap().code;
        let book = BookId { unit: township, year: 2022.try_into().unwrap() };
        let code = |nth: u64| UnitCode::new(640_324_100_200 + nth).unwrap();
        let (march, june) = (day("2022-03-01"), day("2022-06-01"));
        let frozen = Tree::of(&register, book, march);
        assert_eq!(frozen.children, [code(0), code(1)]);
        let later = Tree::of(&register, book, june);
        assert_eq!(later.children, [code(1), code(2)]);
        // What changes after the day changes nothing of it, and what changes before it does.
        let renamed = Register::parse(&DIVISIONS.replace("2022-06-01", "2022-07-01"), "").unwrap();
        assert_eq!(Tree::of(&renamed, book, march), frozen);
        let earlier = Register::parse(&DIVISIONS.replace("2022-05-31", "2022-02-28"), "").unwrap();
        assert_ne!(Tree::of(&earlier, book, march).sha256, frozen.sha256);
        let village = BookId { unit: code(1), ..book };
        assert_eq!(Tree::of(&register, village, march).children, []);
    }

    #[test]
    fn who_went_into_a_village_in_the_season_settles_below_it() {
        let early = DIVISIONS.replace("2022-05-31", "2022-02-14").replace("2022-06-01", "2022-02-15");
        let (old, new) = (640_324_100_200, 640_324_100_202);
        let changes = format!("effective,kind,old,new,answers\n2022-02-15,merge,{old},{new},{new}\n");
        let register = Register::parse_with_changes(&early, "", &changes).unwrap();
        let [old, new] = [old, new].map(|code| UnitCode::new(code).unwrap());
        let children = |unit, year: i32| {
            let book = BookId { unit, year: year.try_into().unwrap() };
            Tree::of(&register, book, crate::map::tree_day(book.year)).children
        };
        assert_eq!(children(new, 2022), [old]);
        // What it had of earlier years was settled in its own place, and of later ones it had nothing.
        assert_eq!((children(new, 2021), children(new, 2023)), (vec![], vec![]));
        let township = register.at_level(Level::Township).next().unwrap().code;
        assert!(!children(township, 2022).contains(&old) && children(township, 2021).contains(&old));
    }
}
