//! What would become of lines.

use yishi_intake_domain::{Command, Key, decide, map};
use yishi_runtime::desk::{rejected, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::{Engine, Rejection};

use super::import::{Import, Judged, Opened};
use crate::convert;
use crate::refused::Refused;
use crate::store;
use crate::task::{Asked, Task};

impl<E: Engine> Import<E> {
    /// Decides as the writer would, one line after the other, and keeps nothing.
    pub(super) async fn try_out(&self, opened: &Opened, judged: &mut Judged) -> Result<(), Failure> {
        let house = self.desk.house();
        let keys = judged.years.iter().map(|(village, year)| Key::VillageYear(*village, *year)).collect();
        let mut reader = self.desk.reader().await?;
        let working = store::load::<E>(&mut reader, house, keys).await;
        reader.done();
        let mut world = working.map_err(unreadable)?.world;
        let now = self.clock.now();
        for nth in judged.places() {
            let Ok(Some((request, _))) = self.asks(opened, nth) else { continue };
            let (_, task) = self.command(&request)?;
            let Task::Asked(Asked::Matter(command @ Command::Propose { village, year, .. })) = &task else {
                continue;
            };
            if let Some(elsewhere) = house.moved(*village).filter(|_| !house.hosts(*village)) {
                let failure = rejected(Rejection::<Refused>::Elsewhere(elsewhere), &request.request_id);
                judged.verdicts[nth] = self.refused(&failure);
                continue;
            }
            let policy = &self.policies.of(&house.register, *village, *year).policy;
            let map = map::Rules { register: &house.register };
            let may = map::may(&map, &world, command, now);
            match may.and_then(|()| decide(policy, &world, command, now)) {
                Ok(_) => {
                    let mut used = world.village_year(*village, *year);
                    used.proposals += 1;
                    world.put_village_year(*village, *year, used);
                }
                Err(refusal) => {
                    let failure = convert::failure(&request.parent, &refusal);
                    judged.verdicts[nth] = self.refused(&failure);
                }
            }
            if nth % 256 == 0 {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }
}
