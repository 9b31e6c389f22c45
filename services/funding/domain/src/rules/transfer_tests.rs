use yishi_kernel::{Fen, Level};

use super::super::region::{CITY, COUNTY, OTHER_COUNTY, REGION, Region, TOWNSHIP, amount, code, day, terms};
use super::*;
use crate::{Balance, Command, Delivery, Remainder, Terms};

/// A unit of no register.
const NOWHERE: u64 = 640_324_199_999;

fn fen(fen: i64) -> Fen {
    Fen::new(fen)
}

/// The city has a channel with 1,000 fen.
fn funded_city() -> (Region, ChannelId) {
    let mut region = Region::on("2022-03-01");
    let channel = region.open(CITY, terms(CITY)).unwrap();
    region.receive(channel, 1_000).unwrap();
    (region, channel)
}

#[test]
fn money_is_in_transit_until_the_sender_knows_that_it_arrived() {
    let (mut region, channel) = funded_city();
    region.appropriate(CITY, channel, COUNTY, 400).unwrap();
    let city = |region: &Region| region.world.account(code(CITY), channel);
    let sent = Balance { received: fen(1_000), free: fen(600), in_transit: fen(400), ..Balance::default() };
    assert_eq!(city(&region), sent);
    assert_eq!(region.world.account(code(COUNTY), channel), Balance::default());

    region.deliver();
    let arrived = Balance { received: fen(400), free: fen(400), ..Balance::default() };
    assert_eq!((city(&region), region.world.account(code(COUNTY), channel)), (sent, arrived));

    region.deliver();
    assert_eq!(city(&region), Balance { in_transit: Fen::ZERO, passed_down: fen(400), ..sent });
    assert!(region.sent.is_empty());
}

#[test]
fn what_is_not_needed_goes_back_up_the_same_way() {
    let (mut region, channel) = funded_city();
    region.appropriate(CITY, channel, COUNTY, 400).unwrap();
    region.deliver_all();
    region.give_back(COUNTY, channel, 150).unwrap();
    let county = |region: &Region| region.world.account(code(COUNTY), channel);
    let back = Balance { received: fen(400), free: fen(250), in_transit: fen(150), ..Balance::default() };
    assert_eq!(county(&region), back);
    region.deliver_all();
    assert_eq!(county(&region), Balance { in_transit: Fen::ZERO, returned_up: fen(150), ..back });
    let city = region.world.account(code(CITY), channel);
    assert_eq!((city.received, city.free, city.passed_down), (fen(1_000), fen(750), fen(250)));
}

#[test]
fn one_level_down_and_not_below_counties() {
    let mut region = Region::on("2022-03-01");
    let channel = region.open(REGION, terms(REGION)).unwrap();
    region.receive(channel, 1_000).unwrap();
    let not_below = Refusal::NotRightBelow { from: code(REGION), to: code(COUNTY) };
    assert_eq!(region.appropriate(REGION, channel, COUNTY, 1), Err(not_below));
    let level = Refusal::HolderLevel { unit: code(TOWNSHIP), level: Level::Township };
    assert_eq!(region.appropriate(COUNTY, channel, TOWNSHIP, 1), Err(level));
    for unit in [REGION, TOWNSHIP] {
        let itself = Refusal::NotRightBelow { from: code(unit), to: code(unit) };
        assert_eq!(region.appropriate(unit, channel, unit, 1), Err(itself));
    }
    let unknown = Refusal::UnknownUnit { unit: code(NOWHERE) };
    assert_eq!(region.appropriate(REGION, channel, NOWHERE, 1), Err(unknown));
}

#[test]
fn only_what_is_free() {
    let (mut region, channel) = funded_city();
    let refusal = |free| Refusal::Insufficient { channel, free: fen(free), wanted: fen(1_001) };
    assert_eq!(region.appropriate(CITY, channel, COUNTY, 1_001), Err(refusal(1_000)));
    region.appropriate(CITY, channel, COUNTY, 400).unwrap();
    region.deliver_all();
    assert_eq!(region.give_back(COUNTY, channel, 1_001), Err(refusal(400)));
}

#[test]
fn only_to_where_the_earmark_can_be_met() {
    let mut region = Region::on("2022-03-01");
    let channel = region.open(CITY, terms(TOWNSHIP)).unwrap();
    region.receive(channel, 1_000).unwrap();
    assert_eq!(region.appropriate(CITY, channel, COUNTY, 1), Ok(()));
    let problem = EarmarkProblem::Area(code(OTHER_COUNTY));
    assert_eq!(
        region.appropriate(CITY, channel, OTHER_COUNTY, 1),
        Err(Refusal::Earmark { channel, problem })
    );
}

