//! A village asks to carry a matter over or to cancel it; what the unit above answers is an entry addressed to the
//! village. Until that is heard the matter stays as it is, but cannot be struck off: the two would cross.

use yishi_kernel::UnitCode;

use crate::{Ending, EndingRequest, Fact, Handover, Matter, Reached, Refusal, Stage};

pub(super) fn request(matter: &Matter, ending: Ending, reason: &str) -> Result<Fact, Refusal> {
    none_waits(matter)?;
    if let Stage::Completed(_, Handover::ClosingRequested { at, .. }) = matter.stage {
        return Err(Refusal::ClosingRequested { at });
    }
    let number = matter.ending.as_ref().map_or(0, |last| last.number).saturating_add(1);
    Ok(Fact::EndingRequested { number, ending, reason: reason.to_owned() })
}

/// Nothing else ends a matter while its ending waits for an answer.
pub(super) fn none_waits(matter: &Matter) -> Result<(), Refusal> {
    match matter.ending_waits() {
        Some(asked) => Err(Refusal::EndingRequested { at: asked.at }),
        None => Ok(()),
    }
}

/// What follows from an answer; nothing from one that comes twice, late, or to a matter that waits for none.
pub(super) fn answered(
    matter: &Matter,
    by: UnitCode,
    number: u32,
    granted: bool,
    reason: &str,
) -> Option<Fact> {
    let EndingRequest { ending, .. } = matter.ending_waits().filter(|asked| asked.number == number)?;
    let void = Some(Reached::of(&matter.stage)?.determination().number);
    let reason = reason.to_owned();
    Some(match ending {
        _ if !granted => Fact::EndingRefused { by, reason },
        Ending::CarriedOver => Fact::CarriedOver { by, reason },
        Ending::Cancelled => Fact::Cancelled { by, reason, void },
    })
}

#[cfg(test)]
mod tests {
    use yishi_kernel::MatterId;

    use super::super::village::{Village, above, report};
    use super::*;
    use crate::{Act, Command, Delivery, State};

    fn ask(ending: Ending) -> Act {
        Act::RequestEnding { ending, reason: "冬季无法施工".into() }
    }

    fn hear(village: &mut Village, matter: MatterId, number: u32, granted: bool) {
        let answer =
            Delivery::EndingAnswered { matter, by: above(), number, granted, reason: "同意".into() };
        assert_eq!(village.run(&Command::Delivery(answer)), Ok(()), "a delivery is never refused");
    }

    #[test]
    fn a_matter_ends_when_the_unit_above_agrees() {
        for (ending, state) in
            [(Ending::CarriedOver, State::CarriedOver), (Ending::Cancelled, State::Cancelled)]
        {
            let mut village = Village::on("2021-12-01");
            let matter = village.start(40);
            village.act(matter, ask(ending)).unwrap();
            assert_eq!(village.matter(matter).state(), State::InProgress, "until it is answered");
            assert_eq!(village.act(matter, Act::Progress(report(60))), Ok(()), "work goes on meanwhile");
            hear(&mut village, matter, 1, true);
            let ended = village.matter(matter);
            assert_eq!(ended.state(), state);
            assert!(ended.stage.determination().is_some(), "it keeps its number");
            assert_eq!(ended.stage.work().map(|work| work.progress.percent), Some(60));
            let before = village.world.clone();
            hear(&mut village, matter, 1, false);
            assert_eq!(village.world, before, "what is told twice changes nothing");
        }
    }

    #[test]
    fn a_refusal_leaves_the_matter_and_it_may_be_asked_again() {
        let mut village = Village::on("2021-12-01");
        let matter = village.determine();
        village.act(matter, ask(Ending::Cancelled)).unwrap();
        let waits = Err(Refusal::EndingRequested { at: village.now });
        assert_eq!(village.act(matter, ask(Ending::Cancelled)), waits);
        hear(&mut village, matter, 1, false);
        assert_eq!(village.matter(matter).state(), State::Determined);
        village.act(matter, ask(Ending::CarriedOver)).unwrap();
        hear(&mut village, matter, 1, true);
        assert_eq!(village.matter(matter).state(), State::Determined, "an answer to the request before");
        hear(&mut village, matter, 2, true);
        assert_eq!(village.matter(matter).state(), State::CarriedOver);
    }

    #[test]
    fn closing_and_ending_do_not_cross() {
        let mut village = Village::on("2021-12-01");
        let matter = village.complete();
        village.act(matter, Act::Accept).unwrap();
        village.act(matter, ask(Ending::CarriedOver)).unwrap();
        let waits = Err(Refusal::EndingRequested { at: village.now });
        assert_eq!(village.act(matter, Act::RequestClosing), waits);
        hear(&mut village, matter, 1, false);
        village.act(matter, Act::RequestClosing).unwrap();
        let waits = Err(Refusal::ClosingRequested { at: village.now });
        assert_eq!(village.act(matter, ask(Ending::CarriedOver)), waits);
    }
}
