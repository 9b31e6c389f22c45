//! Asks the services what came of it, and recounts it from what the villages and their handlers have on record.

mod appraisal;
mod escalation;
mod funding;
mod intake;

use std::future::Future;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use yishi_kernel::{Level, UnitCode, Year};
use yishi_proto::admin::v1 as admin;

use super::{
    Session,
    nodes::Many,
    tally::{Book, Sums},
};
use crate::{failure::Failure, scenario::years_of_the_programme};
pub(super) use appraisal::Appraisal;
pub(super) use escalation::Escalation;
pub(super) use funding::Funding;
pub(super) use intake::{Cell, Intake, determined};

/// Reads under way at once; a node keeps few connections for reading.
const IN_FLIGHT: usize = 32;
/// The largest page there is.
const PAGE_SIZE: i32 = 1_000;

/// All that the node said in the end; what is not served says nothing.
#[derive(Debug)]
pub(super) struct Findings {
    pub(super) intake: Intake,
    pub(super) escalation: Option<Escalation>,
    pub(super) funding: Option<Funding>,
    pub(super) appraisal: Option<Appraisal>,
    /// Of the topmost node, which holds everything; with all units that any node hosts.
    pub(super) status: admin::NodeStatus,
    /// Of the topmost node.
    pub(super) verdicts: Vec<admin::JournalVerdict>,
    /// Where there are several nodes, whether they hold the same.
    pub(super) many: Option<Many>,
}

pub(super) async fn all(session: &Session<'_>) -> Result<Findings, Failure> {
    let (intake, matters) = intake::count(session).await?;
    let escalation = match session.served.escalation {
        true => Some(escalation::count(session).await?),
        false => None,
    };
    let (funding, paid) = match session.served.funding {
        true => funding::count(session, &matters).await.map(|(found, paid)| (Some(found), paid))?,
        false => Default::default(),
    };
    let appraisal = match session.served.appraisal {
        true => Some(appraisal::count(session, &matters, &paid).await?),
        false => None,
    };
    let part = session.progress.part(session.lang.pick("核对账簿", "verifying the journals").to_owned(), 1);
    let (status, verdicts, many) = session.nodes.books(&session.units.register).await?;
    part.done();
    Ok(Findings { intake, escalation, funding, appraisal, status, verdicts, many })
}

/// What every unit above the villages, and the topmost one, reports of each year.
async fn reports<K, F: Future<Output = Result<Sums<K>, Failure>>>(
    session: &Session<'_>,
    name: &str,
    ask: impl Fn(UnitCode, Year) -> F,
) -> Result<Book<K>, Failure>
where
    K: Ord,
{
    let units = session.units;
    let mut asked = units.register.subtree(units.top);
    asked.retain(|unit| *unit == units.top || units.register.level(*unit) != Some(Level::Village));
    let ask = &ask;
    let questions = asked.into_iter().flat_map(|unit| years_of_the_programme().map(move |year| (unit, year)));
    let answers = each(session, name, questions.collect(), move |(unit, year)| async move {
        let sums = ask(unit, year).await.map_err(|failure| failure.about(format_args!("{unit} {year}")))?;
        Ok(((unit, year), sums))
    });
    Ok(answers.await?.into_iter().collect())
}

/// Asks the same about many things, a bounded number of them at a time.
async fn each<T, A, F: Future<Output = Result<A, Failure>>>(
    session: &Session<'_>,
    name: &str,
    things: Vec<T>,
    ask: impl Fn(T) -> F,
) -> Result<Vec<A>, Failure> {
    let part = session.progress.part(name.to_owned(), things.len());
    let (ask, step) = (&ask, &part);
    let answers = stream::iter(things)
        .map(|thing| async move {
            let answer = ask(thing).await;
            step.step();
            answer
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await?;
    part.done();
    Ok(answers)
}

/// Reads all pages of a list: `ask` is given a page's token and answers with its items and the next token.
async fn pages<T, F: Future<Output = Result<(Vec<T>, String), Failure>>>(
    ask: impl Fn(String) -> F,
) -> Result<Vec<T>, Failure> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let (items, next) = ask(token).await?;
        all.extend(items);
        if next.is_empty() {
            return Ok(all);
        }
        token = next;
    }
}

/// Every village in every year.
fn village_years(session: &Session<'_>) -> Vec<(UnitCode, Year)> {
    let villages = session.units.villages();
    villages.iter().flat_map(|village| years_of_the_programme().map(|year| (*village, year))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_is_read_to_its_last_page() {
        let page = async |token: String| match &*token {
            "" => Ok((vec![1, 2], "a".to_owned())),
            "a" => Ok((vec![], "b".to_owned())),
            _ => Ok((vec![3], String::new())),
        };
        assert_eq!(pages(page).await.unwrap(), [1, 2, 3]);
    }
}
