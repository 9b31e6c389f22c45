//! What intake and funding say about a matter becomes figures of its village.

use yishi_kernel::{Fen, MatterId};

use crate::{Fact, Inputs, News, UnitYear, Work, World};

/// What changes; `None` for what cannot be, such as more released than was committed: who says it answers for it.
pub(super) fn note(world: &World, matter: MatterId, news: News) -> Option<Fact> {
    let about = UnitYear { unit: matter.village, year: matter.year };
    let (mut work, mut inputs) = (world.work(matter), world.inputs(about));
    apply(&mut work, &mut inputs, news)?;
    Some(Fact::Noted { matter, work, inputs })
}

fn apply(work: &mut Work, inputs: &mut Inputs, news: News) -> Option<()> {
    match news {
        News::Determined { due } => {
            work.due = Some(due);
            more(&mut inputs.determined)
        }
        News::Completed { at } if at.date() <= work.due? => more(&mut inputs.on_time),
        News::Completed { .. } => more(&mut inputs.late),
        News::Closed => more(&mut inputs.closed),
        News::Committed(amount) => {
            work.committed = no_debt(work.committed.checked_add(amount)?)?;
            Some(())
        }
        News::Released(amount) => {
            work.committed = no_debt(work.committed.checked_sub(amount)?)?;
            Some(())
        }
        News::Settled { paid } => {
            inputs.paid = inputs.paid.checked_add(no_debt(paid)?)?;
            inputs.committed = inputs.committed.checked_add(work.committed)?;
            more(&mut inputs.settled)
        }
    }
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

    use super::super::region::{Region, day};
    use super::*;

    fn determined() -> News {
        News::Determined { due: day("2022-12-31") }
    }

    #[test]
    fn a_matter_is_followed_from_determination_to_closing() {
        let mut region = Region::on("2022-06-01");
        let completed = News::Completed { at: Timestamp::end_of(day("2022-12-31")) };
        let (committed, settled) = (News::Committed(Fen::new(100)), News::Settled { paid: Fen::new(90) });
        for news in [determined(), committed, completed, settled, News::Closed] {
            region.learn(0, news);
        }
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
    fn a_day_later_is_late() {
        let mut region = Region::on("2022-06-01");
        region.learn(0, determined());
        region.learn(0, News::Completed { at: Timestamp::start_of(day("2023-01-01")) });
        assert_eq!((region.inputs(0).on_time, region.inputs(0).late), (0, 1));
    }

    #[test]
    fn funding_may_be_heard_before_intake() {
        let mut region = Region::on("2022-06-01");
        region.learn(0, News::Committed(Fen::new(100)));
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
    fn what_is_heard_makes_no_entry() {
        let mut region = Region::on("2022-06-01");
        region.learn(0, determined());
        assert_eq!(region.events.iter().map(|event| event.fact.kind()).collect::<Vec<_>>(), [None]);
    }
}
