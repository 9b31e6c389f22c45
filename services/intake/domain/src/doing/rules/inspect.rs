//! Whoever watches the work says what is wrong; the handler puts it right; whoever found it says whether it is.

use super::next;
use crate::doing::{Doing, Fact, Finding, Inspector, Paper, Refusal};
use crate::{Completion, Handover, Matter, Policy, Refusal as Refused, Stage};

pub(super) fn inspect(
    policy: &Policy,
    matter: &Matter,
    (inspector, text): (Inspector, &str),
    findings: &[String],
    papers: &[Paper],
) -> Result<Fact, Refused> {
    // The ledger is about to settle it: what would be found now could hold up nothing.
    if let Stage::Completed(_, Handover::ClosingRequested { at, .. }) = matter.stage {
        return Err(Refused::ClosingRequested { at });
    }
    let inspection = room(policy, &matter.doing, findings.len())?;
    let (text, findings, papers) = (text.to_owned(), findings.to_vec(), papers.to_vec());
    Ok(Fact::Inspected { inspection, inspector, text, findings, papers })
}

/// The committee's no: the matter goes back to work.
pub(super) fn refuse(policy: &Policy, matter: &Matter, text: &str) -> Result<Fact, Refused> {
    if let Stage::Completed(_, Handover::Accepted { at } | Handover::ClosingRequested { accepted: at, .. }) =
        matter.stage
    {
        return Err(Refused::AlreadyAccepted { at });
    }
    let limit = policy.refusals_per_matter;
    if next(refusals(&matter.doing)) > limit {
        return Err(Refused::Doing(Refusal::TooManyRefusals { limit }));
    }
    let inspection = next(matter.doing.inspections.len());
    let was_on_time = matter.stage.completion().is_some_and(Completion::on_time);
    Ok(Fact::AcceptanceRefused { inspection, text: text.to_owned(), was_on_time })
}

/// The next inspection's number, if it and so many findings still have room. Refusals have a limit of their own: whoever
/// inspects cannot take the committee's no from it.
fn room(policy: &Policy, doing: &Doing, more: usize) -> Result<u32, Refused> {
    let (limit, findings) = (policy.inspections_per_matter, policy.findings_per_matter);
    // Each refusal is an inspection with one finding.
    let without = |all: usize| all.saturating_sub(refusals(doing));
    let last = without(doing.findings.len()).saturating_add(more);
    let full = next(without(doing.inspections.len())) > limit;
    if full || u32::try_from(last).map_or(true, |last| last > findings) {
        return Err(Refused::Doing(Refusal::TooManyInspections { limit, findings }));
    }
    Ok(next(doing.inspections.len()))
}

fn refusals(doing: &Doing) -> usize {
    doing.inspections.iter().filter(|inspection| inspection.refused).count()
}

pub(super) fn rework(doing: &Doing, finding: u32, text: &str, papers: &[Paper]) -> Result<Fact, Refusal> {
    not_closed(doing, finding)?;
    Ok(Fact::Reworked { finding, text: text.to_owned(), papers: papers.to_vec() })
}

pub(super) fn judge(
    doing: &Doing,
    inspector: Inspector,
    finding: u32,
    satisfied: bool,
    text: &str,
) -> Result<Fact, Refusal> {
    let found = not_closed(doing, finding)?;
    if let Some(other) = doing.inspector_of(found).filter(|found_by| *found_by != inspector) {
        return Err(Refusal::NotTheInspector { finding, inspector: other });
    }
    if !found.waits_for_a_look() {
        return Err(Refusal::ReworkMissing { finding });
    }
    Ok(Fact::Judged { finding, satisfied, text: text.to_owned() })
}

