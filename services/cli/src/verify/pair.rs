//! What a node holds of its journals, what the node above holds of them, and what the first one signed.

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{Timestamp, UnitCode};
use yishi_witness::{About, Head, Link, Parting, Signed as Witnessed, Statement, parting};

use super::finding::{Finding, Signed, What};
use super::node::{Known, key_of};
use crate::failure::Failure;

/// What was alike.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) alike: usize,
    pub(super) on_the_way: usize,
    pub(super) testimonies: usize,
}

/// Compares two nodes, the second of which is right above the first.
pub(super) async fn compare(
    below: &Known<'_>,
    above: &Known<'_>,
) -> Result<(Vec<Finding>, Compared), Failure> {
    let (mut findings, mut compared) = (Vec::new(), Compared::default());
    let signed = testimonies(below, above, &mut findings, &mut compared);
    let copies = above.heads.iter().filter(|(_, (_, delegate))| *delegate == Some(below.unit));
    let of_signed = signed.iter().flat_map(|(service, statement)| {
        let part = statement.part(service).into_iter();
        part.flat_map(move |part| part.heads.keys().map(move |unit| (service.clone(), *unit)))
    });
    let all: BTreeSet<(String, UnitCode)> =
        copies.map(|(key, _)| key.clone()).chain(below.heads.keys().cloned()).chain(of_signed).collect();
    // A unit that has not gone yet for a service, or is back, is written above, and what lies below is an old copy.
    let is_below = |service: &String| above.delegates.contains(&(service.clone(), below.unit));
    for (service, unit) in all.into_iter().filter(|(service, _)| is_below(service)) {
        let end = |node: &Known<'_>| node.heads.get(&(service.clone(), unit)).map(|(head, _)| *head);
        let (here, there) = (end(below), end(above));
        if here == there && here.is_some() {
            compared.alike += 1;
            continue;
        }
        // In this order: what is written meanwhile goes up, and must not look like something that was cut off below.
        let theirs = above.chain(&service, unit).await?;
        let mine = below.chain(&service, unit).await?;
        let statement = signed.get(&service);
        let whole = !below.incomplete.contains(&service);
        let what = judge(&service, unit, (&mine, &theirs), statement, (below.unit, above.unit), whole);
        match what {
            Some((seq, what)) => {
                let entry = Some((unit.to_string(), seq));
                findings.push(Finding { node: below.unit, service, entry, what });
            }
            None => compared.on_the_way += 1,
        }
    }
    Ok((findings, compared))
}

/// What the node below signed, by service, as far as it is proven.
fn testimonies(
    below: &Known<'_>,
    above: &Known<'_>,
    findings: &mut Vec<Finding>,
    compared: &mut Compared,
) -> BTreeMap<String, Statement> {
    let name = format!("units/{}", below.unit);
    let mut signed = BTreeMap::new();
    for kept in above.testimonies.iter().filter(|kept| kept.node == name) {
        let wrong = |what| Finding::of_node(below.unit, &kept.service, what);
        if let Some(known) = key_of(&kept.trusted_key).filter(|known| *known != below.key) {
            let (above, signs) = (above.unit, below.key);
            findings.push(wrong(What::OtherKey { above, signs, known }));
        }
        let (statement, signature) = (kept.statement.clone(), kept.signature.clone());
        let opened = match key_of(&kept.key) {
            Some(key) => Witnessed { key, statement, signature }.open().map_err(|wrong| wrong.to_string()),
            None => Err("the key is none".to_owned()),
        };
        match opened {
            Ok(statement) if statement.about == About::Heads && statement.node == below.unit => {
                compared.testimonies += 1;
                signed.insert(kept.service.clone(), statement);
            }
            Ok(_) => findings
                .push(wrong(What::Unproven { of: name.clone(), problem: "it is of another node".into() })),
            Err(problem) => findings.push(wrong(What::Unproven { of: name.clone(), problem })),
        }
    }
    signed
}

