//! Asks the services what came of it, and the villages' lists what they hold.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use yishi_kernel::{Level, UnitCode, Year};
use yishi_proto::{admin::v1 as admin, intake::v1 as pb};

use super::{
    options::Units,
    progress::Progress,
    tally::{Determined, Records, Report, Sum, determined, merge, unequal},
};
use crate::{
    failure::Failure,
    lang::Lang,
    operator,
    remote::{Intake, Officer, Remote},
    scenario::years_of_the_programme,
};

/// Reads under way at once; a node keeps few connections for reading.
const IN_FLIGHT: usize = 32;
const PAGE_SIZE: i32 = 200;

/// All that the node said in the end.
#[derive(Debug)]
pub(super) struct Findings {
    /// Determined matters by category, as the topmost unit reports them.
    pub(super) reported: Determined,
    /// The same in one number, which the report gives by itself.
    pub(super) reported_whole: Sum,
    /// Determined matters by category, counted in the villages' lists.
    pub(super) recounted: Determined,
    /// Years of villages with more than one determined matter.
    pub(super) crowded_years: usize,
    /// Matters with a wrong project number.
    pub(super) misnumbered: i64,
    /// Reports that are not the sum of what is below.
    pub(super) unequal: usize,
    pub(super) status: admin::NodeStatus,
    pub(super) verdicts: Vec<admin::JournalVerdict>,
}

pub(super) async fn all(
    intake: &Remote,
    node: &Remote,
    units: &Units,
    progress: Progress,
    lang: Lang,
) -> Result<Findings, Failure> {
    let reports = reports(intake, units, progress, lang).await?;
    let lists = lists(intake, units, progress, lang).await?;
    let part = progress.part(lang.pick("核对账簿", "verifying the journals").to_owned(), 1);
    let status = operator::get_status(node).await?;
    let verdicts = operator::verify_journals(node).await?.verdicts;
    part.done();

    let (mut reported, mut reported_whole, mut recounted) =
        (Determined::new(), Sum::default(), Determined::new());
    for report in years_of_the_programme().filter_map(|year| reports.get(&(units.top, year))) {
        merge(&mut reported, &determined(&report.cells));
        reported_whole.add(report.whole);
    }
    for cells in lists.values().flat_map(|records| records.years.values()) {
        merge(&mut recounted, &determined(cells));
    }
    Ok(Findings {
        reported,
        reported_whole,
        recounted,
        crowded_years: lists.values().map(Records::crowded_years).sum(),
        misnumbered: lists.values().map(|records| records.misnumbered).sum(),
        unequal: unequal(&units.register, &reports, &lists),
        status,
        verdicts,
    })
}

/// What every unit above the villages, and the topmost one, reports of each year.
async fn reports(
    intake: &Remote,
    units: &Units,
    progress: Progress,
    lang: Lang,
) -> Result<BTreeMap<(UnitCode, Year), Report>, Failure> {
    let mut asked = units.register.subtree(units.top);
    asked.retain(|unit| *unit == units.top || units.register.level(*unit) != Some(Level::Village));
    let questions: Vec<(UnitCode, Year)> =
        asked.iter().flat_map(|unit| years_of_the_programme().map(|year| (*unit, year))).collect();
    let part = progress.part(lang.pick("各级报表", "reports of all levels").to_owned(), questions.len());
    let step = || part.step();
    let answers = stream::iter(questions)
        .map(async |(unit, year)| {
            let question =
                pb::GetProgressReportRequest { unit: format!("units/{unit}"), year: year.get().into() };
            let answer = intake.intake(&Officer::of(unit), question, Intake::get_progress_report).await;
            step();
            let report = answer.map_err(|failure| failure.about(format_args!("{unit} {year}")))?;
            Ok(((unit, year), Report::read(&report)))
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await?;
    part.done();
    Ok(answers)
}

/// What every village's list holds.
async fn lists(
    intake: &Remote,
    units: &Units,
    progress: Progress,
    lang: Lang,
) -> Result<BTreeMap<UnitCode, Records>, Failure> {
    let villages = units.villages();
    let part = progress.part(lang.pick("逐村清点", "recount village by village").to_owned(), villages.len());
    let step = || part.step();
    let records = stream::iter(villages)
        .map(async |village| {
            let records = list(intake, village).await;
            step();
            records.map(|records| (village, records)).map_err(|failure| failure.about(village))
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await?;
    part.done();
    Ok(records)
}

async fn list(intake: &Remote, village: UnitCode) -> Result<Records, Failure> {
    let officer = Officer::of(village);
    let mut records = Records::default();
    let mut question = pb::ListMattersRequest {
        parent: format!("units/{village}"),
        page_size: PAGE_SIZE,
        ..pb::ListMattersRequest::default()
    };
    loop {
        let page = intake.intake(&officer, question.clone(), Intake::list_matters).await?;
        page.matters.iter().for_each(|matter| records.add(village, matter));
        if page.next_page_token.is_empty() {
            return Ok(records);
        }
        question.page_token = page.next_page_token;
    }
}
