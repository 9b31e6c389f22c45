//! What a fact changes.

use yishi_kernel::Timestamp;

use super::{Alignment, Fact, Met, Scope, met_before};
use crate::Matter;

/// Applies it; `None` if it cannot have happened, and then nothing has changed.
pub(crate) fn apply(matter: &mut Matter, fact: &Fact, at: Timestamp) -> Option<()> {
    // Departments are asked about what is determined, and about nothing that is over.
    matter.stage.determination().filter(|_| !matter.stage.is_over())?;
    match fact {
        Fact::Revised(revision) => {
            let Scope { cost_estimate, households, persons, place } = revision.scope.clone();
            let content = &mut matter.content;
            (content.cost_estimate, content.households, content.persons) =
                (cost_estimate, households, persons);
            content.place = place;
        }
        Fact::OpinionsRequested { round, departments, due } => {
            if *round != matter.alignment.as_ref().map_or(0, |before| before.round).checked_add(1)? {
                return None;
            }
            let opinions = departments.iter().map(|department| (department.clone(), None)).collect();
            let scope = Scope::of(&matter.content);
            matter.alignment = Some(Alignment { round: *round, asked: at, due: *due, scope, opinions });
        }
        Fact::OpinionHeard { department, opinion, still_met, outstanding } => {
            let mut alignment = matter.alignment.clone()?;
            let before = alignment.conditions(department).to_vec();
            let mut opinion = opinion.clone();
            for number in still_met {
                let condition = opinion.condition_mut(*number)?;
                condition.met = Some(met_before(&before, &condition.text)?.clone());
            }
            *alignment.opinions.get_mut(department)? = Some(opinion);
            if alignment.outstanding() != *outstanding {
                return None;
            }
            matter.alignment = Some(alignment);
        }
        Fact::ConditionMet { department, condition, text, papers } => {
            let opinion = matter.alignment.as_mut()?.opinions.get_mut(department)?.as_mut()?;
            let condition = opinion.condition_mut(*condition)?;
            if condition.met.is_some() {
                return None;
            }
            condition.met = Some(Met { text: text.clone(), papers: papers.clone(), at });
        }
    }
    Some(())
}
