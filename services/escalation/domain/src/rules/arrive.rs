//! What another unit's event does here. Something follows from each: it applies, is answered, or is set aside.

use yishi_kernel::{Timestamp, UnitCode};

use super::{Consequence, pass};
use crate::{Desk, Event, Fact, Rules, Stance, Standing, Why};

pub(super) fn arrive(
    rules: &Rules<'_>,
    here: UnitCode,
    desk: Option<&Desk>,
    letter: &Event,
    now: Timestamp,
) -> Vec<Consequence> {
    let from = letter.unit;
    let applied = match &letter.fact {
        Fact::Raised { reason } => raised(rules, here, desk, letter, reason, now),
        Fact::Returned { reason } => Some(returned(rules, desk, from, reason, now)),
        Fact::Regained { .. } => desk.and_then(|desk| confirmed(desk, from)),
        Fact::Refused { why } => desk.and_then(|desk| refused(rules, desk, from, *why, now)),
        Fact::AskedBack { reason } => desk.and_then(|desk| asked_back(rules, desk, from, reason, now)),
        Fact::AskBackDenied { reason } => desk.and_then(|desk| denied(desk, from, reason)),
        _ => desk.and_then(|desk| heard(desk, letter)),
    };
    applied.unwrap_or_else(|| vec![(None, Fact::SetAside { from, kind: letter.fact.kind().to_owned() })])
}

/// A matter comes up. It can only be here already if the two units lost a part of what they told each other.
fn raised(
    rules: &Rules<'_>,
    here: UnitCode,
    desk: Option<&Desk>,
    letter: &Event,
    reason: &str,
    now: Timestamp,
) -> Option<Vec<Consequence>> {
    let from = letter.unit;
    let refused = |why| Some(vec![(Some(from), Fact::Refused { why })]);
    let register = rules.register;
    if register.parent(from) != Some(here) || !register.is_within(letter.matter.village, from) {
        return refused(Why::NotBelow);
    }
    match desk {
        Some(desk) if !matches!(desk.stance, Stance::Returned { .. }) => {
            if desk.below == Some(from) {
                None
            } else {
                refused(Why::AlreadyHere)
            }
        }
        _ => {
            let offered = Fact::Offered { reason: reason.to_owned(), due: rules.due(now) };
            Some(vec![(Some(from), offered)])
        }
    }
}

/// A matter comes back from where it was raised to.
fn returned(
    rules: &Rules<'_>,
    desk: Option<&Desk>,
    from: UnitCode,
    reason: &str,
    now: Timestamp,
) -> Vec<Consequence> {
    let Some(desk) = desk.filter(|desk| is_raised_to(desk, from)) else {
        return vec![(Some(from), Fact::Refused { why: Why::NotRaised })];
    };
    let due = rules.due(now);
    let mut consequences = vec![(Some(from), Fact::Regained { reason: reason.to_owned(), due })];
    consequences.extend(pass::tell(desk, Standing::handled(desk.unit, Some(due))));
    consequences
}

/// The unit below has again what we returned.
fn confirmed(desk: &Desk, from: UnitCode) -> Option<Vec<Consequence>> {
    is_returned_to(desk, from).then(|| vec![(None, Fact::Confirmed)])
}

/// What we sent away cannot be taken: it is ours again.
fn refused(
    rules: &Rules<'_>,
    desk: &Desk,
    from: UnitCode,
    why: Why,
    now: Timestamp,
) -> Option<Vec<Consequence>> {
    let bounced = Fact::Bounced { why, due: rules.due(now) };
    if is_raised_to(desk, from) && desk.is_unconfirmed() {
        Some(vec![(desk.below, bounced)])
    } else if is_returned_to(desk, from) {
        // The unit below has just said that it knows nothing of the matter, so it is not told.
        Some(vec![(None, bounced)])
    } else {
        None
    }
}

/// The unit below wants it back. If it was returned meanwhile, that was the answer.
fn asked_back(
    rules: &Rules<'_>,
    desk: &Desk,
    from: UnitCode,
    reason: &str,
    now: Timestamp,
) -> Option<Vec<Consequence>> {
    let ours = desk.below == Some(from) && !matches!(desk.stance, Stance::Returned { .. });
    let noted = Fact::AskBackNoted { reason: reason.to_owned(), due: rules.due(now) };
    (ours && desk.asked.is_none()).then(|| vec![(None, noted)])
}

