//! What an entry of the journal says happened.

use yishi_intake_domain::{
    Category, Content, Deliberation, Ending, Fact, Meeting, MeetingKind, MeetingPaper, MeetingPapers,
    Outcome, PaperFormat, Progress, Subcategory, Supporter,
};
use yishi_kernel::{Actor, Date, Fen, Timestamp, UnitCode};
use yishi_proto::intake::v1::{self as pb, event::Kind};

use super::joint;

pub(super) fn fact(kind: Kind) -> Fact {
    match kind {
        Kind::Proposed(told) => {
            Fact::Proposed { content: content(told.content), proposer: actor(&told.proposer) }
        }
        Kind::Updated(told) => Fact::Updated { content: content(told.content) },
        Kind::Supported(told) => {
            assert!(told.supporter.is_empty(), "a token is not written down");
            let digest = told.digest.as_slice().try_into().expect("16 bytes");
            Fact::Supported { supporter: Supporter::Salted(digest) }
        }
        Kind::Merged(told) => Fact::Merged {
            into: told.into.parse().expect("a matter's name"),
            supporters_gained: count(told.supporters_gained),
        },
        Kind::Declined(told) => Fact::Declined { reason: told.reason },
        Kind::Withdrawn(told) => Fact::Withdrawn { reason: told.reason },
        Kind::Deliberated(told) => Fact::Deliberated(deliberation(&told.deliberation.expect("a meeting"))),
        Kind::Noticed(told) => {
            Fact::Noticed { earliest_end: Timestamp::from_micros(told.earliest_end_time_us) }
        }
        Kind::Objected(told) => Fact::Objected {
            objection: count(told.objection),
            text: told.text,
            objector: actor(&told.objector),
        },
        Kind::Answered(told) => Fact::Answered {
            objection: count(told.objection),
            answer: told.answer,
            upheld: told.upheld,
            reopened: told.reopened,
        },
        Kind::Determined(told) => Fact::Determined {
            number: told.project_number.parse().expect("a project number"),
            due: day(&told.due_day),
            category: category(told.category()),
            cost_estimate: Fen::new(told.cost_estimate_fen),
            additional: told.additional,
        },
        Kind::Progressed(told) => Fact::Progressed(Progress {
            percent: told.percent.try_into().expect("at most 100"),
            spent: Fen::new(told.spent_fen),
            text: told.text,
            papers_sha256: told.papers_sha256.iter().map(|paper| digest(paper)).collect(),
            papers: super::work::papers(&told.papers),
        }),
        Kind::Completed(told) => Fact::Completed { text: told.text },
        Kind::Accepted(_) => Fact::Accepted,
        Kind::ClosingRequested(_) => Fact::ClosingRequested,
        Kind::Closed(told) => Fact::Closed { paid: Fen::new(told.paid_fen) },
        Kind::EndingRequested(told) => Fact::EndingRequested {
            number: count(told.request),
            ending: match told.state() {
                pb::MatterState::CarriedOver => Ending::CarriedOver,
                pb::MatterState::Cancelled => Ending::Cancelled,
                other => panic!("a matter does not end as {other:?}"),
            },
            reason: told.reason,
        },
        Kind::EndingRefused(told) => Fact::EndingRefused { by: unit(&told.by), reason: told.reason },
        Kind::CarriedOver(told) => Fact::CarriedOver { by: unit(&told.by), reason: told.reason },
        Kind::Cancelled(told) => Fact::Cancelled {
            by: unit(&told.by),
            reason: told.reason,
            void: Some(told.void_number.parse().expect("a number that is void")),
        },
        told @ (Kind::Revised(_)
        | Kind::OpinionsRequested(_)
        | Kind::OpinionHeard(_)
        | Kind::ConditionMet(_)) => super::align::fact(told),
        told @ (Kind::OfficerNamed(_)
        | Kind::MilestonePlanned(_)
        | Kind::MilestoneReached(_)
        | Kind::MilestoneDropped(_)
        | Kind::Inspected(_)
        | Kind::Reworked(_)
        | Kind::ReworkJudged(_)
        | Kind::AcceptanceRefused(_)) => super::work::fact(told),
        told @ (Kind::ContactKept(_) | Kind::ContactErased(_) | Kind::ContactRevealed(_)) => {
            super::person::fact(told)
        }
        other => {
            let told = format!("{other:?}");
            Fact::Joint(joint::fact(other).unwrap_or_else(|| panic!("{told} happens to no matter")))
        }
    }
}

