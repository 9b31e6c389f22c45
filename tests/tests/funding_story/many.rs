//! The villages of a county at once: what shares commits adds up all the same.

use tokio::task::JoinSet;
use tonic::{Request, Response};
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1::ChannelKind;
use yishi_proto::intake::v1::MatterState;
use yishi_runtime::desk::POSITION;
use yishi_store::Engine;
use yishi_tests::copies::follow_node;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, Village};

use crate::asks::{Client, commit, done, ledger, officer, open, pay, postings, receive, release, report};
use crate::{COST, COUNTY, TOWNSHIP};

const VILLAGES: usize = 12;

/// Determines a matter, funds it at once, pays it in two parts, and has it struck off.
async fn lives(mut village: Village, mut county: Client, channel: String) {
    let name = village.ripe.pop().unwrap();
    let determined = village.office.determine_matter(Asks::determine(&name)).await.unwrap();
    // Funding waits until it has heard of it.
    let mut ask = Request::new(commit(&name, &[(&*channel, COST)]));
    heard(&mut ask, &determined);
    done(county.commit_funds(ask).await);
    for part in [COST / 3, COST - COST / 3] {
        done(county.pay_matter(pay(&name, &[(&*channel, part)])).await);
    }
    village.progress(&name, 100).await;
    village.complete(&name).await;
    village.accept(&name).await;
    village.close(&name).await;
}

fn heard<T, S>(ask: &mut Request<T>, answer: &Response<S>) {
    let position = answer.metadata().get(POSITION).expect("what was done has a position").clone();
    ask.metadata_mut().insert(POSITION, position);
}

pub(crate) async fn what_many_do_at_once_adds_up<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let codes: Vec<UnitCode> =
        sandbox.register.children(TOWNSHIP).iter().copied().take(VILLAGES + 1).collect();
    assert_eq!(codes.len(), VILLAGES + 1, "the township has villages");
    let mut villages = sandbox.ripe_villages(codes).await;
    let mut county = officer(&sandbox, COUNTY);
    let sum = COST * i64::try_from(VILLAGES).unwrap();
    let channel = done(county.open_channel(open(COUNTY, ChannelKind::SocialCapital, 2022, None)).await).name;
    done(county.receive_budget(receive(&channel, sum + 7)).await);

    // One matter gets its money and loses it again: it is no matter with money then.
    let mut poor = villages.pop().unwrap();
    let name = sandbox.matter_in(&mut poor, MatterState::Determined).await.name;
    sandbox.caught_up().await;
    done(county.commit_funds(commit(&name, &[(&*channel, COST)])).await);
    assert_eq!(report(&mut county, COUNTY, 2022).await.matters, 1);
    done(county.release_commitment(release(&name, &[(&*channel, COST)])).await);
    assert_eq!(report(&mut county, COUNTY, 2022).await.matters, 0);

    let mut lives_of_matters = JoinSet::new();
    for village in villages {
        lives_of_matters.spawn(lives(village, officer(&sandbox, COUNTY), channel.clone()));
    }
    while let Some(life) = lives_of_matters.join_next().await {
        life.unwrap();
    }
    sandbox.caught_up().await;

    let held = ledger(&mut county, COUNTY, 2022).await.remove(0);
    assert_eq!((held.free_fen, held.committed_unpaid_fen, held.paid_fen), (7, 0, sum));
    let mut region = officer(&sandbox, REGION);
    let of_region = report(&mut region, REGION, 2022).await;
    let matters = i64::try_from(VILLAGES).unwrap();
    assert_eq!((of_region.matters, of_region.paid_fen, of_region.committed_unpaid_fen), (matters, sum, 0));
    for unit in [COUNTY, TOWNSHIP] {
        let found = report(&mut region, unit, 2022).await;
        assert_eq!(
            (&found.by_category, &found.by_channel_kind),
            (&of_region.by_category, &of_region.by_channel_kind)
        );
    }
    let paid = postings(&mut county, COUNTY, &channel, "", 0).await;
    assert_eq!(paid.iter().filter(|record| record.kind == "funding.paid").count(), 2 * VILLAGES);
    follow_node(&sandbox).await;
    sandbox.stop().await;
}
