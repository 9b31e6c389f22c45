//! The work on a matter as it is served, and back.

use yishi_intake_domain::{Completion, Determination, Handover, Progress, Reached, Stage, StrikeOff, Work};
use yishi_kernel::{Fen, Timestamp};
use yishi_proto::intake::v1 as pb;

use super::doing;

pub(super) fn progress(work: &Work) -> pb::Progress {
    let Work { determination: _, progress, reported } = work;
    pb::Progress {
        percent: progress.percent.into(),
        spent_fen: progress.spent.get(),
        text: progress.text.clone(),
        papers_sha256: papers(progress),
        record_time_us: reported.as_micros(),
        papers: doing::papers(&progress.papers),
    }
}

pub(super) fn papers(progress: &Progress) -> Vec<Vec<u8>> {
    progress.papers_sha256.iter().map(|digest| digest.to_vec()).collect()
}

/// The digests that [`papers`] wrote.
pub(super) fn papers_from(digests: &[Vec<u8>]) -> Option<Vec<[u8; 32]>> {
    digests.iter().map(|digest| digest.as_slice().try_into().ok()).collect()
}

pub(super) fn completion(stage: &Stage) -> Option<pb::Completion> {
    let declared = stage.completion()?;
    let mut served = pb::Completion {
        text: declared.text.clone(),
        complete_time_us: declared.at.as_micros(),
        on_time: declared.on_time(),
        ..pb::Completion::default()
    };
    let reached = match stage {
        Stage::Cancelled(Reached::Completed(_, handover))
        | Stage::CarriedOver(Reached::Completed(_, handover)) => {
            &Stage::Completed(declared.clone(), *handover)
        }
        _ => stage,
    };
    match reached {
        Stage::Completed(_, Handover::Accepted { at }) => served.accept_time_us = at.as_micros(),
        Stage::Completed(_, Handover::ClosingRequested { accepted, at }) => {
            served.accept_time_us = accepted.as_micros();
            served.closing_request_time_us = at.as_micros();
        }
        Stage::Closed(StrikeOff { completion: _, accepted, requested, at, paid }) => {
            served.accept_time_us = accepted.as_micros();
            served.closing_request_time_us = requested.as_micros();
            served.close_time_us = at.as_micros();
            served.paid_fen = paid.get();
        }
        _ => {}
    }
    Some(served)
}

pub(super) fn work_from(served: &pb::Matter, determination: Determination) -> Option<Work> {
    let told = served.progress.as_ref()?;
    let progress = Progress {
        percent: told.percent.try_into().ok()?,
        spent: Fen::new(told.spent_fen),
        text: told.text.clone(),
        papers_sha256: papers_from(&told.papers_sha256)?,
        papers: doing::papers_from(&told.papers)?,
    };
    Some(Work { determination, progress, reported: Timestamp::from_micros(told.record_time_us) })
}

pub(super) fn completed_from(served: &pb::Matter, determination: Determination) -> Option<Stage> {
    let told = served.completion.as_ref()?;
    let handover = match (moment(told.accept_time_us), moment(told.closing_request_time_us)) {
        (None, None) => Handover::Awaited,
        (Some(at), None) => Handover::Accepted { at },
        (Some(accepted), Some(at)) => Handover::ClosingRequested { accepted, at },
        (None, Some(_)) => return None,
    };
    Some(Stage::Completed(completion_from(served, determination)?, handover))
}

pub(super) fn closed_from(served: &pb::Matter, determination: Determination) -> Option<Stage> {
    let told = served.completion.as_ref()?;
    Some(Stage::Closed(StrikeOff {
        completion: completion_from(served, determination)?,
        accepted: moment(told.accept_time_us)?,
        requested: moment(told.closing_request_time_us)?,
        at: moment(told.close_time_us)?,
        paid: Fen::new(told.paid_fen),
    }))
}

fn completion_from(served: &pb::Matter, determination: Determination) -> Option<Completion> {
    let told = served.completion.as_ref()?;
    Some(Completion {
        work: work_from(served, determination)?,
        text: told.text.clone(),
        at: Timestamp::from_micros(told.complete_time_us),
    })
}

