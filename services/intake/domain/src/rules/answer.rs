//! Every objection gets one answer. Once all have theirs and one was upheld, the village deliberates anew.

use crate::{Fact, Matter, Refusal, Stage};

pub(super) fn answer(matter: &Matter, objection: u32, answer: &str, upheld: bool) -> Result<Fact, Refusal> {
    let asked = matter.objection(objection).ok_or(Refusal::UnknownObjection { objection })?;
    if asked.answer.is_some() {
        return Err(Refusal::ObjectionAnswered { objection });
    }
    let upheld_before = matches!(&matter.stage, Stage::Noticed(notice) if notice.upheld);
    let last = matter.open_objections().eq([objection]);
    let reopened = last && (upheld || upheld_before);
    Ok(Fact::Answered { objection, answer: answer.to_owned(), upheld, reopened })
}

#[cfg(test)]
mod tests {
    use super::super::village::Village;
    use super::*;
    use crate::State;

    #[test]
    fn an_objection_is_answered_once() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        village.object(matter).unwrap();
        for unknown in [0, 2, u32::MAX] {
            let refusal = Refusal::UnknownObjection { objection: unknown };
            assert_eq!(village.answer(matter, unknown, false), Err(refusal));
        }
        village.answer(matter, 1, false).unwrap();
        assert_eq!(village.answer(matter, 1, true), Err(Refusal::ObjectionAnswered { objection: 1 }));
        assert_eq!(village.matter(matter).state(), State::Noticed);
    }

    #[test]
    fn an_upheld_objection_sends_the_matter_back_to_the_village() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        village.object(matter).unwrap();
        village.answer(matter, 1, true).unwrap();
        assert_eq!(village.matter(matter).state(), State::Proposed);
        village.deliberate_again(matter);
        assert_eq!(village.matter(matter).state(), State::Deliberated);
    }

    #[test]
    fn but_not_before_all_others_have_their_answer() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        for _ in 0..3 {
            village.object(matter).unwrap();
        }
        village.answer(matter, 2, true).unwrap();
        village.answer(matter, 3, false).unwrap();
        assert_eq!(village.matter(matter).state(), State::Noticed);
        village.answer(matter, 1, false).unwrap();
        assert_eq!(village.matter(matter).state(), State::Proposed);
    }

    #[test]
    fn what_was_upheld_against_an_earlier_notice_does_not_count_against_the_next() {
        let mut village = Village::on("2021-12-01");
        let matter = village.notice();
        village.object(matter).unwrap();
        village.answer(matter, 1, true).unwrap();
        village.deliberate_again(matter);
        village.publish(matter);
        village.object(matter).unwrap();
        village.answer(matter, 2, false).unwrap();
        assert_eq!(village.matter(matter).state(), State::Noticed);
    }
}
