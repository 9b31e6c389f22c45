use yishi_kernel::{Date, Fen, RequestId, Seeded, Year};

use super::{
    act::{Act, Step},
    phase::{Phase, day},
};

/// Writes down the steps of a story, and draws what is left to chance.
pub(super) struct Teller {
    pub(super) chance: Seeded,
    pub(super) year: Year,
    steps: Vec<Step>,
}

impl Teller {
    pub(super) fn new(chance: Seeded, year: Year) -> Self {
        Self { chance, year, steps: Vec::new() }
    }

    pub(super) fn act(&mut self, phase: Phase, act: impl Into<Act>) {
        let request = request(&mut self.chance);
        self.steps.push(Step { phase, request, act: act.into() });
    }

    /// The steps by phase, within a phase as they were told.
    pub(super) fn steps(mut self) -> Vec<Step> {
        self.steps.sort_by_key(|step| step.phase);
        self.steps
    }

    /// One of ten days of the year.
    pub(super) fn some_day(&mut self, month: u8, first: u8) -> Date {
        let later = u8::try_from(self.chance.below(10)).expect("below ten");
        day(self.year.get().into(), month, first + later)
    }

    /// 20,000 to 3,000,000 yuan, in ten thousands.
    pub(super) fn rough_cost(&mut self) -> Fen {
        Fen::new(i64::from(self.number(2, 300)) * 1_000_000)
    }

    pub(super) fn number(&mut self, least: u32, most: u32) -> i32 {
        let drawn = self.chance.range(u64::from(least)..=u64::from(most));
        i32::try_from(drawn).expect("the ranges here are small")
    }

    pub(super) fn one_in(&mut self, so_many: u64) -> bool {
        self.chance.below(so_many) == 0
    }

    pub(super) fn one(&mut self, sentences: &[&'static str]) -> &'static str {
        self.chance.pick(sentences).expect("there are sentences")
    }
}

/// A request id that the same scenario gives again.
pub(super) fn request(chance: &mut Seeded) -> RequestId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&chance.next_u64().to_be_bytes());
    bytes[8..].copy_from_slice(&chance.next_u64().to_be_bytes());
    RequestId::from_random_bytes(bytes)
}
