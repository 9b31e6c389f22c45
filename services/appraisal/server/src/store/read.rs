//! What is served from the tables.

use std::ops::RangeInclusive;

use serde::Serialize;
use yishi_appraisal_domain::{Period, Reward, RewardList, UnitYear};
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::desk::House;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::rows::{get, record, reward as line, reward_list as list};
use super::{number, statements as sql};

#[derive(Serialize)]
struct UnitRow {
    unit: i64,
}

/// A ranking.
pub(crate) async fn ranking<E: Engine>(
    conn: &mut E::Connection,
    about: UnitYear,
) -> Result<Option<pb::Ranking>, StoreError> {
    let key = args![E; number(about.unit), i64::from(about.year.get())];
    let rows = E::fetch(conn, sql::RANKING_GET, key).await?;
    rows.first().map(|row| record::<E, _>("ranking", row)).transpose()
}

/// A village's score in a ranking.
pub(crate) async fn score<E: Engine>(
    conn: &mut E::Connection,
    about: UnitYear,
    village: UnitCode,
) -> Result<Option<pb::Score>, StoreError> {
    let key = args![E; number(about.unit), i64::from(about.year.get()), number(village)];
    let rows = E::fetch(conn, sql::SCORE_GET, key).await?;
    rows.first().map(|row| record::<E, _>("score", row)).transpose()
}

/// The next scores of a ranking after a position.
pub(crate) async fn scores<E: Engine>(
    conn: &mut E::Connection,
    about: UnitYear,
    after: i32,
    limit: u32,
) -> Result<Vec<pb::Score>, StoreError> {
    let (after, limit) = (i64::from(after), i64::from(limit));
    let key = args![E; number(about.unit), i64::from(about.year.get()), after, limit];
    E::fetch(conn, sql::SCORE_LIST, key).await?.iter().map(|row| record::<E, _>("score", row)).collect()
}

/// A reward list with its lines, in one look: a payment changes both.
pub(crate) async fn reward_list<E: Engine>(
    conn: &mut E::Connection,
    about: UnitYear,
) -> Result<Option<(RewardList, Vec<Reward>)>, StoreError> {
    let key = args![E; number(about.unit), i64::from(about.year.get())];
    let rows = E::fetch(conn, sql::REWARD_LIST_GET, key).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        // A list without lines is one row without a village.
        if col::<E, Option<i64>>(row, "village")?.is_some() {
            lines.push(line::<E>(row)?);
        }
    }
    Ok(Some((list::<E>(first)?, lines)))
}

/// A bulletin.
pub(crate) async fn bulletin<E: Engine>(
    conn: &mut E::Connection,
    about: UnitYear,
    period: Period,
) -> Result<Option<pb::Bulletin>, StoreError> {
    let key = args![E; number(about.unit), i64::from(about.year.get()), period.to_string()];
    let rows = E::fetch(conn, sql::BULLETIN_GET, key).await?;
    rows.first().map(|row| record::<E, _>("bulletin", row)).transpose()
}

/// The next bulletins of a unit, of one year or all, after one of a year and period.
pub(crate) async fn bulletins<E: Engine>(
    conn: &mut E::Connection,
    unit: UnitCode,
    years: RangeInclusive<i64>,
    (year, period): (i64, String),
    limit: u32,
) -> Result<Vec<pb::Bulletin>, StoreError> {
    let (unit, limit) = (number(unit), i64::from(limit));
    let key = args![E; unit, *years.start(), *years.end(), year, period, limit];
    let rows = E::fetch(conn, sql::BULLETIN_LIST, key).await?;
    rows.iter().map(|row| record::<E, _>("bulletin", row)).collect()
}

/// What was signed of a bulletin.
pub(crate) async fn checkpoint<E: Engine>(
    conn: &mut E::Connection,
    about: UnitYear,
    period: Period,
) -> Result<Option<pb::Checkpoint>, StoreError> {
    let key = args![E; number(about.unit), i64::from(about.year.get()), period.to_string()];
    let rows = E::fetch(conn, sql::CHECKPOINT_GET, key).await?;
    rows.first().map(|row| record::<E, _>("checkpoint", row)).transpose()
}

/// What was signed of bulletins, after that of one, in the order of their names.
pub(crate) async fn checkpoints<E: Engine>(
    conn: &mut E::Connection,
    after: Option<(UnitYear, Period)>,
    limit: u32,
) -> Result<Vec<pb::Checkpoint>, StoreError> {
    let (unit, year, period) = after.map_or((0, 0, String::new()), |(about, period)| {
        (number(about.unit), i64::from(about.year.get()), period.to_string())
    });
    let rows = E::fetch(conn, sql::CHECKPOINT_LIST, args![E; unit, year, period, i64::from(limit)]).await?;
    rows.iter().map(|row| record::<E, _>("checkpoint", row)).collect()
}

/// The sums over a unit and all below it.
pub(crate) async fn survey_report<E: Engine>(
    conn: &mut E::Connection,
    house: &House,
    about: UnitYear,
) -> Result<pb::SurveyReport, StoreError> {
    let villages = house.counted(about.unit, about.year).into_iter();
    let villages = Rows::of(villages.map(|unit| UnitRow { unit: number(unit) }))?;
    let year = i64::from(about.year.get());
    let rows = E::fetch(conn, sql::SURVEY_REPORT, args![E; villages.bind()?, year]).await?;
    let mut report = pb::SurveyReport {
        unit: format!("units/{}", about.unit),
        year: about.year.get().into(),
        questions: (1..=5).map(|question| pb::QuestionReport { question, answers: vec![0; 5] }).collect(),
        ..pb::SurveyReport::default()
    };
    for row in &rows {
        let question: i32 = get::<E, _>("survey", row, "question")?;
        let columns = ["ones", "twos", "threes", "fours", "fives"];
        let answers =
            columns.iter().map(|column| col::<E, i64>(row, column)).collect::<sqlx::Result<Vec<_>>>()?;
        // Every form answers every question.
        report.villages = get::<E, _>("survey", row, "villages")?;
        report.forms = answers.iter().sum();
        if let Some(of) = report.questions.iter_mut().find(|of| of.question == question) {
            of.answers = answers;
        }
    }
    Ok(report)
}
