//! What the units above the villages do for all of them: the year's money, the ranking, the rewards.

use yishi_kernel::Fen;
use yishi_proto::funding::v1 as pb;

use super::{Session, appraisal, at_once, funding};
use crate::{
    failure::Failure,
    scenario::{Phase, ProgrammeYear, SOURCES},
};

/// The offices in one year.
pub(super) struct Office<'a> {
    plan: &'a ProgrammeYear,
    /// What the channels were named, in the order of [`SOURCES`].
    channels: Vec<String>,
}

impl<'a> Office<'a> {
    pub(super) fn new(plan: &'a ProgrammeYear) -> Self {
        Self { plan, channels: Vec::new() }
    }

    pub(super) fn channels(&self) -> &[String] {
        &self.channels
    }

    /// How much there is to do for them in a phase, on what this node serves.
    pub(super) fn errands(&self, session: &Session<'_>, phase: Phase) -> usize {
        let budget = &self.plan.budget;
        let funding = |errands: usize| if session.served.funding { errands } else { 0 };
        let winners = usize::try_from(session.scenario.totals.winners_a_year).unwrap_or(usize::MAX);
        let appraisal = |errands: usize| if session.served.appraisal && winners > 0 { errands } else { 0 };
        match phase {
            Phase::Budgets => funding(SOURCES.len() + budget.received.len() + budget.hops[0].len()),
            Phase::Appropriation => funding(budget.hops[1].len()),
            Phase::Scheme | Phase::Ranking => appraisal(1),
            Phase::Rewards => appraisal(1 + funding(winners)),
            _ => 0,
        }
    }

    /// Does it, if there is anything.
    pub(super) async fn act(
        &mut self,
        session: &Session<'_>,
        phase: Phase,
        step: &impl Fn(),
    ) -> Result<(), Failure> {
        if self.errands(session, phase) == 0 {
            return Ok(());
        }
        match phase {
            Phase::Budgets => {
                self.open(session, step).await?;
                self.pass_down(session, 0, step).await
            }
            Phase::Appropriation => self.pass_down(session, 1, step).await,
            Phase::Scheme => appraisal::freeze_scheme(session, self.plan.year).await.map(|()| step()),
            Phase::Ranking => appraisal::rank(session, self.plan.year).await.map(|()| step()),
            Phase::Rewards => self.reward(session, step).await,
            _ => Ok(()),
        }
    }

    /// One channel after the other, so that each run gives them the same numbers.
    async fn open(&mut self, session: &Session<'_>, step: &impl Fn()) -> Result<(), Failure> {
        for source in SOURCES {
            let categories = source.categories.iter().map(|category| i32::from(*category)).collect();
            let channel = pb::Channel {
                title: source.title.to_owned(),
                kind: source.kind.into(),
                year: self.plan.year.get().into(),
                earmark: Some(pb::Earmark { categories, ..pb::Earmark::default() }),
                remainder: pb::Remainder::Lapse.into(),
                ..pb::Channel::default()
            };
            self.channels.push(funding::open(session, channel).await?);
            step();
        }
        for line in &self.plan.budget.received {
            funding::receive(session, &self.channels[line.source], line.amount).await?;
            step();
        }
        Ok(())
    }

    async fn pass_down(&self, session: &Session<'_>, hop: usize, step: &impl Fn()) -> Result<(), Failure> {
        at_once(&self.plan.budget.hops[hop], async |flow| {
            let amount = funding::amounts(&[flow.line], &self.channels).remove(0);
            let done = funding::appropriate(session, flow.from, flow.to, amount).await;
            step();
            done.map_err(|failure| failure.about(format_args!("{} {}", flow.from, flow.to)))
        })
        .await
    }

    /// Reward money is of the year in which it is paid.
    async fn reward(&self, session: &Session<'_>, step: &impl Fn()) -> Result<(), Failure> {
        let list = appraisal::confirm(session, self.plan.year).await?;
        step();
        if !session.served.funding {
            return Ok(());
        }
        session.nodes.barrier().await?;
        let channel = pb::Channel {
            title: "以奖代补资金".to_owned(),
            kind: pb::ChannelKind::Reward.into(),
            year: Phase::Rewards.day(self.plan.year).year(),
            remainder: pb::Remainder::Lapse.into(),
            ..pb::Channel::default()
        };
        let channel = funding::open(session, channel).await?;
        funding::receive(session, &channel, Fen::new(list.total_fen)).await?;
        at_once(list.rewards, async |reward| {
            let done = funding::reward(session, &list.name, reward.village, &channel).await;
            step();
            done
        })
        .await
    }
}
