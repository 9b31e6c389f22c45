//! Writing what a batch changed, each row once.

use prost::Message;
use serde::Serialize;
use yishi_appraisal_domain::{Category, Inputs, Key, ListStage, Period, RewardList, State, Survey, UnitYear};
use yishi_kernel::{Fen, Timestamp};
use yishi_store::{Engine, Rows, StoreError, args, hex};

use super::rows::corrupt;
use super::{TokenRow, Working, number, statements as sql};
use crate::convert;

#[derive(Serialize)]
struct RecordRow {
    unit: i64,
    year: u16,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct FiguresRow {
    unit: i64,
    year: u16,
    determined: u32,
    on_time: u32,
    late: u32,
    closed: u32,
    settled: u32,
    paid_fen: Fen,
    committed_fen: Fen,
}

#[derive(Serialize)]
struct SurveyRow {
    unit: i64,
    year: u16,
    question: u8,
    ones: u32,
    twos: u32,
    threes: u32,
    fours: u32,
    fives: u32,
}

#[derive(Serialize)]
struct WorkRow {
    unit: i64,
    year: u16,
    ordinal: u32,
    due_day: Option<String>,
    committed_fen: Fen,
    state: Option<&'static str>,
    category: Option<&'static str>,
    paid_fen: Fen,
}

#[derive(Serialize)]
struct PutForwardRow {
    unit: i64,
    year: u16,
    ordinal: u32,
    category: Option<&'static str>,
}

#[derive(Serialize)]
struct StepRow {
    unit: i64,
    year: u16,
    village: i64,
    ordinal: u32,
    own_us: Option<i64>,
    answer_us: Option<i64>,
}

#[derive(Serialize)]
struct ReportRow {
    unit: i64,
    received_us: i64,
}

#[derive(Serialize)]
struct PeriodRow {
    unit: i64,
    year: u16,
    period: String,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct ScoreRow {
    unit: i64,
    year: u16,
    position: u32,
    village: i64,
    #[serde(serialize_with = "hex")]
    record: Vec<u8>,
}

#[derive(Serialize)]
struct RewardListRow {
    unit: i64,
    year: u16,
    version: u32,
    winners: u32,
    each_fen: Fen,
    pool_fen: Fen,
    villages: u32,
    paid_villages: u32,
    paid_sum_fen: Fen,
    #[serde(serialize_with = "hex")]
    list_sha256: [u8; 32],
    issued_us: i64,
    earliest_confirm_us: i64,
    ordered_us: Option<i64>,
    all_paid_us: Option<i64>,
}

#[derive(Serialize)]
struct RewardRow {
    unit: i64,
    year: u16,
    village: i64,
    position: u32,
    rank: u32,
    paid_fen: Option<Fen>,
    paid_us: Option<i64>,
}

/// The rows to be written, by table.
#[derive(Default)]
struct Changed {
    schemes: Rows,
    figures: Rows,
    surveys: Rows,
    works: Rows,
    put_forward: Rows,
    tokens: Rows,
    rankings: Rows,
    scores: Rows,
    lists: Rows,
    rewards: Rows,
    steps: Rows,
    reports: Rows,
    bulletins: Rows,
    checkpoints: Rows,
}

/// Writes every touched row from its final state.
pub(crate) async fn save<E: Engine>(conn: &mut E::Connection, working: &Working) -> Result<(), StoreError> {
    let mut changed = Changed::default();
    for key in &working.touched {
        let added = changed.add(working, key)?;
        added.ok_or_else(|| corrupt("working set", format!("{key:?} was touched and is not there")))?;
    }
    for (statement, rows) in [
        (sql::SCHEME_INSERT, changed.schemes),
        (sql::FIGURES_UPSERT, changed.figures),
        (sql::SURVEY_UPSERT, changed.surveys),
        (sql::WORK_UPSERT, changed.works),
        (sql::WORK_PUT_FORWARD, changed.put_forward),
        (sql::TOKEN_INSERT, changed.tokens),
        (sql::RANKING_INSERT, changed.rankings),
        (sql::SCORE_INSERT, changed.scores),
        (sql::REWARD_LIST_UPSERT, changed.lists),
        (sql::REWARD_UPSERT, changed.rewards),
        (sql::STEP_UPSERT, changed.steps),
        (sql::REPORT_UPSERT, changed.reports),
        (sql::BULLETIN_INSERT, changed.bulletins),
        (sql::CHECKPOINT_INSERT, changed.checkpoints),
    ] {
        if !rows.is_empty() {
            E::execute(conn, statement, args![E; rows.bind()?]).await?;
        }
    }
    Ok(())
}

impl Changed {
    fn add(&mut self, working: &Working, key: &Key) -> Result<Option<()>, StoreError> {
        let world = &working.world;
        match *key {
            Key::Scheme(about) => {
                let frozen = world.scheme(about).zip(working.frozen.get(&about));
                let Some((scheme, at)) = frozen else { return Ok(None) };
                self.schemes.add(&row(about, convert::scheme(about, scheme, *at).encode_to_vec()))?;
            }
            Key::Inputs(village) => {
                let before = working.before.get(&village).copied().unwrap_or_default();
                self.inputs(village, &before, &world.inputs(village))?;
            }
            Key::Work(matter) => {
                let work = world.work(matter);
                self.works.add(&WorkRow {
                    unit: number(matter.village),
                    year: matter.year.get(),
                    ordinal: matter.ordinal,
                    due_day: work.due.map(convert::day),
                    committed_fen: work.committed,
                    state: work.state.map(State::as_str),
                    category: work.category.map(Category::as_str),
                    paid_fen: work.paid,
                })?;
            }
            Key::PutForward(matter) => {
                // What was read, because there is other news of it, is written as a whole.
                if !working.touched.contains(&Key::Work(matter)) {
                    let category = world.work(matter).category.map(Category::as_str);
                    let (unit, year) = (number(matter.village), matter.year.get());
                    self.put_forward.add(&PutForwardRow { unit, year, ordinal: matter.ordinal, category })?;
                }
            }
            Key::Token(about, ref token) => self.tokens.add(&TokenRow::of(about, token))?,
            Key::Ranking(about) => {
                let Some(ranking) = world.ranking(about) else { return Ok(None) };
                self.rankings.add(&row(about, convert::ranking(about, ranking).encode_to_vec()))?;
            }
            Key::Standing(about, position) => {
                let standing = world.scheme(about).zip(world.standing(about, position));
                let Some((scheme, standing)) = standing else { return Ok(None) };
                self.scores.add(&ScoreRow {
                    unit: number(about.unit),
                    year: about.year.get(),
                    position,
                    village: number(standing.scored.village),
                    record: convert::score(about, scheme, standing).encode_to_vec(),
                })?;
            }
            Key::List(about) => {
                let Some(list) = world.list(about) else { return Ok(None) };
                self.lists.add(&reward_list(about, list))?;
            }
            Key::Reward(about, village) => {
                let Some(line) = world.reward(about, village) else { return Ok(None) };
                self.rewards.add(&RewardRow {
                    unit: number(about.unit),
                    year: about.year.get(),
                    village: number(village),
                    position: line.position,
                    rank: line.rank,
                    paid_fen: line.paid.map(|paid| paid.amount),
                    paid_us: line.paid.map(|paid| paid.at.as_micros()),
                })?;
            }
            Key::Step(unit, matter) => {
                let step = world.step(unit, matter);
                self.steps.add(&StepRow {
                    unit: number(unit),
                    year: matter.year.get(),
                    village: number(matter.village),
                    ordinal: matter.ordinal,
                    own_us: step.own.map(Timestamp::as_micros),
                    answer_us: step.answer.map(Timestamp::as_micros),
                })?;
            }
            Key::Report(node) => {
                let Some(at) = world.report(node) else { return Ok(None) };
                self.reports.add(&ReportRow { unit: number(node), received_us: at.as_micros() })?;
            }
            Key::Bulletin(about, period) => {
                let Some(bulletin) = world.bulletin(about, period) else { return Ok(None) };
                let record = convert::bulletin(about, bulletin).encode_to_vec();
                self.bulletins.add(&of_period(about, period, record))?;
            }
            Key::Checkpoint(about, period) => {
                let Some(signed) = world.checkpoint(about, period) else { return Ok(None) };
                let record = convert::checkpoint(about, signed).encode_to_vec();
                self.checkpoints.add(&of_period(about, period, record))?;
            }
            // These are touched one by one.
            Key::Rewards(_) | Key::Works(_) | Key::Steps(_) => {}
        }
        Ok(Some(()))
    }

