//! Whether what a node says about the past is what was written: the journal's two hashes, computed anew from the contract.
//! Nothing here is shared with the services, so that a mistake of theirs is not made twice.

use sha2::{Digest, Sha256};
use yishi_kernel::UnitCode;
use yishi_proto::{intake::v1 as pb, journal::v1::Entry};

/// The service whose journal it is; part of every hash.
const SERVICE: &str = "intake";

type Hash = [u8; 32];

/// Pages of a journal that follow each other.
#[derive(Debug)]
pub(super) struct Proof {
    unit: String,
    /// The first entry's number; 0 before there is one.
    pub(super) first: i64,
    /// The last entry's number.
    pub(super) last: i64,
    /// The chain before the first entry.
    pub(super) before: Hash,
    /// The chain after the last.
    pub(super) chain: Hash,
    epoch: i64,
    /// Entries that were there with all they hold.
    pub(super) whole: u64,
    /// Entries of which the hash was there.
    pub(super) hashes: u64,
}

/// Where the proof fails, and why, in both languages.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) seq: i64,
    pub(super) problem: (&'static str, &'static str),
}

const GAP: (&str, &str) = ("与上一页不相接", "it does not follow the page before");
const BEGINNING: (&str, &str) = ("账簿的开头不对", "the journal does not begin like this");
const SHAPE: (&str, &str) = ("摘要不是 32 字节", "its hash is not of 32 bytes");
const PLACE: (&str, &str) = ("不在它的位置上", "it is not in its place");
const CONTENT: (&str, &str) = ("内容与摘要不符", "its content is not what its hash says");
const CHAIN: (&str, &str) = ("链与之前的各条不符", "its chain is not that of the entries before");

impl Proof {
    pub(super) fn of(unit: UnitCode) -> Self {
        let (before, unit) = ([0; 32], unit.to_string());
        Self { unit, first: 0, last: 0, before, chain: before, epoch: 0, whole: 0, hashes: 0 }
    }

    /// Checks the next page; what was checked before stays as it was found.
    pub(super) fn add(&mut self, page: &pb::Dossier) -> Result<(), Broken> {
        let broken = |seq, problem| Broken { seq, problem };
        let before = hash(&page.chain_before).ok_or_else(|| broken(page.first_seq, SHAPE))?;
        if self.first == 0 {
            if page.first_seq < 1 || (page.first_seq == 1 && before != genesis(&self.unit)) {
                return Err(broken(page.first_seq, BEGINNING));
            }
            (self.first, self.last) = (page.first_seq, page.first_seq - 1);
            (self.before, self.chain) = (before, before);
        } else if page.first_seq != self.last + 1 || before != self.chain {
            return Err(broken(page.first_seq, GAP));
        }
        for step in &page.steps {
            self.pass(&step.between_sha256)?;
            let entry = step.entry.as_ref().ok_or_else(|| broken(self.last + 1, PLACE))?;
            self.read(entry)?;
        }
        self.pass(&page.rest_sha256)?;
        if page.last_seq != self.last || page.chain != self.chain {
            return Err(broken(page.last_seq, CHAIN));
        }
        Ok(())
    }

    fn pass(&mut self, hashes: &[Vec<u8>]) -> Result<(), Broken> {
        for given in hashes {
            let given = hash(given).ok_or(Broken { seq: self.last + 1, problem: SHAPE })?;
            self.follow(given);
            self.hashes += 1;
        }
        Ok(())
    }

    fn read(&mut self, entry: &Entry) -> Result<(), Broken> {
        let broken = |problem| Broken { seq: entry.seq, problem };
        if entry.seq != self.last + 1 || entry.unit != self.unit || entry.epoch < self.epoch {
            return Err(broken(PLACE));
        }
        let own = entry_hash(entry);
        if entry.entry_hash != own.as_slice() {
            return Err(broken(CONTENT));
        }
        self.follow(own);
        if entry.chain != self.chain.as_slice() {
            return Err(broken(CHAIN));
        }
        self.epoch = entry.epoch;
        self.whole += 1;
        Ok(())
    }

    fn follow(&mut self, entry_hash: Hash) {
        self.chain = Sha256::new().chain_update(self.chain).chain_update(entry_hash).finalize().into();
        self.last += 1;
    }
}

fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

/// The hash of an entry, from its own fields.
fn entry_hash(entry: &Entry) -> Hash {
    let mut columns = Columns::of("yishi.entry.v1");
    columns.bytes(SERVICE.as_bytes());
    columns.bytes(entry.unit.as_bytes());
    columns.number(entry.epoch);
    columns.number(entry.seq);
    columns.number(entry.at_us);
    columns.bytes(entry.actor.as_bytes());
    columns.bytes(entry.kind.as_bytes());
    match &entry.to {
        Some(to) => columns.bytes(to.as_bytes()),
        None => columns.null(),
    }
    match entry.to_seq {
        Some(number) => columns.number(number),
        None => columns.null(),
    }
    columns.bytes(&entry.payload);
    columns.0.finalize().into()
}

/// What the first entry of a unit follows.
fn genesis(unit: &str) -> Hash {
    let mut columns = Columns::of("yishi.genesis.v1");
    columns.bytes(SERVICE.as_bytes());
    columns.bytes(unit.as_bytes());
    columns.0.finalize().into()
}

