//! Reading what a batch of commands must see: one query a table.

use std::collections::BTreeMap;

use serde::Serialize;
use yishi_appraisal_domain::{Inputs, Key, Step, Survey, TokenHash, UnitYear, Work};
use yishi_kernel::{MatterId, Timestamp, UnitCode};
use yishi_proto::appraisal::v1 as pb;
use yishi_store::{Engine, Rows, StoreError, args, col};

use super::rows::{about, at_last, code, corrupt, fen, get, record, reward, reward_list, unit};
use super::{TokenRow, Working, number, statements as sql};
use crate::convert;

#[derive(Serialize)]
struct AboutRow {
    unit: i64,
    year: u16,
}

/// One of many of a unit and year.
#[derive(Serialize)]
struct OneRow {
    unit: i64,
    year: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    ordinal: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    village: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<String>,
}

#[derive(Serialize)]
struct NodeRow {
    unit: i64,
}

fn of(about: UnitYear) -> AboutRow {
    AboutRow { unit: number(about.unit), year: about.year.get() }
}

fn one(about: UnitYear) -> OneRow {
    let AboutRow { unit, year } = of(about);
    OneRow { unit, year, ordinal: None, position: None, village: None, period: None }
}

/// The rows to ask for, by table.
#[derive(Default)]
struct Wanted {
    schemes: Rows,
    figures: Rows,
    surveys: Rows,
    works: Rows,
    tokens: Rows,
    rankings: Rows,
    scores: Rows,
    lists: Rows,
    rewards: Rows,
    lines: Rows,
    all_works: Rows,
    steps: Rows,
    all_steps: Rows,
    reports: Rows,
    bulletins: Rows,
    checkpoints: Rows,
}

impl Wanted {
    fn add(&mut self, key: &Key) -> Result<(), StoreError> {
        match *key {
            Key::Scheme(about) => self.schemes.add(&of(about)),
            Key::Inputs(about) => {
                self.figures.add(&of(about))?;
                self.surveys.add(&of(about))
            }
            Key::Work(MatterId { village: unit, year, ordinal }) => {
                self.works.add(&OneRow { ordinal: Some(ordinal), ..one(UnitYear { unit, year }) })
            }
            // Written without being read.
            Key::PutForward(_) => Ok(()),
            Key::Token(about, ref token) => self.tokens.add(&TokenRow::of(about, token)),
            Key::Ranking(about) => self.rankings.add(&of(about)),
            Key::Standing(about, position) => {
                self.scores.add(&OneRow { position: Some(position), ..one(about) })
            }
            Key::List(about) => self.lists.add(&of(about)),
            Key::Reward(about, village) => {
                self.rewards.add(&OneRow { village: Some(number(village)), ..one(about) })
            }
            Key::Rewards(about) => self.lines.add(&of(about)),
            Key::Works(about) => self.all_works.add(&of(about)),
            Key::Step(unit, MatterId { village, year, ordinal }) => {
                let step = one(UnitYear { unit, year });
                self.steps.add(&OneRow { ordinal: Some(ordinal), village: Some(number(village)), ..step })
            }
            Key::Steps(about) => self.all_steps.add(&of(about)),
            Key::Report(node) => self.reports.add(&NodeRow { unit: number(node) }),
            Key::Bulletin(about, period) => {
                self.bulletins.add(&OneRow { period: Some(period.to_string()), ..one(about) })
            }
            Key::Checkpoint(about, period) => {
                self.checkpoints.add(&OneRow { period: Some(period.to_string()), ..one(about) })
            }
        }
    }
}

/// Reads what these keys name.
pub(crate) async fn load<E: Engine>(
    conn: &mut E::Connection,
    mut keys: Vec<Key>,
) -> Result<Working, StoreError> {
    keys.sort_unstable();
    keys.dedup();
    let mut wanted = Wanted::default();
    keys.iter().try_for_each(|key| wanted.add(key))?;

    let mut working =
        Working { before: inputs::<E>(conn, wanted.figures, wanted.surveys).await?, ..Working::default() };
    let world = &mut working.world;
    working.before.iter().for_each(|(village, inputs)| world.put_inputs(*village, *inputs));
    for (statement, keys) in [(sql::WORK_FIND, wanted.works), (sql::WORKS_OF_VILLAGE, wanted.all_works)] {
        for row in fetch::<E>(conn, statement, keys).await? {
            let (of, work) = work::<E>(&row)?;
            world.put_work(of, work);
        }
    }
    for (statement, keys) in [(sql::STEP_FIND, wanted.steps), (sql::STEPS_OF_UNIT, wanted.all_steps)] {
        for row in fetch::<E>(conn, statement, keys).await? {
            let (unit, matter, step) = step::<E>(&row)?;
            world.put_step(unit, matter, step);
        }
    }
    for row in fetch::<E>(conn, sql::REPORT_FIND, wanted.reports).await? {
        let at = Timestamp::from_micros(col::<E, i64>(&row, "received_us")?);
        world.put_report(unit::<E>("report", &row, "unit")?, at);
    }
    for row in fetch::<E>(conn, sql::CHECKPOINT_FIND, wanted.checkpoints).await? {
        let told: pb::Checkpoint = record::<E, _>("checkpoint", &row)?;
        let (about, checkpoint) = convert::checkpoint_from(&told)
            .ok_or_else(|| corrupt("checkpoint", format!("{} is not one", told.bulletin)))?;
        world.put_checkpoint(about, checkpoint);
    }
    for row in fetch::<E>(conn, sql::BULLETIN_FIND, wanted.bulletins).await? {
        let about = about::<E>("bulletin", &row)?;
        let bulletin = convert::bulletin_from(about, &record::<E, pb::Bulletin>("bulletin", &row)?);
        world.put_bulletin(about, bulletin.ok_or_else(|| corrupt("bulletin", "a record is no bulletin"))?);
    }
    for row in fetch::<E>(conn, sql::TOKEN_FIND, wanted.tokens).await? {
        let token: Vec<u8> = col::<E, _>(&row, "token")?;
        let token = token.try_into().map_err(|_| corrupt("token", "a token has not 32 bytes"))?;
        world.put_token(about::<E>("token", &row)?, TokenHash::new(token));
    }
    for row in fetch::<E>(conn, sql::SCHEME_FIND, wanted.schemes).await? {
        let kept = record::<E, pb::Scheme>("scheme", &row)?;
        let scheme = convert::scheme_from(&kept).map_err(|error| corrupt("scheme", error))?;
        world.put_scheme(about::<E>("scheme", &row)?, scheme);
    }
    for row in fetch::<E>(conn, sql::RANKING_FIND, wanted.rankings).await? {
        let ranking = convert::ranking_from(record::<E, pb::Ranking>("ranking", &row)?);
        let ranking = ranking.ok_or_else(|| corrupt("ranking", "a record is no ranking"))?;
        world.put_ranking(about::<E>("ranking", &row)?, ranking);
    }
    for row in fetch::<E>(conn, sql::SCORE_FIND, wanted.scores).await? {
        let standing = convert::score_from(&record::<E, pb::Score>("score", &row)?);
        let standing = standing.ok_or_else(|| corrupt("score", "a record is no score"))?;
        world.put_standing(about::<E>("score", &row)?, standing);
    }
    for row in fetch::<E>(conn, sql::REWARD_LIST_FIND, wanted.lists).await? {
        world.put_list(about::<E>("reward_list", &row)?, reward_list::<E>(&row)?);
    }
    for (statement, keys) in [(sql::REWARD_FIND, wanted.rewards), (sql::REWARDS_OF_LIST, wanted.lines)] {
        for row in fetch::<E>(conn, statement, keys).await? {
            world.put_reward(about::<E>("reward", &row)?, reward::<E>(&row)?);
        }
    }
    Ok(working)
}

