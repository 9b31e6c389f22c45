//! Matters at any point of their life.

use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::MatterState;
use yishi_store::Engine;

use super::{Asks, OPENS, Sandbox, Village};

/// The states that a matter can be brought to by the public API.
pub const STATES: [MatterState; 12] = [
    MatterState::Proposed,
    MatterState::Deliberated,
    MatterState::Noticed,
    MatterState::Determined,
    MatterState::InProgress,
    MatterState::Completed,
    MatterState::Closed,
    MatterState::Merged,
    MatterState::Declined,
    MatterState::Withdrawn,
    MatterState::Cancelled,
    MatterState::CarriedOver,
];

/// Ripe matters of a ripe village: one for the year's slot, and some that come too late for it.
const RIPE: usize = 3;

impl<E: Engine> Sandbox<E> {
    /// Villages with some matters each that hung out long enough: time passes once for all of them.
    pub async fn ripe_villages(&self, codes: impl IntoIterator<Item = UnitCode>) -> Vec<Village> {
        let (mut villages, mut ends) = (Vec::new(), 0);
        for code in codes {
            let mut village = self.village(code);
            for _ in 0..RIPE {
                let noticed = self.matter_in(&mut village, MatterState::Noticed).await;
                ends = noticed.notice.unwrap_or_default().earliest_end_time_us;
                village.ripe.push(noticed.name);
            }
            villages.push(village);
        }
        self.wait_until(ends).await;
        villages
    }

    /// A new matter of a village in a state. From DETERMINED on it is one of the village's ripe ones, and takes the year's slot.
    /// Somebody backs each matter, so that none is as it was at first.
    pub async fn matter_in(&self, village: &mut Village, state: MatterState) -> pb::Matter {
        if state >= MatterState::Determined && state <= MatterState::Closed {
            return self.matured(village, state).await;
        }
        if let MatterState::Cancelled | MatterState::CarriedOver = state {
            return self.ended(village, state).await;
        }
        let name = village.propose("硬化村道").await.name;
        let backed = village.support(&name, "v-1").await;
        match state {
            MatterState::Proposed => backed,
            MatterState::Merged => {
                let other = village.propose("修路").await.name;
                village.merge(&name, &other).await
            }
            MatterState::Declined => village.decline(&name).await,
            MatterState::Withdrawn => village.withdraw(&name).await,
            MatterState::Deliberated => village.deliberate(&name, OPENS, (30, 24, 20)).await,
            MatterState::Noticed => {
                village.deliberate(&name, OPENS, (30, 24, 20)).await;
                village.publish(&name).await
            }
            other => panic!("no request leads to {other:?}"),
        }
    }

    /// A ripe matter that ends by leave of the township.
    async fn ended(&self, village: &mut Village, state: MatterState) -> pb::Matter {
        let name = self.matured(village, MatterState::InProgress).await.name;
        village.end(&name, state).await;
        self.answer_ending(village, &name, true).await;
        village.get(&name).await
    }

    /// The unit above a village says whether its matter may end, and the village hears.
    pub async fn answer_ending(&self, village: &Village, name: &str, grant: bool) {
        let above = self.register.parent(village.code).expect("a village has a township");
        let answer = self.officer(above).answer_ending(Asks::answer_ending(name, grant)).await;
        answer.expect("what was asked can be answered");
        self.caught_up().await;
    }

    async fn matured(&self, village: &mut Village, state: MatterState) -> pb::Matter {
        let name = village.ripe.pop().expect("a ripe village");
        let determined = village.determine(&name).await;
        if state == MatterState::Determined {
            return determined;
        }
        let begun = village.progress(&name, 40).await;
        if state == MatterState::InProgress {
            return begun;
        }
        village.progress(&name, 100).await;
        let completed = village.complete(&name).await;
        if state == MatterState::Completed {
            return completed;
        }
        village.accept(&name).await;
        village.close(&name).await;
        // It is closed when funding has settled it.
        self.caught_up().await;
        village.get(&name).await
    }
}
