//! Satisfaction forms: counted once per token, kept as sums, never as single answers.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::{UnitYear, World};

const QUESTIONS: usize = 5;
const GRADES: usize = 5;

/// The answers of one form, one to each of five questions, from 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers([u8; QUESTIONS]);

impl Answers {
    /// The answers, if each is one.
    pub fn new(grades: [u8; QUESTIONS]) -> Option<Self> {
        grades.iter().all(|grade| (1..=5).contains(grade)).then_some(Self(grades))
    }
}

/// How many forms answered what: a row for each question, in it a number for each answer from 1 to 5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Survey([[u32; GRADES]; QUESTIONS]);

impl Survey {
    /// The survey of these counts, if every question was answered as often.
    pub fn from_counts(counts: [[u32; GRADES]; QUESTIONS]) -> Option<Self> {
        let sum = |row: &[u32; GRADES]| row.iter().try_fold(0_u32, |sum, &count| sum.checked_add(count));
        let forms = sum(&counts[0])?;
        counts.iter().all(|row| sum(row) == Some(forms)).then_some(Self(counts))
    }

    /// The counts.
    pub fn counts(&self) -> &[[u32; GRADES]; QUESTIONS] {
        &self.0
    }

    /// How many forms.
    pub fn forms(&self) -> u32 {
        self.0[0].iter().sum()
    }

    /// Both together, unless there would be too many to count.
    pub fn checked_add(mut self, other: &Survey) -> Option<Self> {
        self.forms().checked_add(other.forms())?;
        for (count, more) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            // No single count is more than the forms, which were just added.
            *count += more;
        }
        Some(self)
    }

    /// One form more, unless there would be too many to count.
    pub fn with(mut self, answers: Answers) -> Option<Self> {
        self.forms().checked_add(1)?;
        for (row, grade) in self.0.iter_mut().zip(answers.0) {
            row[usize::from(grade) - 1] += 1;
        }
        Some(self)
    }

    /// By how much all answers together are above 1, and by how much they could be.
    pub(crate) fn above_worst(&self) -> (u64, u64) {
        let above = |row: &[u32; GRADES]| {
            (0..).zip(row).map(|(step, &count): (u64, _)| step * u64::from(count)).sum::<u64>()
        };
        (self.0.iter().map(above).sum(), 4 * 5 * u64::from(self.forms()))
    }
}

/// What is kept of a form's token: a digest that nobody can take back to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The digest of a token, made by whoever lets the token in.
    pub const fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A form that can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// What is kept of its token.
    pub token: TokenHash,
    /// What it says.
    pub answers: Answers,
}

/// Forms of one village and year that came together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Those that can be counted.
    pub forms: Vec<Form>,
    /// How many came with a malformed token.
    pub malformed_tokens: u32,
    /// How many came with something else than five answers from 1 to 5.
    pub wrong_answers: u32,
}

/// What came of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormsCounted {
    /// The forms that count.
    pub survey: Survey,
    /// How many do not, because their token has counted before.
    pub repeated: u32,
    /// How many do not, because their token is malformed.
    pub malformed_tokens: u32,
    /// How many do not, because of their answers.
    pub wrong_answers: u32,
    /// SHA-256 over the hashes of the tokens that count, in ascending order.
    pub tokens_sha256: [u8; 32],
}

/// What came of a batch, and the tokens that must not count again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// What is said about it.
    pub forms: FormsCounted,
    /// The tokens, in an order that says nothing about the answers.
    pub tokens: BTreeSet<TokenHash>,
}

/// Counts a batch: of several forms with one token the first counts.
pub fn count(world: &World, about: UnitYear, batch: &Batch) -> Counted {
    let mut tokens = BTreeSet::new();
    let mut forms = FormsCounted {
        survey: Survey::default(),
        repeated: 0,
        malformed_tokens: batch.malformed_tokens,
        wrong_answers: batch.wrong_answers,
        tokens_sha256: [0; 32],
    };
    for form in &batch.forms {
        if world.is_spent(about, form.token) || !tokens.insert(form.token) {
            forms.repeated = forms.repeated.saturating_add(1);
        } else {
            forms.survey =
                forms.survey.with(form.answers).expect("no memory holds more forms than can be counted");
        }
    }
    let digest = tokens.iter().fold(Sha256::new(), |digest, token| digest.chain_update(token.0));
    forms.tokens_sha256 = digest.finalize().into();
    Counted { forms, tokens }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(grades: [u8; 5]) -> Answers {
        Answers::new(grades).unwrap()
    }

    #[test]
    fn answers_are_one_to_five() {
        assert!(Answers::new([1, 2, 3, 4, 5]).is_some());
        assert_eq!((Answers::new([0, 1, 1, 1, 1]), Answers::new([1, 1, 1, 1, 6])), (None, None));
    }

    #[test]
    fn forms_add_up_question_by_question() {
        let one = Survey::default().with(answers([1, 2, 3, 4, 5])).unwrap();
        let both = one.checked_add(&Survey::default().with(answers([5; 5])).unwrap()).unwrap();
        assert_eq!((both.forms(), both.counts()[0], both.counts()[4]), (2, [1, 0, 0, 0, 1], [0, 0, 0, 0, 2]));
        assert_eq!(one.above_worst(), (1 + 2 + 3 + 4, 20));
        assert_eq!(both.above_worst(), (10 + 20, 40));
        assert_eq!(Survey::from_counts(*both.counts()), Some(both));
    }

    #[test]
    fn counts_that_no_forms_can_have_are_no_survey() {
        let mut counts = [[1, 0, 0, 0, 0]; 5];
        counts[3][1] = 1;
        assert_eq!(Survey::from_counts(counts), None);
        assert_eq!(Survey::from_counts([[u32::MAX, 1, 0, 0, 0]; 5]), None);
        let full = Survey::from_counts([[u32::MAX, 0, 0, 0, 0]; 5]).unwrap();
        assert_eq!((full.with(answers([2; 5])), full.checked_add(&full)), (None, None));
    }
}
