//! A small model of what the programme allows a village, written down apart from the services.

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{Date, Fen, text};

use super::*;

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Proposed,
    Deliberated,
    Noticed(usize),
    Gone,
    Determined,
    InProgress(i32),
    Completed,
    Accepted,
    Closing,
}

/// One village in one year.
#[derive(Debug, Default)]
struct Model {
    states: Vec<State>,
    supporters: BTreeSet<(usize, String)>,
    last_meeting: Option<Date>,
    due: Option<Date>,
    on_time: Option<bool>,
}

impl Model {
    fn go(&mut self, proposal: usize, from: State, to: State) {
        assert_eq!(self.states[proposal], from);
        self.states[proposal] = to;
    }

    fn see(&mut self, phase: Phase, day: Date, deed: &Deed) {
        match deed {
            Deed::Propose(content) => {
                assert!(phase == Phase::Proposals || phase == Phase::Sifting);
                check_texts(content);
                self.states.push(State::Proposed);
            }
            Deed::Support { proposal, supporter } => {
                assert_eq!(self.states[*proposal], State::Proposed);
                assert!(self.supporters.insert((*proposal, supporter.clone())));
            }
            Deed::Merge { proposal, into } => {
                assert_eq!(self.states[*into], State::Proposed);
                assert_ne!(proposal, into);
                self.go(*proposal, State::Proposed, State::Gone);
            }
            Deed::Withdraw { proposal, .. } | Deed::Decline { proposal, .. } => {
                self.go(*proposal, State::Proposed, State::Gone);
            }
            Deed::Deliberate { proposal, meeting } => {
                assert!(self.last_meeting <= Some(meeting.held_on) && meeting.held_on <= day);
                self.last_meeting = Some(meeting.held_on);
                let present = meeting.present * 3 >= meeting.entitled * 2;
                let decided = present && meeting.in_favour * 2 > meeting.present;
                self.go(
                    *proposal,
                    State::Proposed,
                    if decided { State::Deliberated } else { State::Proposed },
                );
            }
            Deed::Publish { proposal } => self.go(*proposal, State::Deliberated, State::Noticed(0)),
            Deed::Object { proposal, .. } => self.go(*proposal, State::Noticed(0), State::Noticed(1)),
            Deed::Answer { proposal, upheld, .. } => {
                let after = if *upheld { State::Proposed } else { State::Noticed(0) };
                self.go(*proposal, State::Noticed(1), after);
            }
            Deed::Determine { proposal, due_day } => {
                assert!(phase == Phase::Determination && (day..).contains(due_day));
                assert_eq!(due_day.year(), day.year());
                self.due = Some(*due_day);
                self.go(*proposal, State::Noticed(0), State::Determined);
            }
            Deed::Report { proposal, progress } => {
                let before = match self.states[*proposal] {
                    State::Determined => 0,
                    State::InProgress(percent) => percent,
                    other => panic!("{other:?}"),
                };
                assert!((before + 1..=100).contains(&progress.percent), "{before} {progress:?}");
                text::required(progress.text, 1_000).unwrap();
                self.states[*proposal] = State::InProgress(progress.percent);
            }
            Deed::Complete { proposal, .. } => {
                self.on_time = Some(Some(day) <= self.due);
                self.go(*proposal, State::InProgress(100), State::Completed);
            }
            Deed::Accept { proposal } => self.go(*proposal, State::Completed, State::Accepted),
            Deed::RequestClosing { proposal } => self.go(*proposal, State::Accepted, State::Closing),
        }
    }
}

#[test]
fn every_story_keeps_the_programmes_rules() {
    let scenario = written(&some(500), 9);
    let mut requests = BTreeSet::new();
    let mut ends = BTreeMap::<&str, u32>::new();
    for (year, story) in scenario.years.iter().flat_map(|year| year.stories.iter().map(|s| (year.year, s))) {
        let mut model = Model::default();
        assert!(story.steps.is_sorted_by_key(|step| step.phase), "{story:?}");
        for step in &story.steps {
            assert!(requests.insert(step.request), "a request id stands twice");
            if let Act::Village(deed) = &step.act {
                model.see(step.phase, step.phase.day(year), deed);
            }
        }
        let of = |state| model.states.iter().filter(|is| **is == state).count();
        let closed = of(State::Closing);
        assert!(closed <= 1 && model.states.len() <= 3, "{story:?}");
        assert_eq!(of(State::Gone) + closed, model.states.len(), "{story:?}");
        assert_eq!(story.matter.map(|matter| model.states[matter]), (closed == 1).then_some(State::Closing));
        let end = match model.on_time {
            Some(true) => "on time",
            Some(false) => "late",
            None => "nothing",
        };
        *ends.entry(end).or_default() += 1;
    }
    assert!(ends["on time"] > 1_200 && ends["late"] > 30 && ends["nothing"] > 50, "{ends:?}");
}

fn check_texts(content: &Content) {
    text::required(&content.title, 100).unwrap();
    text::required(&content.description, 2_000).unwrap();
    text::check(&content.place, 100).unwrap();
    assert!(content.households >= 1 && content.persons >= content.households);
    assert!((Fen::new(1)..=Fen::new(1_000_000_000_000)).contains(&content.cost_estimate));
    assert!(
        content.subcategory.len() <= 40 && content.subcategory.starts_with(|c: char| c.is_ascii_lowercase())
    );
}
