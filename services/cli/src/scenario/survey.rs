use yishi_kernel::{Fen, Seeded};

/// Satisfaction forms of a village and year: how to draw them, for there are half a million.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Survey {
    pub(super) seed: u64,
    /// How many count.
    pub(super) forms: u64,
    /// What most answers are near to.
    pub(super) mood: u64,
    /// Whether the last form is sent twice.
    pub(super) last_twice: bool,
}

/// One form as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) token: String,
    pub(crate) answers: [i32; 5],
}

impl Survey {
    pub(super) fn draw(chance: &mut Seeded, forms: u64) -> Self {
        let mood = *chance.pick(&[3, 4, 4, 4, 5]).expect("there are five");
        Self { seed: chance.next_u64(), forms, mood, last_twice: chance.below(10) == 0 }
    }

    pub(crate) fn forms(&self) -> Vec<Form> {
        let mut chance = Seeded::new(self.seed, "forms");
        let mut forms: Vec<Form> = (0..self.forms).map(|_| form(&mut chance, self.mood)).collect();
        if self.last_twice {
            forms.extend(forms.last().cloned());
        }
        forms
    }
}

fn form(chance: &mut Seeded, mood: u64) -> Form {
    let token = format!("{:016x}{:016x}", chance.next_u64(), chance.next_u64());
    // Two bits an answer: one lower, one higher, or half of the time as the mood is.
    let bits = chance.next_u64();
    let answers = std::array::from_fn(|question| {
        let answer = match bits >> (2 * question) & 3 {
            0 => mood - 1,
            1 => mood + 1,
            _ => mood,
        };
        i32::try_from(answer.clamp(1, 5)).expect("1 to 5")
    });
    Form { token, answers }
}

/// Deals the forms out to so many villages' years, to most of them enough for a figure.
pub(super) fn deal(forms: u64, slots: usize, seed: u64) -> Vec<u64> {
    let mut chance = Seeded::new(seed, "forms of villages");
    let weights: Vec<u64> = (0..slots).map(|_| chance.range(20..=80)).collect();
    // The kernel's split is exact for whole units of anything.
    let parts = Fen::new(i64::try_from(forms).expect("forms are far fewer than 2^63")).split(&weights);
    parts.into_iter().map(|part| part.get().unsigned_abs()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn forms_are_drawn_again_as_they_were() {
        let survey = Survey { seed: 7, forms: 90, mood: 5, last_twice: true };
        let forms = survey.forms();
        assert_eq!(forms, survey.forms());
        assert_eq!((forms.len(), &forms[89]), (91, &forms[90]));
        let tokens: BTreeSet<&str> = forms.iter().map(|form| &*form.token).collect();
        assert_eq!(tokens.len(), 90);
        assert!(forms.iter().flat_map(|form| form.answers).all(|answer| (1..=5).contains(&answer)));
    }

    #[test]
    fn none_is_lost_in_dealing() {
        let dealt = deal(500_000, 6_642, 3);
        assert_eq!((dealt.len(), dealt.iter().sum::<u64>()), (6_642, 500_000));
        assert!(dealt.iter().all(|forms| (20..=200).contains(forms)));
        assert_eq!(deal(500, 0, 3), Vec::<u64>::new());
    }
}
