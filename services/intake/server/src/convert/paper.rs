//! Papers of a meeting as they are served and written, and back.

use yishi_intake_domain::{MeetingPaper, MeetingPapers, PaperFormat, limits};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::check::Checker;

const FORMATS: &[&str] = &["PDF", "OFD", "JPEG", "PNG", "TIFF", "TEXT", "DOCX"];

fn format(format: PaperFormat) -> pb::PaperFormat {
    match format {
        PaperFormat::Pdf => pb::PaperFormat::Pdf,
        PaperFormat::Ofd => pb::PaperFormat::Ofd,
        PaperFormat::Jpeg => pb::PaperFormat::Jpeg,
        PaperFormat::Png => pb::PaperFormat::Png,
        PaperFormat::Tiff => pb::PaperFormat::Tiff,
        PaperFormat::Text => pb::PaperFormat::Text,
        PaperFormat::Docx => pb::PaperFormat::Docx,
    }
}

fn format_from(format: pb::PaperFormat) -> Option<PaperFormat> {
    Some(match format {
        pb::PaperFormat::Pdf => PaperFormat::Pdf,
        pb::PaperFormat::Ofd => PaperFormat::Ofd,
        pb::PaperFormat::Jpeg => PaperFormat::Jpeg,
        pb::PaperFormat::Png => PaperFormat::Png,
        pb::PaperFormat::Tiff => PaperFormat::Tiff,
        pb::PaperFormat::Text => PaperFormat::Text,
        pb::PaperFormat::Docx => PaperFormat::Docx,
        pb::PaperFormat::Unspecified => return None,
    })
}

/// Writes what is known of the papers into what is said of the meeting.
pub(super) fn write(papers: &MeetingPapers, held: &mut pb::Deliberation) {
    held.minutes_size_bytes = papers.minutes_size_bytes.into();
    held.minutes_format = papers.minutes_format.map_or(pb::PaperFormat::Unspecified, format) as i32;
    held.sign_in_sheet = papers.sign_in_sheet.as_ref().map(|sheet| pb::MeetingPaper {
        sha256: sheet.sha256.to_vec(),
        size_bytes: sheet.size_bytes.into(),
        format: format(sheet.format) as i32,
    });
}

/// What [`write`] wrote. An entry of before says nothing of it.
pub(super) fn papers_from(held: &pb::Deliberation) -> Option<MeetingPapers> {
    let sheet = |sheet: &pb::MeetingPaper| {
        Some(MeetingPaper {
            sha256: sheet.sha256.as_slice().try_into().ok()?,
            size_bytes: sheet.size_bytes.try_into().ok()?,
            format: format_from(sheet.format())?,
        })
    };
    Some(MeetingPapers {
        minutes_size_bytes: held.minutes_size_bytes.try_into().ok()?,
        minutes_format: format_from(held.minutes_format()),
        sign_in_sheet: match &held.sign_in_sheet {
            Some(told) => Some(sheet(told)?),
            None => None,
        },
    })
}

/// What a request says of a meeting's papers.
pub(super) fn papers(check: &mut Checker, held: &pb::Deliberation) -> Option<MeetingPapers> {
    let longest = *limits::PAPER_BYTES.end();
    let minutes_size_bytes =
        check.count("deliberation.minutes_size_bytes", held.minutes_size_bytes, 0..=longest);
    let minutes_format = match held.minutes_format {
        0 => Some(None),
        told => {
            let field = "deliberation.minutes_format";
            check.enumeration::<pb::PaperFormat>(field, told, FORMATS).map(format_from)
        }
    };
    let sign_in_sheet = match &held.sign_in_sheet {
        Some(sheet) => paper(check, sheet).map(Some),
        None => Some(None),
    };
    Some(MeetingPapers {
        minutes_size_bytes: minutes_size_bytes?,
        minutes_format: minutes_format?,
        sign_in_sheet: sign_in_sheet?,
    })
}

fn paper(check: &mut Checker, told: &pb::MeetingPaper) -> Option<MeetingPaper> {
    let sha256 = check.sha256("deliberation.sign_in_sheet.sha256", &told.sha256);
    let size_bytes =
        check.count("deliberation.sign_in_sheet.size_bytes", told.size_bytes, limits::PAPER_BYTES);
    let format =
        check.enumeration::<pb::PaperFormat>("deliberation.sign_in_sheet.format", told.format, FORMATS);
    Some(MeetingPaper { sha256: sha256?, size_bytes: size_bytes?, format: format.and_then(format_from)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_before_says_nothing_of_papers() {
        let before = pb::Deliberation { minutes_sha256: vec![7; 32], ..pb::Deliberation::default() };
        assert_eq!(papers_from(&before), Some(MeetingPapers::default()));
        let mut again = before.clone();
        write(&MeetingPapers::default(), &mut again);
        assert_eq!(again, before);
    }

    #[test]
    fn every_format_goes_there_and_back() {
        for &one in PaperFormat::ALL {
            let sheet = MeetingPaper { sha256: [8; 32], size_bytes: 1, format: one };
            let papers = MeetingPapers {
                minutes_size_bytes: 7,
                minutes_format: Some(one),
                sign_in_sheet: Some(sheet),
            };
            let mut held = pb::Deliberation::default();
            write(&papers, &mut held);
            assert_eq!(papers_from(&held), Some(papers));
            assert_eq!(held.minutes_format().as_str_name(), format!("PAPER_FORMAT_{one}"));
        }
        assert_eq!(FORMATS.len(), PaperFormat::ALL.len());
    }

    #[test]
    fn a_sheet_without_a_digest_is_not_read() {
        let sheet =
            pb::MeetingPaper { sha256: vec![8; 31], size_bytes: 1, format: pb::PaperFormat::Pdf as i32 };
        let held = pb::Deliberation { sign_in_sheet: Some(sheet), ..pb::Deliberation::default() };
        assert_eq!(papers_from(&held), None);
    }
}
