//! What intake and funding write down.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as funding;
use yishi_proto::intake::v1 as intake;
use yishi_store::Draft;
use yishi_tests::sandbox::REGION;

/// What every matter here is about.
const CATEGORY: i32 = intake::Category::Industry as i32;

/// The n-th matter of a village in 2022.
pub(crate) fn matter(village: UnitCode, ordinal: u32) -> String {
    format!("villages/{village}/matters/2022-{ordinal}")
}

fn of_intake(village: UnitCode, kind: &'static str, event: intake::event::Kind) -> Draft {
    let payload =
        intake::Event { matter: matter(village, 1), kind: Some(event), ..Default::default() }.encode_to_vec();
    Draft { unit: village, to: None, kind, payload }
}

fn of_funding(kind: &'static str, event: funding::event::Kind) -> Draft {
    Draft { unit: REGION, to: None, kind, payload: funding::Event { kind: Some(event) }.encode_to_vec() }
}

pub(crate) fn proposed(village: UnitCode) -> Draft {
    let content = Some(intake::Content { category: CATEGORY, ..Default::default() });
    let told = intake::Proposed { content, ..Default::default() };
    of_intake(village, "intake.proposed", intake::event::Kind::Proposed(told))
}

pub(crate) fn determined(village: UnitCode, due_day: &str) -> Draft {
    let told = intake::Determined { due_day: due_day.to_owned(), category: CATEGORY, ..Default::default() };
    of_intake(village, "intake.determined", intake::event::Kind::Determined(told))
}

pub(crate) fn completed(village: UnitCode) -> Draft {
    of_intake(village, "intake.completed", intake::event::Kind::Completed(intake::Completed::default()))
}

pub(crate) fn closed(village: UnitCode) -> Draft {
    of_intake(village, "intake.closed", intake::event::Kind::Closed(intake::Closed::default()))
}

pub(crate) fn committed(village: UnitCode, fen: i64) -> Draft {
    let (matter, posting) = (matter(village, 1), Some(posting(fen)));
    of_funding("funding.committed", funding::event::Kind::Committed(funding::Committed { matter, posting }))
}

pub(crate) fn released(village: UnitCode, fen: i64) -> Draft {
    let (matter, posting) = (matter(village, 1), Some(posting(-fen)));
    let told = funding::Released { matter, posting, ..Default::default() };
    of_funding("funding.released", funding::event::Kind::Released(told))
}

pub(crate) fn settled(village: UnitCode, paid_fen: i64) -> Draft {
    let told = funding::Settled { matter: matter(village, 1), paid_fen, ..Default::default() };
    of_funding("funding.settled", funding::event::Kind::Settled(told))
}

pub(crate) fn reward_paid(order: &str, village: &str, amount_fen: i64) -> Draft {
    let (order, village) = (order.to_owned(), village.to_owned());
    let told = funding::RewardPaid { order, village, amount_fen, ..Default::default() };
    of_funding("funding.reward_paid", funding::event::Kind::RewardPaid(told))
}

/// From FREE to COMMITTED, or back.
fn posting(fen: i64) -> funding::Posting {
    let line = |account: funding::Account, amount_fen| funding::PostingLine {
        account: account as i32,
        holder: format!("units/{REGION}"),
        channel: format!("units/{REGION}/channels/2022-1"),
        amount_fen,
    };
    funding::Posting {
        lines: vec![line(funding::Account::Free, -fen), line(funding::Account::Committed, fen)],
    }
}
