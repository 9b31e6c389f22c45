//! What the region's office does on the way to a case.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_proto::funding::v1 as funding;
use yishi_store::Engine;
use yishi_tests::sandbox::{REGION, Sandbox, Wire, fresh_id};

use super::Appraisal;
use super::asks::{EACH_FEN, WINNERS, bulletin, confirm, freeze, issue, rank};
use crate::cases::{Cases, Who};
use crate::funding::Funding;

/// The region's, which alone appraises.
pub(super) struct Office<'a, E: Engine>(pub(super) &'a Sandbox<E>);

impl<E: Engine> Office<'_, E> {
    async fn done<A: Message + Default>(&self, method: &str, request: &impl Message) -> A {
        Appraisal::done(self.0, Who::officer(REGION), method, request).await
    }

    async fn funded<A: Message + Default>(&self, method: &str, request: &impl Message) -> A {
        Funding::done(self.0, Who::officer(REGION), method, request).await
    }

    /// A year with the programme's own scheme.
    pub(super) async fn frozen(&self, year: i32) {
        let _: pb::Scheme = self.done("FreezeScheme", &freeze(REGION, year, None)).await;
    }

    /// A year with a ranking.
    pub(super) async fn ranked(&self, year: i32) {
        self.frozen(year).await;
        let _: pb::Ranking = self.done("RankVillages", &rank(REGION, year)).await;
    }

    /// A year with a reward list, which hangs out from now on.
    pub(super) async fn issued(&self, year: i32) -> pb::RewardList {
        self.ranked(year).await;
        self.done("IssueRewardList", &issue(REGION, year)).await
    }

    /// A bulletin of a unit.
    pub(super) async fn told(&self, unit: UnitCode, year: i32, period: &str) {
        let asked = bulletin(unit, year, period);
        let _: pb::Bulletin = Appraisal::done(self.0, Who::officer(unit), "IssueBulletin", &asked).await;
    }

    /// Makes an order of a list that hung out long enough.
    pub(super) async fn ordered(&self, list: &pb::RewardList) -> pb::RewardList {
        self.done("ConfirmRewardList", &confirm(&list.name, &list.etag)).await
    }

    /// Pays a list that was ordered, from money of this year; answers what appraisal knows of it then.
    pub(super) async fn paid(&self, list: &pb::RewardList, year: i32) -> pb::RewardList {
        self.0.caught_up().await;
        let parent = format!("units/{REGION}");
        let channel = funding::Channel {
            title: "以奖代补资金".to_owned(),
            kind: funding::ChannelKind::Reward as i32,
            year,
            remainder: funding::Remainder::Lapse as i32,
            ..funding::Channel::default()
        };
        let request_id = fresh_id();
        let open = funding::OpenChannelRequest { parent: parent.clone(), channel: Some(channel), request_id };
        let opened: funding::Channel = self.funded("OpenChannel", &open).await;
        let budget = funding::ReceiveBudgetRequest {
            parent: opened.name.clone(),
            amount_fen: i64::from(WINNERS) * EACH_FEN,
            document_sha256: vec![9; 32],
            request_id: fresh_id(),
        };
        let _: funding::Holding = self.funded("ReceiveBudget", &budget).await;
        for reward in &list.rewards {
            let pay = funding::PayRewardRequest {
                parent: parent.clone(),
                order: list.name.clone(),
                village: reward.village.clone(),
                channel: opened.name.clone(),
                request_id: fresh_id(),
            };
            let _: funding::Reward = self.funded("PayReward", &pay).await;
        }
        self.0.caught_up().await;
        self.done("GetRewardList", &pb::GetRewardListRequest { name: list.name.clone() }).await
    }

    /// Has batches of a village counted.
    pub(super) async fn counted(&self, village: UnitCode, batches: Vec<Vec<u8>>) {
        let rpc = format!("{}/SubmitForms", Appraisal::SERVICE);
        let caller = Who::officer(village).metadata();
        let sent = Wire::on(self.0.channel()).stream(&rpc, &caller, batches).await;
        assert!(sent.is_ok(), "{sent:?}");
    }
}