pub(super) fn content(told: Option<pb::Content>) -> Content {
    let told = told.expect("a content");
    Content {
        category: category(told.category()),
        subcategory: filed(&told.subcategory, &told.taxonomy),
        cost_estimate: Fen::new(told.cost_estimate_fen),
        households: count(told.households),
        persons: count(told.persons),
        title: told.title,
        description: told.description,
        place: told.place,
    }
}

/// The code, and what it was written under, if the entry says so.
fn filed(code: &str, taxonomy: &str) -> Subcategory {
    let under = (!taxonomy.is_empty()).then(|| taxonomy.parse().expect("a taxonomy"));
    code.parse::<Subcategory>().expect("a subcategory").under(under)
}

fn category(told: pb::Category) -> Category {
    match told {
        pb::Category::Infrastructure => Category::Infrastructure,
        pb::Category::Industry => Category::Industry,
        pb::Category::PublicService => Category::PublicService,
        pb::Category::Governance => Category::Governance,
        pb::Category::ReformAndOther => Category::ReformAndOther,
        pb::Category::Unspecified => panic!("an event without a category"),
    }
}

fn deliberation(told: &pb::Deliberation) -> Deliberation {
    Deliberation {
        meeting: Meeting {
            kind: match told.meeting_kind() {
                pb::MeetingKind::VillagersAssembly => MeetingKind::VillagersAssembly,
                pb::MeetingKind::VillagersRepresentatives => MeetingKind::VillagersRepresentatives,
                pb::MeetingKind::Unspecified => panic!("{told:?} says not who met"),
            },
            held_on: day(&told.held_on),
            entitled: count(told.entitled),
            present: count(told.present),
            in_favour: count(told.in_favour),
            against: count(told.against),
            abstaining: count(told.abstaining),
            minutes_sha256: digest(&told.minutes_sha256),
            papers: papers(told),
        },
        outcome: match told.outcome() {
            pb::DeliberationOutcome::Carried => Outcome::Carried,
            pb::DeliberationOutcome::NoQuorum => Outcome::NoQuorum,
            pb::DeliberationOutcome::NoMajority => Outcome::NoMajority,
            pb::DeliberationOutcome::Unspecified => panic!("{told:?} has no outcome"),
        },
    }
}

fn papers(told: &pb::Deliberation) -> MeetingPapers {
    MeetingPapers {
        minutes_size_bytes: told.minutes_size_bytes.try_into().expect("a file's length"),
        minutes_format: paper_format(told.minutes_format()),
        sign_in_sheet: told.sign_in_sheet.as_ref().map(|sheet| MeetingPaper {
            sha256: digest(&sheet.sha256),
            size_bytes: sheet.size_bytes.try_into().expect("a file's length"),
            format: paper_format(sheet.format()).expect("a sheet has a format"),
        }),
    }
}

fn paper_format(told: pb::PaperFormat) -> Option<PaperFormat> {
    told.as_str_name().strip_prefix("PAPER_FORMAT_")?.parse().ok()
}

pub(super) fn unit(name: &str) -> UnitCode {
    name.strip_prefix("units/").expect("a unit's name").parse().expect("a unit's code")
}

pub(super) fn actor(text: &str) -> Actor {
    text.parse().expect("an actor")
}

pub(super) fn count(value: i32) -> u32 {
    u32::try_from(value).expect("counts are not negative")
}

pub(super) fn day(text: &str) -> Date {
    let form = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, form).expect("a day")
}

pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    bytes.try_into().expect("32 bytes")
}
