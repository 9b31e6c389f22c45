//! What nodes sign. Keys and signatures are the real shell's; here it is checked that what is signed is held above, whatever
//! was lost and restored, and that nobody ever signs less than before.

use yishi_kernel::{Timestamp, UnitCode};
use yishi_link::protocol::{Farewell, Fork};
use yishi_witness::{About, Head, Part, PublicKey, Signed, Statement};

use crate::database::SERVICE;
use crate::fault::Fault;
use crate::schedule::Care;
use crate::world::World;

impl World {
    pub(crate) fn testify(&mut self, node: usize, upto: i64) -> Signed {
        let (here, at) = (&self.nodes[node], self.micros());
        let early = self.fault == Some(Fault::SignedTooEarly);
        let own = here.database.dense.iter().filter(|(unit, _)| self.tree.home(**unit) == node);
        let heads = own.filter_map(|(&unit, rows)| {
            let last = rows.iter().rev().find(|row| early || row.stored.pos <= upto)?;
            let (entry, chain) = (&last.stored.entry, last.stored.chain);
            Some((unit, Head { epoch: entry.epoch, seq: entry.seq, chain }))
        });
        let part = Part { service: SERVICE.to_owned(), epoch: here.epoch, pos: upto, heads: heads.collect() };
        let statement = Statement {
            about: About::Heads,
            node: self.tree.places[node].root,
            at: Timestamp::from_micros(at),
            parts: vec![part],
        };
        self.tally.testimonies += 1;
        Signed { key: PublicKey::new([0; 32]), statement: statement.to_bytes(), signature: vec![0; 64] }
    }

    /// What is wrong with it; what nobody can have done by mistake fails the schedule.
    pub(crate) fn witness(&mut self, node: usize, lower: UnitCode, signed: &Signed) -> Option<Farewell> {
        let statement = Statement::from_bytes(&signed.statement).unwrap();
        let before = self.nodes[node].database.testimonies.get(&lower).cloned();
        for (&unit, head) in &statement.parts[0].heads {
            let kept = before.as_ref().and_then(|before| before.parts[0].heads.get(&unit));
            if self.care == Care::Usual && kept.is_some_and(|kept| kept.seq > head.seq) {
                self.fail(format!("{lower} signs {} of {unit} after {kept:?}", head.seq));
            }
            let rows = self.nodes[node].database.dense.get(&unit);
            let held = rows.and_then(|rows| rows.get(usize::try_from(head.seq).unwrap() - 1));
            match held.map(|row| row.stored.chain) {
                Some(mine) if mine == head.chain => {}
                Some(mine) => {
                    let fork = Fork { unit, to: None, number: head.seq, mine, theirs: head.chain };
                    return Some(fork.into());
                }
                None => self.fail(format!("{lower} signs number {} of {unit}, which has not come", head.seq)),
            }
        }
        self.nodes[node].database.testimonies.insert(lower, statement);
        None
    }
}
