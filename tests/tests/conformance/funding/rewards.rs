//! 以奖代补: what the appraisal orders is paid once.

use yishi_kernel::{Level, UnitCode};
use yishi_proto::appraisal::v1 as appraisal;
use yishi_proto::funding::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::{REGION, Sandbox, fresh_id};

use super::asks::{of_rewards, of_year, only_in, reward, unit};
use super::{COUNTY, TOWNSHIP, act, funded, nowhere};
use crate::appraisal::Appraisal;
use crate::cases::{Cases as _, Ready, Refused, Who};
use crate::walk::NOWHERE;

/// What each village gets, in fen.
const EACH: i64 = 5_000_000;
/// The year in which the order is paid.
const PAID_IN: i32 = 2022;

/// An order to reward villages, none of which has got anything yet.
pub(super) struct Order {
    id: String,
    villages: Vec<String>,
    /// A village that is not among them.
    other: String,
}

impl Order {
    /// The order for a year that is over: the best of its villages, after they hung out.
    pub(super) async fn confirmed<E: Engine>(sandbox: &Sandbox<E>, year: i32) -> Self {
        let (region, parent) = (Who::officer(REGION), unit(REGION));
        let freeze = appraisal::FreezeSchemeRequest {
            parent: parent.clone(),
            year,
            scheme: None,
            request_id: fresh_id(),
        };
        let _: appraisal::Scheme = Appraisal::done(sandbox, region, "FreezeScheme", &freeze).await;
        let rank = appraisal::RankVillagesRequest { parent: parent.clone(), year, request_id: fresh_id() };
        let _: appraisal::Ranking = Appraisal::done(sandbox, region, "RankVillages", &rank).await;
        let (winners, pool_fen, request_id) = (4, 4 * EACH, fresh_id());
        let issue =
            appraisal::IssueRewardListRequest { parent, year, winners, each_fen: EACH, pool_fen, request_id };
        let list: appraisal::RewardList = Appraisal::done(sandbox, region, "IssueRewardList", &issue).await;
        sandbox.wait_until(list.earliest_confirm_time_us).await;
        let (name, request_id) = (list.name.clone(), fresh_id());
        let confirm = appraisal::ConfirmRewardListRequest { name, request_id, etag: String::new() };
        let _: appraisal::RewardList = Appraisal::done(sandbox, region, "ConfirmRewardList", &confirm).await;
        sandbox.caught_up().await;
        let villages: Vec<String> = list.rewards.into_iter().map(|reward| reward.village).collect();
        let mut others = sandbox.villages().into_iter().map(village);
        let other = others.find(|other| !villages.contains(other)).expect("not all of them are rewarded");
        Self { id: list.name, villages, other }
    }

    pub(super) async fn paid<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Ready {
        let village = self.next();
        let channel = funded(sandbox, REGION, of_rewards(PAID_IN), EACH).await;
        Ready::new(Who::officer(REGION), &reward(REGION, &self.id, &village, &channel))
    }

    pub(super) async fn payments_refused<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Vec<Refused> {
        let (rewarded, waiting, neighbour) = (self.next(), self.next(), self.next());
        let city = sandbox.register.ancestor_at(code(&waiting), Level::City).expect("a village has a city");
        let channel = funded(sandbox, REGION, of_rewards(PAID_IN), 2 * EACH).await;
        let short = funded(sandbox, REGION, of_rewards(PAID_IN), EACH - 1).await;
        let ahead = funded(sandbox, REGION, of_rewards(PAID_IN + 1), EACH).await;
        let no_reward = funded(sandbox, REGION, of_year(PAID_IN), EACH).await;
        let elsewhere = funded(sandbox, REGION, only_in(of_rewards(PAID_IN), code(&neighbour)), EACH).await;
        let of_city = funded(sandbox, city, of_rewards(PAID_IN), EACH).await;
        let _: pb::Reward =
            act(sandbox, REGION, "PayReward", &reward(REGION, &self.id, &rewarded, &channel)).await;

        let no = |reason, order: &str, village: &str, channel: &str| {
            Refused::new(Who::officer(REGION), reason, &reward(REGION, order, village, channel))
        };
        let id = &*self.id;
        let by_city = reward(city, id, &waiting, &of_city);
        let to =
            |name: &str| Refused::wrong(Who::officer(REGION), "village", &reward(REGION, id, name, &channel));
        vec![
            no("REWARD_NOT_ORDERED", id, &self.other, &channel),
            no("REWARD_NOT_ORDERED", "units/640000000000/rewardLists/2020", &waiting, &channel),
            // Only whoever got the order pays it.
            Refused::new(Who::officer(city), "REWARD_NOT_ORDERED", &by_city),
            no("REWARD_ALREADY_PAID", id, &rewarded, &channel),
            no("CHANNEL_NOT_FOUND", id, &waiting, &nowhere(REGION)),
            no("OUTSIDE_EARMARK", id, &waiting, &no_reward),
            no("OUTSIDE_EARMARK", id, &waiting, &ahead),
            no("OUTSIDE_EARMARK", id, &waiting, &elsewhere),
            no("INSUFFICIENT_FUNDS", id, &waiting, &short),
            // What others have is not free here.
            no("INSUFFICIENT_FUNDS", id, &waiting, &of_city),
            to(&village(TOWNSHIP)),
            to(&village(COUNTY)),
            to(&village(NOWHERE)),
        ]
    }

    fn next(&mut self) -> String {
        self.villages.pop().expect("enough villages were ordered to be rewarded")
    }
}

fn village(code: UnitCode) -> String {
    format!("villages/{code}")
}

fn code(village: &str) -> UnitCode {
    village.trim_start_matches("villages/").parse().expect("a village's name")
}
