//! 部门衔接: what the county's departments say about a determined matter before money is committed to it.
//!
//! They are asked when the matter is determined, and again when it changes beyond a measure; an answer names the asking it
//! answers. What they say stands in the county's journal as a letter to the village, and in the village's once it has heard.

mod act;
mod department;
mod evolve;
mod rules;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{Fen, Timestamp};

pub use act::{Act, Fact, Refusal, Revision};
pub use department::{Department, DepartmentError};
pub use table::{Opinions, Row};

pub(crate) use evolve::apply;
pub(crate) use rules::{all_met, asked_about, decide, follows, heard};

use crate::{Content, doing::Paper};

/// What a department says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// It agrees.
    Consent,
    /// It agrees, and asks for something.
    Conditional(Vec<Condition>),
    /// It objects.
    Objection,
}

/// What a department asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What.
    pub text: String,
    /// How it was met, once it was.
    pub met: Option<Met>,
}

/// How a condition was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// How.
    pub text: String,
    /// What shows it.
    pub papers: Vec<Paper>,
    /// When.
    pub at: Timestamp,
}

/// A department's opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// How it stands to the matter; nothing if it took back what it said.
    pub stand: Option<Stand>,
    /// Its words.
    pub text: String,
    /// When it said so.
    pub given: Timestamp,
}

/// How what is asked for in these words was met.
fn met_before<'a>(conditions: &'a [Condition], text: &str) -> Option<&'a Met> {
    conditions.iter().filter(|condition| condition.text == text).find_map(|condition| condition.met.as_ref())
}

impl Opinion {
    /// The condition of that number, from 1.
    fn condition_mut(&mut self, number: u32) -> Option<&mut Condition> {
        let Some(Stand::Conditional(conditions)) = &mut self.stand else { return None };
        conditions.get_mut(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// Whether it is the same word, whatever became of its conditions since.
    fn says_the_same(&self, other: &Self) -> bool {
        let asks = |opinion: &Self| match &opinion.stand {
            Some(Stand::Conditional(conditions)) => {
                Some(conditions.iter().map(|condition| condition.text.clone()).collect::<Vec<_>>())
            }
            _ => None,
        };
        let kind = |opinion: &Self| opinion.stand.as_ref().map(std::mem::discriminant);
        (kind(self), asks(self), &self.text, self.given)
            == (kind(other), asks(other), &other.text, other.given)
    }
}

/// What departments are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What the matter costs by estimate.
    pub cost_estimate: Fen,
    /// Households that benefit.
    pub households: u32,
    /// Persons who benefit.
    pub persons: u32,
    /// Where.
    pub place: String,
}

impl Scope {
    /// What a matter says of it.
    pub fn of(content: &Content) -> Self {
        let Content { cost_estimate, households, persons, place, .. } = content;
        let (cost_estimate, households, persons) = (*cost_estimate, *households, *persons);
        Self { cost_estimate, households, persons, place: place.clone() }
    }
}

/// An asking, and what came of it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    /// Which asking of the matter, from 1.
    pub round: u32,
    /// When they were asked.
    pub asked: Timestamp,
    /// Until when they should answer.
    pub due: Timestamp,
    /// About what.
    pub scope: Scope,
    /// What each of them said, if it said something.
    pub opinions: BTreeMap<Department, Option<Opinion>>,
}

impl Alignment {
    /// Those that have not agreed: no money is committed before there are none.
    pub fn outstanding(&self) -> BTreeSet<Department> {
        let not_yet = |opinion: &Option<Opinion>| {
            let stand = opinion.as_ref().and_then(|opinion| opinion.stand.as_ref());
            stand.is_none_or(|stand| *stand == Stand::Objection)
        };
        let open = self.opinions.iter().filter(|(_, opinion)| not_yet(opinion));
        open.map(|(department, _)| department.clone()).collect()
    }

    /// What a department asked for, if it agreed on conditions.
    pub fn conditions(&self, department: &Department) -> &[Condition] {
        match self.opinions.get(department) {
            Some(Some(Opinion { stand: Some(Stand::Conditional(conditions)), .. })) => conditions,
            _ => &[],
        }
    }

    /// How many conditions are not met.
    pub fn open_conditions(&self) -> usize {
        let all = self.opinions.keys().flat_map(|department| self.conditions(department));
        all.filter(|condition| condition.met.is_none()).count()
    }
}
