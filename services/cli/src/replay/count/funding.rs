use std::collections::BTreeMap;

use yishi_kernel::{Level, MatterId, UnitCode, Year};
use yishi_proto::{funding::v1 as pb, intake::v1::Category};

use super::{
    super::{
        Session,
        tally::{Book, Figures, Sum},
    },
    PAGE_SIZE, each,
    intake::Matters,
    pages, reports,
};
use crate::{
    failure::Failure,
    remote::{self, Caller},
};

/// What funding says.
#[derive(Debug, Default)]
pub(crate) struct Funding {
    /// Matters with money, and what was paid for them.
    pub(crate) investment: Figures<Category>,
    /// Villages' rewards, as the topmost unit reports them.
    pub(crate) rewards: Sum,
    /// Postings whose lines do not sum to zero.
    pub(crate) unbalanced: usize,
    /// Fen that left one unit's books and are not in another's.
    pub(crate) in_transit: i64,
    /// Closed matters for which intake has noted another sum than the books have.
    pub(crate) unlike_intake: usize,
}

/// What was paid for each matter, by the postings.
pub(super) type Paid = BTreeMap<MatterId, i64>;

/// Reports are of the services' own sums; recounted are all postings of all books.
pub(super) async fn count(session: &Session<'_>, matters: &Matters) -> Result<(Funding, Paid), Failure> {
    let (units, lang) = (session.units, session.lang);
    let name = lang.pick("各级投资报表", "investment reports of all levels");
    let reports = reports(session, name, async |unit, year: Year| {
        let officer = Caller::officer(unit);
        let question =
            pb::GetInvestmentReportRequest { unit: format!("units/{unit}"), year: year.get().into() };
        // What was paid for villages stands in the books of their county, which go up from there and not down.
        let payer = units.register.ancestor_at(unit, Level::County).unwrap_or(unit);
        let node = session.at(payer);
        let report = node.ask(&officer, question, remote::Funding::get_investment_report).await?;
        let row =
            |row: &pb::CategoryInvestment| (row.category(), Sum { number: row.matters, fen: row.paid_fen });
        Ok(report.by_category.iter().map(row).collect())
    })
    .await?;
    let question = pb::GetInvestmentReportRequest { unit: format!("units/{}", units.top), year: 0 };
    let officer = Caller::officer(units.top);
    let all = session.top().ask(&officer, question, remote::Funding::get_investment_report).await?;

    let holders = [Level::Region, Level::City, Level::County].map(|level| units.at_level(level)).concat();
    let name = lang.pick("逐笔核账", "recount posting by posting");
    let lists = each(session, name, holders, async |holder| {
        list(session, holder).await.map_err(|failure| failure.about(holder))
    })
    .await?;
    let mut books = Books::default();
    lists.iter().flatten().for_each(|record| books.add(record));
    let closed = matters.iter().filter(|(_, listed)| listed.is_closed);
    let noted_otherwise =
        closed.filter(|(matter, listed)| listed.paid_fen != books.paid.get(matter).copied().unwrap_or(0));
    let funding = Funding {
        unlike_intake: noted_otherwise.count(),
        investment: Figures::of(&units.register, units.top, reports, books.investment(matters)),
        rewards: Sum { number: all.rewards, fen: all.reward_paid_fen },
        unbalanced: books.unbalanced,
        in_transit: books.in_transit,
    };
    Ok((funding, books.paid))
}

async fn list(session: &Session<'_>, holder: UnitCode) -> Result<Vec<pb::PostingRecord>, Failure> {
    let officer = &Caller::officer(holder);
    pages(async |page_token| {
        let question = pb::ListPostingsRequest {
            parent: format!("units/{holder}"),
            page_size: PAGE_SIZE,
            page_token,
            ..pb::ListPostingsRequest::default()
        };
        let page = session.at(holder).ask(officer, question, remote::Funding::list_postings).await?;
        Ok((page.postings, page.next_page_token))
    })
    .await
}

