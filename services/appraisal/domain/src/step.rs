//! What a unit has to do next about a matter, as escalation tells it.

use yishi_kernel::Timestamp;

/// When a unit's steps about one matter are due; nothing at all, if it has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Step {
    /// Its own next step.
    pub own: Option<Timestamp>,
    /// Its answer to the unit below that asks to have the matter back.
    pub answer: Option<Timestamp>,
}

impl Step {
    /// When the unit must act: whichever is earlier.
    pub fn due(self) -> Option<Timestamp> {
        self.own.into_iter().chain(self.answer).min()
    }
}

/// What happened to a unit's steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepNews {
    /// Its own next step is due then.
    Due(Timestamp),
    /// It has done its own step; the unit below may still wait for an answer.
    Done,
    /// The matter is back below: nothing is left to do here.
    GivenBack,
    /// The unit below asks to have the matter back, and is to have its answer by then.
    Asked(Timestamp),
    /// It has answered.
    Answered,
}

impl Step {
    /// The steps afterwards.
    pub const fn after(self, news: StepNews) -> Self {
        match news {
            StepNews::Due(due) => Self { own: Some(due), ..self },
            StepNews::Done => Self { own: None, ..self },
            StepNews::GivenBack => Self { own: None, answer: None },
            StepNews::Asked(due) => Self { answer: Some(due), ..self },
            StepNews::Answered => Self { answer: None, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    #[test]
    fn the_earlier_of_two_steps_is_due() {
        let asked = Step::default().after(StepNews::Due(at(9))).after(StepNews::Asked(at(4)));
        assert_eq!(asked.due(), Some(at(4)));
        assert_eq!(asked.after(StepNews::Answered).due(), Some(at(9)));
        assert_eq!(asked.after(StepNews::Done).due(), Some(at(4)), "who raised it still owes the answer");
        assert_eq!(asked.after(StepNews::GivenBack), Step::default());
    }
}
