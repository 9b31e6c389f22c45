use yishi_kernel::{UnitCode, Year};

use super::{Session, appraisal, escalation, funding, intake};
use crate::{
    failure::Failure,
    scenario::{Act, Deed, Phase, Step, Story},
};

/// A village in one year: what happens there, and what its proposals were named.
pub(super) struct Village<'a> {
    story: &'a Story,
    year: Year,
    names: Vec<String>,
}

impl<'a> Village<'a> {
    pub(super) fn new(story: &'a Story, year: Year) -> Self {
        Self { story, year, names: Vec::new() }
    }

    pub(super) fn code(&self) -> UnitCode {
        self.story.village
    }

    /// Whether anything happens there in a phase that this node serves.
    pub(super) fn acts_in(&self, session: &Session<'_>, phase: Phase) -> bool {
        self.story.steps_in(phase).iter().any(|step| is_served(session, step))
    }

    /// One thing after the other.
    pub(super) async fn play(
        &mut self,
        session: &Session<'_>,
        phase: Phase,
        channels: &[String],
    ) -> Result<(), Failure> {
        for step in self.story.steps_in(phase).iter().filter(|step| is_served(session, step)) {
            let request_id = step.request.to_string();
            match &step.act {
                Act::Village(deed) => {
                    let place = intake::Place { village: self.code(), year: self.year, names: &self.names };
                    let matter = intake::send(session.at(self.code()), &place, deed, request_id).await?;
                    if matches!(deed, Deed::Propose(_)) {
                        self.names.push(matter.name);
                    }
                }
                Act::Refer { unit, decision } => {
                    let node = session.at(*unit);
                    escalation::send(node, *unit, self.matter(), decision, request_id).await?;
                }
                Act::Commit { county, lines } => {
                    let lines = funding::amounts(lines, channels);
                    let node = session.at(*county);
                    funding::commit(node, *county, self.matter(), lines, request_id).await?;
                }
                Act::Pay { county, lines } => {
                    let lines = funding::amounts(lines, channels);
                    let node = session.at(*county);
                    funding::pay(node, *county, self.matter(), lines, request_id).await?;
                }
                Act::Survey(survey) => {
                    appraisal::survey(session, self.code(), self.year, survey, &request_id).await?;
                }
            }
        }
        Ok(())
    }

    /// The name of the village's matter of the year.
    fn matter(&self) -> &str {
        &self.names[self.story.matter.expect("only a village with a matter has more than proposals")]
    }
}

fn is_served(session: &Session<'_>, step: &Step) -> bool {
    match step.act {
        Act::Village(_) => true,
        Act::Refer { .. } => session.served.escalation,
        Act::Commit { .. } | Act::Pay { .. } => session.served.funding,
        Act::Survey(_) => session.served.appraisal,
    }
}
