//! Requests as an office fills them in: right in every field, each with a request id of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use prost_types::FieldMask;
use yishi_kernel::{RequestId, UnitCode};
use yishi_proto::intake::v1 as pb;

/// The year the proposals are for.
pub const YEAR: i32 = 2022;

/// The day by which everything is to be completed.
pub const DUE: &str = "2022-09-30";

/// A reason that says no.
pub const REJECTED: &str = "已列入乡镇计划";

/// A request id that this process has not used yet.
#[must_use]
pub fn fresh_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let ordinal = u128::from(LAST.fetch_add(1, Ordering::Relaxed)) + 1;
    RequestId::from_random_bytes(ordinal.to_be_bytes()).to_string()
}

/// Requests to intake.
#[derive(Clone, Copy, Debug)]
pub struct Asks;

impl Asks {
    /// What a farmer wants.
    #[must_use]
    pub fn matter(title: &str) -> pb::Matter {
        pb::Matter {
            title: title.to_owned(),
            description: format!("{title}：硬化路面三公里，安装路灯四十盏。"),
            category: pb::Category::Infrastructure as i32,
            subcategory: "village_road".to_owned(),
            cost_estimate_fen: 120_000_000,
            households: 210,
            persons: 760,
            place: "村委会至三组".to_owned(),
            ..pb::Matter::default()
        }
    }

    /// 提事, of a matter as it is given.
    #[must_use]
    pub fn propose_this(village: UnitCode, year: i32, matter: pb::Matter) -> pb::ProposeMatterRequest {
        let (parent, matter) = (format!("villages/{village}"), Some(matter));
        pb::ProposeMatterRequest { parent, year, matter, request_id: fresh_id(), contact: None }
    }

    /// 提事, for [`YEAR`].
    #[must_use]
    pub fn propose(village: UnitCode, title: &str) -> pb::ProposeMatterRequest {
        Self::propose_this(village, YEAR, Self::matter(title))
    }

    /// A change of every field that can be changed.
    #[must_use]
    pub fn update(name: &str) -> pb::UpdateMatterRequest {
        let matter = pb::Matter {
            name: name.to_owned(),
            category: pb::Category::PublicService as i32,
            subcategory: "health_room".to_owned(),
            cost_estimate_fen: 90_000_000,
            households: 211,
            persons: 761,
            place: "三组".to_owned(),
            ..Self::matter("改建卫生室")
        };
        let paths = "title description category subcategory cost_estimate_fen households persons place";
        let paths = paths.split(' ').map(str::to_owned).collect();
        pb::UpdateMatterRequest {
            matter: Some(matter),
            update_mask: Some(FieldMask { paths }),
            request_id: fresh_id(),
            etag: String::new(),
        }
    }

    /// A villager's support.
    #[must_use]
    pub fn support(name: &str, supporter: &str) -> pb::SupportMatterRequest {
        let (name, supporter) = (name.to_owned(), supporter.to_owned());
        pb::SupportMatterRequest { name, supporter, request_id: fresh_id(), etag: String::new() }
    }

    /// A merge of a duplicate.
    #[must_use]
    pub fn merge(name: &str, into: &str) -> pb::MergeMatterRequest {
        let (name, into) = (name.to_owned(), into.to_owned());
        pb::MergeMatterRequest { name, into, request_id: fresh_id(), etag: String::new() }
    }

    /// The village's no.
    #[must_use]
    pub fn decline(name: &str) -> pb::DeclineMatterRequest {
        let (name, reason) = (name.to_owned(), REJECTED.to_owned());
        pb::DeclineMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
    }

    /// The proposer's own no.
    #[must_use]
    pub fn withdraw(name: &str) -> pb::WithdrawMatterRequest {
        let (name, reason) = (name.to_owned(), REJECTED.to_owned());
        pb::WithdrawMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
    }

