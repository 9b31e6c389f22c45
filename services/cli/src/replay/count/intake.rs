use std::collections::BTreeMap;

use yishi_kernel::{MatterId, ProjectNumber, UnitCode, Year};
use yishi_proto::intake::v1::{self as pb, Category, Matter, MatterState, ProgressReport};

use super::{
    super::{
        Session,
        tally::{Book, Figures, Sum, Sums},
    },
    PAGE_SIZE, each, pages, reports,
};
use crate::{
    failure::Failure,
    remote::{self, Caller},
};

/// What a progress report counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    /// Matters of a state and category, as the contract numbers them.
    Of(i32, i32),
    /// All that ever got a project number, which reports give in one number.
    Determined,
}

/// What intake says.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    /// Matters, with their estimated cost.
    pub(crate) matters: Figures<Cell>,
    /// Matters in the villages' lists, whatever became of them.
    pub(crate) listed: usize,
    /// Years of villages with more than one determined matter.
    pub(crate) crowded_years: usize,
    /// Matters with a wrong project number.
    pub(crate) misnumbered: i64,
}

/// What others are compared with: the determined matters as their villages list them.
pub(super) type Matters = BTreeMap<MatterId, Listed>;

/// A determined matter in its village's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) category: i32,
    pub(super) is_closed: bool,
    /// What the ledger said when it was closed.
    pub(super) paid_fen: i64,
}

pub(super) async fn count(session: &Session<'_>) -> Result<(Intake, Matters), Failure> {
    let (units, lang) = (session.units, session.lang);
    let name = lang.pick("各级进度报表", "progress reports of all levels");
    let reports = reports(session, name, async |unit, year: Year| {
        let officer = Caller::officer(unit);
        let question =
            pb::GetProgressReportRequest { unit: format!("units/{unit}"), year: year.get().into() };
        let report = session.at(unit).ask(&officer, question, remote::Intake::get_progress_report).await?;
        Ok(reported(&report))
    })
    .await?;
    let name = lang.pick("逐村清点", "recount village by village");
    let lists = each(session, name, units.villages(), async |village| {
        let matters = list(session, village).await.map_err(|failure| failure.about(village))?;
        Ok((village, matters))
    })
    .await?;
    let mut records = Records::default();
    let listed = lists.iter().map(|(_, matters)| matters.len()).sum();
    for (village, matters) in lists {
        matters.iter().for_each(|matter| records.add(village, matter));
    }
    let matters = Figures::of(&units.register, units.top, reports, records.book);
    let crowded_years = records.numbers.values().filter(|numbers| **numbers > 1).count();
    Ok((Intake { matters, listed, crowded_years, misnumbered: records.misnumbered }, records.matters))
}

async fn list(session: &Session<'_>, village: UnitCode) -> Result<Vec<Matter>, Failure> {
    let officer = &Caller::officer(village);
    pages(async |page_token| {
        let question = pb::ListMattersRequest {
            parent: format!("units/{village}"),
            page_size: PAGE_SIZE,
            page_token,
            ..pb::ListMattersRequest::default()
        };
        let page = session.at(village).ask(officer, question, remote::Intake::list_matters).await?;
        Ok((page.matters, page.next_page_token))
    })
    .await
}

fn reported(report: &ProgressReport) -> Sums<Cell> {
    let rows = report.by_state_and_category.iter().map(|row| {
        (Cell::Of(row.state, row.category), Sum { number: row.matters, fen: row.cost_estimate_fen })
    });
    let whole = Sum { number: report.determined_matters, fen: report.determined_cost_estimate_fen };
    rows.chain([(Cell::Determined, whole)]).collect()
}

/// The determined matters by category.
pub(crate) fn determined(sums: &Sums<Cell>) -> BTreeMap<Category, Sum> {
    let mut by_category: BTreeMap<Category, Sum> = BTreeMap::new();
    for (cell, sum) in sums {
        if let Cell::Of(state, category) = *cell
            && MatterState::try_from(state).is_ok_and(is_determined)
        {
            by_category.entry(Category::try_from(category).unwrap_or_default()).or_default().add(*sum);
        }
    }
    by_category
}

fn is_determined(state: MatterState) -> bool {
    match state {
        MatterState::Determined
        | MatterState::InProgress
        | MatterState::Completed
        | MatterState::Closed
        | MatterState::Cancelled
        | MatterState::CarriedOver => true,
        MatterState::Unspecified
        | MatterState::Proposed
        | MatterState::Deliberated
        | MatterState::Noticed
        | MatterState::Merged
        | MatterState::Declined
        | MatterState::Withdrawn => false,
    }
}

/// What the villages' lists hold.
#[derive(Debug, Default)]
struct Records {
    book: Book<Cell>,
    /// Determined matters of a village in a year.
    numbers: BTreeMap<(UnitCode, Year), i64>,
    /// Matters whose name or number is not what it should be.
    misnumbered: i64,
    matters: Matters,
}

impl Records {
    /// Counts a matter that a village lists.
    fn add(&mut self, village: UnitCode, matter: &Matter) {
        let Ok(id) = matter.name.parse::<MatterId>() else {
            self.misnumbered += 1;
            return;
        };
        let cells = self.book.entry((village, id.year)).or_default();
        let one = Sum { number: 1, fen: matter.cost_estimate_fen };
        cells.entry(Cell::Of(matter.state, matter.category)).or_default().add(one);
        let numbered = is_determined(matter.state());
        let mut rightly = id.village == village && numbered != matter.project_number.is_empty();
        if numbered {
            cells.entry(Cell::Determined).or_default().add(one);
            *self.numbers.entry((village, id.year)).or_default() += 1;
            // One matter a year: each is its village's first, and a hole would show as a second.
            let number = matter.project_number.parse::<ProjectNumber>().ok();
            rightly &= number == Some(ProjectNumber { village, year: id.year, ordinal: 1 });
            let listed = Listed {
                category: matter.category,
                is_closed: matter.state() == MatterState::Closed,
                paid_fen: matter.completion.as_ref().map_or(0, |completion| completion.paid_fen),
            };
            self.matters.insert(id, listed);
        }
        self.misnumbered += i64::from(!rightly);
    }
}

#[cfg(test)]
mod tests;
