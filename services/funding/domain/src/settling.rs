//! # Closing a year's money
//!
//! Funding's part in settling the book of a county, or of a unit above; the whole saga is told where the book is kept, in
//! intake's rules of settling. Intake asks with a number that grows; funding looks at the unit's money of the year and answers
//! in the same transaction, with an entry addressed to the unit itself:
//!
//! * [`Fact::YearHeld`] while something of the year's channels is in transit between the unit and another one, or money is
//!   committed and not paid to a matter of the year. It says how much. Nothing is frozen, and it may be asked again.
//! * [`Fact::YearSettled`] otherwise. This is the **point of no return**: from then on the unit's commands for the year are
//!   refused ([`Refusal::YearSettled`]), and money of the year that arrives is not taken, so that its sender has it back.
//!
//! A number that was answered is not answered again, so a repeated question changes nothing; a greater one about a settled
//! year is told once more that it is settled.
//!
//! **What stays open.** The money of a channel that carries over is of later years as soon as its own is settled: it may be
//! passed on, given back, and committed to matters of years that are not settled. A matter of a village that was named as
//! missing may still be closed: no money moves, as none of it is left unpaid.

use yishi_kernel::{Fen, UnitCode, Year};

use crate::{Channel, Fact, Refusal, Remainder, World};

/// Answers the question whether a year's money has come to rest; nothing if this number is answered.
pub(crate) fn answer(world: &World, unit: UnitCode, year: Year, asked: u32) -> Option<Fact> {
    let book = world.book(unit, year);
    if asked <= book.answered {
        return None;
    }
    let held = world.accounts().filter(|(holder, channel, _)| (*holder, channel.year) == (unit, year));
    let in_transit = sum(held.map(|(_, _, balance)| balance.in_transit));
    let matters = world.matters().filter(|matter| (matter.county, matter.matter.year) == (unit, year));
    let open: Vec<Fen> = matters
        .map(|matter| sum(matter.unpaid().map(|(_, fen)| fen)))
        .filter(|unpaid| *unpaid > Fen::ZERO)
        .collect();
    if book.settled || (in_transit == Fen::ZERO && open.is_empty()) {
        return Some(Fact::YearSettled { year, asked });
    }
    let matters = u32::try_from(open.len()).unwrap_or(u32::MAX);
    Some(Fact::YearHeld { year, asked, in_transit, matters, unpaid: sum(open.into_iter()) })
}

/// It is only told, and not reckoned with: what is too large to count is told as the largest there is.
fn sum(amounts: impl Iterator<Item = Fen>) -> Fen {
    Fen::checked_sum(amounts).unwrap_or(Fen::new(i64::MAX))
}

/// Nothing of a settled year changes.
pub(crate) fn not_settled(world: &World, unit: UnitCode, year: Year) -> Result<(), Refusal> {
    if world.book(unit, year).settled { Err(Refusal::YearSettled { unit, year }) } else { Ok(()) }
}

/// Whether the money of a channel is of a year that the unit has settled. What carries over is of later years then.
pub(crate) fn is_closed(world: &World, unit: UnitCode, channel: &Channel) -> bool {
    channel.terms.remainder == Remainder::Lapse && world.book(unit, channel.id.year).settled
}

