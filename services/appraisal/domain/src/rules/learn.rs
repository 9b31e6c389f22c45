//! What intake and funding say about a matter becomes figures of its village, and what escalation says, steps of units.

use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode};

use crate::{Fact, Inputs, News, State, StepNews, UnitYear, Work, World};

/// What changes; `None` for what cannot be, such as more released than was committed: who says it answers for it.
pub(super) fn note(world: &World, matter: MatterId, news: News) -> Option<Fact> {
    if let News::PutForward(category) = news {
        return Some(Fact::PutForward { matter, category });
    }
    let about = UnitYear { unit: matter.village, year: matter.year };
    let (before, known) = (world.work(matter), world.inputs(about));
    let (mut work, mut inputs) = (before, known);
    apply(&mut work, &mut inputs, news)?;
    let inputs = (inputs != known).then_some(inputs);
    (work != before || inputs.is_some()).then_some(Fact::Noted { matter, work, inputs })
}

/// What a unit has to do now, if that is something else than before.
pub(super) fn note_step(world: &World, unit: UnitCode, matter: MatterId, news: StepNews) -> Option<Fact> {
    let before = world.step(unit, matter);
    let step = before.after(news);
    (step != before).then_some(Fact::StepNoted { matter, step })
}

/// That a node was heard of, if that is later than before.
pub(super) fn note_report(world: &World, node: UnitCode, at: Timestamp) -> Option<Fact> {
    world.report(node).is_none_or(|before| before < at).then_some(Fact::ReportNoted { at })
}

fn apply(work: &mut Work, inputs: &mut Inputs, news: News) -> Option<()> {
    match news {
        News::PutForward(category) | News::Recategorised(category) => {
            work.category = Some(category);
            Some(())
        }
        News::Moved(state) => {
            work.state = Some(state);
            Some(())
        }
        News::Determined { due, category } => {
            (work.due, work.category) = (Some(due), Some(category));
            work.state = Some(State::Determined);
            more(&mut inputs.determined)
        }
        News::Completed { at } => {
            let on_time = at.date() <= work.due?;
            work.state = Some(State::Completed);
            more(if on_time { &mut inputs.on_time } else { &mut inputs.late })
        }
        News::AcceptanceRefused { was_on_time } => {
            work.state = Some(State::InProgress);
            less(if was_on_time { &mut inputs.on_time } else { &mut inputs.late })
        }
        News::Closed => {
            work.state = Some(State::Closed);
            more(&mut inputs.closed)
        }
        News::Committed(amount) => {
            work.committed = no_debt(work.committed.checked_add(amount)?)?;
            Some(())
        }
        News::Released(amount) => {
            work.committed = no_debt(work.committed.checked_sub(amount)?)?;
            Some(())
        }
        News::Paid(amount) => {
            work.paid = no_debt(work.paid.checked_add(amount)?)?;
            Some(())
        }
        News::Settled { paid } => {
            inputs.paid = inputs.paid.checked_add(no_debt(paid)?)?;
            inputs.committed = inputs.committed.checked_add(work.committed)?;
            // What settling gives back is committed no more.
            (work.committed, work.paid) = (paid, paid);
            more(&mut inputs.settled)
        }
    }
}

fn less(count: &mut u32) -> Option<()> {
    *count = count.checked_sub(1)?;
    Some(())
}

fn more(count: &mut u32) -> Option<()> {
    *count = count.checked_add(1)?;
    Some(())
}

