//! What was put forward before, by whomever.

use yishi_runtime::desk::unreadable;
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use super::import::{Import, Judged};
use crate::bulk::{self, Verdict};
use crate::grpc::list::PAGE_MAX;
use crate::store::{self, Filter, Paging};

impl<E: Engine> Import<E> {
    /// Tells lines that are matters already. A repeated request would be found by its id, but that is its sender's own, and
    /// is kept by the node that took it.
    pub(super) async fn find_known(&self, judged: &mut Judged) -> Result<(), Failure> {
        for (village, year) in judged.years.clone() {
            let filter = Filter { year: Some(year.get().into()), ..Filter::default() };
            let mut after = None;
            loop {
                let mut reader = self.desk.reader().await?;
                let page = store::list::<E>(
                    &mut reader,
                    &[village],
                    filter,
                    |_| true,
                    Paging::of_all(after, PAGE_MAX),
                )
                .await;
                reader.done();
                let (matters, next) = page.map_err(unreadable)?;
                for matter in matters {
                    let asked = bulk::asked(format!("villages/{village}"), year.get().into(), &matter);
                    let Some(nth) = judged.ready.get(&self.key(&asked)) else { continue };
                    if judged.verdicts[*nth] == Verdict::Ready {
                        judged.verdicts[*nth] = Verdict::Repeated(matter.name);
                    }
                }
                after = next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }
}
