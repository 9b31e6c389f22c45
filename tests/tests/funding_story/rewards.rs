//! 以奖代补: appraisal ranks and orders, funding pays, appraisal hears of it.

use time::macros::date;
use tonic::Code;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use yishi_proto::appraisal::v1 as appraisal;
use yishi_proto::appraisal::v1::appraisal_service_client::AppraisalServiceClient;
use yishi_proto::funding::v1::{self as pb, ChannelKind};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::copies::follow_node;
use yishi_tests::sandbox::{REGION, Sandbox, Signature, as_caller, fresh_id};

use crate::CITY;
use crate::asks::{done, no, officer, open, receive, refused, report, reward, unit};

const EACH: i64 = 5_000_000;
const LIST: &str = "units/640000000000/rewardLists/2022";

type Appraisal = AppraisalServiceClient<InterceptedService<Channel, Signature>>;

async fn list(office: &mut Appraisal) -> appraisal::RewardList {
    let ask = appraisal::GetRewardListRequest { name: LIST.to_owned() };
    done(office.get_reward_list(ask).await)
}

/// A list of three villages, confirmed after its notice.
async fn ordered<E: Engine>(sandbox: &Sandbox<E>, office: &mut Appraisal) -> Vec<String> {
    let (parent, year) = (unit(REGION), 2022);
    let request_id = fresh_id();
    let freeze = appraisal::FreezeSchemeRequest { parent: parent.clone(), year, scheme: None, request_id };
    done(office.freeze_scheme(freeze).await);
    sandbox.go_to(date!(2023 - 01 - 01)).await;
    let rank = appraisal::RankVillagesRequest { parent: parent.clone(), year, request_id: fresh_id() };
    done(office.rank_villages(rank).await);
    let (winners, each_fen, pool_fen) = (3, EACH, 3 * EACH);
    let request_id = fresh_id();
    let issue = appraisal::IssueRewardListRequest { parent, year, winners, each_fen, pool_fen, request_id };
    let issued = done(office.issue_reward_list(issue).await);
    sandbox.wait_until(issued.earliest_confirm_time_us).await;
    let (name, etag) = (LIST.to_owned(), String::new());
    let confirm = appraisal::ConfirmRewardListRequest { name, request_id: fresh_id(), etag };
    done(office.confirm_reward_list(confirm).await);
    sandbox.caught_up().await;
    issued.rewards.into_iter().map(|reward| reward.village).collect()
}

pub(crate) async fn what_appraisal_orders_is_paid_once<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let signature = Signature::of(&as_caller(REGION, Role::Officer));
    let mut appraisers = AppraisalServiceClient::with_interceptor(sandbox.channel(), signature);
    let villages = ordered(&sandbox, &mut appraisers).await;

    // Reward money of the year in which it is paid, and enough for two.
    let mut region = officer(&sandbox, REGION);
    let channel = done(region.open_channel(open(REGION, ChannelKind::Reward, 2023, None)).await).name;
    let other_year = done(region.open_channel(open(REGION, ChannelKind::Reward, 2022, None)).await).name;
    let no_reward = done(region.open_channel(open(REGION, ChannelKind::Livelihood, 2023, None)).await).name;
    done(region.receive_budget(receive(&channel, 2 * EACH)).await);
    for wrong in [&other_year, &no_reward] {
        let ask = reward(REGION, LIST, &villages[0], wrong);
        assert_eq!(refused(region.pay_reward(ask).await), no("OUTSIDE_EARMARK"));
    }
    let ask = reward(CITY, LIST, &villages[0], &channel);
    let foreign = officer(&sandbox, CITY).pay_reward(ask).await;
    let not_ordered = (Code::NotFound, "REWARD_NOT_ORDERED".to_owned());
    assert_eq!(refused(foreign), not_ordered, "only whoever got the order pays it");
    let unranked = reward(REGION, LIST, "villages/640324100200", &channel);
    assert!(!villages.contains(&unranked.village));
    assert_eq!(refused(region.pay_reward(unranked).await), not_ordered);

    let ask = reward(REGION, LIST, &villages[0], &channel);
    let paid = done(region.pay_reward(ask.clone()).await);
    assert_eq!(
        (paid.amount_fen, paid.channel.as_str(), paid.pay_time_us > 0),
        (EACH, channel.as_str(), true)
    );
    assert_eq!(done(region.pay_reward(ask).await), paid, "answered as before");
    let again = region.pay_reward(reward(REGION, LIST, &villages[0], &channel)).await;
    assert_eq!(refused(again), (Code::AlreadyExists, "REWARD_ALREADY_PAID".to_owned()));
    done(region.pay_reward(reward(REGION, LIST, &villages[1], &channel)).await);
    let third = region.pay_reward(reward(REGION, LIST, &villages[2], &channel)).await;
    assert_eq!(refused(third), no("INSUFFICIENT_FUNDS"));

    // Appraisal hears of it, and the report keeps it apart from investment, under the year of the money.
    sandbox.caught_up().await;
    let told = list(&mut appraisers).await;
    assert_eq!((told.paid_villages, told.paid_fen), (2, 2 * EACH));
    let found = report(&mut region, REGION, 2023).await;
    assert_eq!((found.rewards, found.reward_paid_fen, found.paid_fen), (2, 2 * EACH, 0));
    assert_eq!(found.leverage, Some(pb::Leverage { investment_fen: 0, reward_fen: 2 * EACH }));
    assert_eq!((found.matters, found.by_channel_kind.len()), (0, 0));
    assert_eq!(report(&mut region, REGION, 2022).await.rewards, 0);
    let village = villages[0]["villages/".len()..].parse().unwrap();
    for year in [0, 2023] {
        let of_one = report(&mut region, village, year).await;
        assert_eq!((of_one.rewards, of_one.reward_paid_fen), (1, EACH));
    }
    assert!(follow_node(&sandbox).await.contains(&"funding.reward".to_owned()));
    sandbox.told_again().await.stop().await;
}
