//! A bulletin is issued once for a period that is over, on all that was heard by then.

use crate::bulletin::compile;
use crate::{AsOf, BulletinOrder, Checkpoint, Fact, Refusal, UnitYear, World};

pub(super) fn issue(
    world: &World,
    about: UnitYear,
    order: &BulletinOrder,
    as_of: AsOf,
) -> Result<Fact, Refusal> {
    let (period, today) = (order.period, as_of.now.date());
    let last_day = period.last_day();
    if today <= last_day {
        return Err(Refusal::PeriodNotOver { last_day, today });
    }
    if world.bulletin(about, period).is_some() {
        return Err(Refusal::BulletinIssued { period });
    }
    Ok(Fact::BulletinIssued(compile(world, about, order, as_of)))
}

/// The first one that was signed stays.
pub(super) fn keep(world: &World, about: UnitYear, checkpoint: &Checkpoint) -> Result<Vec<Fact>, Refusal> {
    let period = checkpoint.period;
    if world.bulletin(about, period).is_none() {
        return Err(Refusal::BulletinMissing { period });
    }
    let is_new = world.checkpoint(about, period).is_none();
    Ok(is_new.then(|| Fact::CheckpointSigned(checkpoint.clone())).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use yishi_kernel::{Date, Fen, MatterId, Seeded, Timestamp, UnitCode};

    use super::super::region::{Region, category, day, village, year};
    use super::*;
    use crate::{
        Act, Bulletin, Child, Cut, Delivery, Event, Figures, News, NodeBelow, Position, Row, Silence, State,
        Step, StepNews, Work, decide, evolve,
    };

    fn order(period: &str, children: u64) -> BulletinOrder {
        let child = |nth| Child { unit: village(nth), name: format!("{nth}"), units: vec![village(nth)] };
        let children = (0..children).map(child).collect();
        BulletinOrder { name: "县".to_owned(), period: period.parse().unwrap(), children, nodes: Vec::new() }
    }

    fn step(region: &mut Region, unit: UnitCode, due: Date) {
        let matter = MatterId { village: village(0), year: year(), ordinal: 1 };
        let news = StepNews::Due(Timestamp::end_of(due));
        region.run(&crate::Command::Learn(Delivery::Step { unit, matter, news })).unwrap();
    }

    fn ranks(bulletin: &Bulletin) -> Vec<(u32, u64)> {
        bulletin.ranked.iter().map(|(rank, row)| (*rank, row.unit.as_u64() % 1_000)).collect()
    }

    fn issued(region: &mut Region, order: BulletinOrder) -> Bulletin {
        let period = order.period;
        region.ask(Act::IssueBulletin(order)).unwrap();
        region.world.bulletin(region.about, period).unwrap().clone()
    }

    fn determined() -> News {
        News::Determined { due: day("2022-12-31"), category: category() }
    }

    #[test]
    fn a_period_has_one_bulletin_when_it_is_over() {
        let mut region = Region::on("2022-06-15");
        let act = Act::IssueBulletin(order("2022-06-A", 1));
        let not_over = Refusal::PeriodNotOver { last_day: day("2022-06-15"), today: day("2022-06-15") };
        assert_eq!(region.ask(act.clone()), Err(not_over));
        region.go_to("2022-06-16");
        assert_eq!(region.ask(act.clone()), Ok(()));
        let period = "2022-06-A".parse().unwrap();
        assert_eq!(region.ask(act), Err(Refusal::BulletinIssued { period }));
        assert!(region.ask(Act::IssueBulletin(order("2022-06", 1))).is_err());
    }

    #[test]
    fn ties_share_a_rank_and_who_has_nothing_to_do_has_none() {
        let mut region = Region::on("2022-07-01");
        for nth in [0, 1, 2, 4] {
            region.learn(nth, determined());
        }
        region.learn(2, News::Committed(Fen::new(30)));
        region.learn(2, News::Paid(Fen::new(10)));
        step(&mut region, village(1), day("2022-06-30"));
        let bulletin = issued(&mut region, order("2022-06", 6));
        // Money paid before none committed; an overdue step behind none; 0 and 4 are equals.
        assert_eq!(ranks(&bulletin), [(1, 2), (2, 0), (2, 4), (4, 1)]);
        let nothing: Vec<u64> = bulletin.nothing_due.iter().map(|row| row.unit.as_u64() % 1_000).collect();
        assert_eq!(nothing, [3, 5]);
        assert_eq!((bulletin.total.determined(), bulletin.total.overdue), (4, 1));
    }

    #[test]
    fn a_step_is_overdue_that_was_due_in_the_period_or_before() {
        let mut region = Region::on("2022-07-20");
        step(&mut region, village(0), day("2022-06-16"));
        let own = region.about.unit;
        step(&mut region, own, day("2022-06-15"));
        let first = issued(&mut region, order("2022-06-A", 1));
        assert_eq!((first.total.overdue, first.own_overdue), (0, 1));
        let second = issued(&mut region, order("2022-06-B", 1));
        assert_eq!((second.total.overdue, second.own_overdue), (1, 1));
        assert_eq!(ranks(&second), [(1, 0)], "who only owes a step is ranked, with no rate");
    }

    #[test]
    fn what_is_heard_late_is_in_the_next_bulletin() {
        let mut region = Region::on("2022-07-01");
        region.learn(0, determined());
        let first = issued(&mut region, order("2022-06-A", 1));
        region.learn(0, News::Moved(State::InProgress));
        assert_eq!(region.world.bulletin(region.about, first.period), Some(&first));
        let second = issued(&mut region, order("2022-06-B", 1));
        let states =
            |bulletin: &Bulletin| bulletin.total.counts.keys().map(|(_, state)| *state).collect::<Vec<_>>();
        assert_eq!((states(&first), states(&second)), (vec![State::Determined], vec![State::InProgress]));
        assert_ne!(first.inputs_sha256, second.inputs_sha256);
    }

    #[test]
    fn who_cannot_be_reached_is_told_apart_with_what_was_known() {
        let mut region = Region::on("2022-07-01");
        region.learn(0, determined());
        let at = Timestamp::from_micros(77);
        for (node, at) in [(0, at), (0, Timestamp::from_micros(7)), (1, at)] {
            let node = region.village(node);
            region.run(&crate::Command::Learn(Delivery::Reported { node, at })).unwrap();
        }
        let mut order = order("2022-06", 3);
        let node = |nth, linked| NodeBelow { unit: village(nth), linked };
        order.nodes = vec![node(2, false), node(1, true), node(0, false)];
        let bulletin = issued(&mut region, order);
        let told: Vec<_> = bulletin.no_report.iter().map(|row| row.silences.clone()).collect();
        let silence = |nth, last_report| vec![Silence { node: village(nth), last_report }];
        assert_eq!(told, [silence(0, Some(at)), silence(2, None)]);
        assert_eq!(bulletin.no_report[0].figures.determined(), 1);
        assert_eq!((bulletin.ranked.len(), bulletin.nothing_due.len()), (0, 1));
    }

    #[test]
    fn a_bulletin_is_signed_once() {
        let mut region = Region::on("2022-07-01");
        let period = "2022-06-A".parse().unwrap();
        let signed = |by| Checkpoint { period, key: [by; 32], statement: vec![by], signature: vec![by; 64] };
        let keep = |by| Act::KeepCheckpoint(signed(by));
        assert_eq!(region.ask(keep(1)), Err(Refusal::BulletinMissing { period }));
        issued(&mut region, order("2022-06-A", 1));
        assert_eq!((region.ask(keep(1)), region.ask(keep(2))), (Ok(()), Ok(())));
        assert_eq!(region.world.checkpoint(region.about, period), Some(&signed(1)));
        let again = Event { about: region.about, at: region.now, fact: Fact::CheckpointSigned(signed(2)) };
        assert!(evolve(&mut region.world, &again).is_err());
    }

    fn works() -> impl Strategy<Value = Vec<(u64, Work, Step)>> {
        let state = prop::option::of(prop::sample::select(State::ALL));
        let category = prop::option::of(prop::sample::select(crate::Category::ALL));
        let due = || {
            prop::option::of((0..9_i64).prop_map(|day| {
                Timestamp::from_micros(1_656_000_000_000_000).checked_add_days(day * 7).unwrap()
            }))
        };
        let work =
            (state, category, 0..1_000_i64, 0..1_000_i64).prop_map(|(state, category, committed, paid)| {
                Work {
                    state,
                    category,
                    due: None,
                    committed: Fen::new(committed),
                    paid: Fen::new(paid.min(committed)),
                }
            });
        let step = (due(), due()).prop_map(|(own, answer)| Step { own, answer });
        prop::collection::vec((0..6_u64, work, step), 0..40)
    }

    fn world(works: &[(u64, Work, Step)]) -> World {
        let mut world = World::default();
        for (ordinal, (nth, work, step)) in (1..).zip(works) {
            let matter = MatterId { village: village(*nth), year: year(), ordinal };
            world.put_work(matter, *work);
            world.put_step(village(*nth), matter, *step);
        }
        world
    }

    /// Two children of three villages each.
    fn of_two(shuffled: Option<u64>) -> BulletinOrder {
        let child =
            |unit, nths: [u64; 3]| Child { unit, name: "镇".to_owned(), units: nths.map(village).to_vec() };
        let mut children = vec![child(village(100), [0, 1, 2]), child(village(101), [3, 4, 5])];
        if let Some(seed) = shuffled {
            let mut dice = Seeded::new(seed, "order");
            children.iter_mut().for_each(|child| dice.shuffle(&mut child.units));
            dice.shuffle(&mut children);
        }
        BulletinOrder { children, ..order("2022-07", 0) }
    }

    fn compiled(world: &World, order: &BulletinOrder) -> Bulletin {
        let cut = Cut { intake: Position { epoch: 1, pos: 2 }, ..Cut::default() };
        let now = Timestamp::start_of(day("2022-08-01"));
        compile(world, Region::on("2022-08-01").about, order, AsOf { now, cut })
    }

    fn added<'a>(rows: impl Iterator<Item = &'a Row>) -> Figures {
        rows.fold(Figures::default(), |mut sum, Row { figures, .. }| {
            figures.counts.iter().for_each(|(place, count)| *sum.counts.entry(*place).or_default() += count);
            sum.committed = sum.committed.checked_add(figures.committed).unwrap();
            sum.paid = sum.paid.checked_add(figures.paid).unwrap();
            sum.overdue += figures.overdue;
            sum
        })
    }

    proptest! {
        #[test]
        fn the_same_inputs_give_the_same_bulletin(works in works(), seed: u64) {
            let world = world(&works);
            let bulletin = compiled(&world, &of_two(None));
            prop_assert_eq!(&compiled(&world, &of_two(Some(seed))), &bulletin);
        }

        #[test]
        fn the_children_add_up_to_the_whole(works in works()) {
            let world = world(&works);
            let bulletin = compiled(&world, &of_two(None));
            prop_assert_eq!(&added(bulletin.rows()), &bulletin.total);
            let units: BTreeSet<UnitCode> = bulletin.rows().map(|row| row.unit).collect();
            prop_assert_eq!((units.len(), bulletin.rows().count()), (2, 2));
            // What the villages were told, counted once more from themselves.
            let determined = works.iter().filter(|(_, work, _)| {
                work.category.is_some() && work.state.is_some_and(State::is_determined)
            });
            prop_assert_eq!(usize::try_from(bulletin.total.determined()).unwrap(), determined.count());
        }

        #[test]
        fn another_input_is_another_digest(works in works(), nth in 0..6_u64) {
            let mut other = world(&works);
            let before = compiled(&other, &of_two(None));
            let matter = MatterId { village: village(nth), year: year(), ordinal: 99 };
            other.put_work(matter, Work { paid: Fen::new(1), ..Work::default() });
            prop_assert_ne!(compiled(&other, &of_two(None)).inputs_sha256, before.inputs_sha256);
        }
    }

    #[test]
    fn the_cut_is_part_of_what_is_digested() {
        let (world, order, about) = (World::default(), order("2022-06", 1), Region::on("2022-07-01").about);
        let now = Timestamp::start_of(day("2022-07-01"));
        let at = |pos| AsOf { now, cut: Cut { funding: Position { epoch: 3, pos }, ..Cut::default() } };
        let digest = |pos| compile(&world, about, &order, at(pos)).inputs_sha256;
        assert_ne!(digest(1), digest(2));
    }

    #[test]
    fn a_bulletin_of_another_moment_does_not_fit() {
        let region = Region::on("2022-07-01");
        let command =
            crate::Command::Ask { about: region.about, act: Act::IssueBulletin(order("2022-06", 1)) };
        let mut event = decide(&region.policy, &region.world, &command, region.now).unwrap().remove(0);
        event.at = Timestamp::from_micros(1);
        assert!(evolve(&mut World::default(), &event).is_err());
    }
}
