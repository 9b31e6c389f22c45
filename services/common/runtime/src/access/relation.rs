use serde::Deserialize;
use yishi_kernel::{Date, Register, UnitCode};

/// How the caller's unit stands to the unit a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// It is the same unit.
    Own,
    /// The caller's unit is above the subject.
    Ancestor,
    /// The caller's unit is below the subject.
    Descendant,
    /// The two are registered as neighbours.
    Neighbour,
    /// None of these, or one of the two is not in the register.
    None,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Relation; 5] =
        [Relation::Own, Relation::Ancestor, Relation::Descendant, Relation::Neighbour, Relation::None];

    /// How `caller` stands to `subject`.
    pub fn between(register: &Register, caller: UnitCode, subject: UnitCode) -> Self {
        if register.get(caller).is_none() || register.get(subject).is_none() {
            Relation::None
        } else if caller == subject {
            Relation::Own
        } else if register.is_within(subject, caller) {
            Relation::Ancestor
        } else if register.is_within(caller, subject) {
            Relation::Descendant
        } else if register.are_neighbours(caller, subject) {
            Relation::Neighbour
        } else {
            Relation::None
        }
    }
    /// How `caller` stands to `subject` on a day: to a village that is closed by then as it stands to the village itself, or,
    /// where that is nearer, as it stands to whoever answers for what it left open.
    pub fn on(register: &Register, day: Date, caller: UnitCode, subject: UnitCode) -> Self {
        let relation = Self::between(register, caller, subject);
        let answers = register.answering(subject, day);
        if answers == subject { relation } else { relation.min(Self::between(register, caller, answers)) }
    }
}
