//! Why the rules said no, in the callers' words.

use yishi_appraisal_domain::{Refusal, UnitYear};
use yishi_kernel::Fen;
use yishi_runtime::errors::{Failure, Lang, reasons};

use super::fields::etag;
use super::names::{RANKING, REWARD_LIST, SCHEME, bulletin_name, village};

/// The failure for a refusal of what was asked about a unit and year.
pub(crate) fn failure(about: UnitYear, refusal: &Refusal) -> Failure {
    let year = about.year;
    match *refusal {
        Refusal::SchemeFrozen => Failure::new(&reasons::SCHEME_FROZEN)
            .with("year", year)
            .resource("yishi.appraisal.v1.Scheme", SCHEME.name(about)),
        Refusal::SchemeMissing => {
            precondition(SCHEME.name(about), Failure::new(&reasons::SCHEME_MISSING).with("year", year))
        }
        Refusal::YearNotBegun { year, today } => precondition(
            village(about.unit),
            Failure::new(&reasons::YEAR_NOT_BEGUN).with("year", year).with("today", today),
        ),
        Refusal::YearNotOver { year, today } => precondition(
            RANKING.name(about),
            Failure::new(&reasons::YEAR_NOT_OVER).with("year", year).with("today", today),
        ),
        Refusal::TooManyForms { limit } => {
            precondition(village(about.unit), Failure::new(&reasons::TOO_MANY_FORMS).with("limit", limit))
        }
        Refusal::AlreadyRanked => Failure::new(&reasons::ALREADY_RANKED)
            .with("year", year)
            .resource("yishi.appraisal.v1.Ranking", RANKING.name(about)),
        Refusal::RankingMissing => {
            precondition(RANKING.name(about), Failure::new(&reasons::RANKING_MISSING).with("year", year))
        }
        Refusal::ListIssued => Failure::new(&reasons::REWARD_LIST_ISSUED)
            .with("year", year)
            .resource("yishi.appraisal.v1.RewardList", REWARD_LIST.name(about)),
        Refusal::PoolExceeded(exceeded) => {
            let promised = exceeded.promised.map_or(i64::MAX, Fen::get);
            let failure = Failure::new(&reasons::POOL_EXCEEDED)
                .with("promised", promised)
                .with("pool", exceeded.pool.get());
            failure.field(
                "pool_fen",
                format!("应不少于 {promised} 分，或减少 winners、each_fen"),
                format!("write {promised} at least, or fewer winners or a smaller each_fen"),
            )
        }
        Refusal::PeriodNotOver { last_day, today } => precondition(
            format!("units/{}", about.unit),
            Failure::new(&reasons::PERIOD_NOT_OVER).with("last_day", last_day).with("today", today),
        ),
        Refusal::BulletinIssued { period } => Failure::new(&reasons::BULLETIN_ISSUED)
            .with("period", period)
            .resource("yishi.appraisal.v1.Bulletin", bulletin_name(about, period)),
        Refusal::BulletinMissing { period } => unknown_bulletin(&bulletin_name(about, period)),
        Refusal::UnknownList => unknown_list(about),
        Refusal::Stale { current, .. } => Failure::new(&reasons::STALE_ETAG).with("current", etag(current)),
        Refusal::AlreadyOrdered { state } => precondition(
            REWARD_LIST.name(about),
            Failure::new(&reasons::REWARD_LIST_ORDERED).with("state", state),
        ),
        Refusal::NoticeRunning { earliest_confirm } => precondition(
            REWARD_LIST.name(about),
            Failure::new(&reasons::NOTICE_RUNNING).with("ends", earliest_confirm),
        ),
    }
}

/// There is no such list.
pub(crate) fn unknown_list(about: UnitYear) -> Failure {
    let name = REWARD_LIST.name(about);
    Failure::new(&reasons::REWARD_LIST_NOT_FOUND)
        .with("list", &name)
        .resource("yishi.appraisal.v1.RewardList", name)
}

/// There is no such bulletin.
pub(crate) fn unknown_bulletin(name: &str) -> Failure {
    Failure::new(&reasons::BULLETIN_NOT_FOUND)
        .with("bulletin", name)
        .resource("yishi.appraisal.v1.Bulletin", name)
}

/// Nothing is signed of a bulletin.
pub(crate) fn unknown_checkpoint(name: &str) -> Failure {
    Failure::new(&reasons::CHECKPOINT_NOT_FOUND)
        .with("bulletin", name)
        .resource("yishi.appraisal.v1.Checkpoint", name)
}

/// Says the same once more as `google.rpc.PreconditionFailure`, which generic clients show.
fn precondition(subject: String, failure: Failure) -> Failure {
    let (kind, zh, en) = (failure.reason().name, failure.text(Lang::Zh), failure.text(Lang::En));
    failure.precondition(kind, subject, zh, en)
}
