//! 年中查账: findings, each with an answer; and, once a book is settled, corrections that leave it as it is.

use super::{Book, Fact, Refusal, Rules};
use crate::book::Place;

pub(super) fn record(rules: &Rules<'_>, book: &Book, text: &str) -> Result<Fact, Refusal> {
    let limit = rules.policy.findings_per_book;
    let finding = next(book.findings.len(), limit).ok_or(Refusal::TooManyFindings { limit })?;
    Ok(Fact::FindingRecorded { finding, text: text.to_owned() })
}

pub(super) fn answer(book: &Book, finding: u32, answer: &str) -> Result<Fact, Refusal> {
    let nth = usize::try_from(finding).ok().and_then(|finding| finding.checked_sub(1));
    let asked = nth.and_then(|nth| book.findings.get(nth)).ok_or(Refusal::UnknownFinding { finding })?;
    match asked.answer {
        Some(_) => Err(Refusal::FindingAnswered { finding }),
        None => Ok(Fact::FindingAnswered { finding, answer: answer.to_owned() }),
    }
}

/// A book covers its unit and all below it.
pub(super) fn correct(rules: &Rules<'_>, book: &Book, corrects: Place, text: &str) -> Result<Fact, Refusal> {
    if !rules.register.is_within(corrects.unit, book.id.unit) {
        return Err(Refusal::OutsideBook { unit: corrects.unit });
    }
    let limit = rules.policy.corrections_per_book;
    let correction = next(book.corrections.len(), limit).ok_or(Refusal::TooManyCorrections { limit })?;
    Ok(Fact::Corrected { correction, corrects, text: text.to_owned() })
}

fn next(so_many: usize, limit: u32) -> Option<u32> {
    u32::try_from(so_many).ok().filter(|so_many| *so_many < limit).map(|so_many| so_many + 1)
}

#[cfg(test)]
mod tests {
    use super::super::township::{COUNTY, TOWNSHIP, Township, VILLAGE, code};
    use super::*;
    use crate::book::{Act, Service, State};

    fn correct(unit: u64) -> Act {
        let corrects = Place { service: Service::Funding, unit: code(unit), seq: 7 };
        Act::Correct { corrects, text: "金额应为三万元".into() }
    }

    #[test]
    fn a_finding_is_answered_once() {
        let mut township = Township::on("2022-03-01");
        township.village.policy.findings_per_book = 1;
        township.open(TOWNSHIP).unwrap();
        let record = Act::RecordFinding { text: "台账不全".into() };
        let answer = |finding| Act::AnswerFinding { finding, answer: "已补".into() };
        let unknown = |finding| Err(Refusal::UnknownFinding { finding });
        assert_eq!(township.act(TOWNSHIP, answer(1)), unknown(1));
        township.act(TOWNSHIP, record.clone()).unwrap();
        assert_eq!(township.act(TOWNSHIP, record), Err(Refusal::TooManyFindings { limit: 1 }));
        assert_eq!(township.act(TOWNSHIP, answer(0)), unknown(0));
        township.act(TOWNSHIP, answer(1)).unwrap();
        assert_eq!(township.act(TOWNSHIP, answer(1)), Err(Refusal::FindingAnswered { finding: 1 }));
        assert_eq!(township.book(TOWNSHIP).open_findings().count(), 0);
    }

    #[test]
    fn a_settled_book_takes_corrections_and_nothing_else() {
        let mut township = Township::on("2022-03-01");
        township.village.policy.corrections_per_book = 1;
        township.settle_village(VILLAGE);
        let before = township.book(VILLAGE).clone();
        assert_eq!(township.act(VILLAGE, correct(COUNTY)), Err(Refusal::OutsideBook { unit: code(COUNTY) }));
        township.act(VILLAGE, correct(VILLAGE)).unwrap();
        let refusal = Err(Refusal::TooManyCorrections { limit: 1 });
        assert_eq!(township.act(VILLAGE, correct(VILLAGE)), refusal);
        let after = township.book(VILLAGE);
        assert_eq!((&after.settlement, &after.opening), (&before.settlement, &before.opening));
        let wanted = &[State::Open];
        let settled = Err(Refusal::WrongState { state: State::Settled, wanted });
        for act in [
            Act::Announce,
            Act::RecordFinding { text: "no".into() },
            Act::AnswerFinding { finding: 1, answer: "no".into() },
            Act::Settle { missing: [].into() },
        ] {
            assert_eq!(township.act(VILLAGE, act), settled);
        }
    }
}