/// The same as a refusal.
pub(crate) fn not_closed(world: &World, unit: UnitCode, channel: &Channel) -> Result<(), Refusal> {
    if is_closed(world, unit, channel) {
        Err(Refusal::YearSettled { unit, year: channel.id.year })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::region::{CITY, COUNTY, REGION, Region, VILLAGE, code, terms};
    use crate::{Act, Command, Delivery, TransferState};

    fn year() -> Year {
        Year::try_from(2022).unwrap()
    }

    fn ask(region: &mut Region, unit: u64, asked: u32) -> Option<Fact> {
        let unit = code(unit);
        let question = Command::Deliver(Delivery::SettlingRequested { unit, year: year(), asked });
        let events = region.follows(&question).unwrap();
        region.run(&question).unwrap();
        events.into_iter().next().map(|event| {
            assert_eq!((event.unit, event.to), (unit, Some(unit)));
            event.fact
        })
    }

    #[test]
    fn money_on_its_way_and_open_commitments_hold_a_year() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(1_000);
        let matter = region.determined(VILLAGE, 600);
        region.fund(matter, Act::Commit(region.amounts([(channel, 600)]))).unwrap();
        let (in_transit, unpaid) = (Fen::ZERO, Fen::new(600));
        let held = Fact::YearHeld { year: year(), asked: 1, in_transit, matters: 1, unpaid };
        assert_eq!(ask(&mut region, COUNTY, 1), Some(held));
        assert_eq!(ask(&mut region, COUNTY, 1), None, "that was answered");
        region.fund(matter, Act::Pay(region.amounts([(channel, 600)]))).unwrap();
        assert_eq!(ask(&mut region, COUNTY, 2), Some(Fact::YearSettled { year: year(), asked: 2 }));
        assert_eq!(ask(&mut region, COUNTY, 3), Some(Fact::YearSettled { year: year(), asked: 3 }));

        let above = region.open(REGION, terms(REGION)).unwrap();
        region.receive(above, 50).unwrap();
        region.appropriate(REGION, above, CITY, 50).unwrap();
        let (in_transit, unpaid) = (Fen::new(50), Fen::ZERO);
        let held = Fact::YearHeld { year: year(), asked: 1, in_transit, matters: 0, unpaid };
        assert_eq!(ask(&mut region, REGION, 1), Some(held));
        region.deliver_all();
        assert_eq!(ask(&mut region, REGION, 2), Some(Fact::YearSettled { year: year(), asked: 2 }));
    }

    #[test]
    fn nothing_of_a_settled_year_moves() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(1_000);
        let matter = region.determined(VILLAGE, 600);
        ask(&mut region, COUNTY, 1);
        let settled = Err(Refusal::YearSettled { unit: code(COUNTY), year: year() });
        assert_eq!(region.receive(channel, 1), settled);
        assert_eq!(region.open(COUNTY, terms(COUNTY)), settled.clone().map(|()| channel));
        assert_eq!(region.fund(matter, Act::Commit(region.amounts([(channel, 600)]))), settled);
        region.go_to("2023-01-01");
        let lapse = Command::Lapse { holder: code(COUNTY), channel };
        assert_eq!(region.run(&lapse), settled);
    }

    #[test]
    fn money_that_comes_too_late_goes_back() {
        let mut region = Region::on("2022-03-01");
        let channel = region.open(CITY, terms(CITY)).unwrap();
        region.receive(channel, 50).unwrap();
        ask(&mut region, COUNTY, 1);
        region.appropriate(CITY, channel, COUNTY, 50).unwrap();
        region.deliver_all();
        let (_, view) = region.world.transfers().find(|(seen_by, _)| *seen_by == code(CITY)).unwrap();
        assert_eq!(view.state, TransferState::Reverted);
        assert_eq!(region.world.account(code(CITY), channel).free, Fen::new(50));
    }

    #[test]
    fn what_carries_over_goes_on() {
        let mut region = Region::on("2022-03-01");
        let carrying = crate::Terms { remainder: Remainder::CarryOver, ..terms(CITY) };
        let channel = region.open(CITY, carrying).unwrap();
        region.receive(channel, 50).unwrap();
        for unit in [CITY, COUNTY] {
            ask(&mut region, unit, 1);
        }
        region.appropriate(CITY, channel, COUNTY, 50).unwrap();
        region.deliver_all();
        assert_eq!(region.world.account(code(COUNTY), channel).free, Fen::new(50));
        let settled = Err(Refusal::YearSettled { unit: code(CITY), year: year() });
        assert_eq!(region.receive(channel, 1), settled, "what comes from outside is of its year");
    }
}
