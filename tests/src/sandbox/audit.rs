//! Everything that must hold of a node at any time, whatever was done to it.

use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Role;
use yishi_store::Engine;

use super::{Intake, REGION, Sandbox, as_caller, retell};
use crate::purse::sound;

/// The most that a page holds.
const PAGE: i32 = 1000;

impl<E: Engine> Sandbox<E> {
    /// Panics unless the journal is whole and tells exactly what is served by intake; answers every matter there is.
    pub async fn audited(&self) -> Vec<pb::Matter> {
        self.caught_up().await;
        let entries = self.books("intake").await.entries().await;
        sound("intake", &entries);
        let walked = self.verified().await["intake"];
        assert_eq!(usize::try_from(walked), Ok(entries.len()), "the walk saw every entry");

        let told = retell(&entries).matters();
        let mut region = self.intake(&as_caller(REGION, Role::Auditor));
        for matter in &told {
            let served = region.get_matter(pb::GetMatterRequest { name: matter.name.clone() }).await;
            assert_eq!(&served.expect("what the journal tells is served").into_inner(), matter);
        }
        let everything = pb::ListMattersRequest {
            parent: format!("units/{REGION}"),
            page_size: PAGE,
            ..pb::ListMattersRequest::default()
        };
        let listed = list(&mut region, everything).await;
        for (listed, matter) in listed.iter().zip(&told) {
            assert_eq!(*listed, in_short(matter.clone()));
        }
        assert_eq!(listed.len(), told.len(), "nothing else is served");
        told
    }
}

/// All pages of a list from this one on.
pub async fn list(caller: &mut Intake, mut ask: pb::ListMattersRequest) -> Vec<pb::Matter> {
    let mut matters = Vec::new();
    loop {
        let page = caller.list_matters(ask.clone()).await.expect("a list is served").into_inner();
        let length = i32::try_from(page.matters.len()).expect("a page is short");
        assert!(
            ask.page_size == 0 || length <= ask.page_size,
            "{length} matters in a page of {}",
            ask.page_size
        );
        matters.extend(page.matters);
        if page.next_page_token.is_empty() {
            return matters;
        }
        assert_ne!(page.next_page_token, ask.page_token, "pages go on");
        ask.page_token = page.next_page_token;
    }
}

/// A matter as lists show it.
#[must_use]
pub fn in_short(mut matter: pb::Matter) -> pb::Matter {
    matter.description.clear();
    matter.objections.clear();
    if let Some(progress) = &mut matter.progress {
        progress.text.clear();
        progress.papers_sha256.clear();
        progress.papers.clear();
    }
    if let Some(completion) = &mut matter.completion {
        completion.text.clear();
    }
    matter.milestones.clear();
    matter.inspections.clear();
    matter.findings.clear();
    matter.reused_photographs.clear();
    for opinion in matter.alignment.iter_mut().flat_map(|asked| &mut asked.opinions) {
        opinion.text.clear();
        opinion.conditions.clear();
    }
    matter
}
