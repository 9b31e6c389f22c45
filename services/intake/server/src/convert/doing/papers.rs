//! Photographs and papers: as they are served, and as they are asked.

use yishi_intake_domain::{
    doing::{MediaType, Paper, PaperKind},
    limits,
};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;

const KINDS: &[&str] = &["PHOTOGRAPH", "CONTRACT", "INVOICE", "REPORT", "OTHER"];

fn kind(kind: PaperKind) -> pb::PaperKind {
    match kind {
        PaperKind::Photograph => pb::PaperKind::Photograph,
        PaperKind::Contract => pb::PaperKind::Contract,
        PaperKind::Invoice => pb::PaperKind::Invoice,
        PaperKind::Report => pb::PaperKind::Report,
        PaperKind::Other => pb::PaperKind::Other,
    }
}

fn kind_from(kind: pb::PaperKind) -> Option<PaperKind> {
    Some(match kind {
        pb::PaperKind::Photograph => PaperKind::Photograph,
        pb::PaperKind::Contract => PaperKind::Contract,
        pb::PaperKind::Invoice => PaperKind::Invoice,
        pb::PaperKind::Report => PaperKind::Report,
        pb::PaperKind::Other => PaperKind::Other,
        pb::PaperKind::Unspecified => return None,
    })
}

pub(in crate::convert) fn papers(papers: &[Paper]) -> Vec<pb::Paper> {
    let served = papers.iter().map(|paper| pb::Paper {
        sha256: paper.sha256.to_vec(),
        size_bytes: paper.size.into(),
        media_type: paper.media.to_string(),
        kind: kind(paper.kind) as i32,
    });
    served.collect()
}

/// The papers that [`papers`] wrote.
pub(in crate::convert) fn papers_from(served: &[pb::Paper]) -> Option<Vec<Paper>> {
    let papers = served.iter().map(|paper| {
        Some(Paper {
            sha256: paper.sha256.as_slice().try_into().ok()?,
            size: paper.size_bytes.try_into().ok()?,
            media: paper.media_type.parse().ok()?,
            kind: kind_from(paper.kind())?,
        })
    });
    papers.collect()
}

/// The papers of a request: from `least` to the most that there may be.
pub(in crate::convert) fn papers_asked(
    check: &mut Checker,
    given: &[pb::Paper],
    least: usize,
) -> Option<Vec<Paper>> {
    papers_within(check, "papers", given, least)
}

/// The same of papers in a field of this name.
pub(in crate::convert) fn papers_within(
    check: &mut Checker,
    name: &str,
    given: &[pb::Paper],
    least: usize,
) -> Option<Vec<Paper>> {
    let (most, count) = (limits::PAPERS, given.len());
    if !(least..=most).contains(&count) {
        let (zh, en) = (
            format!("应为 {least} 至 {most} 份，现为 {count} 份"),
            format!("give {least} to {most}; there are {count}"),
        );
        check.refuse(name, zh, en);
        return None;
    }
    // Each is looked at, that all that is wrong is told at once.
    let papers: Vec<Option<Paper>> = given
        .iter()
        .enumerate()
        .map(|(nth, paper)| paper_asked(check, &format!("{name}[{nth}]"), paper))
        .collect();
    papers.into_iter().collect()
}

fn paper_asked(check: &mut Checker, place: &str, given: &pb::Paper) -> Option<Paper> {
    let field = |name: &str| format!("{place}.{name}");
    let sha256 = check.sha256(&field("sha256"), &given.sha256);
    let size = check.count(&field("size_bytes"), given.size_bytes, limits::PAPER_BYTES);
    let media: Option<MediaType> = given.media_type.parse().ok();
    if media.is_none() {
        let (zh, en) = ("应为小写的媒体类型，如 image/jpeg", "write a media type, as in image/jpeg");
        check.refuse(&field("media_type"), zh, en);
    }
    let kind = check.enumeration::<pb::PaperKind>(&field("kind"), given.kind, KINDS);
    Some(Paper { sha256: sha256?, size: size?, media: media?, kind: kind.and_then(kind_from)? })
}
