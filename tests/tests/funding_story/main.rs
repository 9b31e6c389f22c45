//! Money comes in, goes down, follows matters until they are struck off, and rewards villages.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod asks;
mod many;
mod rewards;

use std::collections::BTreeMap;

use prost::Message;
use time::macros::date;
use tonic::Code;
use yishi_kernel::UnitCode;
use yishi_proto::admin::v1 as admin;
use yishi_proto::funding::v1::{self as pb, ChannelKind, MatterFundingState, TransferState};
use yishi_proto::intake::v1::MatterState;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow_node;
use yishi_tests::sandbox::{REGION, Sandbox, Village};

use asks::{
    Client, appropriate, channels, commit, done, funding, give_back, infrastructure, lapse, ledger, no,
    officer, open, pay, postings, receive, refused, release, report, unit,
};
use many::what_many_do_at_once_adds_up;
use rewards::what_appraisal_orders_is_paid_once;

both_engines!(
    money_follows_a_matter_until_it_is_struck_off,
    what_appraisal_orders_is_paid_once,
    what_many_do_at_once_adds_up,
    every_statement_is_prepared
);

pub(crate) const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
pub(crate) const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const OTHER_COUNTY: UnitCode = UnitCode::new(640_303_000_000).unwrap();
pub(crate) const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

/// What a matter of the sandbox costs, in fen.
pub(crate) const COST: i64 = 120_000_000;
const MILLION: i64 = 1_000_000;
const FROM_ABOVE: &str = "units/640000000000/channels/2022-1";
const OWN: &str = "units/640324000000/channels/2022-1";

async fn money_follows_a_matter_until_it_is_struck_off<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.ripe_villages([VILLAGE]).await.remove(0);
    let name = sandbox.matter_in(&mut village, MatterState::Determined).await.name;
    goes_down(&sandbox).await;
    is_committed_and_paid(&sandbox, &name).await;
    let reported = adds_up_at_every_level(&sandbox).await;
    is_settled(&sandbox, &mut village, &name).await;
    goes_back_and_lapses(&sandbox, &mut village).await;

    let sandbox = sandbox.restart().await;
    is_written_down(&sandbox, &name).await;
    let mut region = officer(&sandbox, REGION);
    let settled = report(&mut region, REGION, 2022).await;
    assert_eq!((settled.paid_fen, settled.committed_unpaid_fen), (reported.paid_fen, 0));
    sandbox.caught_up().await;
    let copied = follow_node(&sandbox).await;
    for table in ["account", "book", "channel", "matter", "tally", "transfer"] {
        assert!(copied.contains(&format!("funding.{table}")), "{table}");
    }
    sandbox.told_again().await.stop().await;
}

