//! What somebody may have meant who wrote a code that is none.

use super::Taxonomy;
use crate::Category;

/// As many as one can take in at a glance.
const SHOWN: usize = 5;

/// The codes counted as this category that come nearest to a text, the nearest first.
pub(super) fn nearest(taxonomy: &Taxonomy, category: Category, text: &str) -> Vec<String> {
    let fits = taxonomy.entries.iter().filter(|entry| taxonomy.category_of(entry).counts_as == category);
    ranked(fits.map(|entry| entry.code.as_str()), text)
}

/// The nearest of some codes.
pub(super) fn ranked<'a>(codes: impl Iterator<Item = &'a str>, text: &str) -> Vec<String> {
    let mut ranked: Vec<(usize, &str)> = codes.map(|code| (distance(code, text), code)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(SHOWN).map(|(_, code)| code.to_owned()).collect()
}

/// How many letters one has to write, leave out or write otherwise to make one code of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (nth, letter) in one.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = nth + 1;
        for (place, wanted) in other.bytes().enumerate() {
            let replaced = corner + usize::from(letter != wanted);
            corner = row[place + 1];
            row[place + 1] = replaced.min(corner + 1).min(row[place] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        for (one, other, letters) in
            [("", "", 0), ("road", "road", 0), ("road", "", 4), ("road", "roads", 1), ("raod", "road", 2)]
        {
            assert_eq!((distance(one, other), distance(other, one)), (letters, letters), "{one} {other}");
        }
    }

    #[test]
    fn the_nearest_come_first_and_are_few() {
        let codes = ["bridge", "drainage", "vilage_road", "village_road", "a", "b", "c"];
        let near = ranked(codes.into_iter(), "village_rode");
        assert_eq!((&*near[0], &*near[1], near.len()), ("village_road", "vilage_road", SHOWN));
    }
}