/// Columns with their lengths in front; absent and empty differ.
struct Columns(Sha256);

impl Columns {
    fn of(what: &str) -> Self {
        let mut columns = Self(Sha256::new());
        columns.bytes(what.as_bytes());
        columns
    }

    fn bytes(&mut self, value: &[u8]) {
        self.0.update([1]);
        self.0.update((value.len() as u64).to_be_bytes());
        self.0.update(value);
    }

    fn number(&mut self, value: i64) {
        self.bytes(&value.to_be_bytes());
    }

    fn null(&mut self) {
        self.0.update([0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: &str = "640324100200";

    fn entry(seq: i64) -> Entry {
        Entry {
            unit: UNIT.to_owned(),
            epoch: 7,
            seq,
            at_us: 1_600_000_000_000_000,
            actor: "officer-1".to_owned(),
            kind: "intake.proposed".to_owned(),
            payload: vec![1, 2, 3].into(),
            ..Entry::default()
        }
    }

    /// Entries 1 to 7: 2 and 5 are told, and the second page begins with 5.
    fn pages() -> [pb::Dossier; 2] {
        let (mut chain, mut all) = (genesis(UNIT), Vec::new());
        for seq in 1..=7 {
            let mut entry = entry(seq);
            let own = entry_hash(&entry);
            chain = Sha256::new().chain_update(chain).chain_update(own).finalize().into();
            (entry.entry_hash, entry.chain) = (own.to_vec().into(), chain.to_vec().into());
            all.push(entry);
        }
        let hashes = |seqs: &[usize]| seqs.iter().map(|seq| all[seq - 1].entry_hash.to_vec()).collect();
        let page = |told: usize, between: &[usize], rest: &[usize], from: usize, last: usize| pb::Dossier {
            first_seq: i64::try_from(from).unwrap(),
            chain_before: if from == 1 { genesis(UNIT).to_vec() } else { all[from - 2].chain.to_vec() },
            steps: vec![pb::DossierStep {
                between_sha256: hashes(between),
                supports: 0,
                entry: Some(all[told - 1].clone()),
            }],
            rest_sha256: hashes(rest),
            last_seq: i64::try_from(last).unwrap(),
            chain: all[last - 1].chain.to_vec(),
            ..pb::Dossier::default()
        };
        [page(2, &[1], &[3, 4], 1, 4), page(5, &[], &[6, 7], 5, 7)]
    }

    fn check(pages: &[pb::Dossier]) -> Result<Proof, Broken> {
        let mut proof = Proof::of(UNIT.parse().unwrap());
        pages.iter().try_for_each(|page| proof.add(page))?;
        Ok(proof)
    }

    #[test]
    fn the_form_is_the_journals() {
        // The same digest stands in the tests of the store: what it freezes, this reads.
        let digest = hex::encode(entry_hash(&entry(3)));
        assert_eq!(digest, "5b383e144267548e6aadd46dffc7c6a29c5d892ff0e6377a78f98de5b6d36b6a");
        let followed = Sha256::new().chain_update(genesis(UNIT)).chain_update(entry_hash(&entry(3)));
        assert_eq!(
            hex::encode(followed.finalize()),
            "25504e5b90958a91c45d516f736c1ef2b19afe3092336e85a063bef824cb6f76"
        );
    }

    #[test]
    fn pages_that_were_not_touched_hold() {
        let proof = check(&pages()).unwrap();
        assert_eq!((proof.first, proof.last, proof.whole, proof.hashes), (1, 7, 2, 5));
        assert_eq!(check(&pages()[1..]).unwrap().first, 5, "a dossier may begin in the middle");
    }

    #[test]
    fn whatever_is_touched_is_found() {
        type Touch = fn(&mut [pb::Dossier; 2]);
        let touched: [(Touch, i64, _); 13] = [
            (|pages| first(pages).actor.push('2'), 2, CONTENT),
            (|pages| first(pages).at_us += 1, 2, CONTENT),
            (|pages| first(pages).payload = vec![1, 2].into(), 2, CONTENT),
            (|pages| first(pages).to = Some(String::new()), 2, CONTENT),
            (|pages| first(pages).seq = 3, 3, PLACE),
            (|pages| first(pages).unit.replace_range(11.., "1"), 2, PLACE),
            (|pages| first(pages).chain = vec![0; 32].into(), 2, CHAIN),
            (|pages| pages[0].steps[0].between_sha256[0][0] ^= 1, 2, CHAIN),
            (|pages| drop(pages[0].steps[0].between_sha256.pop()), 2, PLACE),
            (|pages| pages[0].rest_sha256.swap(0, 1), 4, CHAIN),
            (|pages| pages[0].rest_sha256[0].truncate(31), 3, SHAPE),
            (|pages| pages[0].chain_before[0] ^= 1, 1, BEGINNING),
            (|pages| pages.swap(0, 1), 1, GAP),
        ];
        for (touch, seq, problem) in touched {
            let mut pages = pages();
            touch(&mut pages);
            assert_eq!(check(&pages).unwrap_err(), Broken { seq, problem });
        }
    }

    fn first(pages: &mut [pb::Dossier; 2]) -> &mut Entry {
        pages[0].steps[0].entry.as_mut().unwrap()
    }
}
