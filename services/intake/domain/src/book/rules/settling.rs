//! # The saga of settling a year
//!
//! 年底交账: a unit settles its book of the year when nothing of the year is open any more. A village's and a township's
//! book is intake's own affair; a county and the units above hold money, and their year ends in two services: intake,
//! which keeps the book, and funding, which keeps the money, both in the node of the unit.
//!
//! ```text
//!  unit: intake                                  unit: funding
//!  ------------                                  -------------
//!  1 OPEN, announced, all below settled
//!    or named as missing
//!    `intake.year_settling_requested`  ------>   2 looks at the unit's money of the year:
//!    (SETTLING, waits)                             at rest: freezes the year  `funding.year_settled`
//!                                                  not:     says what moves   `funding.year_held`
//!  3 `intake.year_settled` (SETTLED)   <------     either addressed to the unit itself
//!    or `intake.year_settling_held` (OPEN)
//! ```
//!
//! **Steps.** Each step is one transaction of one service, and the entry that it writes is all that the other needs.
//!
//! 1. Intake asks, and numbers the question. The book takes nothing else until it is answered.
//! 2. Funding looks at the accounts of the unit for channels of the year, where nothing may be in transit, and, for a
//!    county, at the matters of the year of its villages, for none of which money may be committed and unpaid. Either it
//!    freezes the year, so that its commands for the unit and the year are refused from then on, or it says how much moves.
//! 3. Intake settles the book with a last snapshot, or opens it again and keeps what was in the way.
//!
//! **Point of no return**: the commit of `funding.year_settled` in step 2. Before it nothing has happened but a question,
//! and a held year may be asked for again. After it the book can only be settled: step 3 is never refused, as nothing that
//! step 1 looked at can change back: what is below has settled, and a settled year never changes.
//!
//! **Recovery.** Each side derives from its own journal what it has done.
//!
//! | what is lost or late | what is seen | how it goes on |
//! |---|---|---|
//! | the question on its way | SETTLING; funding has not frozen | it is in the unit's journal, and is read until it is answered |
//! | the node fails during step 2 | the same | nothing was written; the question comes again |
//! | the node fails after step 2 | funding frozen, SETTLING | the answer is in the unit's journal, and is read until it is applied |
//! | the question comes twice | | funding has answered this number: nothing follows |
//! | the answer comes twice, or after a later question | | its number is not what the book waits for: nothing follows |
//! | intake is restored from a backup, and asks anew | funding frozen | a new number: funding says once more that the year is settled |
//!
//! Who is waited for is whoever belonged to the unit in the tree of the year ([`crate::book::Tree`]): a village that was closed
//! since has a book of the year like any other, and whoever answers for the village settles it.
//!
//! A unit that was named as missing may still settle its own book later: that is an entry of its own, and the book above it
//! stays as it was settled.

use yishi_kernel::{Level, UnitCode};

use super::{Book, Fact, Refusal, Rules, snapshot};
use crate::World;
use crate::book::{BookId, Missing, Settlement, State};

pub(super) fn settle(
    rules: &Rules<'_>,
    world: &World,
    book: &Book,
    missing: &Missing,
) -> Result<Fact, Refusal> {
    if book.announced.is_none() {
        return Err(Refusal::NotAnnounced);
    }
    let open: Vec<u32> = book.open_findings().collect();
    if !open.is_empty() {
        return Err(Refusal::FindingsOpen { open });
    }
    let BookId { unit, year } = book.id;
    let open = world.determined(unit, year).filter(|matter| !matter.stage.is_over());
    let open: Vec<_> = open.map(|matter| matter.id).collect();
    if !open.is_empty() {
        return Err(Refusal::MattersOpen { open });
    }
    // Who settles with a slot kept for another could not hear of its matter any more, nor let anybody go.
    let used = world.village_year(unit, year);
    if used.plans > 0 || used.joint_open > 0 {
        return Err(Refusal::JointOpen { plans: used.plans, participations: used.joint_open });
    }
    below(&rules.children(Some(book), book.id), world, book.id, missing)?;
    let missing = missing.clone();
    if rules.register.level(unit).is_some_and(|level| level >= Level::County) {
        return Ok(Fact::SettlingRequested { asked: book.asked.saturating_add(1), missing });
    }
    Ok(Fact::Settled { missing, snapshot: snapshot(world, book.id) })
}

/// Who is right below has settled, or is named as missing, and not both.
fn below(children: &[UnitCode], world: &World, book: BookId, missing: &Missing) -> Result<(), Refusal> {
    if let Some(&unit) = missing.keys().find(|unit| !children.contains(unit)) {
        return Err(Refusal::NotBelow { unit });
    }
    let settled =
        |unit| world.book(BookId { unit, ..book }).is_some_and(|book| book.state() == State::Settled);
    if let Some(&unit) = missing.keys().find(|unit| settled(**unit)) {
        return Err(Refusal::NotMissing { unit });
    }
    let units: Vec<_> =
        children.iter().copied().filter(|unit| !settled(*unit) && !missing.contains_key(unit)).collect();
    if units.is_empty() { Ok(()) } else { Err(Refusal::BelowOpen { units }) }
}

/// Whether the book waits for the answer to this question.
pub(super) fn waits(book: &Book, asked: u32) -> bool {
    book.state() == State::Settling && book.asked == asked
}

