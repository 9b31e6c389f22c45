//! Asking for a matter to be given back: only who decides on it can grant that.

use super::{Consequence, bounded, pass};
use crate::{Desk, Fact, Refusal, Rules, Stance};

/// One wish at a time.
pub(super) fn ask(rules: &Rules<'_>, desk: &Desk, reason: &str) -> Result<Vec<Consequence>, Refusal> {
    match &desk.stance {
        Stance::Raised { to, take_back: None, .. } => {
            bounded(rules, desk)?;
            Ok(vec![(Some(*to), Fact::AskedBack { reason: reason.to_owned() })])
        }
        _ => Err(Refusal::AskedAlready),
    }
}

/// To grant it is to return it. A unit that raised the matter further cannot grant it, but may ask above itself first.
pub(super) fn answer(
    rules: &Rules<'_>,
    desk: &Desk,
    grant: bool,
    reason: &str,
) -> Result<Vec<Consequence>, Refusal> {
    if desk.asked.is_none() {
        return Err(Refusal::NothingAsked);
    }
    if grant {
        return pass::give_back(desk, reason);
    }
    bounded(rules, desk)?;
    Ok(vec![(desk.below, Fact::AskBackDenied { reason: reason.to_owned() })])
}

#[cfg(test)]
mod tests {
    use super::super::branch::Branch;
    use super::*;
    use crate::{Act, State};

    fn ask() -> Act {
        Act::AskBack { reason: "we found the money".into() }
    }

    fn answer(grant: bool) -> Act {
        Act::AnswerAskBack { grant, reason: "as you wish".into() }
    }

    fn raised() -> Branch {
        let mut branch = Branch::on("2022-03-01");
        branch.open();
        branch.raise(branch.units()[0]);
        branch
    }

    #[test]
    fn a_wish_is_one_step_of_the_unit_above_and_one_at_a_time() {
        let mut branch = raised();
        let [village, township, ..] = branch.units();
        branch.act(township, Act::Accept).unwrap();
        branch.act(township, Act::Resolve { outcome: "done".into() }).unwrap();
        branch.deliver();
        assert_eq!(branch.act(township, answer(true)), Err(Refusal::NothingAsked));
        branch.act(village, ask()).unwrap();
        assert_eq!(branch.act(village, ask()), Err(Refusal::AskedAlready));
        branch.deliver();
        assert_eq!(branch.desk(township).due(), Some(branch.end_of("2022-03-15")));
    }

    #[test]
    fn a_granted_wish_is_a_return() {
        let mut branch = raised();
        let [village, township, ..] = branch.units();
        branch.act(village, ask()).unwrap();
        branch.deliver();
        branch.act(township, answer(true)).unwrap();
        branch.deliver();
        assert_eq!(branch.states(), [State::Handled, State::Returned]);
        assert_eq!(branch.desk(township).asked, None);
    }

    #[test]
    fn a_denied_wish_leaves_everything_and_may_be_asked_again() {
        let mut branch = raised();
        let [village, township, ..] = branch.units();
        branch.act(village, ask()).unwrap();
        branch.deliver();
        branch.act(township, answer(false)).unwrap();
        branch.deliver();
        assert_eq!(branch.states(), [State::Raised, State::Offered]);
        assert_eq!(branch.desk(township).asked, None);
        branch.act(village, ask()).unwrap();
    }

    #[test]
    fn a_unit_that_raised_it_further_asks_above_before_it_can_grant() {
        let mut branch = raised();
        let [village, township, county, ..] = branch.units();
        branch.raise(township);
        branch.act(village, ask()).unwrap();
        branch.deliver();
        let wanted = answer(true).wanted();
        let refused = branch.act(township, answer(true));
        assert_eq!(refused, Err(Refusal::WrongState { state: State::Raised, wanted }));
        branch.act(township, ask()).unwrap();
        branch.deliver();
        branch.act(county, answer(true)).unwrap();
        branch.deliver();
        branch.act(township, answer(true)).unwrap();
        branch.deliver();
        assert_eq!(branch.states(), [State::Handled, State::Returned, State::Returned]);
    }

    #[test]
    fn a_wish_that_meets_the_return_on_the_way_is_set_aside() {
        let mut branch = raised();
        let [village, township, ..] = branch.units();
        branch.act(village, ask()).unwrap();
        branch.act(township, Act::Return { reason: "no".into() }).unwrap();
        branch.deliver();
        assert_eq!(branch.states(), [State::Handled, State::Returned]);
        let late = Fact::SetAside { from: village, kind: "escalation.asked_back".into() };
        assert!(branch.written.iter().any(|event| event.fact == late));
    }
}
