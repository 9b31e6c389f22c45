//! The scenario is played: phase after phase, and within a phase all units at once.

mod appraisal;
mod escalation;
mod funding;
mod intake;
mod office;
mod village;

use std::future::Future;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use yishi_kernel::Year;

use super::Session;
use crate::{
    failure::Failure,
    scenario::{Phase, ProgrammeYear},
};
use office::Office;
use village::Village;

/// Units whose calls are under way at once.
const IN_FLIGHT: usize = 256;

/// Plays all that is wanted and served.
pub(super) async fn all(session: &Session<'_>) -> Result<(), Failure> {
    let mut years = years(session);
    for (year, phase) in session.scenario.moments() {
        if session.until.includes(phase) {
            years[year].play(session, phase).await?;
        }
    }
    session.nodes.barrier().await
}

/// How many steps all of it takes.
pub(super) fn steps(session: &Session<'_>) -> u64 {
    let years = years(session);
    let wanted = session.scenario.moments().into_iter().filter(|(_, phase)| session.until.includes(*phase));
    let steps: usize = wanted.map(|(year, phase)| years[year].steps(session, phase)).sum();
    steps.try_into().unwrap_or(u64::MAX)
}

fn years<'a>(session: &Session<'a>) -> Vec<YearInPlay<'a>> {
    session.scenario.years.iter().map(YearInPlay::new).collect()
}

/// One year of the programme, as far as it is played.
struct YearInPlay<'a> {
    year: Year,
    villages: Vec<Village<'a>>,
    office: Office<'a>,
}

impl<'a> YearInPlay<'a> {
    fn new(plan: &'a ProgrammeYear) -> Self {
        let villages = plan.stories.iter().map(|story| Village::new(story, plan.year)).collect();
        Self { year: plan.year, villages, office: Office::new(plan) }
    }

    /// How many steps a phase takes.
    fn steps(&self, session: &Session<'_>, phase: Phase) -> usize {
        let acting = self.villages.iter().filter(|village| village.acts_in(session, phase));
        self.office.errands(session, phase) + acting.count()
    }

    async fn play(&mut self, session: &Session<'_>, phase: Phase) -> Result<(), Failure> {
        let errands = self.office.errands(session, phase);
        let acting: Vec<&mut Village<'_>> =
            self.villages.iter_mut().filter(|village| village.acts_in(session, phase)).collect();
        if errands + acting.len() == 0 {
            return Ok(());
        }
        session.nodes.barrier().await?;
        session.nodes.advance(phase.instant(self.year)).await?;
        let name = format!("{} {}", phase.day(self.year), phase.name(session.lang));
        let part = session.progress.part(name, errands + acting.len());
        let step = || {
            part.step();
            session.pace.step();
        };
        self.office.act(session, phase, &step).await?;
        let (year, channels) = (self.year, self.office.channels());
        at_once(acting, async |village| {
            let done = village.play(session, phase, channels).await;
            step();
            done.map_err(|failure| failure.about(format_args!("{} {year}", village.code())))
        })
        .await?;
        part.done();
        Ok(())
    }
}

/// Does the same for many, for a bounded number of them at a time; the first failure ends it.
async fn at_once<T, F: Future<Output = Result<(), Failure>>>(
    all: impl IntoIterator<Item = T>,
    one: impl FnMut(T) -> F,
) -> Result<(), Failure> {
    stream::iter(all).map(one).buffer_unordered(IN_FLIGHT).try_collect().await
}
