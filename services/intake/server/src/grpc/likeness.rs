//! Likely duplicates, of what is filed and of what is about to be.

use std::cmp::Reverse;

use tonic::{Request, Response, Status};
use yishi_intake_domain::{Content, Sketch};
use yishi_kernel::{Level, MatterId, UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::unreadable;
use yishi_runtime::errors::Failure;
use yishi_store::{Engine, Reader, StoreError};

use super::{Grpc, found};
use crate::convert::{self, matter_from};
use crate::store;

/// So many are shown.
const DUPLICATES: usize = 10;

impl<E: Engine> Grpc<E> {
    pub(super) async fn duplicates(
        &self,
        request: Request<pb::GetLikelyDuplicatesRequest>,
    ) -> Result<Response<pb::LikelyDuplicates>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let name: Option<MatterId> = check.matter("name", &request.name);
        let id = check.finish(|| name)?;
        let matter = found(store::get::<E>(&mut reader, id).await, id)?;
        let content = matter_from(&matter).map_err(corrupt)?.content;
        Ok(self.like(reader, (id.village, id.year), &content, &matter.name).await?)
    }

    pub(super) async fn duplicates_of_draft(
        &self,
        request: Request<pb::GetLikelyDuplicatesOfDraftRequest>,
    ) -> Result<Response<pb::LikelyDuplicates>, Status> {
        let (request, reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let village = check.unit_name("parent", "villages", &request.parent);
        if village.is_some_and(|unit| self.desk.house().register.level(unit) != Some(Level::Village)) {
            check.refuse("parent", "应为行政村的代码", "write the code of a village");
        }
        let year = check.year("year", request.year);
        let content = convert::content(&mut check, &request.matter.unwrap_or_default());
        let (village, year, content) = check.finish(|| Some((village?, year?, content?)))?;
        Ok(self.like(reader, (village, year), &content, "").await?)
    }

    async fn like(
        &self,
        mut reader: Reader<E>,
        (village, year): (UnitCode, Year),
        content: &Content,
        own: &str,
    ) -> Result<Response<pb::LikelyDuplicates>, Failure> {
        let matters = store::latest::<E>(&mut reader, village, year).await.map_err(unreadable)?;
        reader.done();
        let sketch = Sketch::of(content);
        let in_force = self.policies.of(&self.desk.house().register, village, year);
        let mut duplicates = Vec::new();
        for matter in matters.into_iter().filter(|matter| matter.name != own) {
            let other = matter_from(&matter).map_err(corrupt)?;
            let likeness = sketch.likeness(&Sketch::of(&other.content));
            if likeness >= in_force.policy.likely_duplicate_bp {
                duplicates.push((Reverse(likeness), other.id.ordinal, matter));
            }
        }
        duplicates.sort_by_key(|(likeness, ordinal, _)| (*likeness, *ordinal));
        duplicates.truncate(DUPLICATES);
        let duplicates = duplicates.into_iter().map(|(Reverse(likeness), _, matter)| pb::LikelyDuplicate {
            state: matter.state,
            supporters: matter.supporters,
            name: matter.name,
            title: matter.title,
            likeness_bp: i32::try_from(likeness).unwrap_or(i32::MAX),
        });
        Ok(Response::new(pb::LikelyDuplicates { duplicates: duplicates.collect() }))
    }
}

fn corrupt(problem: String) -> Failure {
    unreadable(StoreError::Corrupt { table: "matter", problem })
}