/// From outside to the region, from the region to the city, from the city to the county.
async fn goes_down<E: Engine>(sandbox: &Sandbox<E>) {
    let (mut region, mut city, mut county) =
        (officer(sandbox, REGION), officer(sandbox, CITY), officer(sandbox, COUNTY));
    let ask = open(REGION, ChannelKind::PovertyAlleviationLink, 2022, infrastructure());
    let opened = done(region.open_channel(ask.clone()).await);
    let area = opened.earmark.as_ref().map(|earmark| earmark.area.clone());
    assert_eq!((opened.name.as_str(), area), (FROM_ABOVE, Some(unit(REGION))));
    assert_eq!(done(region.open_channel(ask.clone()).await), opened, "answered as before");
    let denied = (Code::PermissionDenied, "PERMISSION_DENIED".to_owned());
    assert_eq!(refused(city.open_channel(ask).await), denied);
    let ask = open(TOWNSHIP, ChannelKind::OneCaseOneMeeting, 2022, None);
    let invalid = (Code::InvalidArgument, "INVALID_FIELDS".to_owned());
    assert_eq!(refused(officer(sandbox, TOWNSHIP).open_channel(ask).await), invalid);

    assert_eq!(refused(city.receive_budget(receive(FROM_ABOVE, 1)).await), denied);
    let held = done(region.receive_budget(receive(FROM_ABOVE, 200 * MILLION)).await);
    assert_eq!((held.received_fen, held.free_fen), (200 * MILLION, 200 * MILLION));
    let too_much = region.appropriate(appropriate(REGION, FROM_ABOVE, CITY, 200 * MILLION + 1)).await;
    assert_eq!(refused(too_much), no("INSUFFICIENT_FUNDS"));
    let no_hop_skipped = region.appropriate(appropriate(REGION, FROM_ABOVE, COUNTY, 1)).await;
    assert_eq!(refused(no_hop_skipped), no("NOT_RIGHT_BELOW"));
    let not_below_counties = county.appropriate(appropriate(COUNTY, FROM_ABOVE, TOWNSHIP, 1)).await;
    assert_eq!(refused(not_below_counties), no("NOT_RIGHT_BELOW"));

    let sent = done(region.appropriate(appropriate(REGION, FROM_ABOVE, CITY, 100 * MILLION)).await);
    assert_eq!((sent.state(), sent.direction()), (TransferState::Sent, pb::TransferDirection::Down));
    sandbox.caught_up().await;
    let seen = done(region.get_transfer(pb::GetTransferRequest { name: sent.name.clone() }).await);
    assert_eq!((seen.state(), seen.name.as_str()), (TransferState::Confirmed, sent.name.as_str()));
    let unknown = pb::GetTransferRequest { name: sent.name.replace("-1", "-2") };
    assert_eq!(
        refused(region.get_transfer(unknown).await),
        (Code::NotFound, "TRANSFER_NOT_FOUND".to_owned())
    );
    done(city.appropriate(appropriate(CITY, FROM_ABOVE, COUNTY, 90 * MILLION)).await);
    sandbox.caught_up().await;
    let free_and_below = |holdings: Vec<pb::Holding>| {
        holdings
            .iter()
            .map(|held| (held.free_fen, held.passed_down_fen, held.in_transit_fen))
            .collect::<Vec<_>>()
    };
    assert_eq!(free_and_below(ledger(&mut region, REGION, 2022).await), [(100 * MILLION, 100 * MILLION, 0)]);
    assert_eq!(free_and_below(ledger(&mut city, CITY, 2022).await), [(10 * MILLION, 90 * MILLION, 0)]);
    assert_eq!(free_and_below(ledger(&mut county, COUNTY, 2022).await), [(90 * MILLION, 0, 0)]);
    assert_eq!(ledger(&mut county, COUNTY, 2021).await, []);

    // The county adds its own, and sees the terms of what came from above.
    let own = done(county.open_channel(open(COUNTY, ChannelKind::OneCaseOneMeeting, 2022, None)).await);
    assert_eq!(own.name, OWN);
    done(county.receive_budget(receive(OWN, 60 * MILLION)).await);
    let terms = done(county.get_channel(pb::GetChannelRequest { name: FROM_ABOVE.to_owned() }).await);
    assert_eq!(terms, opened);
    let mut listed = async |year, kind, size| channels(&mut county, COUNTY, year, kind, size).await;
    assert_eq!(listed(0, ChannelKind::Unspecified, 1).await, [FROM_ABOVE, OWN]);
    assert_eq!(listed(2022, ChannelKind::OneCaseOneMeeting, 0).await, [OWN]);
    assert_eq!(listed(0, ChannelKind::PovertyAlleviationLink, 0).await, [FROM_ABOVE]);
    assert_eq!(listed(2021, ChannelKind::Unspecified, 0).await, [""; 0]);
    assert_eq!(channels(&mut city, CITY, 0, ChannelKind::Unspecified, 0).await, [FROM_ABOVE]);
}