/// The ledger has closed the year.
pub(super) fn rests(world: &World, book: &Book, asked: u32) -> Option<Fact> {
    let Settlement::Asked { missing, .. } = &book.settlement else { return None };
    waits(book, asked).then(|| Fact::Settled { missing: missing.clone(), snapshot: snapshot(world, book.id) })
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Fen;

    use super::super::township::{COUNTY, OTHER, TOWNSHIP, Township, VILLAGE, code};
    use super::*;
    use crate::book::{Act, Command, Heard};
    use crate::rules::village::report;

    fn settle(missing: &[u64]) -> Act {
        Act::Settle { missing: missing.iter().map(|unit| (code(*unit), "失联".to_owned())).collect() }
    }

    #[test]
    fn a_village_settles_when_its_matters_have_ended() {
        let mut township = Township::on("2021-12-01");
        let matter = township.village.start(40);
        township.village.go_to("2022-03-01");
        let proposal = crate::Command::Propose {
            village: code(VILLAGE),
            year: matter.year,
            content: crate::rules::village::content(),
            proposer: crate::rules::village::actor("officer"),
            contact: None,
        };
        township.open(VILLAGE).unwrap();
        assert_eq!(township.act(VILLAGE, settle(&[])), Err(Refusal::NotAnnounced));
        township.act(VILLAGE, Act::Announce).unwrap();
        township.act(VILLAGE, Act::RecordFinding { text: "no".into() }).unwrap();
        assert_eq!(township.act(VILLAGE, settle(&[])), Err(Refusal::FindingsOpen { open: vec![1] }));
        township.act(VILLAGE, Act::AnswerFinding { finding: 1, answer: "yes".into() }).unwrap();
        assert_eq!(township.act(VILLAGE, settle(&[])), Err(Refusal::MattersOpen { open: vec![matter] }));
        assert_eq!(township.act(VILLAGE, settle(&[OTHER])), Err(Refusal::MattersOpen { open: vec![matter] }));
        township.village.end(matter, crate::Ending::CarriedOver);
        assert_eq!(township.act(VILLAGE, settle(&[OTHER])), Err(Refusal::NotBelow { unit: code(OTHER) }));
        township.act(VILLAGE, settle(&[])).unwrap();
        assert_eq!(township.book(VILLAGE).state(), State::Settled);

        let (village, year) = (code(VILLAGE), matter.year);
        let settled = Err(crate::Refusal::YearSettled { village, year });
        assert_eq!(township.village.act(matter, crate::Act::Progress(report(100))), settled);
        assert_eq!(township.village.run(&proposal), settled);
    }

    #[test]
    fn nobody_settles_with_what_is_planned_together_open() {
        for (plans, joint_open) in [(1, 0), (0, 1)] {
            let mut township = Township::on("2022-03-01");
            township.open(VILLAGE).unwrap();
            township.act(VILLAGE, Act::Announce).unwrap();
            let (village, year) = (code(VILLAGE), township.id(VILLAGE).year);
            let used = crate::VillageYear { joint: 1, joint_open, plans, ..crate::VillageYear::default() };
            township.village.world.put_village_year(village, year, used);
            let open = Refusal::JointOpen { plans, participations: joint_open };
            assert_eq!(township.act(VILLAGE, settle(&[])), Err(open));
            let ended = crate::VillageYear { joint_open: 0, plans: 0, ..used };
            township.village.world.put_village_year(village, year, ended);
            assert_eq!(township.act(VILLAGE, settle(&[])), Ok(()));
        }
    }

    #[test]
    fn a_township_waits_for_its_villages_or_names_them() {
        let mut township = Township::on("2022-03-01");
        township.settle_village(VILLAGE);
        township.open(TOWNSHIP).unwrap();
        township.act(TOWNSHIP, Act::Announce).unwrap();
        assert_eq!(township.act(TOWNSHIP, settle(&[])), Err(Refusal::BelowOpen { units: vec![code(OTHER)] }));
        let both = settle(&[OTHER, VILLAGE]);
        assert_eq!(township.act(TOWNSHIP, both), Err(Refusal::NotMissing { unit: code(VILLAGE) }));
        township.act(TOWNSHIP, settle(&[OTHER])).unwrap();
        let Settlement::Settled { missing, .. } = &township.book(TOWNSHIP).settlement else { panic!() };
        assert_eq!(missing.keys().copied().collect::<Vec<_>>(), [code(OTHER)]);
        // Who was missing may still settle; the township's book stays as it is.
        let before = township.book(TOWNSHIP).clone();
        township.settle_village(OTHER);
        assert_eq!(township.book(TOWNSHIP), &before);
    }

    #[test]
    fn a_county_waits_for_its_money() {
        let mut township = Township::on("2022-03-01");
        township.open(COUNTY).unwrap();
        township.act(COUNTY, Act::Announce).unwrap();
        township.act(COUNTY, settle(&[TOWNSHIP])).unwrap();
        let book = township.id(COUNTY);
        assert_eq!(township.book(COUNTY).state(), State::Settling);
        let moves = |asked| {
            let (in_transit, unpaid) = (Fen::new(7), Fen::new(8));
            Command::Hear(Heard::MoneyMoves { book, asked, in_transit, matters: 1, unpaid })
        };
        let rests = |asked| Command::Hear(Heard::MoneyRests { book, asked });
        assert_eq!(township.follows(&rests(2)), Ok(Vec::new()), "nobody asked that");
        township.run(&moves(1)).unwrap();
        assert_eq!(township.book(COUNTY).held.map(|held| held.unpaid), Some(Fen::new(8)));
        assert_eq!(township.book(COUNTY).state(), State::Open);
        township.act(COUNTY, settle(&[TOWNSHIP])).unwrap();
        assert_eq!(township.follows(&moves(1)), Ok(Vec::new()), "an answer to the question before");
        township.run(&rests(2)).unwrap();
        assert_eq!(township.book(COUNTY).state(), State::Settled);
        assert_eq!(township.follows(&rests(2)), Ok(Vec::new()));
    }
}
