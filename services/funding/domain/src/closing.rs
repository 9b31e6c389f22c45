//! # The saga of closing a matter
//!
//! A matter is struck off (销号) when its money has come to rest. Two services take part, each with its own journal
//! and its own database: intake, in the node of the village, and funding, in the node of the village's county.
//!
//! ```text
//!  village: intake                              county: funding
//!  ---------------                              ---------------
//!  1 accepted, COMPLETED
//!    `intake.closing_requested`  ----------->   2 freezes the matter, frees what is unpaid,
//!    (COMPLETED, waits)                           says what was paid, in one entry:
//!  3 `intake.closed` (CLOSED)    <-----------     `funding.settled`, addressed to the village
//! ```
//!
//! **Steps.** Each step is one transaction of one service, and the entry that it writes is all that the other needs.
//!
//! 1. Intake asks. It does nothing else with the matter until it is answered.
//! 2. Funding settles ([`Fact::Settled`]). Freezing, freeing and the sum of payments are one entry, so that nobody ever sees
//!    a matter that is frozen and still holds money. A payment that comes before it is in the sum; one that comes
//!    after it is refused ([`Refusal::Settled`](crate::Refusal::Settled)): the county's one writer puts them in order.
//! 3. Intake closes the matter and keeps what was paid.
//!
//! **Point of no return**: the commit of step 2. Before it nothing has happened but a question. After it the matter
//! can only be closed: no rule of funding opens it again, and what was paid too little or too much is a matter of a
//! later correction that names this entry. Step 2 is never refused, so there is nothing to undo and no step has a
//! compensation: the saga only goes forward.
//!
//! **Recovery.** An entry travels as often as it must; each side knows a repeated one.
//!
//! | what is lost or late | what is seen | how it goes on |
//! |---|---|---|
//! | the request on its way | COMPLETED, closing requested; funding OPEN | it is in the village's journal and is sent until the county holds it |
//! | the county fails during step 2 | the same | nothing was written; the delivery comes again |
//! | the county fails after step 2 | funding SETTLED, intake waits | the entry is in the county's journal and is sent until the village holds it |
//! | the request comes twice | | the second finds the matter settled: nothing follows |
//! | the answer comes twice | | the second finds the matter closed: nothing follows |
//! | the request overtakes the determination | cannot be | both are in the village's journal, which is read in order |
//! | the county is restored from an old backup | funding OPEN, intake CLOSED | it takes its entries back from the unit above before it writes |
//!
//! Waiting is never ended by a clock: a matter waits in COMPLETED for as long as the link is down, and lists show it.

use crate::{Account, Fact, MatterFunding, Posting};

/// Settles a matter: what is unpaid is free again, and nothing moves any more. Nothing follows the second time.
pub(crate) fn settle(funding: &MatterFunding) -> Option<Fact> {
    funding.settled.is_none().then(|| Fact::Settled {
        matter: funding.matter,
        paid: funding.paid().collect(),
        posting: Posting::moves(funding.county, Account::Committed, Account::Free, funding.unpaid()),
    })
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Fen;

    use super::*;
    use crate::rules::region::{COUNTY, Region, VILLAGE, code};
    use crate::{Act, Command, Delivery, Refusal};

    #[test]
    fn closing_frees_what_is_unpaid_and_tells_the_village_what_was_paid() {
        let mut region = Region::on("2022-03-01");
        let (one, other) = (region.funded_county(600), region.funded_county(400));
        let matter = region.determined(VILLAGE, 1_000);
        region.fund(matter, Act::Commit(region.amounts([(one, 600), (other, 400)]))).unwrap();
        region.fund(matter, Act::Pay(region.amounts([(one, 500)]))).unwrap();
        let request = Command::Deliver(Delivery::ClosingRequested { matter });
        let events = region.follows(&request).unwrap();
        assert_eq!((events[0].unit, events[0].to), (code(COUNTY), Some(code(VILLAGE))));
        let Fact::Settled { paid, .. } = &events[0].fact else { panic!("{events:?}") };
        assert_eq!(*paid, [(one, Fen::new(500))].into());
        region.run(&request).unwrap();
        let (first, second) =
            (region.world.account(code(COUNTY), one), region.world.account(code(COUNTY), other));
        assert_eq!((first.free, first.paid), (Fen::new(100), Fen::new(500)));
        assert_eq!((second.free, second.committed), (Fen::new(400), Fen::ZERO));
    }

    #[test]
    fn after_it_nothing_moves_and_asking_again_changes_nothing() {
        let mut region = Region::on("2022-03-01");
        let channel = region.funded_county(1_000);
        let matter = region.determined(VILLAGE, 1_000);
        region.fund(matter, Act::Commit(region.amounts([(channel, 1_000)]))).unwrap();
        let request = Command::Deliver(Delivery::ClosingRequested { matter });
        region.run(&request).unwrap();
        let amounts = region.amounts([(channel, 1_000)]);
        for act in [
            Act::Pay(amounts.clone()),
            Act::Commit(amounts.clone()),
            Act::Release { amounts, reason: "节余".into() },
        ] {
            assert_eq!(region.fund(matter, act), Err(Refusal::Settled { matter }));
        }
        assert_eq!(region.follows(&request), Ok(Vec::new()));
        region.determine(matter, 2_000);
        assert_eq!(region.world.matter(matter).unwrap().cost, Fen::new(1_000), "determined once");
    }

    #[test]
    fn a_matter_without_money_is_settled_too() {
        let mut region = Region::on("2022-03-01");
        let matter = region.determined(VILLAGE, 0);
        region.run(&Command::Deliver(Delivery::ClosingRequested { matter })).unwrap();
        assert_eq!(region.world.matter(matter).unwrap().settled, Some(region.now));
    }
}
