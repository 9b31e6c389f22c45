//! Numbers that are used and void, as they are served.

use yishi_proto::intake::v1 as pb;

/// That of a cancelled matter, and why.
pub(crate) fn void_number(matter: pb::Matter) -> pb::VoidNumber {
    let ending = matter.ending.unwrap_or_default();
    let progress = matter.progress.unwrap_or_default();
    pb::VoidNumber {
        project_number: matter.project_number,
        matter: matter.name,
        title: matter.title,
        category: matter.category,
        void_time_us: ending.answer_time_us,
        reason: ending.reason,
        agreed_by: ending.answered_by,
        answer: ending.answer,
        percent: progress.percent,
        spent_fen: progress.spent_fen,
    }
}
