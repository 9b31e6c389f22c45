//! What a node signs for the node above, and what that one makes of it.

use yishi_kernel::{Clock, SystemClock, UnitCode};
use yishi_store::witness::{self, Testimony, Witness};
use yishi_store::{Engine, Model, StoreError, journal};
use yishi_witness::{About, Head, Part, PublicKey, Signed, Statement};

use crate::port::{Books, Unwitnessed};
use crate::protocol::{Farewell, Fork, Reason};

impl<E: Engine, M: Model> Books<E, M> {
    /// Where the journals that are decided here ended at a position, signed.
    pub(crate) async fn signed(&self, upto: i64) -> Result<Signed, StoreError> {
        let mut reader = self.database.reader().await?;
        let heads = journal::heads_at::<E>(&mut reader, upto).await?;
        reader.done();
        let own = heads.into_iter().filter(|(unit, _)| self.house.hosts(*unit));
        let head = |chain: journal::Chain| Head { epoch: chain.epoch, seq: chain.seq, chain: chain.hash };
        let heads = own.map(|(unit, chain)| (unit, head(chain))).collect();
        let epoch = self.handle.position().epoch;
        let part = Part { service: M::SERVICE.to_owned(), epoch, pos: upto, heads };
        Ok(self.key.sign(&Statement {
            about: About::Heads,
            node: self.house.root,
            at: SystemClock.now(),
            parts: vec![part],
        }))
    }

    /// Keeps what a node right below signed, if it is the node's own, goes on from what it signed before, and is what this
    /// database holds.
    pub(crate) async fn heard(&self, node: UnitCode, signed: Signed) -> Result<(), Unwitnessed> {
        let mut reader = self.database.reader().await.map_err(Unwitnessed::Store)?;
        let all = witness::trusted::<E>(&mut reader).await.map_err(Unwitnessed::Store)?;
        let known = all.into_iter().find(|trusted| trusted.unit == node);
        let known = known.map(|trusted| PublicKey::new(trusted.key));
        if let Some(known) = known.filter(|known| *known != signed.key) {
            return Err(Unwitnessed::Wrong(another_key(node, known, signed.key)));
        }
        let part = self.understood(node, &signed).map_err(Unwitnessed::Wrong)?;
        let before = witness::testimony::<E>(&mut reader, node).await.map_err(Unwitnessed::Store)?;
        if let Some(before) = before.and_then(|before| Statement::from_bytes(&before.statement).ok()) {
            goes_on(node, &before, &part).map_err(Unwitnessed::Wrong)?;
        }
        let ends = part.heads.iter().map(|(unit, head)| (*unit, head.seq));
        let here = journal::chains_at::<E>(&mut reader, ends.collect::<Vec<_>>()).await;
        let here = here.map_err(Unwitnessed::Store)?;
        reader.done();
        for (&unit, head) in &part.heads {
            match here.get(&unit) {
                Some(chain) if *chain == head.chain => {}
                Some(&mine) => {
                    let fork = Fork { unit, to: None, number: head.seq, mine, theirs: head.chain };
                    return Err(Unwitnessed::Wrong(fork.into()));
                }
                None => {
                    let detail = format!("{unit} number {} is signed, and has not come", head.seq);
                    return Err(Unwitnessed::Wrong(about(unit, Reason::Unproven, detail)));
                }
            }
        }
        if known.is_none() {
            tracing::warn!(
                service = M::SERVICE,
                node = %node,
                key = %signed.key,
                "a node below signs for the first time: from now on it is known by this key"
            );
            self.keep(Witness::Trust { unit: node, key: *signed.key.as_bytes() }).await?;
        }
        let Signed { key, statement, signature } = signed;
        self.keep(Witness::Keep(Testimony { unit: node, key: *key.as_bytes(), statement, signature })).await
    }

    /// What it says of this service, if the node itself says so, of its own journals.
    fn understood(&self, node: UnitCode, signed: &Signed) -> Result<Part, Farewell> {
        let unproven = |detail: String| about(node, Reason::Unproven, detail);
        let mut statement = signed.open().map_err(|wrong| unproven(wrong.to_string()))?;
        if statement.about != About::Heads || statement.node != node || statement.parts.len() != 1 {
            return Err(unproven(format!(
                "it is signed of {}, and not of journals of {node}",
                statement.node
            )));
        }
        let part = statement.parts.remove(0);
        if part.service != M::SERVICE {
            return Err(unproven(format!("it is signed of {}", part.service)));
        }
        match part.heads.keys().find(|unit| !self.house.register.is_within(**unit, node)) {
            Some(&unit) if self.house.register.get(unit).is_none() => {
                Err(Farewell::unknown(unit, self.house.root))
            }
            Some(&unit) => {
                Err(about(unit, Reason::Trespass, format!("{unit} does not belong to the node {node}")))
            }
            None => Ok(part),
        }
    }

    async fn keep(&self, witness: Witness) -> Result<(), Unwitnessed> {
        self.handle.witness(witness).await.map(drop).map_err(|_| Unwitnessed::Store(StoreError::Busy))
    }
}

/// A statement that goes back behind an earlier one is an old one, or of a node that lost what it had signed.
fn goes_on(node: UnitCode, before: &Statement, now: &Part) -> Result<(), Farewell> {
    let Some(before) = before.part(&now.service) else { return Ok(()) };
    let back = |(unit, head): &(&UnitCode, &Head)| {
        before.heads.get(*unit).is_some_and(|before| before.seq > head.seq)
    };
    match now.heads.iter().find(back) {
        Some((unit, head)) => {
            let detail = format!("of {unit} the node {node} had signed more than {} entries", head.seq);
            Err(about(*unit, Reason::Unproven, detail))
        }
        None => Ok(()),
    }
}

fn another_key(node: UnitCode, known: PublicKey, new: PublicKey) -> Farewell {
    let detail = format!(
        "the node {node} signs with the key {new} and is known by {known}; if that is right, an operator of the node \
         above says so by `yishi trust {node} {new}`"
    );
    about(node, Reason::Key, detail)
}

fn about(unit: UnitCode, reason: Reason, detail: String) -> Farewell {
    Farewell { reason, about: Some(unit), detail }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use yishi_kernel::Timestamp;

    use super::*;

    fn unit(number: u64) -> UnitCode {
        UnitCode::new(640_324_100_200 + number).unwrap()
    }

    fn part(heads: &[(u64, i64)]) -> Part {
        let head = |seq| Head { epoch: 1, seq, chain: [0; 32] };
        let heads: BTreeMap<_, _> = heads.iter().map(|(nth, seq)| (unit(*nth), head(*seq))).collect();
        Part { service: "intake".to_owned(), epoch: 1, pos: 1, heads }
    }

    #[test]
    fn a_statement_goes_on_from_the_one_before() {
        let before = Statement {
            about: About::Heads,
            node: unit(0),
            at: Timestamp::from_micros(1),
            parts: vec![part(&[(0, 5), (1, 2)])],
        };
        // A unit that has a node of its own now is not named any more.
        for heads in [&[(0, 5), (1, 2)][..], &[(0, 6), (1, 2), (2, 1)], &[(1, 3)], &[]] {
            assert_eq!(goes_on(unit(0), &before, &part(heads)), Ok(()), "{heads:?}");
        }
        let back = goes_on(unit(0), &before, &part(&[(0, 9), (1, 1)])).unwrap_err();
        assert_eq!((back.reason, back.about), (Reason::Unproven, Some(unit(1))));
    }
}
