//! Each request: which unit it is about, and which command it becomes.

use yishi_appraisal_domain::{Act, Command, RewardTerms, Scheme, UnitYear, limits};
use yishi_kernel::{Level, Register, RequestId, Season, UnitCode};
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Mutation, Subject};
use yishi_runtime::errors::Failure;

use crate::model::{Appraisal, Task};

use super::fields::{region, seen};
use super::names::{RANKING, REWARD_LIST, SCORE, bulletin_of, unit_of};
use super::scheme;

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident| $subject:expr;)*) => {$(
        impl Subject<Appraisal> for pb::$request {
            const RPC: &'static str = concat!("yishi.appraisal.v1.AppraisalService/", $rpc);
            fn subject(&self, _: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    FreezeSchemeRequest, "FreezeScheme", |r| unit_of("units", &r.parent);
    SubmitFormsRequest, "SubmitForms", |r| unit_of("villages", &r.parent);
    RankVillagesRequest, "RankVillages", |r| unit_of("units", &r.parent);
    GetScoreRequest, "GetScore", |r| SCORE.unit(&r.name);
    ListRankingRequest, "ListRanking", |r| RANKING.unit(&r.parent);
    IssueRewardListRequest, "IssueRewardList", |r| unit_of("units", &r.parent);
    ConfirmRewardListRequest, "ConfirmRewardList", |r| REWARD_LIST.unit(&r.name);
    GetRewardListRequest, "GetRewardList", |r| REWARD_LIST.unit(&r.name);
    GetSurveyReportRequest, "GetSurveyReport", |r| unit_of("units", &r.unit);
    IssueBulletinRequest, "IssueBulletin", |r| unit_of("units", &r.parent);
    GetBulletinRequest, "GetBulletin", |r| bulletin_of(&r.name).map(|(about, _)| about.unit);
    GetCheckpointRequest, "GetCheckpoint", |r| bulletin_of(&r.bulletin).map(|(about, _)| about.unit);
    ListBulletinsRequest, "ListBulletins", |r| unit_of("units", &r.parent);
    RenderBulletinRequest, "RenderBulletin", |r| bulletin_of(&r.name).map(|(about, _)| about.unit);
}

/// What every request of a region for a year says in the same three fields.
struct Asked {
    check: Checker,
    about: Option<UnitYear>,
    request_id: Option<RequestId>,
}

impl Asked {
    fn read(register: &Register, parent: &str, year: i32, request_id: &str) -> Self {
        let mut check = Checker::default();
        let unit = region(&mut check, "parent", parent, register);
        let year = check.year("year", year);
        let about = unit.zip(year).map(|(unit, year)| UnitYear { unit, year });
        let request_id = check.request_id("request_id", request_id);
        Self { check, about, request_id }
    }

    fn command(self, act: impl FnOnce(UnitYear) -> Option<Act>) -> Result<(RequestId, Task), Failure> {
        let Self { check, about, request_id } = self;
        check.finish(|| {
            let about = about?;
            Some((request_id?, Task::Asked(Command::Ask { about, act: act(about)? })))
        })
    }
}

impl Mutation<Appraisal> for pb::FreezeSchemeRequest {
    type Answer = pb::Scheme;

    fn command(&self, _caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut asked = Asked::read(register, &self.parent, self.year, &self.request_id);
        let scheme = match &self.scheme {
            Some(given) => scheme::read(&mut asked.check, given),
            None => Some(Scheme::default()),
        };
        asked.command(|_| scheme.map(Act::FreezeScheme))
    }
}

impl Mutation<Appraisal> for pb::RankVillagesRequest {
    type Answer = pb::Ranking;

    fn command(&self, _caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
        let asked = Asked::read(register, &self.parent, self.year, &self.request_id);
        asked.command(|about| {
            let (villages, merged) = villages(register, about);
            Some(Act::Rank { villages, merged })
        })
    }
}

/// The villages of the year's tree, and with which of them those count that were closed before it was made.
fn villages(
    register: &Register,
    UnitYear { unit, year }: UnitYear,
) -> (Vec<UnitCode>, Vec<(UnitCode, UnitCode)>) {
    let day = Season::of(year).tree_day();
    let tree = register.tree_on(day);
    let is_village = |unit: &UnitCode| register.level(*unit) == Some(Level::Village);
    let villages: Vec<UnitCode> = tree.subtree(unit).into_iter().filter(is_village).collect();
    let closed = register.changes().iter().filter(|change| change.day <= day);
    let merged = closed.map(|change| (change.old, register.answering(change.old, day)));
    let merged = merged.filter(|(_, into)| tree.is_within(*into, unit)).collect();
    (villages, merged)
}

impl Mutation<Appraisal> for pb::IssueRewardListRequest {
    type Answer = pb::RewardList;

    fn command(&self, _caller: &Caller, register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut asked = Asked::read(register, &self.parent, self.year, &self.request_id);
        let check = &mut asked.check;
        let (least, most) = (i64::from(*limits::WINNERS.start()), i64::from(*limits::WINNERS.end()));
        let winners = check.count("winners", self.winners, least..=most);
        let each = check.fen("each_fen", self.each_fen, limits::REWARD_FEN);
        let pool = check.fen("pool_fen", self.pool_fen, limits::REWARD_FEN);
        asked
            .command(|_| Some(Act::IssueRewards(RewardTerms { winners: winners?, each: each?, pool: pool? })))
    }
}

impl Mutation<Appraisal> for pb::ConfirmRewardListRequest {
    type Answer = pb::RewardList;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let about = REWARD_LIST.read(&mut check, "name", &self.name);
        let request_id = check.request_id("request_id", &self.request_id);
        let version = seen(&mut check, &self.etag);
        check.finish(|| {
            let act = Act::ConfirmRewards { version: version? };
            Some((request_id?, Task::Asked(Command::Ask { about: about?, act })))
        })
    }
}

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt;
    use yishi_runtime::access::Role;
    use yishi_runtime::errors::Lang;

    use super::*;

    const REGION: &str = "units/640000000000";
    const ID: &str = "5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3";

    /// Three villages, of which one was closed in the winter before 2022 and one in 2022.
    fn register() -> Register {
        let divisions = "code,parent,level,name,valid_from,valid_to\n\
                         640000000000,,region,宁夏,,\n640324000000,640000000000,county,同心,,\n\
                         640324100000,640324000000,township,豫海,,\n640324100200,640324100000,village,甲,,\n\
                         640324100201,640324100000,village,乙,,2022-06-30\n\
                         640324100202,640324100000,village,丙,,2022-01-31\n";
        let changes = "effective,kind,old,new,answers\n2022-07-01,merge,640324100201,640324100200,\n\
                       2022-02-01,merge,640324100202,640324100201,\n";
        Register::parse_with_changes(divisions, "village,neighbour\n", changes).unwrap()
    }

    fn command(request: &impl Mutation<Appraisal>) -> Result<Command, Vec<String>> {
        let (unit, actor) = ("640000000000".parse().unwrap(), "clerk-1".parse().unwrap());
        let caller = Caller::of(unit, Role::Officer, actor);
        match request.command(&caller, &register()) {
            Ok((_, Task::Asked(command))) => Ok(command),
            Ok(other) => panic!("{other:?}"),
            Err(failure) => {
                let status = failure.into_status(Lang::En);
                let details = status.get_error_details();
                let fields = &details.bad_request().unwrap().field_violations;
                Err(fields.iter().map(|field| field.field.clone()).collect())
            }
        }
    }

    fn wrong(request: &impl Mutation<Appraisal>) -> Vec<String> {
        command(request).unwrap_err()
    }

    fn rank(year: i32) -> pb::RankVillagesRequest {
        pb::RankVillagesRequest { parent: REGION.to_owned(), year, request_id: ID.to_owned() }
    }

    #[test]
    fn the_villages_of_the_years_tree_are_ranked_with_who_went_into_them() {
        let code = |nth: u64| UnitCode::new(640_324_100_200 + nth).unwrap();
        let ranked = |year| match command(&rank(year)) {
            Ok(Command::Ask { act: Act::Rank { villages, merged }, .. }) => (villages, merged),
            other => panic!("{other:?}"),
        };
        assert_eq!(ranked(2021), (vec![code(0), code(1), code(2)], vec![]));
        assert_eq!(ranked(2022), (vec![code(0), code(1)], vec![(code(2), code(1))]));
        assert_eq!(ranked(2023), (vec![code(0)], vec![(code(1), code(0)), (code(2), code(0))]));
    }

    #[test]
    fn without_a_scheme_the_programmes_own_is_frozen() {
        let freeze = pb::FreezeSchemeRequest {
            parent: REGION.to_owned(),
            year: 2022,
            scheme: None,
            request_id: ID.to_owned(),
        };
        let Ok(Command::Ask { act, .. }) = command(&freeze) else { panic!("{freeze:?}") };
        assert_eq!(act, Act::FreezeScheme(Scheme::default()));
        let empty = pb::FreezeSchemeRequest { scheme: Some(pb::Scheme::default()), ..freeze };
        assert_eq!(wrong(&empty), ["scheme.min_forms"]);
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let issue = pb::IssueRewardListRequest { each_fen: -1, winners: 4_001, ..Default::default() };
        assert_eq!(wrong(&issue), ["parent", "year", "request_id", "winners", "each_fen", "pool_fen"]);
        let county = pb::RankVillagesRequest { parent: "units/640324000000".to_owned(), ..rank(2022) };
        assert_eq!(wrong(&county), ["parent"]);
        let confirm = pb::ConfirmRewardListRequest { etag: "7".to_owned(), ..Default::default() };
        assert_eq!(wrong(&confirm), ["name", "request_id", "etag"]);
    }
}