/// What all postings come to.
#[derive(Debug, Default)]
struct Books {
    paid: Paid,
    unbalanced: usize,
    in_transit: i64,
}

impl Books {
    fn add(&mut self, record: &pb::PostingRecord) {
        let lines = record.posting.as_ref().map_or(&[][..], |posting| &posting.lines);
        let sum: i128 = lines.iter().map(|line| i128::from(line.amount_fen)).sum();
        self.unbalanced += usize::from(sum != 0);
        let on = |account: pb::Account| {
            lines.iter().filter(|line| line.account() == account).map(|line| line.amount_fen).sum::<i64>()
        };
        self.in_transit += on(pb::Account::InTransit);
        // A matter to which money is only committed is one that has money, too.
        if let Ok(matter) = record.matter.parse() {
            *self.paid.entry(matter).or_default() += on(pb::Account::Paid);
        }
    }

    /// Of each village and year, in the categories that the villages' lists give.
    fn investment(&self, matters: &Matters) -> Book<Category> {
        let mut book = Book::<Category>::new();
        for (matter, fen) in &self.paid {
            let category = matters.get(matter).and_then(|listed| Category::try_from(listed.category).ok());
            let sums = book.entry((matter.village, matter.year)).or_default();
            sums.entry(category.unwrap_or_default()).or_default().add(Sum { number: 1, fen: *fen });
        }
        book
    }
}

#[cfg(test)]
mod tests {
    use super::{super::intake::Listed, *};

    const MATTER: &str = "villages/640100000001/matters/2021-1";

    fn posted(matter: &str, moves: &[(pb::Account, i64)]) -> pb::PostingRecord {
        let line = |(account, amount_fen): &(pb::Account, i64)| pb::PostingLine {
            account: (*account).into(),
            amount_fen: *amount_fen,
            ..pb::PostingLine::default()
        };
        let posting = Some(pb::Posting { lines: moves.iter().map(line).collect() });
        pb::PostingRecord { matter: matter.to_owned(), posting, ..pb::PostingRecord::default() }
    }

    fn books(records: &[pb::PostingRecord]) -> Books {
        let mut books = Books::default();
        records.iter().for_each(|record| books.add(record));
        books
    }

    #[test]
    fn payments_of_a_matter_add_up_under_its_category() {
        use pb::Account::{Committed, Free, Paid};
        let books = books(&[
            posted(MATTER, &[(Free, -100), (Committed, 100)]),
            posted(MATTER, &[(Committed, -60), (Paid, 60)]),
            posted(MATTER, &[(Committed, -40), (Paid, 25), (Paid, 15)]),
            posted("", &[(Free, -7), (Paid, 7)]),
        ]);
        let matter: MatterId = MATTER.parse().unwrap();
        assert_eq!((&books.paid, books.unbalanced), (&BTreeMap::from([(matter, 100)]), 0));
        let listed = Listed { category: Category::Governance.into(), is_closed: true, paid_fen: 100 };
        for (matters, category) in [
            (Matters::from([(matter, listed)]), Category::Governance),
            (Matters::new(), Category::Unspecified),
        ] {
            let sums = BTreeMap::from([(category, Sum { number: 1, fen: 100 })]);
            let village_year = (matter.village, matter.year);
            assert_eq!(books.investment(&matters), BTreeMap::from([(village_year, sums)]));
        }
    }

    #[test]
    fn what_does_not_balance_or_did_not_arrive_is_seen() {
        use pb::Account::{Free, InTransit, PassedDown};
        let sent = posted("", &[(Free, -9), (InTransit, 9)]);
        let arrived = posted("", &[(InTransit, -9), (PassedDown, 9)]);
        assert_eq!(books(&[sent.clone(), arrived]).in_transit, 0);
        assert_eq!(books(&[sent]).in_transit, 9);
        assert_eq!(books(&[posted("", &[(Free, 1)])]).unbalanced, 1);
    }
}