/// The first bad entry of a journal that ends differently in two nodes; none if the node above only lacks what is new, or
/// the node below what it has not taken in yet, as long as it is not whole.
fn judge(
    service: &str,
    unit: UnitCode,
    (mine, theirs): (&[Link], &[Link]),
    statement: Option<&Statement>,
    (below, above): (UnitCode, UnitCode),
    whole: bool,
) -> Option<(i64, What)> {
    let signed =
        statement.and_then(|statement| Some((statement.part(service)?.heads.get(&unit)?, statement.at)));
    let (seq, what) = match parting(service, unit, mine, theirs) {
        Some(Parting::FirstBreaks(seq)) => (seq, What::Breaks { at: below }),
        Some(Parting::SecondBreaks(seq)) => (seq, What::Breaks { at: above }),
        Some(Parting::Differ(seq)) => {
            let digest = |links: &[Link]| {
                let link = links.iter().find(|link| link.seq == seq);
                link.map(|link| hex::encode(link.entry_hash)).unwrap_or_default()
            };
            let signed = signed.filter(|(head, _)| head.seq >= seq);
            let signed = signed.and_then(|(head, at)| whose(head, at, mine, theirs));
            (seq, What::Differs { above, here: digest(mine), there: digest(theirs), signed })
        }
        Some(Parting::FirstEnds(seq)) if whole => {
            (seq, What::CutOff { above, there: theirs.last().map_or(0, |link| link.seq) })
        }
        Some(Parting::FirstEnds(_) | Parting::SecondEnds(_)) | None => return None,
    };
    Some((seq, what))
}

fn whose(head: &Head, at: Timestamp, mine: &[Link], theirs: &[Link]) -> Option<Signed> {
    match (head.is_in(mine), head.is_in(theirs)) {
        (Some(true), _) => Some(Signed::Here(at)),
        (_, Some(true)) => Some(Signed::Above(at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::chain::{genesis, link};
    use yishi_witness::Part;

    use super::*;

    const SERVICE: &str = "funding";
    const AT: Timestamp = Timestamp::from_micros(7);

    fn unit(number: u64) -> UnitCode {
        UnitCode::new(640_324_100_200 + number).unwrap()
    }

    fn journal(entries: &[u8]) -> Vec<Link> {
        let mut chain = genesis(SERVICE, unit(0));
        let entry = |(seq, byte): (i64, &u8)| {
            chain = link(&chain, &[*byte; 32]);
            Link { epoch: 1, seq, entry_hash: [*byte; 32], chain }
        };
        (1..).zip(entries).map(entry).collect()
    }

    fn signed(last: &Link) -> Statement {
        let head = Head { epoch: last.epoch, seq: last.seq, chain: last.chain };
        let heads = BTreeMap::from([(unit(0), head)]);
        let part = Part { service: SERVICE.to_owned(), epoch: 1, pos: 9, heads };
        Statement { about: About::Heads, node: unit(1), at: AT, parts: vec![part] }
    }

    fn judged(mine: &[Link], theirs: &[Link], statement: Option<&Statement>) -> Option<(i64, What)> {
        judge(SERVICE, unit(0), (mine, theirs), statement, (unit(1), unit(2)), true)
    }

    #[test]
    fn a_copy_that_lacks_what_is_new_is_on_its_way() {
        assert_eq!(judged(&journal(&[1, 2, 3]), &journal(&[1]), None), None);
        assert_eq!(judged(&journal(&[1]), &[], None), None);
    }

    #[test]
    fn what_was_cut_off_below_is_missed() {
        let cut_off = What::CutOff { above: unit(2), there: 3 };
        assert_eq!(judged(&journal(&[1]), &journal(&[1, 2, 3]), None), Some((1, cut_off.clone())));
        assert_eq!(judged(&[], &journal(&[1, 2, 3]), None), Some((0, cut_off)));
    }

    #[test]
    fn what_a_node_that_is_not_whole_lacks_is_on_its_way() {
        let judged = |mine: &[u8]| {
            let (mine, theirs) = (journal(mine), journal(&[1, 2, 3]));
            judge(SERVICE, unit(0), (&mine, &theirs), None, (unit(1), unit(2)), false)
        };
        assert_eq!((judged(&[]), judged(&[1])), (None, None));
        assert!(judged(&[1, 9]).is_some(), "another entry is never on its way");
    }

    #[test]
    fn who_rewrote_is_told_by_what_was_signed() {
        let (written, rewritten) = (journal(&[1, 2, 3]), journal(&[1, 9, 3]));
        let who = |mine: &[Link], theirs: &[Link], statement: Option<&Statement>| {
            let Some((2, What::Differs { signed, .. })) = judged(mine, theirs, statement) else { panic!() };
            signed
        };
        let statement = signed(&written[2]);
        assert_eq!(who(&rewritten, &written, Some(&statement)), Some(Signed::Above(AT)));
        assert_eq!(who(&written, &rewritten, Some(&statement)), Some(Signed::Here(AT)));
        assert_eq!(who(&rewritten, &written, None), None);
        // What was signed lies before the entry that differs: it tells nothing.
        assert_eq!(who(&rewritten, &written, Some(&signed(&written[0]))), None);
    }
}
