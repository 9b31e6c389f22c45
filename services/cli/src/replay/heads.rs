//! Whether two nodes hold the same, by the ends of the journals and ways that each of them names.

use std::collections::BTreeMap;

use yishi_kernel::{Register, UnitCode};
use yishi_proto::admin::v1 as pb;

/// What a node holds of one service.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    heads: BTreeMap<UnitCode, Head>,
    /// The last number from one unit to another.
    ways: BTreeMap<(UnitCode, UnitCode), i64>,
}

/// Where a journal ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Head {
    epoch: i64,
    seq: i64,
    chain: Vec<u8>,
}

/// How much is alike in several pairs of nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Likeness {
    /// Journals and ways that were compared.
    pub(super) compared: usize,
    /// Those that are the same in both nodes.
    pub(super) alike: usize,
    /// Entries that did not come to where they should be.
    pub(super) lost: i64,
    /// Entries of which there are more than were written.
    pub(super) doubled: i64,
}

impl Held {
    /// By service.
    pub(super) fn of(parts: Vec<pb::ListHeadsResponse>) -> BTreeMap<String, Self> {
        let mut services: BTreeMap<String, Self> = BTreeMap::new();
        for part in parts {
            let held = services.entry(part.service).or_default();
            for pb::JournalHead { unit, epoch, seq, chain, .. } in part.heads {
                if let Ok(unit) = unit.parse() {
                    held.heads.insert(unit, Head { epoch, seq, chain });
                }
            }
            for pb::Way { from, to, to_seq } in part.ways {
                if let (Ok(from), Ok(to)) = (from.parse(), to.parse()) {
                    held.ways.insert((from, to), to_seq);
                }
            }
        }
        services
    }
}

impl Likeness {
    /// What a node and the one above it hold of the lower one's units: journals that the lower one copies upwards, and
    /// letters that come down to it.
    pub(super) fn compare(
        &mut self,
        register: &Register,
        lower: UnitCode,
        below: &BTreeMap<String, Held>,
        above: &BTreeMap<String, Held>,
    ) {
        let inside = |unit: &UnitCode| register.is_within(*unit, lower);
        let none = Held::default();
        let services = below.keys().chain(above.keys().filter(|service| !below.contains_key(*service)));
        for service in services {
            let [below, above] = [below, above].map(|held| held.get(service).unwrap_or(&none));
            let there =
                below.heads.keys().chain(above.heads.keys().filter(|unit| !below.heads.contains_key(unit)));
            for unit in there.filter(|unit| inside(unit)) {
                let [written, copied] =
                    [below, above].map(|held| held.heads.get(unit).cloned().unwrap_or_default());
                self.note(written.seq, copied.seq, written == copied);
            }
            let ways = above.ways.keys().chain(below.ways.keys().filter(|way| !above.ways.contains_key(way)));
            for way in ways.filter(|(from, to)| !inside(from) && inside(to)) {
                let [sent, came] = [above, below].map(|held| held.ways.get(way).copied().unwrap_or_default());
                self.note(sent, came, sent == came);
            }
        }
    }

    fn note(&mut self, sent: i64, came: i64, is_alike: bool) {
        self.compared += 1;
        self.alike += usize::from(is_alike);
        self.lost += (sent - came).max(0);
        self.doubled += (came - sent).max(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTER: &str = "code,parent,level,name\n640000000000,,region,区\n\
        640100000000,640000000000,county,县\n640100000001,640100000000,village,甲\n\
        640200000000,640000000000,county,乙县\n";
    const REGION: &str = "640000000000";
    const COUNTY: &str = "640100000000";
    const VILLAGE: &str = "640100000001";
    const OTHER: &str = "640200000000";

    fn held(heads: &[(&str, i64, u8)], ways: &[(&str, &str, i64)]) -> BTreeMap<String, Held> {
        let head = |(unit, seq, chain): &(&str, i64, u8)| pb::JournalHead {
            unit: (*unit).to_owned(),
            epoch: 1,
            seq: *seq,
            chain: vec![*chain; 32],
            delegate: String::new(),
        };
        let way = |(from, to, to_seq): &(&str, &str, i64)| pb::Way {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            to_seq: *to_seq,
        };
        // In two parts, as a node may send it.
        let part = |heads, ways| pb::ListHeadsResponse { service: "funding".to_owned(), heads, ways };
        Held::of(vec![
            part(heads.iter().map(head).collect(), Vec::new()),
            part(Vec::new(), ways.iter().map(way).collect()),
        ])
    }

    fn compared(below: &BTreeMap<String, Held>, above: &BTreeMap<String, Held>) -> Likeness {
        let register = Register::parse(REGISTER, "").unwrap();
        let mut likeness = Likeness::default();
        likeness.compare(&register, COUNTY.parse().unwrap(), below, above);
        likeness
    }

    #[test]
    fn two_nodes_that_hold_the_same_are_alike() {
        let below = held(&[(COUNTY, 3, 1), (VILLAGE, 5, 2)], &[(VILLAGE, COUNTY, 4), (REGION, COUNTY, 2)]);
        let above = held(
            &[(COUNTY, 3, 1), (VILLAGE, 5, 2), (REGION, 9, 3), (OTHER, 1, 4)],
            &[(VILLAGE, COUNTY, 4), (REGION, COUNTY, 2), (REGION, OTHER, 7), (COUNTY, REGION, 1)],
        );
        assert_eq!(compared(&below, &above), Likeness { compared: 3, alike: 3, lost: 0, doubled: 0 });
    }

    #[test]
    fn what_did_not_come_is_lost_on_the_way_up_and_down() {
        let below = held(&[(COUNTY, 3, 1), (VILLAGE, 5, 2)], &[(REGION, COUNTY, 1)]);
        let above = held(&[(COUNTY, 1, 8)], &[(REGION, COUNTY, 4), (OTHER, VILLAGE, 1)]);
        assert_eq!(
            compared(&below, &above),
            Likeness { compared: 4, alike: 0, lost: 2 + 5 + 3 + 1, doubled: 0 }
        );
        assert_eq!(compared(&below, &BTreeMap::new()).lost, 3 + 5);
    }

    #[test]
    fn more_than_was_written_is_doubled_and_another_past_is_not_alike() {
        let below = held(&[(COUNTY, 3, 1), (VILLAGE, 5, 2)], &[(REGION, COUNTY, 2)]);
        let above = held(&[(COUNTY, 4, 1), (VILLAGE, 5, 9)], &[]);
        assert_eq!(compared(&below, &above), Likeness { compared: 3, alike: 0, lost: 0, doubled: 1 + 2 });
    }
}
