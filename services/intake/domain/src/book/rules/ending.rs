//! The unit right above a village says whether a matter of it may end without a strike-off. It sees the matter in its
//! copy of the village's journal; if two answers cross, the village goes by the first.

use yishi_kernel::MatterId;

use super::{Fact, Refusal};
use crate::World;

pub(super) fn answer(
    world: &World,
    id: MatterId,
    version: Option<u32>,
    granted: bool,
    reason: &str,
) -> Result<Fact, Refusal> {
    let matter = world.matter(id).ok_or(Refusal::UnknownMatter { matter: id })?;
    if let Some(seen) = version.filter(|seen| *seen != matter.version) {
        return Err(Refusal::Stale { seen, current: matter.version });
    }
    let waits = matter.ending_waits().ok_or(Refusal::EndingNotRequested { matter: id })?;
    Ok(Fact::EndingAnswered { matter: id, number: waits.number, granted, reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::township::{TOWNSHIP, Township, VILLAGE, code};
    use super::*;
    use crate::book::Command;
    use crate::{Act, Ending};

    #[test]
    fn only_what_was_asked_is_answered() {
        let mut township = Township::on("2021-12-01");
        let matter = township.village.determine();
        let by = code(TOWNSHIP);
        let answer =
            |version| Command::AnswerEnding { by, matter, version, granted: true, reason: "同意".into() };
        assert_eq!(township.follows(&answer(None)), Err(Refusal::EndingNotRequested { matter }));
        let ask = Act::RequestEnding { ending: Ending::CarriedOver, reason: "no".into() };
        township.village.act(matter, ask).unwrap();
        let current = township.village.matter(matter).version;
        let seen = current - 1;
        assert_eq!(township.follows(&answer(Some(seen))), Err(Refusal::Stale { seen, current }));
        let events = township.follows(&answer(Some(current))).unwrap();
        assert_eq!(events[0].to, Some(code(VILLAGE)));
    }
}
