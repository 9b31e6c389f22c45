//! The work is reported on, and declared done once all of it is.

use crate::{Fact, Matter, Progress, Refusal, align::all_met, doing::none_open};

const ALL_DONE: u8 = 100;

/// What is done stays done; what was spent may have to be corrected.
pub(super) fn progress(matter: &Matter, report: &Progress) -> Result<Fact, Refusal> {
    let (percent, reached) = (report.percent, reached(matter));
    if percent < reached {
        return Err(Refusal::ProgressBackwards { percent, reached });
    }
    Ok(Fact::Progressed(report.clone()))
}

pub(super) fn complete(matter: &Matter, text: &str) -> Result<Fact, Refusal> {
    match reached(matter) {
        ALL_DONE => {
            none_open(matter)?;
            all_met(matter)?;
            Ok(Fact::Completed { text: text.to_owned() })
        }
        percent => Err(Refusal::WorkUnfinished { percent }),
    }
}

fn reached(matter: &Matter) -> u8 {
    matter.stage.work().map_or(0, |work| work.progress.percent)
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Fen;

    use super::super::village::{Village, report};
    use super::*;
    use crate::{Act, Stage, State};

    #[test]
    fn the_first_report_starts_the_work_and_the_latest_counts() {
        let mut village = Village::on("2021-12-01");
        let matter = village.determine();
        let determination = *village.matter(matter).stage.determination().unwrap();
        village.go_to("2022-03-01");
        village.act(matter, Act::Progress(report(0))).unwrap();
        assert_eq!(village.matter(matter).state(), State::InProgress);
        village.go_to("2022-04-01");
        let latest = Progress { papers_sha256: vec![[9; 32]; 2], ..report(40) };
        village.act(matter, Act::Progress(latest.clone())).unwrap();
        let work = village.matter(matter).stage.work().unwrap();
        assert_eq!((&work.progress, work.reported), (&latest, village.now));
        assert_eq!(work.determination, determination);
    }

    #[test]
    fn the_work_never_goes_back_but_its_cost_may_be_corrected() {
        let mut village = Village::on("2021-12-01");
        let matter = village.start(40);
        let back = Act::Progress(report(39));
        assert_eq!(village.act(matter, back), Err(Refusal::ProgressBackwards { percent: 39, reached: 40 }));
        let corrected = Progress { spent: Fen::ZERO, ..report(40) };
        village.act(matter, Act::Progress(corrected)).unwrap();
        assert_eq!(village.matter(matter).stage.work().unwrap().progress.spent, Fen::ZERO);
    }

    #[test]
    fn only_finished_work_is_declared_done() {
        let mut village = Village::on("2021-12-01");
        let matter = village.start(99);
        let done = Act::Complete { text: "通车".into() };
        assert_eq!(village.act(matter, done.clone()), Err(Refusal::WorkUnfinished { percent: 99 }));
        village.act(matter, Act::Progress(report(100))).unwrap();
        village.act(matter, done).unwrap();
        let Stage::Completed(completion, _) = &village.matter(matter).stage else { panic!("not completed") };
        assert_eq!((completion.text.as_str(), completion.at), ("通车", village.now));
    }

    #[test]
    fn the_day_it_is_due_is_still_on_time() {
        for (today, on_time) in [("2022-12-31", true), ("2023-01-01", false)] {
            let mut village = Village::on("2021-12-01");
            let matter = village.start(100);
            village.go_to(today);
            village.act(matter, Act::Complete { text: "通车".into() }).unwrap();
            assert_eq!(village.matter(matter).stage.completion().unwrap().on_time(), on_time, "{today}");
        }
    }
}
