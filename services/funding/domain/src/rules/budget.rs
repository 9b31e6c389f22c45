//! Money comes in from outside, and lapses when its year is over.

use yishi_kernel::{Timestamp, UnitCode};

use super::{known, not_over};
use crate::channel::is_past;
use crate::settling::not_settled;
use crate::{Account, Amount, ChannelId, Fact, Posting, Refusal, Remainder, World};

pub(super) fn receive(
    world: &World,
    channel: ChannelId,
    amount: Amount,
    document_sha256: [u8; 32],
    now: Timestamp,
) -> Result<Fact, Refusal> {
    not_over(known(world, channel)?, now)?;
    not_settled(world, channel.owner, channel.year)?;
    let received = world.account(channel.owner, channel).received;
    received.checked_add(amount.fen()).ok_or(Refusal::TooMuch { channel })?;
    let posting = Posting::moves(channel.owner, Account::Received, Account::Free, [(channel, amount.fen())]);
    Ok(Fact::BudgetReceived { document_sha256, posting })
}

/// Nothing free, nothing lapses.
pub(super) fn lapse(
    world: &World,
    holder: UnitCode,
    channel: ChannelId,
    now: Timestamp,
) -> Result<Option<Fact>, Refusal> {
    if known(world, channel)?.terms.remainder == Remainder::CarryOver {
        return Err(Refusal::CarriesOver { channel });
    }
    let today = now.date();
    if !is_past(channel.year, today) {
        return Err(Refusal::YearNotOver { channel, today });
    }
    not_settled(world, holder, channel.year)?;
    let free = world.account(holder, channel).free;
    let posting = Posting::moves(holder, Account::Free, Account::Lapsed, [(channel, free)]);
    Ok((!posting.lines().is_empty()).then_some(Fact::Lapsed { posting }))
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Fen;

    use super::super::region::{COUNTY, Region, amount, channel_id, code, day, terms};
    use super::*;
    use crate::{Balance, Command, Terms};

    #[test]
    fn what_comes_in_is_free() {
        let mut region = Region::on("2022-03-01");
        let channel = region.open(COUNTY, terms(COUNTY)).unwrap();
        region.receive(channel, 700).unwrap();
        region.receive(channel, 300).unwrap();
        let found = region.world.account(code(COUNTY), channel);
        assert_eq!(found, Balance { received: Fen::new(1_000), free: Fen::new(1_000), ..Balance::default() });
    }

    #[test]
    fn the_channel_must_be_there() {
        let mut region = Region::on("2022-03-01");
        let channel = channel_id(9);
        assert_eq!(region.receive(channel, 1), Err(Refusal::UnknownChannel { channel }));
    }

    #[test]
    fn a_sum_that_cannot_be_counted_is_refused() {
        let mut region = Region::on("2022-03-01");
        let channel = region.open(COUNTY, terms(COUNTY)).unwrap();
        let most = Fen::new(i64::MAX);
        let full = Balance { received: most, free: most, ..Balance::default() };
        region.world.put_account(code(COUNTY), channel, full);
        assert_eq!(region.receive(channel, 1), Err(Refusal::TooMuch { channel }));
    }

    #[test]
    fn what_is_free_lapses_when_the_year_is_over_and_not_before() {
        let mut region = Region::on("2022-12-31");
        let channel = region.funded_county(1_000);
        let lapse = Command::Lapse { holder: code(COUNTY), channel };
        let today = day("2022-12-31");
        assert_eq!(region.run(&lapse), Err(Refusal::YearNotOver { channel, today }));
        region.go_to("2023-01-01");
        let over = Refusal::YearOver { channel, today: day("2023-01-01") };
        let receive = Command::Receive { channel, amount: amount(1), document_sha256: [0; 32] };
        assert_eq!(region.run(&receive), Err(over));
        region.run(&lapse).unwrap();
        let found = region.world.account(code(COUNTY), channel);
        assert_eq!((found.free, found.lapsed), (Fen::ZERO, Fen::new(1_000)));
        assert_eq!(region.follows(&lapse), Ok(Vec::new()), "nothing is left");
    }

    #[test]
    fn what_carries_over_does_not_lapse() {
        let mut region = Region::on("2023-01-01");
        let lasting = Terms { remainder: Remainder::CarryOver, ..terms(COUNTY) };
        let channel = region.open(COUNTY, lasting).unwrap();
        region.receive(channel, 1_000).unwrap();
        let lapse = Command::Lapse { holder: code(COUNTY), channel };
        assert_eq!(region.run(&lapse), Err(Refusal::CarriesOver { channel }));
    }
}
