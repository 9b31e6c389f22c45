//! `GetInvestmentReport`.

use tonic::{Request, Response, Status};
use yishi_proto::funding::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use crate::model::Funding;
use crate::store::{self, Investment, Sum};

pub(super) async fn report<E: Engine>(
    desk: &Desk<E, Funding>,
    request: Request<pb::GetInvestmentReportRequest>,
) -> Result<Response<pb::InvestmentReport>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("unit", "units", &request.unit);
    let year = match request.year {
        0 => Some(None),
        year => check.year("year", year).map(Some),
    };
    let (unit, year) = check.finish(|| unit.zip(year))?;
    let investment = store::report::<E>(&mut reader, desk.house(), unit, year).await.map_err(unreadable)?;
    reader.done();
    let told = told(request, investment);
    Ok(Response::new(told.ok_or_else(|| unreadable(store::corrupt("tally", "larger than can be counted")))?))
}

fn told(request: pb::GetInvestmentReportRequest, mut investment: Investment) -> Option<pb::InvestmentReport> {
    let rewards = investment.by_kind.remove(&(pb::ChannelKind::Reward as i32)).unwrap_or_default();
    let mut all = Sum::default();
    investment.by_category.values().try_for_each(|sum| all.add(*sum))?;
    // What everything has left, or come to nothing, says nothing.
    let by_category = investment.by_category.iter().filter(|(_, sum)| sum.number != 0);
    let by_kind = investment.by_kind.iter().filter(|(_, sum)| sum.committed_fen != 0 || sum.paid_fen != 0);
    Some(pb::InvestmentReport {
        by_category: by_category
            .map(|(category, sum)| pb::CategoryInvestment {
                category: *category,
                matters: sum.number,
                committed_unpaid_fen: sum.committed_fen,
                paid_fen: sum.paid_fen,
            })
            .collect(),
        by_channel_kind: by_kind
            .map(|(kind, sum)| pb::ChannelInvestment {
                kind: *kind,
                committed_unpaid_fen: sum.committed_fen,
                paid_fen: sum.paid_fen,
            })
            .collect(),
        committed_unpaid_fen: all.committed_fen,
        paid_fen: all.paid_fen,
        matters: all.number,
        reward_paid_fen: rewards.paid_fen,
        rewards: rewards.number,
        leverage: Some(pb::Leverage { investment_fen: all.paid_fen, reward_fen: rewards.paid_fen }),
        unit: request.unit,
        year: request.year,
    })
}