fn not_closed(doing: &Doing, finding: u32) -> Result<&Finding, Refusal> {
    let found = doing.finding(finding).ok_or(Refusal::UnknownFinding { finding })?;
    if found.is_closed() { Err(Refusal::FindingClosed { finding }) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::MatterId;

    use super::*;
    use crate::doing::Act;
    use crate::rules::village::Village;
    use crate::{Act as All, State};

    fn look(inspector: Inspector, findings: &[&str]) -> All {
        let findings = findings.iter().map(|text| (*text).to_owned()).collect();
        All::Doing(Act::Inspect { inspector, text: "现场检查".into(), findings, papers: vec![] })
    }

    fn put_right(finding: u32) -> All {
        All::Doing(Act::Rework { finding, text: "已返工".into(), papers: vec![] })
    }

    fn judge(inspector: Inspector, finding: u32, satisfied: bool) -> All {
        All::Doing(Act::Judge { inspector, finding, satisfied, text: "已看".into() })
    }

    fn no(refusal: Refusal) -> Result<(), Refused> {
        Err(Refused::Doing(refusal))
    }

    const COMMITTEE: Inspector = Inspector::SupervisionCommittee;
    const GROUP: Inspector = Inspector::WorkGroup;

    fn complete(village: &mut Village, matter: MatterId) -> Result<(), Refused> {
        village.act(matter, All::Complete { text: "通车".into() })
    }

    #[test]
    fn what_was_found_holds_up_the_completion_until_whoever_found_it_is_content() {
        let mut village = Village::on("2021-12-01");
        let matter = village.start(100);
        village.act(matter, look(GROUP, &["厚度不足", "无标识牌"])).unwrap();
        village.act(matter, look(COMMITTEE, &[])).unwrap();
        assert_eq!(complete(&mut village, matter), no(Refusal::FindingsOpen { open: vec![1, 2] }));
        assert_eq!(village.act(matter, judge(GROUP, 1, true)), no(Refusal::ReworkMissing { finding: 1 }));
        for finding in [1, 2] {
            village.act(matter, put_right(finding)).unwrap();
        }
        assert_eq!(
            village.act(matter, judge(COMMITTEE, 1, true)),
            no(Refusal::NotTheInspector { finding: 1, inspector: GROUP })
        );
        village.act(matter, judge(GROUP, 1, true)).unwrap();
        village.act(matter, judge(GROUP, 2, false)).unwrap();
        assert_eq!(complete(&mut village, matter), no(Refusal::FindingsOpen { open: vec![2] }));
        assert_eq!(village.act(matter, put_right(1)), no(Refusal::FindingClosed { finding: 1 }));
        village.act(matter, put_right(2)).unwrap();
        village.act(matter, judge(GROUP, 2, true)).unwrap();
        assert_eq!(complete(&mut village, matter), Ok(()));
    }

    #[test]
    fn what_is_found_after_the_completion_holds_up_the_acceptance_and_the_strike_off() {
        let mut village = Village::on("2021-12-01");
        let matter = village.complete();
        village.act(matter, look(GROUP, &["裂缝"])).unwrap();
        let open = no(Refusal::FindingsOpen { open: vec![1] });
        assert_eq!(village.act(matter, All::Accept), open);
        village.act(matter, put_right(1)).unwrap();
        village.act(matter, judge(GROUP, 1, true)).unwrap();
        village.act(matter, All::Accept).unwrap();
        village.act(matter, look(GROUP, &["又有裂缝"])).unwrap();
        assert_eq!(village.act(matter, All::RequestClosing), no(Refusal::FindingsOpen { open: vec![2] }));
        village.act(matter, put_right(2)).unwrap();
        village.act(matter, judge(GROUP, 2, true)).unwrap();
        village.act(matter, All::RequestClosing).unwrap();
        let asked = Err(Refused::ClosingRequested { at: village.now });
        assert_eq!(village.act(matter, look(GROUP, &["迟了"])), asked);
    }

    #[test]
    fn what_is_not_accepted_goes_back_to_work() {
        let mut village = Village::on("2021-12-01");
        let matter = village.complete();
        let refuse = All::Doing(Act::RefuseAcceptance { text: "路灯不亮".into() });
        village.act(matter, refuse.clone()).unwrap();
        assert_eq!(village.matter(matter).state(), State::InProgress);
        assert_eq!(complete(&mut village, matter), no(Refusal::FindingsOpen { open: vec![1] }));
        village.act(matter, put_right(1)).unwrap();
        village.act(matter, judge(COMMITTEE, 1, true)).unwrap();
        complete(&mut village, matter).unwrap();
        village.act(matter, All::Accept).unwrap();
        let accepted = Err(Refused::AlreadyAccepted { at: village.now });
        assert_eq!(village.act(matter, refuse), accepted);
    }

    #[test]
    fn inspections_do_not_use_up_what_the_committee_may_refuse() {
        let mut village = Village::on("2021-12-01");
        (village.policy.inspections_per_matter, village.policy.findings_per_matter) = (2, 1);
        village.policy.refusals_per_matter = 2;
        let matter = village.complete();
        village.act(matter, look(GROUP, &["裂缝"])).unwrap();
        let refuse = All::Doing(Act::RefuseAcceptance { text: "路灯不亮".into() });
        village.act(matter, refuse.clone()).unwrap();
        // What is refused does not use up what others may inspect.
        village.act(matter, look(GROUP, &[])).unwrap();
        let full = no(Refusal::TooManyInspections { limit: 2, findings: 1 });
        assert_eq!(village.act(matter, look(GROUP, &[])), full);
        for (finding, inspector) in [(1, GROUP), (2, COMMITTEE)] {
            village.act(matter, put_right(finding)).unwrap();
            village.act(matter, judge(inspector, finding, true)).unwrap();
        }
        complete(&mut village, matter).unwrap();
        village.act(matter, refuse.clone()).unwrap();
        village.act(matter, put_right(3)).unwrap();
        village.act(matter, judge(COMMITTEE, 3, true)).unwrap();
        complete(&mut village, matter).unwrap();
        assert_eq!(village.act(matter, refuse), no(Refusal::TooManyRefusals { limit: 2 }));
    }

    #[test]
    fn a_matter_is_not_inspected_without_end() {
        let mut village = Village::on("2021-12-01");
        (village.policy.inspections_per_matter, village.policy.findings_per_matter) = (2, 2);
        let matter = village.start(10);
        let full = no(Refusal::TooManyInspections { limit: 2, findings: 2 });
        assert_eq!(village.act(matter, look(COMMITTEE, &["a", "b", "c"])), full);
        village.act(matter, look(COMMITTEE, &["a"])).unwrap();
        village.act(matter, look(COMMITTEE, &[])).unwrap();
        assert_eq!(village.act(matter, look(COMMITTEE, &[])), full);
        assert_eq!(village.act(matter, put_right(2)), no(Refusal::UnknownFinding { finding: 2 }));
    }
}