/// We do not get it back.
fn denied(desk: &Desk, from: UnitCode, reason: &str) -> Option<Vec<Consequence>> {
    let waits = matches!(desk.stance, Stance::Raised { take_back: Some(_), .. }) && is_raised_to(desk, from);
    waits.then(|| vec![(None, Fact::AskBackEnded { reason: reason.to_owned() })])
}

/// News from above of who answers, which the unit below gets from us.
fn heard(desk: &Desk, letter: &Event) -> Option<Vec<Consequence>> {
    let standing = letter.news().filter(|_| is_raised_to(desk, letter.unit))?;
    Some(vec![(desk.below, Fact::Heard { standing })])
}

fn is_raised_to(desk: &Desk, unit: UnitCode) -> bool {
    matches!(desk.stance, Stance::Raised { to, .. } if to == unit)
}

fn is_returned_to(desk: &Desk, unit: UnitCode) -> bool {
    desk.below == Some(unit) && matches!(desk.stance, Stance::Returned { confirmed: false, .. })
}

#[cfg(test)]
mod tests {
    use yishi_kernel::MatterId;

    use super::super::branch::Branch;
    use super::*;
    use crate::{Act, Command, State, decide};

    /// What follows here from an event of another unit.
    fn follows(
        branch: &Branch,
        here: UnitCode,
        from: UnitCode,
        matter: MatterId,
        fact: Fact,
    ) -> Vec<Consequence> {
        let letter = Event { unit: from, matter, at: branch.now, to: Some(here), answers: None, fact };
        let number = branch.world.heard(here, from) + 1;
        let command = Command::Arrive { unit: here, number, letter };
        let events = decide(&branch.rules(), &branch.world, &command, branch.now).unwrap();
        events.into_iter().map(|event| (event.to, event.fact)).collect()
    }

