//! A journal that was changed with all its hashes made anew holds in itself. The copy that the node above keeps names the first
//! entry that is another one, and what the node once signed tells who changed it.

use std::collections::BTreeMap;

use yishi_kernel::{Timestamp, UnitCode};
use yishi_store::journal::{self, Chain, Stored};
use yishi_store::{Engine, Model};
use yishi_tests::both_engines;
use yishi_tests::purse::{Books, Purse, unit};
use yishi_witness::{About, Head, Link, NodeKey, Part, Parting, Signed, Statement, parting};

use crate::rows::{kept, of_unit, rehash, replace, restore};

both_engines!(
    whatever_is_rewritten_differs_from_the_copy_and_from_what_was_signed,
    what_was_only_changed_breaks_the_chain_for_whoever_has_the_digests,
);

/// What somebody does to a journal; `None` where it would change nothing.
type Forgery = fn(&[Stored], usize) -> Option<Vec<Stored>>;

/// Each with what is wrong, if it is done at this place.
const FORGERIES: [(&str, Forgery); 6] = [
    ("taken out", |chain, at| {
        let mut forged = chain.to_vec();
        forged.remove(at);
        Some(forged)
    }),
    ("exchanged with the next", |chain, at| {
        let mut forged = chain.to_vec();
        (at + 1 < forged.len()).then(|| forged.swap(at, at + 1))?;
        Some(forged)
    }),
    ("put in", |chain, at| {
        let mut forged = chain.to_vec();
        let mut new = forged[at].clone();
        (new.entry.to, new.entry.actor) = (None, "somebody".into());
        forged.insert(at, new);
        Some(forged)
    }),
    ("cut off", |chain, at| (at > 0).then(|| chain[..at].to_vec())),
    ("from here on all others", |chain, at| {
        let mut forged = chain.to_vec();
        forged[at..].iter_mut().for_each(|stored| stored.entry.actor = "somebody".into());
        Some(forged)
    }),
    ("of another time", |chain, at| {
        let mut forged = chain.to_vec();
        let entry = &mut forged[at].entry;
        entry.at = Timestamp::from_micros(entry.at.as_micros() + 1);
        Some(forged)
    }),
];

/// Numbers, positions and hashes made to fit.
fn fitted(old: &[Stored], mut forged: Vec<Stored>) -> Vec<Stored> {
    for (at, stored) in forged.iter_mut().enumerate() {
        stored.entry.seq = i64::try_from(at).unwrap() + 1;
        stored.pos = old.get(at).map_or(1_000, |old| old.pos);
    }
    rehash(&mut forged, Chain::start(Purse::SERVICE, unit(1)));
    forged
}

fn link(stored: &Stored) -> Link {
    let (epoch, seq) = (stored.entry.epoch, stored.entry.seq);
    Link { epoch, seq, entry_hash: stored.entry_hash, chain: stored.chain }
}

/// As the node serves it to whoever compares.
async fn served<E: Engine>(books: &mut Books<E>, of: UnitCode) -> Vec<Link> {
    let entries = journal::of_unit::<E>(&mut books.conn, of, 0, i64::MAX).await.unwrap();
    entries.iter().map(link).collect()
}

/// What the node signed when its journal ended there.
fn signed(last: &Link) -> Signed {
    let head = Head { epoch: last.epoch, seq: last.seq, chain: last.chain };
    let heads = BTreeMap::from([(unit(1), head)]);
    let part = Part { service: Purse::SERVICE.to_owned(), epoch: last.epoch, pos: 1, heads };
    let at = Timestamp::from_micros(1);
    NodeKey::passing().unwrap().sign(&Statement { about: About::Heads, node: unit(1), at, parts: vec![part] })
}

fn head(signed: &Signed) -> Head {
    signed.open().unwrap().part(Purse::SERVICE).unwrap().heads[&unit(1)]
}

fn parted(here: &[Link], copy: &[Link]) -> Option<Parting> {
    parting(Purse::SERVICE, unit(1), here, copy)
}

async fn whatever_is_rewritten_differs_from_the_copy_and_from_what_was_signed<E: Engine>(place: &str) {
    let (mut books, entries) = kept::<E>(place).await;
    let chain = of_unit(&entries, 1);
    let copy = served(&mut books, unit(1)).await;
    let statement = signed(copy.last().unwrap());
    assert_eq!((parted(&copy, &copy), head(&statement).is_in(&copy)), (None, Some(true)));
    let mut tried = 0;
    for (what, forge) in FORGERIES {
        for at in 0..chain.len() {
            let Some(forged) = forge(&chain, at) else { continue };
            let forged = fitted(&chain, forged);
            replace(&mut books, &chain, &forged, true).await;
            let here = served(&mut books, unit(1)).await;
            let seq = i64::try_from(at).unwrap() + 1;
            // An end that is gone is missed at the last entry that is left.
            let first = if forged.len() == at { Parting::FirstEnds(seq - 1) } else { Parting::Differ(seq) };
            assert_eq!(parted(&here, &copy), Some(first), "{what} at {seq}");
            assert_ne!(head(&statement).is_in(&here), Some(true), "{what} at {seq}: it was signed otherwise");
            tried += 1;
            restore(&mut books).await;
        }
    }
    assert!(tried > 50, "{tried} forgeries");

    // Every bit of every entry's content, one after the other, with all hashes made anew.
    for (at, stored) in chain.iter().enumerate() {
        for bit in 0..stored.entry.payload.len() * 8 {
            let mut forged = chain.clone();
            forged[at].entry.payload[bit / 8] ^= 1 << (bit % 8);
            rehash(&mut forged, Chain::start(Purse::SERVICE, unit(1)));
            let here: Vec<Link> = forged.iter().map(link).collect();
            let seq = i64::try_from(at).unwrap() + 1;
            assert_eq!(parted(&here, &copy), Some(Parting::Differ(seq)), "bit {bit} of entry {seq}");
            assert_eq!(head(&statement).is_in(&here), Some(false), "bit {bit} of entry {seq}");
        }
    }
}

async fn what_was_only_changed_breaks_the_chain_for_whoever_has_the_digests<E: Engine>(place: &str) {
    let (mut books, _) = kept::<E>(place).await;
    let copy = served(&mut books, unit(1)).await;
    for at in 0..copy.len() {
        let seq = copy[at].seq;
        for bit in 0..256 {
            let flip = |digest: &mut [u8; 32]| digest[bit / 8] ^= 1 << (bit % 8);
            let (mut hash, mut chain) = (copy.clone(), copy.clone());
            flip(&mut hash[at].entry_hash);
            flip(&mut chain[at].chain);
            for here in [&hash, &chain] {
                assert_eq!(parted(here, &copy), Some(Parting::FirstBreaks(seq)), "bit {bit} of {seq}");
                assert_eq!(parted(&copy, here), Some(Parting::SecondBreaks(seq)), "bit {bit} of {seq}");
            }
        }
        let mut gap = copy.clone();
        gap.remove(at);
        let found = parted(&gap, &copy);
        match copy.get(at + 1) {
            Some(next) => assert_eq!(found, Some(Parting::FirstBreaks(next.seq))),
            None => assert_eq!(found, Some(Parting::FirstEnds(seq - 1))),
        }
    }
}