fn moment(time_us: i64) -> Option<Timestamp> {
    (time_us != 0).then(|| Timestamp::from_micros(time_us))
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use yishi_intake_domain::{
        Act, Category, Command, Content, Delivery, Meeting, MeetingKind, MeetingPapers,
    };
    use yishi_intake_domain::{Matter, Policy, State, World, decide, evolve};
    use yishi_kernel::MatterId;

    use super::super::matter::{matter, matter_from};
    use super::*;

    /// A matter after each step of its life.
    fn life() -> Vec<Matter> {
        let id: MatterId = "villages/640324100200/matters/2022-1".parse().unwrap();
        let mut now = Timestamp::from_micros(1_638_331_200_000_000);
        let content = Content {
            title: "修村道".into(),
            description: "硬化主干道三公里".into(),
            category: Category::Infrastructure,
            subcategory: "village_road".parse().unwrap(),
            cost_estimate: Fen::new(120_000_000),
            households: 200,
            persons: 700,
            place: String::new(),
        };
        let meeting = Meeting {
            kind: MeetingKind::VillagersAssembly,
            held_on: now.date(),
            entitled: 30,
            present: 25,
            in_favour: 20,
            against: 5,
            abstaining: 0,
            minutes_sha256: [7; 32],
            papers: MeetingPapers::default(),
        };
        let report = |percent, papers| Progress {
            percent,
            spent: Fen::new(7),
            text: "路基已完成".into(),
            papers_sha256: vec![[percent; 32]; papers],
            papers: Vec::new(),
        };
        let proposer = "officer".parse().unwrap();
        let propose =
            Command::Propose { village: id.village, year: id.year, content, proposer, contact: None };
        let acts = [
            Act::Deliberate(meeting),
            Act::Publish,
            Act::Determine { due: None },
            Act::Progress(report(0, 0)),
            Act::Progress(report(100, 2)),
            Act::Complete { text: "道路通车".into() },
            Act::Accept,
            Act::RequestClosing,
        ];
        let acts = acts.into_iter().map(|act| Command::Change { matter: id, version: None, act });
        let settled = Command::Delivery(Delivery::Settled { matter: id, paid: Fen::new(119_999_999) });
        let mut world = World::default();
        let mut life = Vec::new();
        for command in [propose].into_iter().chain(acts).chain([settled]) {
            for event in decide(&Policy::default(), &world, &command, now).unwrap() {
                evolve(&mut world, &event).unwrap();
            }
            life.push(world.matter(id).unwrap().clone());
            now = now.checked_add_days(9).unwrap();
        }
        life
    }

    #[test]
    fn what_is_served_at_each_step_is_read_back_the_same() {
        let life = life();
        assert_eq!(life.last().map(Matter::state), Some(State::Closed));
        for then in life {
            let bytes = matter(&then).encode_to_vec();
            let served = pb::Matter::decode(bytes.as_slice()).unwrap();
            assert_eq!(matter_from(&served).as_ref(), Ok(&then), "{}", then.state());
        }
    }

    #[test]
    fn a_closed_matter_tells_its_whole_life() {
        let closed = matter(life().last().unwrap());
        let completion = closed.completion.unwrap();
        assert_eq!((completion.paid_fen, completion.on_time), (119_999_999, true));
        assert_eq!(closed.due_day, "2022-12-31");
        assert_eq!(closed.progress.map(|progress| progress.papers_sha256.len()), Some(2));
        let moments = [
            closed.determine_time_us,
            completion.complete_time_us,
            completion.accept_time_us,
            completion.closing_request_time_us,
            completion.close_time_us,
            closed.update_time_us,
        ];
        assert!(moments.is_sorted() && moments[0] > 0 && moments[4] == moments[5], "{moments:?}");
    }

    #[test]
    fn a_row_that_contradicts_itself_is_not_read() {
        let life = life();
        let served = |state: State| {
            let then = life.iter().rfind(|then| then.state() == state);
            matter(then.unwrap())
        };
        let unaccepted = |mut closed: pb::Matter| {
            closed.completion.as_mut().unwrap().accept_time_us = 0;
            closed
        };
        for wrong in [
            pb::Matter { due_day: String::new(), ..served(State::Determined) },
            pb::Matter { progress: None, ..served(State::InProgress) },
            pb::Matter { completion: None, ..served(State::Completed) },
            unaccepted(served(State::Completed)),
            unaccepted(served(State::Closed)),
        ] {
            let error = matter_from(&wrong).unwrap_err();
            assert!(error.ends_with("state cannot be read"), "{error}");
        }
    }
}
