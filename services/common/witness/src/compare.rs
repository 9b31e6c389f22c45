//! Two holders' digests of one journal, compared entry by entry.

use yishi_kernel::UnitCode;
use yishi_kernel::chain::{self, genesis};

use crate::Head;

/// An entry's digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The entry's epoch.
    pub epoch: i64,
    /// Its number.
    pub seq: i64,
    /// The digest of the entry alone.
    pub entry_hash: [u8; 32],
    /// The digest of the entry and of everything before it.
    pub chain: [u8; 32],
}

/// What is wrong where two journals part, or one does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// The first one does not follow from what is before it: something was changed, removed or put in there.
    FirstBreaks(i64),
    /// The second one does not.
    SecondBreaks(i64),
    /// Each holds in itself, and they hold another entry with this number.
    Differ(i64),
    /// They are the same as far as the first one goes, which ends at this number.
    FirstEnds(i64),
    /// They are the same as far as the second one goes.
    SecondEnds(i64),
}

/// One journal being followed.
struct Walk {
    seq: i64,
    chain: [u8; 32],
}

impl Walk {
    fn follows(&mut self, link: &Link) -> bool {
        let chain = chain::link(&self.chain, &link.entry_hash);
        let follows = link.seq == self.seq + 1 && link.chain == chain;
        (self.seq, self.chain) = (link.seq, link.chain);
        follows
    }
}

/// Where two holders' digests of a unit's journal, each from the first entry on, part: the first number at which one of them
/// breaks, they differ, or one ends.
#[must_use]
pub fn parting(service: &str, unit: UnitCode, first: &[Link], second: &[Link]) -> Option<Parting> {
    let begin = || Walk { seq: 0, chain: genesis(service, unit) };
    let (mut one, mut other) = (begin(), begin());
    for at in 0..first.len().max(second.len()) {
        let (seq, pair) = (one.seq.max(other.seq), (first.get(at), second.get(at)));
        if let Some(link) = pair.0.filter(|link| !one.follows(link)) {
            return Some(Parting::FirstBreaks(link.seq));
        }
        if let Some(link) = pair.1.filter(|link| !other.follows(link)) {
            return Some(Parting::SecondBreaks(link.seq));
        }
        match pair {
            (Some(mine), Some(theirs)) if mine != theirs => return Some(Parting::Differ(mine.seq)),
            (None, Some(_)) => return Some(Parting::FirstEnds(seq)),
            (Some(_), None) => return Some(Parting::SecondEnds(seq)),
            _ => {}
        }
    }
    None
}

impl Head {
    /// Whether a journal went through here: none if it does not go so far.
    #[must_use]
    pub fn is_in(&self, links: &[Link]) -> Option<bool> {
        let link = links.iter().find(|link| link.seq == self.seq)?;
        Some((link.epoch, link.chain) == (self.epoch, self.chain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = "intake";

    fn unit() -> UnitCode {
        UnitCode::new(640_324_100_200).unwrap()
    }

    fn journal(entries: &[u8]) -> Vec<Link> {
        let mut chain = genesis(SERVICE, unit());
        let entry = |(seq, byte): (i64, &u8)| {
            let entry_hash = [*byte; 32];
            chain = chain::link(&chain, &entry_hash);
            Link { epoch: 1, seq, entry_hash, chain }
        };
        (1..).zip(entries).map(entry).collect()
    }

    fn parted(first: &[Link], second: &[Link]) -> Option<Parting> {
        parting(SERVICE, unit(), first, second)
    }

    #[test]
    fn journals_that_are_the_same_do_not_part() {
        assert_eq!(parted(&journal(&[1, 2, 3]), &journal(&[1, 2, 3])), None);
        assert_eq!(parted(&[], &[]), None);
    }

    #[test]
    fn the_first_entry_that_is_another_is_named() {
        let written = journal(&[1, 2, 3, 4]);
        assert_eq!(parted(&journal(&[1, 9, 3, 4]), &written), Some(Parting::Differ(2)));
        assert_eq!(parted(&journal(&[1, 2]), &written), Some(Parting::FirstEnds(2)));
        assert_eq!(parted(&written, &[]), Some(Parting::SecondEnds(0)));
        let mut broken = written.clone();
        broken[2].entry_hash = [7; 32];
        assert_eq!(parted(&broken, &written), Some(Parting::FirstBreaks(3)));
        broken.remove(1);
        assert_eq!(parted(&written, &broken), Some(Parting::SecondBreaks(3)));
        let mut epoch = written.clone();
        epoch[0].epoch = 2;
        assert_eq!(parted(&written, &epoch), Some(Parting::Differ(1)));
        let other = parting("funding", unit(), &written, &written);
        assert_eq!(other, Some(Parting::FirstBreaks(1)), "another service's journal");
    }

    #[test]
    fn what_was_signed_is_in_a_journal_or_not() {
        let written = journal(&[1, 2, 3]);
        let head = Head { epoch: 1, seq: 2, chain: written[1].chain };
        assert_eq!(head.is_in(&written), Some(true));
        assert_eq!(head.is_in(&journal(&[1, 9, 3])), Some(false));
        assert_eq!(head.is_in(&written[..1]), None);
    }
}
