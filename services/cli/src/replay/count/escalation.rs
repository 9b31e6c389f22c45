use yishi_kernel::{Level, MatterId, Register, UnitCode, Year};
use yishi_proto::escalation::v1 as pb;

use super::{
    super::{
        Session,
        tally::{Book, Figures, Sum},
    },
    PAGE_SIZE, each, pages, reports,
};
use crate::{
    failure::Failure,
    remote::{self, Caller},
};

/// What escalation says: matters by the level of who answers for them.
#[derive(Debug, Default)]
pub(crate) struct Escalation {
    pub(crate) matters: Figures<pb::Level>,
}

/// Reports are of what the villages heard; recounted are those who say that they answer.
pub(super) async fn count(session: &Session<'_>) -> Result<Escalation, Failure> {
    let units = session.units;
    let name = session.lang.pick("各级办理报表", "handling reports of all levels");
    let reports = reports(session, name, async |unit, year: Year| {
        let officer = Caller::officer(unit);
        let question =
            pb::GetEscalationReportRequest { unit: format!("units/{unit}"), year: year.get().into() };
        let node = session.at(unit);
        let report = node.ask(&officer, question, remote::Escalation::get_escalation_report).await?;
        let row = |row: &pb::LevelCount| (row.level(), Sum { number: row.matters, fen: 0 });
        Ok(report.by_handling_level.iter().map(row).collect())
    })
    .await?;
    let records = handled(&units.register, &lists(session).await?);
    Ok(Escalation { matters: Figures::of(&units.register, units.top, reports, records) })
}

/// The lists of all handlers, each from its own node.
async fn lists(session: &Session<'_>) -> Result<Vec<pb::Referral>, Failure> {
    let name = session.lang.pick("任务清单", "lists of the handlers");
    let lists = each(session, name, session.nodes.tops(), async |top| {
        let mut referrals = list(session, top).await.map_err(|failure| failure.about(top))?;
        // A node has copies of what others list.
        let is_own = |unit| session.nodes.are_together(top, unit);
        referrals.retain(|referral| lister(&referral.name).is_none_or(is_own));
        Ok(referrals)
    });
    Ok(lists.await?.concat())
}

/// The lists of a unit and all below it.
async fn list(session: &Session<'_>, top: UnitCode) -> Result<Vec<pb::Referral>, Failure> {
    let officer = &Caller::officer(top);
    pages(async |page_token| {
        let question = pb::ListReferralsRequest {
            parent: format!("units/{top}"),
            page_size: PAGE_SIZE,
            page_token,
            roll_up: true,
            ..pb::ListReferralsRequest::default()
        };
        let page = session.at(top).ask(officer, question, remote::Escalation::list_referrals).await?;
        Ok((page.referrals, page.next_page_token))
    })
    .await
}

/// Matters by village, year, and the level of the unit in whose list they stand; what does not answer for a matter
/// counts under no level.
fn handled(register: &Register, referrals: &[pb::Referral]) -> Book<pb::Level> {
    let mut book = Book::<pb::Level>::new();
    for referral in referrals {
        let Ok(MatterId { village, year, .. }) = referral.matter.parse() else { continue };
        let level = match referral.state() {
            pb::ReferralState::Handled | pb::ReferralState::Coordinating | pb::ReferralState::Resolved => {
                lister(&referral.name)
                    .and_then(|unit| register.level(unit))
                    .map_or_else(Default::default, wire)
            }
            _ => pb::Level::Unspecified,
        };
        let sums = book.entry((village, year)).or_default();
        sums.entry(level).or_default().add(Sum { number: 1, fen: 0 });
    }
    book
}

/// The unit in the name of a referral.
fn lister(name: &str) -> Option<UnitCode> {
    name.strip_prefix("units/")?.split('/').next()?.parse().ok()
}

fn wire(level: Level) -> pb::Level {
    match level {
        Level::Village => pb::Level::Village,
        Level::Township => pb::Level::Township,
        Level::County => pb::Level::County,
        Level::City => pb::Level::City,
        Level::Region => pb::Level::Region,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_matter_counts_where_it_is_answered_for() {
        let divisions = "code,parent,level,name\n640000000000,,region,区\n\
                         640100000000,640000000000,township,乡\n640100000001,640100000000,village,甲\n";
        let register = Register::parse(divisions, "").unwrap();
        let referral = |unit: &str, nth: u32, state: pb::ReferralState| pb::Referral {
            name: format!("units/{unit}/referrals/640100000001-2021-{nth}"),
            matter: format!("villages/640100000001/matters/2021-{nth}"),
            state: state.into(),
            ..pb::Referral::default()
        };
        let book = handled(
            &register,
            &[
                referral("640000000000", 1, pb::ReferralState::Coordinating),
                referral("640100000000", 2, pb::ReferralState::Resolved),
                referral("640100000001", 3, pb::ReferralState::Handled),
                referral("640100000001", 4, pb::ReferralState::Raised),
            ],
        );
        let one = Sum { number: 1, fen: 0 };
        let levels = [pb::Level::Unspecified, pb::Level::Village, pb::Level::Township, pb::Level::Region];
        let village_year = ("640100000001".parse().unwrap(), Year::try_from(2021).unwrap());
        assert_eq!(book, BTreeMap::from([(village_year, levels.map(|level| (level, one)).into())]));
    }
}
