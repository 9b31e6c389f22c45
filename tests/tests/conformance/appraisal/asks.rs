//! What is asked of appraisal, right in every field, each request with an id of its own.

use std::ops::Range;

use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_tests::sandbox::fresh_id;

/// Villages of a reward list, and what each gets.
pub(super) const WINNERS: i32 = 2;
pub(super) const EACH_FEN: i64 = 5_000_000;

/// Two indicators, and one of them to break ties.
pub(super) fn scheme() -> pb::Scheme {
    let weight =
        |indicator: pb::Indicator, weight_bp| pb::IndicatorWeight { indicator: indicator as i32, weight_bp };
    pb::Scheme {
        weights: vec![weight(pb::Indicator::Closing, 6_000), weight(pb::Indicator::Satisfaction, 4_000)],
        tie_break: vec![pb::Indicator::Closing as i32],
        min_forms: 30,
        ..pb::Scheme::default()
    }
}

pub(super) fn freeze(unit: UnitCode, year: i32, scheme: Option<pb::Scheme>) -> pb::FreezeSchemeRequest {
    pb::FreezeSchemeRequest { parent: format!("units/{unit}"), year, scheme, request_id: fresh_id() }
}

/// A form for each of these numbers, which make its token.
pub(super) fn batch(unit: UnitCode, year: i32, numbers: Range<usize>) -> pb::SubmitFormsRequest {
    let form = |number| pb::SurveyForm { token: format!("{number:0>16}"), answers: vec![5, 4, 3, 2, 1] };
    let parent = format!("villages/{unit}");
    pb::SubmitFormsRequest { parent, year, forms: numbers.map(form).collect(), request_id: fresh_id() }
}

pub(super) fn rank(unit: UnitCode, year: i32) -> pb::RankVillagesRequest {
    pb::RankVillagesRequest { parent: format!("units/{unit}"), year, request_id: fresh_id() }
}

pub(super) fn issue(unit: UnitCode, year: i32) -> pb::IssueRewardListRequest {
    pb::IssueRewardListRequest {
        parent: format!("units/{unit}"),
        year,
        winners: WINNERS,
        each_fen: EACH_FEN,
        pool_fen: i64::from(WINNERS) * EACH_FEN,
        request_id: fresh_id(),
    }
}

pub(super) fn confirm(name: &str, etag: &str) -> pb::ConfirmRewardListRequest {
    pb::ConfirmRewardListRequest { name: name.to_owned(), request_id: fresh_id(), etag: etag.to_owned() }
}

pub(super) fn bulletin(unit: UnitCode, year: i32, period: &str) -> pb::IssueBulletinRequest {
    let (parent, period) = (format!("units/{unit}"), period.to_owned());
    pb::IssueBulletinRequest { parent, year, period, request_id: fresh_id() }
}
