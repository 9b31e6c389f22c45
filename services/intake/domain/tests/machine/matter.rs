//! One matter as the small model has it, and what is done about it alone.

use std::collections::BTreeSet;

use crate::small::{FINDINGS, INSPECTIONS, REFUSALS, Told};
use crate::step::{Inspector, Stand, Work};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Proposed,
    Deliberated,
    Noticed,
    Determined,
    InProgress,
    Completed,
    Closed,
    Merged,
    Declined,
    Withdrawn,
    Cancelled,
    CarriedOver,
}

/// How far a completed matter is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handover {
    Awaited,
    Accepted,
    Requested,
}

#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) by: Inspector,
    pub(crate) reworked: bool,
    pub(crate) closed: bool,
}

/// The other village's part in a matter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// As the state is called, empty before it is ever asked.
    pub(crate) state: &'static str,
    pub(crate) slot: bool,
    pub(crate) offered: i32,
    pub(crate) met: Option<(i32, bool)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Matter {
    pub(crate) village: usize,
    pub(crate) year: usize,
    pub(crate) state: State,
    pub(crate) category: usize,
    pub(crate) backers: BTreeSet<u8>,
    pub(crate) met: Option<i32>,
    pub(crate) published: i32,
    pub(crate) upheld: bool,
    /// Each with whether it was upheld, once it is answered.
    pub(crate) objections: Vec<Option<bool>>,
    pub(crate) number: Option<usize>,
    pub(crate) additional: bool,
    pub(crate) percent: Option<u8>,
    pub(crate) handover: Handover,
    pub(crate) endings: u32,
    pub(crate) ending_waits: Option<bool>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) inspections: usize,
    pub(crate) refusals: usize,
    /// By department: what it said when, and whether its condition is met.
    pub(crate) opinions: Option<[Option<(Stand, i32, bool)>; 2]>,
    /// Whether it is planned together, and whether the other village has agreed.
    pub(crate) plan: Option<bool>,
    /// When that was last offered.
    pub(crate) offered: i32,
    pub(crate) part: Part,
}

impl Matter {
    pub(crate) fn open_objections(&self) -> usize {
        self.objections.iter().filter(|answer| answer.is_none()).count()
    }

    pub(crate) fn open_findings(&self) -> usize {
        self.findings.iter().filter(|finding| !finding.closed).count()
    }

    pub(crate) fn open_conditions(&self) -> usize {
        let said = self.opinions.iter().flatten().flatten();
        said.filter(|(stand, _, met)| *stand == Stand::Conditional && !met).count()
    }

    pub(crate) fn findings(&self) -> usize {
        self.findings.len()
    }

    pub(crate) fn over(&self) -> bool {
        self.state >= State::Closed
    }

    pub(crate) fn held_up(&self) -> Told {
        no(self.open_findings() > 0, "FindingsOpen")?;
        no(self.open_conditions() > 0, "ConditionsOpen")
    }

    /// It ends, or is anew: whoever was asked or has agreed is let go.
    pub(crate) fn drop_plan(&mut self) {
        if self.plan.take().is_some() && matches!(self.part.state, "INVITED" | "ACCEPTED") {
            (self.part.state, self.part.slot) = ("RELEASED", false);
        }
    }
}

pub(crate) fn no(stands_in_the_way: bool, why: &'static str) -> Told {
    if stands_in_the_way { Err(why) } else { Ok(()) }
}

/// Of twelve entitled: whether it carried, if it can have been so.
pub(crate) fn meeting(
    present: u32,
    in_favour: u32,
    held: i32,
    earliest: i32,
    today: i32,
) -> Result<bool, &'static str> {
    no(present > 12, "MorePresentThanEntitled")?;
    no(in_favour > present, "VotesDoNotAddUp")?;
    no(held < earliest || held > today, "MeetingDay")?;
    Ok(present >= 8 && in_favour > present / 2)
}

pub(crate) fn do_work(matter: &mut Matter, work: &Work) -> Told {
    let (handover, completed) = (matter.handover, matter.state == State::Completed);
    match work {
        Work::Inspect(by, found) => {
            no(completed && handover == Handover::Requested, "ClosingRequested")?;
            let inspected = matter.findings.len() - matter.refusals;
            no(matter.inspections >= INSPECTIONS || inspected + found > FINDINGS, "TooManyInspections")?;
            matter.inspections += 1;
            let finding = Finding { by: *by, reworked: false, closed: false };
            matter.findings.extend(vec![finding; *found]);
        }
        Work::Refuse => {
            no(handover != Handover::Awaited, "AlreadyAccepted")?;
            no(matter.refusals >= REFUSALS, "TooManyRefusals")?;
            matter.refusals += 1;
            matter.findings.push(Finding { by: Inspector::Committee, reworked: false, closed: false });
            matter.state = State::InProgress;
        }
        Work::Rework(number) => open_finding(matter, *number)?.reworked = true,
        Work::Judge(by, number, satisfied) => {
            let finding = open_finding(matter, *number)?;
            no(finding.by != *by, "NotTheInspector")?;
            no(!finding.reworked, "ReworkMissing")?;
            (finding.reworked, finding.closed) = (false, *satisfied);
        }
    }
    Ok(())
}

fn open_finding(matter: &mut Matter, number: usize) -> Result<&mut Finding, &'static str> {
    let finding = number.checked_sub(1).and_then(|nth| matter.findings.get_mut(nth));
    let finding = finding.ok_or("UnknownFinding")?;
    if finding.closed { Err("FindingClosed") } else { Ok(finding) }
}
