//! What goes wrong in a federation during a replay: nodes are killed and links are cut, at moments drawn from the seed.
//!
//! Moments are counted in steps of the play, so that all of it happens within the play however fast it is. Nothing waits
//! for a trouble to end: calls to a node that is away are tried again, and what a cut holds up arrives later.

use std::time::Duration;

use tokio::{sync::watch, time::sleep};
use yishi_kernel::{Seeded, UnitCode};

use crate::{
    failure::Failure,
    federation::{Cut, Federation, Member, Shape, Way},
};

/// How long a node stays away, and a cut lasts.
const AWAY_MS: std::ops::RangeInclusive<u64> = 0..=800;
const CUT_MS: std::ops::RangeInclusive<u64> = 50..=2_000;

/// How far the play is.
#[derive(Debug, Default)]
pub(super) struct Pace(watch::Sender<u64>);

impl Pace {
    pub(super) fn step(&self) {
        self.0.send_modify(|steps| *steps += 1);
    }

    /// Nobody waits for further steps.
    pub(super) fn over(&self) {
        self.0.send_replace(u64::MAX);
    }

    async fn reaches(&self, steps: u64) {
        // It cannot end before this does.
        drop(self.0.subscribe().wait_for(|now| *now >= steps).await);
    }
}

/// All that goes wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Chaos {
    kills: Vec<Trouble<()>>,
    cuts: Vec<Trouble<Cut>>,
}

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Trouble<T> {
    /// After so many steps.
    after: u64,
    unit: UnitCode,
    lasts: Duration,
    what: T,
}

impl Chaos {
    /// So many nodes killed, and so many links cut, within so many steps. A node alone has no link.
    pub(super) fn draw(seed: u64, number: usize, shape: &Shape, steps: u64) -> Self {
        let mut chance = Seeded::new(seed, "chaos");
        let all: Vec<UnitCode> = shape.places().iter().map(|place| place.unit).collect();
        let below = &all[1..];
        let mut draw = |units: &[UnitCode], lasts: std::ops::RangeInclusive<u64>| {
            let mut troubles: Vec<_> = (0..number)
                .filter_map(|_| {
                    let unit = *chance.pick(units)?;
                    let lasts = Duration::from_millis(chance.range(lasts.clone()));
                    let what = [Cut::Both, Cut::Both, Cut::of(Some(Way::Up)), Cut::of(Some(Way::Down))];
                    let what = *chance.pick(&what)?;
                    Some(Trouble { after: chance.below(steps.max(1)), unit, lasts, what })
                })
                .collect();
            troubles.sort_by_key(|trouble| trouble.after);
            troubles
        };
        let kills = draw(&all, AWAY_MS);
        let mut cuts = draw(below, CUT_MS);
        // One link is cut at the very end: what it holds up must arrive after everything else has.
        if let Some(last) = cuts.last_mut() {
            last.after = steps.saturating_sub(1);
        }
        let kill = |Trouble { after, unit, lasts, .. }| Trouble { after, unit, lasts, what: () };
        Self { kills: kills.into_iter().map(kill).collect(), cuts }
    }

    /// How many nodes are killed.
    pub(super) fn kills(&self) -> usize {
        self.kills.len()
    }

    /// How many links are cut.
    pub(super) fn cuts(&self) -> usize {
        self.cuts.len()
    }

    /// Lets all of it happen; afterwards every node serves and every link is whole.
    pub(super) async fn happen(&self, federation: &Federation, pace: &Pace) -> Result<(), Failure> {
        tokio::try_join!(self.kill(federation, pace), self.cut(federation, pace)).map(drop)
    }

    async fn kill(&self, federation: &Federation, pace: &Pace) -> Result<(), Failure> {
        for Trouble { after, unit, lasts, .. } in &self.kills {
            pace.reaches(*after).await;
            if let Some(member) = federation.member(*unit) {
                member.kill(true).await?;
                sleep(*lasts).await;
                member.start().await?;
                // Killed while it starts, it would count as killed twice and started once.
                member.serves().await;
            }
        }
        Ok(())
    }

    async fn cut(&self, federation: &Federation, pace: &Pace) -> Result<(), Failure> {
        for Trouble { after, unit, lasts, what } in &self.cuts {
            pace.reaches(*after).await;
            if let Some(proxy) = federation.member(*unit).and_then(|member: &Member| member.proxy.as_ref()) {
                proxy.set(*what);
                sleep(*lasts).await;
                proxy.set(Cut::None);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;
    use yishi_kernel::{Level, Register};

    use super::*;

    fn shape(level: Level) -> Shape {
        let divisions = include_str!("../../../../deploy/divisions/ningxia.csv");
        let register = Register::parse(divisions, "").unwrap();
        Shape::down_to(&register, register.root(), level)
    }

    #[test]
    fn the_same_seed_draws_the_same_and_all_of_it_within_the_play() {
        let shape = shape(Level::County);
        let chaos = Chaos::draw(1, 20, &shape, 60_000);
        assert_eq!(chaos, Chaos::draw(1, 20, &shape, 60_000));
        assert_ne!(chaos, Chaos::draw(2, 20, &shape, 60_000));
        assert_eq!((chaos.kills(), chaos.cuts()), (20, 20));
        for troubles in [
            &chaos.kills.iter().map(|kill| kill.after).collect::<Vec<_>>(),
            &chaos.cuts.iter().map(|cut| cut.after).collect(),
        ] {
            assert!(troubles.is_sorted() && troubles.iter().all(|after| *after < 60_000));
        }
        let top = shape.places()[0].unit;
        assert!(chaos.cuts.iter().all(|cut| cut.unit != top && cut.what != Cut::None));
        assert!(chaos.cuts.iter().any(|cut| cut.what != chaos.cuts[0].what), "not all are cut the same way");
    }

    #[test]
    fn without_links_none_is_cut() {
        let chaos = Chaos::draw(1, 5, &shape(Level::Region), 0);
        assert_eq!((chaos.kills(), chaos.cuts()), (5, 0));
    }

    #[tokio::test]
    async fn a_trouble_waits_for_its_moment() {
        let pace = Pace::default();
        let reached = pace.reaches(2);
        tokio::pin!(reached);
        for _ in 0..2 {
            assert!(timeout(Duration::ZERO, &mut reached).await.is_err());
            pace.step();
        }
        reached.await;
        pace.over();
        pace.reaches(1_000).await;
    }
}