async fn is_committed_and_paid<E: Engine>(sandbox: &Sandbox<E>, name: &str) {
    let mut county = officer(sandbox, COUNTY);
    let known = funding(&mut officer(sandbox, VILLAGE), name).await;
    assert_eq!((known.state(), known.cost_estimate_fen), (MatterFundingState::Open, COST));
    assert_eq!((known.county.as_str(), known.shares.len()), ("units/640324000000", 0));

    // Whole or not at all, and within every earmark.
    let denied = (Code::PermissionDenied, "PERMISSION_DENIED".to_owned());
    let whole = [(FROM_ABOVE, 90 * MILLION), (OWN, 30 * MILLION)];
    for other in [VILLAGE, OTHER_COUNTY, REGION] {
        assert_eq!(refused(officer(sandbox, other).commit_funds(commit(name, &whole)).await), denied);
    }
    for (lines, reason) in [
        (&[(FROM_ABOVE, 90 * MILLION)][..], "NOT_FUNDED_WHOLE"),
        (&[(OWN, COST)], "INSUFFICIENT_FUNDS"),
        (&[(FROM_ABOVE, 90 * MILLION + 1), (OWN, 30 * MILLION - 1)], "CEILING_EXCEEDED"),
    ] {
        assert_eq!(refused(county.commit_funds(commit(name, lines)).await), no(reason));
    }
    let nowhere = OWN.replace("-1", "-2");
    let unknown = county.commit_funds(commit(name, &[(&*nowhere, COST)])).await;
    assert_eq!(refused(unknown), (Code::NotFound, "CHANNEL_NOT_FOUND".to_owned()));
    let unknown = county.commit_funds(commit(&name.replace("2022-", "2022-9"), &whole)).await;
    assert_eq!(refused(unknown), (Code::NotFound, "MATTER_NOT_FOUND".to_owned()));
    assert_eq!(funding(&mut county, name).await, known, "whatever was refused left no trace");

    let ask = pb::CommitFundsRequest { etag: known.etag.clone(), ..commit(name, &whole) };
    let committed = done(county.commit_funds(ask.clone()).await);
    assert_eq!((committed.committed_unpaid_fen, committed.paid_fen), (COST, 0));
    assert_eq!(done(county.commit_funds(ask).await), committed, "answered as before");

    // Payments never pass the commitment.
    let stale = pb::PayMatterRequest { etag: known.etag, ..pay(name, &[(OWN, 1)]) };
    assert_eq!(refused(county.pay_matter(stale).await), (Code::Aborted, "STALE_ETAG".to_owned()));
    let paid = done(county.pay_matter(pay(name, &[(FROM_ABOVE, 50 * MILLION)])).await);
    assert_eq!((paid.committed_unpaid_fen, paid.paid_fen), (70 * MILLION, 50 * MILLION));
    let beyond = county.pay_matter(pay(name, &[(FROM_ABOVE, 40 * MILLION + 1)])).await;
    assert_eq!(refused(beyond), no("COMMITMENT_EXCEEDED"));
    let freed = done(county.release_commitment(release(name, &[(OWN, 10 * MILLION)])).await);
    let shares: Vec<_> = freed
        .shares
        .iter()
        .map(|share| (&*share.channel, share.committed_unpaid_fen, share.paid_fen))
        .collect();
    assert_eq!(shares, [(FROM_ABOVE, 40 * MILLION, 50 * MILLION), (OWN, 20 * MILLION, 0)]);
}