    #[test]
    fn a_letter_that_was_dealt_with_leads_to_nothing_whatever_it_says() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, ..] = branch.units();
        branch.open();
        branch.raise(village);
        branch.act(township, Act::Return { reason: "no".into() }).unwrap();
        branch.deliver();
        branch.raise(village);
        let letters: Vec<Event> = branch.written.iter().filter(|event| event.to.is_some()).cloned().collect();
        let mut numbers = std::collections::BTreeMap::new();
        for letter in letters {
            let (from, unit) = (letter.unit, letter.to.unwrap());
            let number = numbers.entry((from, unit)).or_insert(0);
            *number += 1;
            let again = Command::Arrive { unit, number: *number, letter };
            assert_eq!(decide(&branch.rules(), &branch.world, &again, branch.now), Ok(Vec::new()));
        }
        assert_eq!(numbers.into_values().collect::<Vec<_>>(), [3, 3]);
    }

    #[test]
    fn the_first_that_follows_from_a_letter_says_which_it_answers() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, county, ..] = branch.units();
        branch.open();
        branch.raise(village);
        branch.raise(township);
        branch.act(county, Act::Return { reason: "no".into() }).unwrap();
        branch.deliver();
        let answers: Vec<_> = branch
            .written
            .iter()
            .filter(|event| event.unit == township)
            .map(|event| (event.fact.kind(), event.answers.map(|letter| (letter.from, letter.number))))
            .collect();
        let expected = [
            ("escalation.offered", Some((village, 1))),
            ("escalation.raised", None),
            ("escalation.told", None),
            ("escalation.heard", Some((county, 1))),
            ("escalation.regained", Some((county, 2))),
            ("escalation.told", None),
        ];
        assert_eq!(answers, expected);
    }

    fn raised() -> Fact {
        Fact::Raised { reason: "no".into() }
    }

    #[test]
    fn a_raise_from_anybody_but_a_unit_right_below_with_a_village_of_its_own_goes_back() {
        let branch = Branch::on("2022-03-01");
        let (matter, [village, township, county, ..]) = (branch.matter(), branch.units());
        let strange = MatterId { village: branch.other_village(), ..matter };
        let refused = Fact::Refused { why: Why::NotBelow };
        for (here, from, matter) in
            [(county, village, matter), (village, township, matter), (county, township, strange)]
        {
            assert_eq!(follows(&branch, here, from, matter, raised()), [(Some(from), refused.clone())]);
        }
    }

    #[test]
    fn a_refused_raise_is_the_senders_again_and_the_village_hears() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, ..] = branch.units();
        branch.open();
        branch.raise(village);
        branch.act(township, Act::Raise { reason: "no".into() }).unwrap();
        branch.refuse(Why::AlreadyHere);
        branch.deliver();
        assert_eq!(branch.states(), [State::Passed, State::Handled]);
        let standing = Standing::handled(township, branch.desk(township).due());
        assert_eq!(branch.desk(village).standing(), standing);
    }

    #[test]
    fn a_refused_return_is_the_senders_again() {
        let mut branch = Branch::on("2022-03-01");
        let [village, township, ..] = branch.units();
        branch.open();
        branch.raise(village);
        branch.act(township, Act::Return { reason: "no".into() }).unwrap();
        branch.refuse(Why::NotRaised);
        branch.deliver();
        assert_eq!(branch.states(), [State::Raised, State::Handled]);
    }

    #[test]
    fn a_return_of_what_was_never_raised_goes_back() {
        let mut branch = Branch::on("2022-03-01");
        let (matter, [village, township, ..]) = (branch.matter(), branch.units());
        let (fact, refused) = (Fact::Returned { reason: "no".into() }, Fact::Refused { why: Why::NotRaised });
        for _ in 0..2 {
            let answer = follows(&branch, village, township, matter, fact.clone());
            assert_eq!(answer, [(Some(township), refused.clone())]);
            branch.open();
        }
    }

    #[test]
    fn a_raise_of_what_is_here_is_a_repetition_or_goes_back() {
        let mut branch = Branch::on("2022-03-01");
        let (matter, [village, township, county, ..]) = (branch.matter(), branch.units());
        branch.open();
        branch.raise(village);
        branch.raise(township);
        let again = Fact::SetAside { from: township, kind: "escalation.raised".into() };
        assert_eq!(follows(&branch, county, township, matter, raised()), [(None, again)]);
        let mut moved = branch.desk(county).clone();
        moved.below = Some(branch.other_village());
        branch.world.put(moved);
        let refused = Fact::Refused { why: Why::AlreadyHere };
        assert_eq!(follows(&branch, county, township, matter, raised()), [(Some(township), refused)]);
    }

    #[test]
    fn what_does_not_fit_is_set_aside_and_changes_nothing() {
        let mut branch = Branch::on("2022-03-01");
        let (matter, [village, township, county, ..]) = (branch.matter(), branch.units());
        branch.open();
        branch.raise(village);
        let (reason, due) = (String::from("no"), branch.now);
        for fact in [
            Fact::Opened,
            Fact::Offered { reason: reason.clone(), due },
            Fact::Accepted { due },
            Fact::Regained { reason: reason.clone(), due },
            Fact::Refused { why: Why::NotBelow },
            Fact::AskBackDenied { reason: reason.clone() },
            Fact::AskedBack { reason: reason.clone() },
            Fact::Told { standing: Standing::handled(county, None) },
            Fact::Confirmed,
            Fact::Resolved { outcome: reason },
        ] {
            let aside = Fact::SetAside { from: county, kind: fact.kind().into() };
            for here in [village, township] {
                let answer = follows(&branch, here, county, matter, fact.clone());
                assert_eq!(answer, [(None, aside.clone())], "{fact:?} at {here}");
            }
        }
    }

    #[test]
    fn what_comes_twice_or_from_elsewhere_is_set_aside() {
        let mut branch = Branch::on("2022-03-01");
        let (matter, [village, township, county, ..]) = (branch.matter(), branch.units());
        let (reason, due) = (String::from("no"), branch.now);
        branch.open();
        branch.raise(village);
        branch.act(village, Act::AskBack { reason: reason.clone() }).unwrap();
        branch.deliver();
        let asked = Fact::AskedBack { reason: reason.clone() };
        let refused = Fact::Refused { why: Why::NotBelow };
        for (here, from, fact) in [(township, village, asked), (village, township, refused)] {
            let aside = Fact::SetAside { from, kind: fact.kind().into() };
            assert_eq!(follows(&branch, here, from, matter, fact), [(None, aside)]);
        }
        let returned = Fact::Returned { reason: reason.clone() };
        let answer = Fact::Refused { why: Why::NotRaised };
        assert_eq!(follows(&branch, village, county, matter, returned), [(Some(county), answer)]);

        branch.act(township, Act::Return { reason: reason.clone() }).unwrap();
        let regained = Fact::Regained { reason, due };
        let aside = |from| (None, Fact::SetAside { from, kind: "escalation.regained".into() });
        assert_eq!(follows(&branch, township, county, matter, regained.clone()), [aside(county)]);
        branch.deliver();
        assert_eq!(follows(&branch, township, village, matter, regained), [aside(village)]);
    }
}