    fn inputs(&mut self, village: UnitYear, before: &Inputs, now: &Inputs) -> Result<(), StoreError> {
        let (unit, year) = (number(village.unit), village.year.get());
        let figures = |inputs: &Inputs| Inputs { survey: Survey::default(), ..*inputs };
        if figures(before) != figures(now) {
            self.figures.add(&FiguresRow {
                unit,
                year,
                determined: now.determined,
                on_time: now.on_time,
                late: now.late,
                closed: now.closed,
                settled: now.settled,
                paid_fen: now.paid,
                committed_fen: now.committed,
            })?;
        }
        if before.survey != now.survey {
            for (question, &[ones, twos, threes, fours, fives]) in (1..).zip(now.survey.counts()) {
                self.surveys.add(&SurveyRow { unit, year, question, ones, twos, threes, fours, fives })?;
            }
        }
        Ok(())
    }
}

fn row(about: UnitYear, record: Vec<u8>) -> RecordRow {
    RecordRow { unit: number(about.unit), year: about.year.get(), record }
}

fn of_period(about: UnitYear, period: Period, record: Vec<u8>) -> PeriodRow {
    let RecordRow { unit, year, record } = row(about, record);
    PeriodRow { unit, year, period: period.to_string(), record }
}

fn reward_list(about: UnitYear, list: &RewardList) -> RewardListRow {
    let (ordered, all_paid) = match list.stage {
        ListStage::Issued => (None, None),
        ListStage::Ordered { at } => (Some(at), None),
        ListStage::Paid { ordered, at } => (Some(ordered), Some(at)),
    };
    RewardListRow {
        unit: number(about.unit),
        year: about.year.get(),
        version: list.version,
        winners: list.terms.winners,
        each_fen: list.terms.each,
        pool_fen: list.terms.pool,
        villages: list.villages,
        paid_villages: list.paid_villages,
        paid_sum_fen: list.paid,
        list_sha256: list.list_sha256,
        issued_us: list.issued.as_micros(),
        earliest_confirm_us: list.earliest_confirm.as_micros(),
        ordered_us: ordered.map(|at| at.as_micros()),
        all_paid_us: all_paid.map(|at| at.as_micros()),
    }
}
