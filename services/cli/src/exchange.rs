//! `yishi exchange`: what a unit and all below it held for publicity and exchange in a year.

use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1::{self as pb, ActivityKind};

use crate::{
    failure::{Exit, Failure},
    figures::{count, table},
    lang::Lang,
    operator::print,
    remote::{Caller, Exchange, Remote},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The unit: 12 digits.
    #[arg(value_name = "UNIT")]
    unit: UnitCode,
    /// The year for which it is counted.
    #[arg(value_name = "YEAR")]
    year: Year,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let (unit, year) = (format!("units/{}", options.unit), options.year.get().into());
    let ask = pb::GetExchangeReportRequest { unit, year };
    let report = remote.ask(&Caller::officer(options.unit), ask, Exchange::get_exchange_report).await;
    print(&as_text(&report.map_err(|failure| failure.about(&options.node))?, lang))?;
    Ok(Exit::Good)
}

fn as_text(report: &pb::ExchangeReport, lang: Lang) -> String {
    let words = lang.pick(["", "次数", "人次"], ["", "held", "took part"]);
    let mut rows = vec![words.map(str::to_owned).to_vec()];
    let row = |name: &str, held, people| vec![name.to_owned(), count(held), count(people)];
    rows.extend(
        report.by_kind.iter().map(|kind| row(name(kind.kind(), lang), kind.activities, kind.participants)),
    );
    rows.push(row(lang.pick("合计", "in all"), report.activities, report.participants));
    let once = [
        (lang.pick("宣讲员", "speakers"), report.speakers),
        (lang.pick("典型事项", "examples"), report.examples),
        (lang.pick("示范村", "demonstration villages"), report.demonstration_villages),
    ];
    rows.extend(once.map(|(name, number)| vec![name.to_owned(), count(number)]));
    table(&rows)
}

fn name(kind: ActivityKind, lang: Lang) -> &'static str {
    match kind {
        ActivityKind::Training => lang.pick("培训", "trainings"),
        ActivityKind::Talk => lang.pick("宣讲", "talks"),
        ActivityKind::Survey => lang.pick("调研", "surveys"),
        ActivityKind::Visit => lang.pick("观摩", "visits"),
        ActivityKind::Unspecified => lang.pick("其他", "other"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_below_each_other_and_speakers_at_the_end() {
        let kind = |kind: ActivityKind, activities, participants| pb::ActivityCount {
            kind: kind as i32,
            activities,
            participants,
        };
        let report = pb::ExchangeReport {
            by_kind: vec![kind(ActivityKind::Training, 2, 60), kind(ActivityKind::Talk, 10_000, 1_200_000)],
            activities: 10_002,
            participants: 1_200_060,
            speakers: 1_200,
            examples: 40,
            demonstration_villages: 5,
            ..pb::ExchangeReport::default()
        };
        let rows = [
            "                        held    took part",
            "trainings               2       60",
            "talks                   10,000  1,200,000",
            "in all                  10,002  1,200,060",
            "speakers                1,200",
            "examples                40",
            "demonstration villages  5",
            "",
        ];
        assert_eq!(as_text(&report, Lang::En), rows.join("\n"));
    }
}
