//! 销号: the supervision committee accepts, the village asks for closing, the ledger settles, the matter is struck off.
//!
//! Intake's part of the closing saga. The request is the point of no return: the ledger freezes the matter on reading
//! it, so it is never taken back, and no clock ends the waiting. What settles it may be told again after a crash on
//! either side; a matter that does not wait for it stays as it is.

use yishi_kernel::Fen;

use super::ending::none_waits;
use crate::align::all_met;
use crate::doing::none_open;
use crate::{Fact, Handover, Matter, Refusal, Stage};

pub(super) fn accept(matter: &Matter) -> Result<Fact, Refusal> {
    match handover(matter) {
        Handover::Awaited => {
            none_open(matter)?;
            all_met(matter).map(|()| Fact::Accepted)
        }
        Handover::Accepted { at } | Handover::ClosingRequested { accepted: at, .. } => {
            Err(Refusal::AlreadyAccepted { at })
        }
    }
}

pub(super) fn request(matter: &Matter) -> Result<Fact, Refusal> {
    match handover(matter) {
        Handover::Awaited => Err(Refusal::NotAccepted),
        Handover::Accepted { .. } => {
            none_open(matter)?;
            all_met(matter)?;
            none_waits(matter).map(|()| Fact::ClosingRequested)
        }
        Handover::ClosingRequested { at, .. } => Err(Refusal::ClosingRequested { at }),
    }
}

pub(super) fn settled(matter: &Matter, paid: Fen) -> Option<Fact> {
    matches!(handover(matter), Handover::ClosingRequested { .. }).then_some(Fact::Closed { paid })
}

/// Nothing has been handed over of a matter that is not completed, or is closed.
fn handover(matter: &Matter) -> Handover {
    match &matter.stage {
        Stage::Completed(_, handover) => *handover,
        _ => Handover::Awaited,
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::MatterId;

    use super::super::village::Village;
    use super::*;
    use crate::{Act, Command, Delivery, State};

    const PAID: Fen = Fen::new(119_999_999);

    fn settle(village: &mut Village, matter: MatterId) {
        let settled = Delivery::Settled { matter, paid: PAID };
        assert_eq!(village.run(&Command::Delivery(settled)), Ok(()), "a delivery is never refused");
    }

    #[test]
    fn the_committee_accepts_once() {
        let mut village = Village::on("2021-12-01");
        let matter = village.complete();
        village.act(matter, Act::Accept).unwrap();
        let again = Err(Refusal::AlreadyAccepted { at: village.now });
        assert_eq!(village.act(matter, Act::Accept), again);
        village.act(matter, Act::RequestClosing).unwrap();
        village.go_to("2022-12-01");
        assert_eq!(village.act(matter, Act::Accept), again);
    }

    #[test]
    fn closing_is_asked_for_once_and_not_before_it_is_accepted() {
        let mut village = Village::on("2021-12-01");
        let matter = village.complete();
        assert_eq!(village.act(matter, Act::RequestClosing), Err(Refusal::NotAccepted));
        village.act(matter, Act::Accept).unwrap();
        village.act(matter, Act::RequestClosing).unwrap();
        assert_eq!(village.matter(matter).state(), State::Completed);
        let again = Refusal::ClosingRequested { at: village.now };
        assert_eq!(village.act(matter, Act::RequestClosing), Err(again));
    }

    #[test]
    fn the_settled_ledger_strikes_the_matter_off() {
        let mut village = Village::on("2021-12-01");
        let matter = village.complete();
        let completion = village.matter(matter).stage.completion().unwrap().clone();
        let mut moments = Vec::new();
        for (today, act) in [("2022-11-01", Act::Accept), ("2022-11-02", Act::RequestClosing)] {
            village.go_to(today);
            village.act(matter, act).unwrap();
            moments.push(village.now);
        }
        village.go_to("2022-11-20");
        settle(&mut village, matter);
        let Stage::Closed(strike_off) = &village.matter(matter).stage else { panic!("not closed") };
        assert_eq!(
            (strike_off.paid, strike_off.at, &strike_off.completion),
            (PAID, village.now, &completion)
        );
        assert_eq!([strike_off.accepted, strike_off.requested], *moments);
    }

    #[test]
    fn settling_what_does_not_wait_for_it_changes_nothing() {
        let mut village = Village::with_a_matter_in_every_state();
        let accepted = village.complete();
        village.act(accepted, Act::Accept).unwrap();
        let before = village.world.clone();
        for matter in before.matters().map(|matter| matter.id).chain([village.id(99)]) {
            settle(&mut village, matter);
        }
        assert_eq!(village.world, before);
    }
}
