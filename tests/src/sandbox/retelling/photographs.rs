//! Photographs that matters share, from what the journal says.

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::MatterId;
use yishi_proto::intake::v1::{self as pb, event::Kind};

/// Which matters have a photograph, by its digest.
#[derive(Default)]
pub(super) struct Photographs(BTreeMap<Vec<u8>, BTreeSet<MatterId>>);

impl Photographs {
    pub(super) fn note(&mut self, matter: MatterId, kind: &Kind) {
        let papers = match kind {
            Kind::Progressed(told) => &told.papers,
            Kind::MilestoneReached(told) => &told.papers,
            Kind::Inspected(told) => &told.papers,
            Kind::Reworked(told) => &told.papers,
            Kind::ConditionMet(told) => &told.papers,
            _ => return,
        };
        for paper in papers.iter().filter(|paper| paper.kind() == pb::PaperKind::Photograph) {
            self.0.entry(paper.sha256.clone()).or_default().insert(matter);
        }
    }

    /// As somebody is told who may read all matters.
    pub(super) fn tell(&self, matter: MatterId, served: &mut pb::Matter) {
        for (sha256, owners) in
            self.0.iter().filter(|(_, owners)| owners.len() > 1 && owners.contains(&matter))
        {
            let others = owners.iter().filter(|other| **other != matter);
            let matters = others.take(10).map(ToString::to_string).collect();
            served.reused_photographs.push(pb::ReusedPhotograph { sha256: sha256.clone(), matters });
        }
        served.photographs_reused = !served.reused_photographs.is_empty();
        served.reused_photographs.truncate(20);
    }
}