#[test]
fn after_its_year_it_only_goes_back() {
    let (mut region, channel) = funded_city();
    region.appropriate(CITY, channel, COUNTY, 400).unwrap();
    region.go_to("2023-01-01");
    region.deliver_all();
    let over = Refusal::YearOver { channel, today: day("2023-01-01") };
    assert_eq!(region.appropriate(CITY, channel, COUNTY, 1), Err(over));
    assert_eq!(region.give_back(COUNTY, channel, 400), Ok(()));
}

#[test]
fn ones_own_money_came_from_nobody_above() {
    let (mut region, channel) = funded_city();
    assert_eq!(region.give_back(CITY, channel, 1), Err(Refusal::OwnChannel { channel }));
}

#[test]
fn the_top_has_nothing_to_give_back() {
    let (mut region, channel) = funded_city();
    let refusal = Refusal::Insufficient { channel, free: fen(0), wanted: fen(1) };
    assert_eq!(region.give_back(REGION, channel, 1), Err(refusal));
}

#[test]
fn transfers_have_a_bound() {
    let (mut region, channel) = funded_city();
    region.policy.transfers_per_sender_year = 1;
    region.appropriate(CITY, channel, COUNTY, 1).unwrap();
    assert_eq!(region.appropriate(CITY, channel, COUNTY, 1), Err(Refusal::TooManyTransfers { limit: 1 }));
}

#[test]
fn whatever_comes_twice_changes_nothing() {
    let (mut region, channel) = funded_city();
    region.appropriate(CITY, channel, COUNTY, 400).unwrap();
    while let Some(delivery) = region.sent.first().cloned() {
        region.deliver();
        assert_eq!(region.follows(&Command::Deliver(delivery)), Ok(Vec::new()));
    }
}

#[test]
fn nobody_answers_for_another() {
    let (mut region, channel) = funded_city();
    region.appropriate(CITY, channel, COUNTY, 400).unwrap();
    let transfer = TransferId { from: code(CITY), year: channel.year, ordinal: 1 };
    let stranger = Delivery::Received { by: code(OTHER_COUNTY), transfer };
    assert_eq!(region.follows(&Command::Deliver(stranger)), Ok(Vec::new()));
}

/// What the other side says to a transfer that no rule of this house would send, and that the sender has its money back.
fn refused(change: impl Fn(&mut Region, &mut Transfer, &mut Channel)) -> TransferProblem {
    let (mut region, channel) = funded_city();
    region.appropriate(CITY, channel, COUNTY, 400).unwrap();
    let Some(Delivery::Sent { mut transfer, mut channel }) = region.sent.pop() else { panic!("not sent") };
    change(&mut region, &mut transfer, &mut channel);
    region.run(&Command::Deliver(Delivery::Sent { transfer, channel })).unwrap();
    let seen = *region.world.transfer(transfer.to, transfer.id).unwrap();
    assert_eq!(seen.state, TransferState::Refused);
    if transfer.to == code(COUNTY) {
        region.deliver();
        let sender = region.world.transfer(code(CITY), transfer.id).unwrap();
        assert_eq!((sender.state, sender.problem), (TransferState::Reverted, seen.problem));
        assert_eq!(region.world.account(code(CITY), transfer.channel).free, fen(1_000));
    }
    seen.problem.unwrap()
}

#[test]
fn what_cannot_be_taken_is_refused_and_comes_back() {
    let full = Balance { received: fen(i64::MAX), free: fen(i64::MAX), ..Balance::default() };
    assert_eq!(refused(|_, transfer, _| transfer.to = code(REGION)), TransferProblem::NotInLine);
    assert_eq!(refused(|_, transfer, _| transfer.direction = Direction::Up), TransferProblem::NotInLine);
    assert_eq!(
        refused(|region, _, channel| {
            let terms = Terms { remainder: Remainder::CarryOver, ..terms(CITY) };
            region.world.put_channel(Channel { terms, ..channel.clone() });
        }),
        TransferProblem::OtherTerms
    );
    assert_eq!(
        refused(|region, transfer, channel| region.world.put_account(transfer.to, channel.id, full)),
        TransferProblem::TooMuch
    );
    assert_eq!(
        refused(|_, transfer, _| {
            transfer.to = code(REGION);
            transfer.direction = Direction::Up;
            transfer.amount = amount(1);
        }),
        TransferProblem::NeverPassedDown
    );
}