/// The figures of villages, from the two tables that they lie in.
async fn inputs<E: Engine>(
    conn: &mut E::Connection,
    figures: Rows,
    surveys: Rows,
) -> Result<BTreeMap<UnitYear, Inputs>, StoreError> {
    const TABLE: &str = "figures";
    let mut known: BTreeMap<UnitYear, Inputs> = BTreeMap::new();
    for row in fetch::<E>(conn, sql::FIGURES_FIND, figures).await? {
        let inputs = Inputs {
            determined: get::<E, _>(TABLE, &row, "determined")?,
            on_time: get::<E, _>(TABLE, &row, "on_time")?,
            late: get::<E, _>(TABLE, &row, "late")?,
            closed: get::<E, _>(TABLE, &row, "closed")?,
            settled: get::<E, _>(TABLE, &row, "settled")?,
            paid: fen::<E>(&row, "paid_fen")?,
            committed: fen::<E>(&row, "committed_fen")?,
            survey: Survey::default(),
        };
        known.insert(about::<E>(TABLE, &row)?, inputs);
    }
    let mut counts: BTreeMap<UnitYear, [[u32; 5]; 5]> = BTreeMap::new();
    for row in fetch::<E>(conn, sql::SURVEY_FIND, surveys).await? {
        let question: usize = get::<E, _>("survey", &row, "question")?;
        let counts = counts.entry(about::<E>("survey", &row)?).or_default();
        let counts = question.checked_sub(1).and_then(|question| counts.get_mut(question));
        *counts.ok_or_else(|| corrupt("survey", format!("there is no question {question}")))? = [
            get::<E, _>("survey", &row, "ones")?,
            get::<E, _>("survey", &row, "twos")?,
            get::<E, _>("survey", &row, "threes")?,
            get::<E, _>("survey", &row, "fours")?,
            get::<E, _>("survey", &row, "fives")?,
        ];
    }
    for (village, counts) in counts {
        let survey = Survey::from_counts(counts);
        let survey =
            survey.ok_or_else(|| corrupt("survey", "one question was answered more often than another"))?;
        known.entry(village).or_default().survey = survey;
    }
    Ok(known)
}

fn work<E: Engine>(row: &E::Row) -> Result<(MatterId, Work), StoreError> {
    let UnitYear { unit: village, year } = about::<E>("work", row)?;
    let due = match col::<E, Option<String>>(row, "due_day")? {
        Some(day) => {
            Some(convert::day_from(&day).ok_or_else(|| corrupt("work", format!("{day:?} is no day")))?)
        }
        None => None,
    };
    let matter = MatterId { village, year, ordinal: get::<E, _>("work", row, "ordinal")? };
    let work = Work {
        state: code::<E, _>("work", row, "state")?,
        category: code::<E, _>("work", row, "category")?,
        due,
        committed: fen::<E>(row, "committed_fen")?,
        paid: fen::<E>(row, "paid_fen")?,
    };
    Ok((matter, work))
}

fn step<E: Engine>(row: &E::Row) -> Result<(UnitCode, MatterId, Step), StoreError> {
    let UnitYear { unit: holder, year } = about::<E>("step", row)?;
    let village = unit::<E>("step", row, "village")?;
    let matter = MatterId { village, year, ordinal: get::<E, _>("step", row, "ordinal")? };
    let step = Step { own: at_last::<E>(row, "own_us")?, answer: at_last::<E>(row, "answer_us")? };
    Ok((holder, matter, step))
}

async fn fetch<E: Engine>(
    conn: &mut E::Connection,
    statement: &'static str,
    keys: Rows,
) -> Result<Vec<E::Row>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(E::fetch(conn, statement, args![E; keys.bind()?]).await?)
}
