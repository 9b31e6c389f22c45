//! Departments at work on a matter.

use yishi_kernel::Timestamp;

use crate::Department;

/// One department leads, any number help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coordination {
    /// The department that leads.
    pub lead: Assignment,
    /// Those that help, in the order in which they were named.
    pub helpers: Vec<Assignment>,
}

/// What one department was asked, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Which department.
    pub department: Department,
    /// Since when it is asked.
    pub since: Timestamp,
    /// When its answer is due.
    pub due: Timestamp,
    /// Its answer, once it gave one.
    pub answer: Option<Answer>,
    /// When it last reported.
    pub reported: Option<Timestamp>,
}

/// A department's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// When it was given.
    pub at: Timestamp,
    /// What it says.
    pub reply: Reply,
}

/// What a department may say to being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It takes part.
    Accept,
    /// It does not.
    Decline {
        /// Why.
        reason: String,
    },
}

impl Coordination {
    /// Asks departments. One that was asked before and has not declined keeps what it said, and its days.
    pub(crate) fn asking(
        lead: &Department,
        helpers: &[Department],
        before: Option<&Coordination>,
        since: Timestamp,
        due: Timestamp,
    ) -> Self {
        let ask = |department: &Department| {
            let kept = before.and_then(|before| before.find(department)).filter(|kept| !kept.has_declined());
            kept.cloned().unwrap_or_else(|| Assignment {
                department: department.clone(),
                since,
                due,
                answer: None,
                reported: None,
            })
        };
        Self { lead: ask(lead), helpers: helpers.iter().map(ask).collect() }
    }

    /// All assignments, the lead's first.
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        std::iter::once(&self.lead).chain(&self.helpers)
    }

    /// What one department was asked.
    pub fn find(&self, department: &Department) -> Option<&Assignment> {
        self.assignments().find(|assignment| assignment.department == *department)
    }

    pub(crate) fn find_mut(&mut self, department: &Department) -> Option<&mut Assignment> {
        let mut all = std::iter::once(&mut self.lead).chain(&mut self.helpers);
        all.find(|assignment| assignment.department == *department)
    }
}

impl Assignment {
    /// Whether the department takes part.
    pub fn has_accepted(&self) -> bool {
        matches!(self.answer, Some(Answer { reply: Reply::Accept, .. }))
    }

    /// Whether it will not.
    pub fn has_declined(&self) -> bool {
        matches!(self.answer, Some(Answer { reply: Reply::Decline { .. }, .. }))
    }
}
