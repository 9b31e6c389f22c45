//! `RecordProgress`: what a report says.

use yishi_intake_domain::{Progress, limits};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;

use super::super::doing::papers_asked;

pub(super) fn progress(check: &mut Checker, told: &pb::RecordProgressRequest) -> Option<Progress> {
    let percent = check.count("percent", told.percent, limits::PERCENT);
    let spent = check.fen("spent_fen", told.spent_fen, limits::SPENT_FEN);
    let text = check.required_text("text", &told.text, limits::WORK_CHARS);
    let papers_sha256 = papers(check, &told.papers_sha256);
    let papers = papers_asked(check, &told.papers, 0);
    Some(Progress {
        percent: percent?,
        spent: spent?,
        text: text?,
        papers_sha256: papers_sha256?,
        papers: papers?,
    })
}

fn papers(check: &mut Checker, digests: &[Vec<u8>]) -> Option<Vec<[u8; 32]>> {
    let (most, given) = (limits::PAPERS, digests.len());
    if given > most {
        let (zh, en) =
            (format!("至多 {most} 份，现为 {given} 份"), format!("give at most {most}; there are {given}"));
        check.refuse("papers_sha256", zh, en);
        return None;
    }
    let mut papers = Vec::with_capacity(given);
    for (nth, digest) in digests.iter().enumerate() {
        papers.extend(check.sha256(&format!("papers_sha256[{nth}]"), digest));
    }
    Some(papers)
}

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt;
    use yishi_runtime::errors::Lang;

    use super::*;

    fn told() -> pb::RecordProgressRequest {
        pb::RecordProgressRequest { percent: 100, text: "路基已完成".into(), ..Default::default() }
    }

    fn wrong_fields(told: &pb::RecordProgressRequest) -> Vec<String> {
        let mut check = Checker::default();
        let report = progress(&mut check, told);
        let refused = check.finish(|| report).unwrap_err().into_status(Lang::En);
        let details = refused.get_error_details();
        details.bad_request().unwrap().field_violations.iter().map(|wrong| wrong.field.clone()).collect()
    }

    #[test]
    fn a_report_within_its_bounds_is_read() {
        let mut check = Checker::default();
        let report = pb::RecordProgressRequest { papers_sha256: vec![vec![1; 32]; limits::PAPERS], ..told() };
        let report = progress(&mut check, &report).unwrap();
        assert_eq!((report.percent, report.papers_sha256.len()), (100, limits::PAPERS));
        assert!(check.finish(|| Some(())).is_ok());
    }

    #[test]
    fn each_field_beyond_its_bounds_is_named() {
        let papers_sha256 = vec![vec![1; 32], vec![1; 31], vec![]];
        let all =
            pb::RecordProgressRequest { percent: 101, spent_fen: -1, papers_sha256, ..Default::default() };
        assert_eq!(
            wrong_fields(&all),
            ["percent", "spent_fen", "text", "papers_sha256[1]", "papers_sha256[2]"]
        );
        let many = vec![vec![1; 32]; limits::PAPERS + 1];
        assert_eq!(
            wrong_fields(&pb::RecordProgressRequest { papers_sha256: many, ..told() }),
            ["papers_sha256"]
        );
    }
}