    /// A meeting of `entitled` villagers on a day; whoever came and was not for it was against it.
    #[must_use]
    pub fn deliberate(
        name: &str,
        held_on: &str,
        (entitled, present, in_favour): (i32, i32, i32),
    ) -> pb::RecordDeliberationRequest {
        let deliberation = pb::Deliberation {
            meeting_kind: pb::MeetingKind::VillagersRepresentatives as i32,
            held_on: held_on.to_owned(),
            entitled,
            present,
            in_favour,
            against: present - in_favour,
            abstaining: 0,
            minutes_sha256: vec![7; 32],
            minutes_size_bytes: 348_160,
            minutes_format: pb::PaperFormat::Pdf as i32,
            sign_in_sheet: Some(pb::MeetingPaper {
                sha256: vec![8; 32],
                size_bytes: 1_204_224,
                format: pb::PaperFormat::Jpeg as i32,
            }),
            outcome: 0,
        };
        let (name, deliberation) = (name.to_owned(), Some(deliberation));
        pb::RecordDeliberationRequest { name, deliberation, request_id: fresh_id(), etag: String::new() }
    }

    /// The decision is hung out.
    #[must_use]
    pub fn publish(name: &str) -> pb::PublishNoticeRequest {
        pb::PublishNoticeRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
    }

    /// A villager's objection.
    #[must_use]
    pub fn object(name: &str, objector: &str) -> pb::FileObjectionRequest {
        let (name, objector) = (name.to_owned(), objector.to_owned());
        let text = "路线绕过三组".to_owned();
        pb::FileObjectionRequest { name, text, objector, request_id: fresh_id(), etag: String::new() }
    }

    /// The village's answer to an objection.
    #[must_use]
    pub fn answer(name: &str, objection: i32, upheld: bool) -> pb::AnswerObjectionRequest {
        let (name, answer) = (name.to_owned(), "已到现场核实".to_owned());
        pb::AnswerObjectionRequest {
            name,
            objection,
            answer,
            upheld,
            request_id: fresh_id(),
            etag: String::new(),
        }
    }

    /// 定事.
    #[must_use]
    pub fn determine(name: &str) -> pb::DetermineMatterRequest {
        let (name, due_day) = (name.to_owned(), DUE.to_owned());
        pb::DetermineMatterRequest { name, due_day, request_id: fresh_id(), etag: String::new() }
    }

    /// A report that so much of the work is done.
    #[must_use]
    pub fn progress(name: &str, percent: i32) -> pb::RecordProgressRequest {
        pb::RecordProgressRequest {
            name: name.to_owned(),
            percent,
            spent_fen: i64::from(percent) * 1_000_000,
            text: "路基已完成".to_owned(),
            papers_sha256: vec![vec![5; 32], vec![6; 32]],
            papers: vec![Self::paper(pb::PaperKind::Contract, 7)],
            request_id: fresh_id(),
            etag: String::new(),
        }
    }

    /// A paper, by what its digest is made of.
    #[must_use]
    pub fn paper(kind: pb::PaperKind, digest: u8) -> pb::Paper {
        let media_type = "image/jpeg".to_owned();
        pb::Paper { sha256: vec![digest; 32], size_bytes: 2_400_000, media_type, kind: kind as i32 }
    }

    /// The handler's word that all is done.
    #[must_use]
    pub fn complete(name: &str) -> pb::CompleteMatterRequest {
        let (name, text) = (name.to_owned(), "道路通车".to_owned());
        pb::CompleteMatterRequest { name, text, request_id: fresh_id(), etag: String::new() }
    }

    /// The supervision committee's yes.
    #[must_use]
    pub fn accept(name: &str) -> pb::AcceptMatterRequest {
        pb::AcceptMatterRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
    }

    /// 销号.
    #[must_use]
    pub fn close(name: &str) -> pb::RequestClosingRequest {
        pb::RequestClosingRequest { name: name.to_owned(), request_id: fresh_id(), etag: String::new() }
    }

    /// A matter is to be taken over into the next year.
    #[must_use]
    pub fn carry_over(name: &str) -> pb::CarryOverMatterRequest {
        let (name, reason) = (name.to_owned(), REJECTED.to_owned());
        pb::CarryOverMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
    }

    /// A matter is to be given up.
    #[must_use]
    pub fn cancel(name: &str) -> pb::CancelMatterRequest {
        let (name, reason) = (name.to_owned(), REJECTED.to_owned());
        pb::CancelMatterRequest { name, reason, request_id: fresh_id(), etag: String::new() }
    }

    /// What the unit above says to that.
    #[must_use]
    pub fn answer_ending(name: &str, grant: bool) -> pb::AnswerEndingRequest {
        let (matter, reason) = (name.to_owned(), REJECTED.to_owned());
        pb::AnswerEndingRequest { matter, grant, reason, request_id: fresh_id(), etag: String::new() }
    }
}