fn no_debt(amount: Fen) -> Option<Fen> {
    (amount >= Fen::ZERO).then_some(amount)
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Timestamp;

    use super::super::region::{Region, category, day};
    use super::*;

    fn determined() -> News {
        News::Determined { due: day("2022-12-31"), category: category() }
    }

    #[test]
    fn a_matter_is_followed_from_determination_to_closing() {
        let mut region = Region::on("2022-06-01");
        let completed = News::Completed { at: Timestamp::end_of(day("2022-12-31")) };
        let (committed, settled) = (News::Committed(Fen::new(100)), News::Settled { paid: Fen::new(90) });
        let work =
            |region: &Region| region.world.works(region.village(0)).map(|(_, work)| *work).next().unwrap();
        let proposed = News::PutForward(category());
        for news in [proposed, determined(), committed, News::Paid(Fen::new(80)), completed] {
            region.learn(0, news);
        }
        let done = work(&region);
        assert_eq!((done.state, done.category), (Some(State::Completed), Some(category())));
        assert_eq!((done.committed, done.paid), (Fen::new(100), Fen::new(80)));
        for news in [settled, News::Closed] {
            region.learn(0, news);
        }
        let closed = Work { state: Some(State::Closed), committed: Fen::new(90), paid: Fen::new(90), ..done };
        assert_eq!(work(&region), closed, "what settling gives back is committed no more");
        let inputs = Inputs {
            determined: 1,
            on_time: 1,
            closed: 1,
            settled: 1,
            paid: Fen::new(90),
            committed: Fen::new(100),
            ..Inputs::default()
        };
        assert_eq!(region.inputs(0), inputs);
    }

    #[test]
    fn what_does_not_count_leaves_the_figures_alone() {
        let counting = News::Completed { at: Timestamp::start_of(day("2022-06-01")) };
        let [amount, paid] = [Fen::new(100); 2];
        let lives = [
            News::PutForward(category()),
            News::Recategorised(category()),
            News::Moved(State::Noticed),
            determined(),
            News::Committed(amount),
            News::Released(Fen::new(1)),
            News::Paid(amount),
            counting,
            News::Settled { paid },
            News::Closed,
        ];
        let mut region = Region::on("2022-06-01");
        for news in lives {
            let before = region.inputs(0);
            region.learn(0, news);
            assert_eq!(region.inputs(0) != before, news.counts(), "{news:?}");
        }
    }

    #[test]
    fn a_day_later_is_late() {
        let mut region = Region::on("2022-06-01");
        region.learn(0, determined());
        region.learn(0, News::Completed { at: Timestamp::start_of(day("2023-01-01")) });
        assert_eq!((region.inputs(0).on_time, region.inputs(0).late), (0, 1));
    }

    #[test]
    fn what_was_not_accepted_counts_when_it_is_done_again() {
        let mut region = Region::on("2022-06-01");
        region.learn(0, determined());
        region.learn(0, News::Completed { at: region.now });
        region.learn(0, News::AcceptanceRefused { was_on_time: true });
        assert_eq!(region.inputs(0).on_time, 0);
        region.learn(0, News::Completed { at: Timestamp::start_of(day("2023-01-01")) });
        assert_eq!((region.inputs(0).on_time, region.inputs(0).late), (0, 1));
    }

    #[test]
    fn funding_may_be_heard_before_intake() {
        let mut region = Region::on("2022-06-01");
        region.learn(0, News::Committed(Fen::new(100)));
        region.learn(0, News::PutForward(category()));
        region.learn(0, determined());
        region.learn(0, News::Released(Fen::new(40)));
        region.learn(0, News::Settled { paid: Fen::new(60) });
        assert_eq!((region.inputs(0).paid, region.inputs(0).committed), (Fen::new(60), Fen::new(60)));
    }

    #[test]
    fn what_cannot_be_changes_nothing() {
        let mut region = Region::on("2022-06-01");
        region.learn(0, News::Released(Fen::new(1)));
        region.learn(0, News::Committed(Fen::new(-1)));
        region.learn(0, News::Settled { paid: Fen::new(-1) });
        region.learn(0, News::Completed { at: region.now });
        assert_eq!(region.world, World::default());
    }

    #[test]
    fn what_is_heard_again_is_no_news() {
        let mut region = Region::on("2022-06-01");
        let moved = News::Moved(State::Noticed);
        for news in [News::Recategorised(category()), moved, News::Recategorised(category()), moved] {
            region.learn(0, news);
        }
        assert_eq!(region.events.len(), 2);
    }

    #[test]
    fn what_is_heard_makes_no_entry() {
        let mut region = Region::on("2022-06-01");
        region.learn(0, determined());
        assert_eq!(region.events.iter().map(|event| event.fact.kind()).collect::<Vec<_>>(), [None]);
    }
}
