//! What a node signs of its bulletins, compared with its journals by somebody who has nothing but the public key.

use std::collections::BTreeMap;

use yishi_kernel::UnitCode;
use yishi_proto::admin::v1 as admin;
use yishi_proto::appraisal::v1 as pb;
use yishi_store::Engine;
use yishi_tests::rewriting::rewrite;
use yishi_tests::sandbox::{REGION, Sandbox};
use yishi_witness::{About, Head, PublicKey, Signed};

use crate::office::{appraisal_at, done, refused};
use crate::{COUNTY, TOWNSHIP};

/// What was signed of a bulletin, as a unit reads it.
pub(crate) async fn signed<E: Engine>(node: &Sandbox<E>, reader: UnitCode, name: &str) -> pb::Checkpoint {
    let ask = pb::GetCheckpointRequest { bulletin: name.to_owned() };
    done(appraisal_at(node, reader).get_checkpoint(ask).await)
}

/// Each bulletin is signed by its node, and says where the journals of its unit's line and below ended at its cut.
pub(crate) async fn checkpoints_hold<E: Engine>(node: &Sandbox<E>, bulletins: &[&pb::Bulletin]) {
    let status = node.admin().get_status(admin::GetStatusRequest {}).await.unwrap().into_inner();
    for bulletin in bulletins {
        let unit: UnitCode = bulletin.unit["units/".len()..].parse().unwrap();
        let checkpoint = signed(node, unit, &bulletin.name).await;
        assert_eq!((&checkpoint.bulletin, &checkpoint.key), (&bulletin.name, &status.key));
        let (statement, signature) = (checkpoint.statement, checkpoint.signature);
        let key = PublicKey::new(checkpoint.key.try_into().unwrap());
        let statement = Signed { key, statement, signature }.open().unwrap();
        let inputs_sha256 = bulletin.inputs_sha256.as_slice().try_into().unwrap();
        assert_eq!(statement.about, About::Bulletin { name: bulletin.name.clone(), inputs_sha256 });
        assert_eq!((statement.node, statement.parts.len()), (REGION, bulletin.cut.len()));
        for (part, cut) in statement.parts.iter().zip(&bulletin.cut) {
            assert_eq!((&part.service, part.epoch, part.pos), (&cut.service, cut.epoch, cut.pos));
            let mut ends = BTreeMap::new();
            for stored in node.books(&part.service).await.entries().await {
                let entry = &stored.entry;
                let in_line =
                    node.register.is_within(entry.unit, unit) || node.register.is_within(unit, entry.unit);
                if stored.pos <= cut.pos && in_line {
                    let head = Head { epoch: entry.epoch, seq: entry.seq, chain: stored.chain };
                    ends.insert(entry.unit, head);
                }
            }
            assert!(!ends.is_empty(), "{}: {} has entries", bulletin.name, part.service);
            assert_eq!(part.heads, ends, "{}: {}", bulletin.name, part.service);
        }
    }
    let listed = listed(node).await;
    let mut names: Vec<&str> = bulletins.iter().map(|bulletin| bulletin.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(listed, names, "in the order of names");

    let beside = *node.register.children(COUNTY).iter().find(|unit| **unit != TOWNSHIP).unwrap();
    let ask = |bulletin: &str| pb::GetCheckpointRequest { bulletin: bulletin.to_owned() };
    let other = appraisal_at(node, beside).get_checkpoint(ask(&bulletins[0].name)).await;
    assert_eq!(refused(other), "PERMISSION_DENIED");
    let none = ask("units/640324100000/years/2021/bulletins/2021-12-A");
    assert_eq!(refused(appraisal_at(node, TOWNSHIP).get_checkpoint(none).await), "BULLETIN_NOT_FOUND");
}

/// Somebody rewrites a village's journal so that it holds in itself: the node finds that it had signed something else, of
/// the bulletin whose name comes first. The node must not write afterwards.
pub(crate) async fn what_was_rewritten_since_is_recalled<E: Engine>(
    node: &Sandbox<E>,
    village: UnitCode,
    earliest: &pb::Bulletin,
) {
    rewrite::<E>(&node.location("intake"), "intake", village, 3).await;
    let ask = admin::VerifyJournalsRequest {};
    let verdicts = node.admin().verify_journals(ask).await.unwrap().into_inner().verdicts;
    for verdict in verdicts {
        let bad = verdict.first_bad_entry.filter(|bad| bad.unit == village.to_string());
        let recalled = bad.is_some_and(|bad| bad.seq > 3 && bad.problem.contains(&earliest.name));
        assert_eq!(recalled, verdict.service == "intake", "{}", verdict.service);
    }
}

/// The names of all bulletins that were signed, one page after the other.
async fn listed<E: Engine>(node: &Sandbox<E>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    loop {
        let after = names.last().cloned().unwrap_or_default();
        let ask = admin::ListCheckpointsRequest { after, page_size: 1 };
        let page = node.admin().list_checkpoints(ask).await.unwrap().into_inner().checkpoints;
        let Some(checkpoint) = page.into_iter().next() else { return names };
        names.push(checkpoint.bulletin);
    }
}
