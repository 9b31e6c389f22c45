use yishi_kernel::{MatterId, UnitCode, Year};
use yishi_proto::appraisal::v1 as pb;

use super::{
    super::{
        Session,
        tally::{Book, Figures, Sum, Sums},
    },
    each,
    funding::Paid,
    intake::Matters,
    reports, village_years,
};
use crate::{
    failure::Failure,
    remote::{self, Caller},
    scenario::years_of_the_programme,
};

/// What appraisal says.
#[derive(Debug, Default)]
pub(crate) struct Appraisal {
    /// Satisfaction forms.
    pub(crate) forms: Figures<()>,
    /// Villages on the reward lists that were paid, line by line.
    pub(crate) rewarded: Sum,
    /// Scores of villages that were computed from other figures than the other services have.
    pub(crate) misjudged: usize,
}

/// Reports are of the forms as they came in; recounted is what the villages' scores were computed from.
pub(super) async fn count(
    session: &Session<'_>,
    matters: &Matters,
    paid: &Paid,
) -> Result<Appraisal, Failure> {
    let units = session.units;
    let name = session.lang.pick("各级问卷报表", "survey reports of all levels");
    let reports = reports(session, name, async |unit, year| surveyed(session, unit, year).await).await?;
    let ranked = session.scenario.totals.winners_a_year > 0;
    let name = session.lang.pick("逐村核对得分", "scores village by village");
    let inputs = each(session, name, village_years(session), async |(village, year)| {
        let found = match ranked {
            true => scored(session, village, year).await,
            false => surveyed(session, village, year).await.map(|sums| (Sum::of(sums.values()).number, None)),
        };
        let found = found.map_err(|failure| failure.about(format_args!("{village} {year}")))?;
        Ok(((village, year), found))
    })
    .await?;
    let mut records = Book::new();
    let mut misjudged = 0;
    for (village_year, (forms, inputs)) in inputs {
        records.insert(village_year, Sums::from([((), Sum { number: forms, fen: 0 })]));
        let known = || known(matters, paid, village_year);
        misjudged += usize::from(inputs.is_some_and(|inputs| inputs != known()));
    }
    let mut rewarded = Sum::default();
    if ranked {
        for year in years_of_the_programme() {
            rewarded.add(rewarded_in(session, year).await?);
        }
    }
    Ok(Appraisal { forms: Figures::of(&units.register, units.top, reports, records), rewarded, misjudged })
}

/// What a score and the books of intake and funding have in common: matters determined, matters closed, fen paid.
type Common = [i64; 3];

/// The forms, and the rest, that a village's score was computed from.
async fn scored(
    session: &Session<'_>,
    village: UnitCode,
    year: Year,
) -> Result<(i64, Option<Common>), Failure> {
    let question = pb::GetScoreRequest { name: format!("villages/{village}/scores/{year}") };
    let officer = Caller::officer(village);
    let score = session.top().ask(&officer, question, remote::Appraisal::get_score).await?;
    let inputs = score.inputs.unwrap_or_default();
    // The first question: each form answers it once.
    let forms = inputs.answers.iter().take(5).map(|forms| i64::from(*forms)).sum();
    Ok((forms, Some([inputs.determined.into(), inputs.closed.into(), inputs.paid_fen])))
}

/// The same of a village and year from the other services.
fn known(matters: &Matters, paid: &Paid, (village, year): (UnitCode, Year)) -> Common {
    let mut known = [0; 3];
    let of = |ordinal| MatterId { village, year, ordinal };
    for (matter, listed) in matters.range(of(0)..=of(u32::MAX)) {
        let paid = paid.get(matter).copied().unwrap_or(0);
        known = [known[0] + 1, known[1] + i64::from(listed.is_closed), known[2] + paid];
    }
    known
}

async fn surveyed(session: &Session<'_>, unit: UnitCode, year: Year) -> Result<Sums<()>, Failure> {
    let officer = Caller::officer(unit);
    let question = pb::GetSurveyReportRequest { unit: format!("units/{unit}"), year: year.get().into() };
    let report = session.at(unit).ask(&officer, question, remote::Appraisal::get_survey_report).await?;
    Ok(Sums::from([((), Sum { number: report.forms, fen: 0 })]))
}

async fn rewarded_in(session: &Session<'_>, year: Year) -> Result<Sum, Failure> {
    let top = session.units.top;
    let question = pb::GetRewardListRequest { name: format!("units/{top}/rewardLists/{year}") };
    let officer = Caller::officer(top);
    let list = session.top().ask(&officer, question, remote::Appraisal::get_reward_list).await?;
    let mut rewarded = Sum::default();
    for reward in list.rewards.iter().filter(|reward| reward.paid_fen > 0) {
        rewarded.add(Sum { number: 1, fen: reward.paid_fen });
    }
    Ok(rewarded)
}

#[cfg(test)]
mod tests {
    use super::{super::intake::Listed, *};

    #[test]
    fn what_is_known_of_a_village_and_year_is_of_that_one_alone() {
        let id = |text: &str| -> MatterId { text.parse().unwrap() };
        let listed = |is_closed| Listed { category: 1, is_closed, paid_fen: 0 };
        let one = id("villages/640100000001/matters/2021-2");
        let matters = Matters::from([
            (one, listed(true)),
            (id("villages/640100000001/matters/2022-1"), listed(false)),
            (id("villages/640100000002/matters/2021-1"), listed(false)),
        ]);
        let paid = Paid::from([(one, 70), (id("villages/640100000002/matters/2021-1"), 5)]);
        assert_eq!(known(&matters, &paid, (one.village, one.year)), [1, 1, 70]);
        let next = Year::try_from(2022).unwrap();
        assert_eq!(known(&matters, &paid, (one.village, next)), [1, 0, 0]);
        assert_eq!(known(&matters, &paid, (one.village, Year::try_from(2020).unwrap())), [0; 3]);
    }
}