/// Counters above, sums of what is there below: the same for one matter.
async fn adds_up_at_every_level<E: Engine>(sandbox: &Sandbox<E>) -> pb::InvestmentReport {
    let mut region = officer(sandbox, REGION);
    let found = report(&mut region, REGION, 2022).await;
    assert_eq!((found.matters, found.committed_unpaid_fen, found.paid_fen), (1, 60 * MILLION, 50 * MILLION));
    let category = pb::CategoryInvestment {
        category: 1,
        matters: 1,
        committed_unpaid_fen: 60 * MILLION,
        paid_fen: 50 * MILLION,
    };
    assert_eq!(found.by_category, [category]);
    let kinds: Vec<_> = found
        .by_channel_kind
        .iter()
        .map(|row| (row.kind(), row.committed_unpaid_fen, row.paid_fen))
        .collect();
    let expected = [
        (ChannelKind::PovertyAlleviationLink, 40 * MILLION, 50 * MILLION),
        (ChannelKind::OneCaseOneMeeting, 20 * MILLION, 0),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(found.leverage, Some(pb::Leverage { investment_fen: 50 * MILLION, reward_fen: 0 }));
    for unit in [CITY, COUNTY, TOWNSHIP, VILLAGE] {
        for year in [0, 2022] {
            let below = report(&mut officer(sandbox, unit), unit, year).await;
            let same = pb::InvestmentReport { unit: asks::unit(unit), year, ..found.clone() };
            assert_eq!(below, same, "{unit} {year}");
        }
    }
    let nothing = report(&mut region, OTHER_COUNTY, 2022).await;
    let other_year = report(&mut region, COUNTY, 2021).await;
    assert_eq!((nothing.matters, nothing.by_category.len(), other_year.paid_fen), (0, 0, 0));
    found
}

/// The saga: intake asks, funding settles, intake closes.
async fn is_settled<E: Engine>(sandbox: &Sandbox<E>, village: &mut Village, name: &str) {
    village.progress(name, 100).await;
    village.complete(name).await;
    village.accept(name).await;
    village.close(name).await;
    sandbox.caught_up().await;
    let closed = village.get(name).await;
    assert_eq!((closed.state(), closed.completion.unwrap().paid_fen), (MatterState::Closed, 50 * MILLION));
    let mut county = officer(sandbox, COUNTY);
    let settled = funding(&mut county, name).await;
    assert_eq!((settled.state(), settled.committed_unpaid_fen), (MatterFundingState::Settled, 0));
    assert_eq!(refused(county.pay_matter(pay(name, &[(FROM_ABOVE, 1)])).await), no("MATTER_SETTLED"));
}

async fn goes_back_and_lapses<E: Engine>(sandbox: &Sandbox<E>, village: &mut Village) {
    let (mut county, mut city) = (officer(sandbox, COUNTY), officer(sandbox, CITY));
    let back = done(county.return_appropriation(give_back(COUNTY, FROM_ABOVE, 40 * MILLION)).await);
    assert_eq!((back.to.as_str(), back.direction()), ("units/640300000000", pb::TransferDirection::Up));
    let own = county.return_appropriation(give_back(COUNTY, OWN, 1)).await;
    assert_eq!(refused(own), no("OWN_CHANNEL"));
    sandbox.caught_up().await;
    let held = ledger(&mut city, CITY, 2022).await.remove(0);
    assert_eq!(
        (held.free_fen, held.passed_down_fen, held.received_fen),
        (50 * MILLION, 50 * MILLION, 100 * MILLION)
    );
    let held = ledger(&mut county, COUNTY, 2022).await;
    assert_eq!((held[0].returned_up_fen, held[0].paid_fen), (40 * MILLION, 50 * MILLION));
    assert_eq!((held[1].free_fen, held[1].committed_unpaid_fen), (60 * MILLION, 0), "all was freed");

    // Of a year that is over nothing is planned any more.
    let waits = sandbox.matter_in(village, MatterState::Noticed).await.name;
    assert_eq!(refused(city.lapse_remainder(lapse(CITY, FROM_ABOVE)).await), no("YEAR_NOT_OVER"));
    sandbox.go_to(date!(2023 - 01 - 01)).await;
    let over = city.appropriate(appropriate(CITY, FROM_ABOVE, COUNTY, 1)).await;
    assert_eq!(refused(over), no("YEAR_OVER"));
    let lapsed = done(city.lapse_remainder(lapse(CITY, FROM_ABOVE)).await);
    assert_eq!((lapsed.free_fen, lapsed.lapsed_fen), (0, 50 * MILLION));
    assert_eq!(done(city.lapse_remainder(lapse(CITY, FROM_ABOVE)).await), lapsed, "nothing is left to lapse");
    let undetermined = county.commit_funds(commit(&waits, &[(OWN, COST)])).await;
    assert_eq!(refused(undetermined), (Code::NotFound, "MATTER_NOT_FOUND".to_owned()));
}

/// The books are what the postings say, and the postings are in the journal.
async fn is_written_down<E: Engine>(sandbox: &Sandbox<E>, name: &str) {
    let mut county = officer(sandbox, COUNTY);
    let all = postings(&mut county, COUNTY, "", "", 2).await;
    assert_eq!(postings(&mut county, COUNTY, "", "", 0).await, all);
    let kinds: Vec<&str> = all.iter().map(|record| &record.kind["funding.".len()..]).collect();
    let expected = [
        "transfer_received",
        "budget_received",
        "committed",
        "paid",
        "released",
        "settled",
        "returned",
        "transfer_confirmed",
    ];
    assert_eq!(kinds, expected);
    assert!(
        all[2..6].iter().all(|record| record.matter == name) && all[6].transfer.starts_with("units/640324")
    );
    assert_eq!(postings(&mut county, COUNTY, "", name, 1).await, all[2..6]);
    let of_own = postings(&mut county, COUNTY, OWN, "", 0).await;
    assert_eq!(of_own.len(), 4, "received, committed, released, settled");
    for held in ledger(&mut county, COUNTY, 2022).await {
        assert_eq!(recounted(&all, &held.channel), accounts(&held));
    }
    foreign_tokens(&mut county).await;

    let told = sandbox.books("funding").await.entries().await;
    let settled = told.iter().find(|stored| stored.entry.kind == "funding.settled").unwrap();
    assert_eq!((settled.entry.unit, settled.entry.to), (COUNTY, Some((VILLAGE, 1))));
    let event = pb::Event::decode(settled.entry.payload.as_slice()).unwrap();
    let Some(pb::event::Kind::Settled(event)) = event.kind else { panic!("{event:?}") };
    assert_eq!((event.paid_fen, event.paid.len()), (50 * MILLION, 1));
    let walk = sandbox.admin().verify_journals(admin::VerifyJournalsRequest {}).await.unwrap().into_inner();
    assert!(walk.verdicts.iter().all(|verdict| verdict.first_bad_entry.is_none()));
}

/// What is on each account by the postings alone.
fn recounted(postings: &[pb::PostingRecord], channel: &str) -> BTreeMap<i32, i64> {
    let mut accounts = BTreeMap::new();
    let lines = postings.iter().flat_map(|record| &record.posting.as_ref().unwrap().lines);
    for line in lines.filter(|line| line.channel == channel) {
        *accounts.entry(line.account).or_default() += line.amount_fen;
    }
    accounts.retain(|_, fen| *fen != 0);
    accounts
}

fn accounts(held: &pb::Holding) -> BTreeMap<i32, i64> {
    use pb::Account::{Committed, Free, InTransit, Lapsed, Paid, PassedDown, Received, ReturnedUp};
    let all = [
        (Received, -held.received_fen),
        (Free, held.free_fen),
        (Committed, held.committed_unpaid_fen),
        (Paid, held.paid_fen),
        (InTransit, held.in_transit_fen),
        (PassedDown, held.passed_down_fen),
        (ReturnedUp, held.returned_up_fen),
        (Lapsed, held.lapsed_fen),
    ];
    all.into_iter().map(|(account, fen)| (account as i32, fen)).filter(|(_, fen)| *fen != 0).collect()
}

async fn foreign_tokens(county: &mut Client) {
    let wrong = (Code::InvalidArgument, "PAGE_TOKEN_INVALID".to_owned());
    let ask = pb::ListPostingsRequest { parent: unit(COUNTY), page_size: 1, ..Default::default() };
    let token = done(county.list_postings(ask.clone()).await).next_page_token;
    let other = pb::ListPostingsRequest { page_token: token.clone(), channel: OWN.to_owned(), ..ask.clone() };
    assert_eq!(refused(county.list_postings(other).await), wrong);
    let forged = pb::ListPostingsRequest { page_token: format!("9{token}"), ..ask };
    assert_eq!(refused(county.list_postings(forged).await), wrong);
    let ask = pb::ListChannelsRequest { parent: unit(COUNTY), page_token: token, ..Default::default() };
    assert_eq!(refused(county.list_channels(ask).await), wrong);
}

async fn every_statement_is_prepared<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut books = sandbox.books("funding").await;
    assert!(yishi_funding::store::statements::ALL.len() > 15);
    for (name, statement) in yishi_funding::store::statements::ALL {
        books.prepare(statement).await.unwrap_or_else(|error| panic!("{name}.sql: {error}"));
    }
    sandbox.stop().await;
}
