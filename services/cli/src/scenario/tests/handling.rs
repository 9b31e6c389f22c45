//! A small model of how matters move between units, written down apart from the services.

use std::collections::BTreeMap;

use yishi_kernel::text;

use super::*;

#[derive(Debug, Clone, PartialEq)]
enum Desk {
    Offered,
    Handled,
    Away,
    Asked { lead: &'static str, open: Vec<&'static str>, accepted: bool },
    Resolved,
}

/// Where one matter is, and with what each phase left for the next.
struct Model<'a> {
    register: &'a Register,
    desks: BTreeMap<UnitCode, Desk>,
    /// What arrives elsewhere when the phase is over.
    sent: Vec<(UnitCode, Desk)>,
    returns: u32,
}

impl Model<'_> {
    fn deliver(&mut self) {
        self.desks.extend(self.sent.drain(..));
    }

    fn see(&mut self, unit: UnitCode, decision: &Decision) {
        let desk = self.desks.get(&unit).cloned().unwrap_or(Desk::Away);
        let after = match (decision, desk) {
            (Decision::Raise { reason }, Desk::Offered | Desk::Handled) => {
                text::required(reason, 500).unwrap();
                self.sent.push((self.register.parent(unit).unwrap(), Desk::Offered));
                Desk::Away
            }
            (Decision::Return { reason }, Desk::Offered | Desk::Handled) => {
                text::required(reason, 500).unwrap();
                let below = *self
                    .desks
                    .keys()
                    .filter(|below| **below != unit)
                    .find(|below| self.register.parent(**below) == Some(unit))
                    .unwrap();
                self.sent.push((below, Desk::Handled));
                self.returns += 1;
                Desk::Away
            }
            (Decision::Accept, Desk::Offered) => Desk::Handled,
            (Decision::Assign { lead, helpers }, Desk::Handled) => {
                assert_eq!(self.register.level(unit), Some(Level::Region));
                assert!(!helpers.contains(lead) && helpers.len() <= 20);
                Desk::Asked { lead, open: [&[*lead], &helpers[..]].concat(), accepted: false }
            }
            (Decision::Answer { department, declined }, Desk::Asked { lead, mut open, accepted }) => {
                let place = open.iter().position(|one| one == department).unwrap();
                open.remove(place);
                let accepted = accepted || (*department == lead && declined.is_none());
                Desk::Asked { lead, open, accepted }
            }
            (Decision::Report { department, .. }, Desk::Asked { lead, open, accepted: true }) => {
                assert!(*department == lead && open.is_empty());
                Desk::Asked { lead, open, accepted: true }
            }
            (Decision::Resolve { outcome }, Desk::Handled | Desk::Asked { accepted: true, .. }) => {
                text::required(outcome, 1_000).unwrap();
                Desk::Resolved
            }
            (decision, desk) => panic!("{decision:?} in {desk:?}"),
        };
        self.desks.insert(unit, after);
    }
}

#[test]
fn every_matter_comes_to_the_level_it_is_meant_for() {
    let register = ningxia();
    let scenario = written(&register, 5);
    let mut assignments = scenario.assignments.iter();
    let mut returns = BTreeMap::<(u32, Level), u32>::new();
    for story in stories(&scenario).filter(|story| story.matter.is_some()) {
        let handling = assignments.next().unwrap().handling;
        let desks = BTreeMap::from([(story.village, Desk::Handled)]);
        let mut model = Model { register: &register, desks, sent: Vec::new(), returns: 0 };
        for phase in Phase::ALL {
            for step in story.steps_in(phase) {
                if let Act::Refer { unit, decision } = &step.act {
                    assert!(phase > Phase::Determination && phase <= Phase::Commitment);
                    model.see(*unit, decision);
                }
            }
            model.deliver();
        }
        let mut holders = model.desks.iter().filter(|(_, desk)| **desk != Desk::Away);
        let (holder, desk) = holders.next().unwrap();
        assert_eq!((register.level(*holder), holders.next()), (Some(handling), None));
        let untouched = model.desks.len() == 1;
        assert_eq!(*desk, if untouched { Desk::Handled } else { Desk::Resolved });
        *returns.entry((model.returns, handling)).or_default() += 1;
    }
    assert!(assignments.next().is_none());
    for handling in [Level::Village, Level::Township] {
        assert!(returns[&(1, handling)] > 50, "{returns:?}");
    }
    assert_eq!(returns[&(0, Level::Region)], 99);
}

#[test]
fn without_a_city_nothing_is_meant_for_one() {
    let register = some(400);
    let scenario = written(&register, 5);
    let region = scenario.handled_at(Level::Region);
    assert!(region > 0);
    let mut assignments = scenario.assignments.iter();
    for story in stories(&scenario).filter(|story| story.matter.is_some()) {
        let handling = assignments.next().unwrap().handling;
        assert!(register.ancestor_at(story.village, handling).is_some());
    }
    assert_eq!(scenario.totals.handling[0], u64::try_from(region).unwrap());
    assert_eq!(scenario.totals.handling.iter().sum::<u64>(), scenario.totals.matters());
}
