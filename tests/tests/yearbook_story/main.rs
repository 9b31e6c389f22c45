//! 年初建账、年中查账、年底交账: the year of a county, from its villages up, and nothing of it changes afterwards.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod asks;
mod links;

use time::macros::date;
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as funding;
use yishi_proto::intake::v1::{self as pb, MatterState, YearBookState};
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow_node;
use yishi_tests::sandbox::{Asks, Sandbox, Village, YEAR, fresh_id};

use asks::{Desk, commit, digest, done, name, pay, reason};
use links::money_on_its_way_holds_a_year_and_the_year_end_travels;

both_engines!(
    a_county_settles_its_year,
    money_on_its_way_holds_a_year_and_the_year_end_travels,
    every_statement_is_prepared
);

const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

/// What a matter of the sandbox costs, in fen.
const COST: i64 = 120_000_000;

async fn a_county_settles_its_year<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let villages: Vec<UnitCode> = sandbox.register.children(TOWNSHIP).to_vec();
    let mut ripe = sandbox.ripe_villages(villages[..3].iter().copied()).await;
    let mut matters = Vec::new();
    for village in &mut ripe {
        matters.push(sandbox.matter_in(village, MatterState::InProgress).await.name);
    }
    assert_eq!(ripe[0].code, VILLAGE);
    sandbox.go_to(date!(2022 - 03 - 01)).await;

    opens_and_is_audited(&sandbox).await;
    year_end_goes_down(&sandbox, villages[3]).await;
    let channel = Desk::of(&sandbox, COUNTY).channel(2 * COST).await;
    for matter in &matters[1..] {
        done(Desk::of(&sandbox, COUNTY).money.commit_funds(commit(matter, &channel, COST)).await);
    }
    strikes_off(&sandbox, &mut ripe[0], &matters[0]).await;
    carries_over(&sandbox, &mut ripe[1], &matters[1]).await;
    township_settles(&sandbox, &villages).await;
    county_settles(&sandbox, &matters[2], &channel).await;
    nothing_changes_any_more(&sandbox, &mut ripe, &matters, &channel).await;
    is_corrected(&sandbox).await;

    let before = Desk::of(&sandbox, COUNTY).get().await;
    let sandbox = sandbox.restart().await;
    assert_eq!(Desk::of(&sandbox, COUNTY).get().await, before);
    is_listed(&sandbox).await;
    sandbox.audited().await;
    let copied = follow_node(&sandbox).await;
    for table in ["intake.year_book", "intake.village_year", "funding.book"] {
        assert!(copied.iter().any(|found| found == table), "{table}");
    }
    sandbox.stop().await;
}

async fn opens_and_is_audited<E: Engine>(sandbox: &Sandbox<E>) {
    let mut village = Desk::of(sandbox, VILLAGE);
    let opened = village.open().await;
    assert_eq!((opened.state(), &*opened.name), (YearBookState::Open, &*name(VILLAGE)));
    let snapshot = opened.opening.unwrap();
    assert_eq!(snapshot.matters.len(), 1);
    assert_eq!(snapshot.matters[0].state(), MatterState::InProgress);
    assert_eq!(snapshot.totals.iter().map(|row| row.determined_matters).sum::<i64>(), 1);
    assert_eq!(snapshot.sha256, digest(&name(VILLAGE), &snapshot), "anybody can count it again");

    // What the county knows is the sum of what its villages have.
    let county = Desk::of(sandbox, COUNTY).open().await.opening.unwrap();
    assert_eq!(county.totals.iter().map(|row| row.determined_matters).sum::<i64>(), 3);
    assert_eq!((county.sha256.clone(), county.matters.len()), (digest(&name(COUNTY), &county), 0));

    let (text, request_id) = ("台账缺三月份凭证".to_owned(), fresh_id());
    let record = pb::RecordFindingRequest { name: name(VILLAGE), text, request_id, etag: String::new() };
    let found = done(village.auditor.record_finding(record.clone()).await);
    assert_eq!(
        done(village.auditor.record_finding(record.clone()).await),
        found,
        "the same request acts once"
    );
    assert_eq!(reason(village.office.record_finding(record).await), "PERMISSION_DENIED");
    assert_eq!(village.unsettled(&[]).await, "YEAR_END_NOT_ANNOUNCED");
}

async fn year_end_goes_down<E: Engine>(sandbox: &Sandbox<E>, quiet: UnitCode) {
    Desk::of(sandbox, COUNTY).announce().await;
    sandbox.caught_up().await;
    let mut village = Desk::of(sandbox, VILLAGE);
    let heard = village.get().await;
    assert!(heard.announce_time_us > 0 && heard.state() == YearBookState::Open);
    assert_eq!(Desk::of(sandbox, quiet).get().await.state(), YearBookState::Unopened);
    assert_eq!(Desk::of(sandbox, TOWNSHIP).open().await.state(), YearBookState::Open);

    assert_eq!(village.unsettled(&[]).await, "FINDING_OPEN");
    let (answer, request_id) = ("已补齐".to_owned(), fresh_id());
    let answer = pb::AnswerFindingRequest {
        name: name(VILLAGE),
        finding: 1,
        answer,
        request_id,
        etag: village.get().await.etag,
    };
    let answered = done(village.office.answer_finding(answer).await);
    assert!(answered.findings[0].answer_time_us > 0);
    assert_eq!(village.unsettled(&[]).await, "MATTERS_OPEN");
    assert_eq!(Desk::of(sandbox, TOWNSHIP).unsettled(&[]).await, "UNITS_UNSETTLED");
}

/// The first village's matter is done.
async fn strikes_off<E: Engine>(sandbox: &Sandbox<E>, village: &mut Village, matter: &str) {
    village.progress(matter, 100).await;
    village.complete(matter).await;
    village.accept(matter).await;
    village.close(matter).await;
    sandbox.caught_up().await;
    assert_eq!(village.get(matter).await.state(), MatterState::Closed);
    let settled = Desk::of(sandbox, village.code).settle(&[]).await;
    assert_eq!(settled.state(), YearBookState::Settled, "a village's year ends at once");
    let snapshot = settled.settlement.unwrap();
    assert_eq!(snapshot.matters[0].state(), MatterState::Closed);
    assert_eq!(snapshot.sha256, digest(&name(VILLAGE), &snapshot));
}

/// The second village's matter is not, and goes over into the next year.
async fn carries_over<E: Engine>(sandbox: &Sandbox<E>, village: &mut Village, matter: &str) {
    let mut book = Desk::of(sandbox, village.code);
    book.open().await;
    let asked = village.end(matter, MatterState::CarriedOver).await;
    assert_eq!(asked.state(), MatterState::InProgress, "until the township has said so");
    sandbox.answer_ending(village, matter, false).await;
    let refused = village.get(matter).await;
    assert_eq!((refused.state(), refused.ending.unwrap().granted), (MatterState::InProgress, false));
    assert_eq!(book.unsettled(&[]).await, "MATTERS_OPEN");
    village.end(matter, MatterState::CarriedOver).await;
    sandbox.answer_ending(village, matter, true).await;
    let carried = village.get(matter).await;
    assert_eq!(
        (carried.state(), &*carried.project_number),
        (MatterState::CarriedOver, &*asked.project_number)
    );
    let freed = done(
        Desk::of(sandbox, COUNTY)
            .money
            .get_ledger(funding::GetLedgerRequest { unit: format!("units/{COUNTY}"), year: YEAR })
            .await,
    );
    let unpaid: i64 = freed.holdings.iter().map(|held| held.committed_unpaid_fen).sum();
    assert_eq!(unpaid, COST, "what was committed to it is free again; the third village's is not");
    assert_eq!(book.settle(&[]).await.state(), YearBookState::Settled);
}

/// The third village does not answer, and others have nothing to tell.
async fn township_settles<E: Engine>(sandbox: &Sandbox<E>, villages: &[UnitCode]) {
    let mut township = Desk::of(sandbox, TOWNSHIP);
    assert_eq!(township.unsettled(&villages[1..]).await, "UNIT_NOT_MISSING");
    assert_eq!(township.unsettled(&villages[3..]).await, "UNITS_UNSETTLED");
    assert_eq!(township.unsettled(&[COUNTY]).await, "INVALID_FIELDS");
    let settled = township.settle(&villages[2..]).await;
    assert_eq!((settled.state(), settled.missing.len()), (YearBookState::Settled, villages.len() - 2));
}

/// The third village's matter has money that was never paid.
async fn county_settles<E: Engine>(sandbox: &Sandbox<E>, matter: &str, channel: &str) {
    let mut county = Desk::of(sandbox, COUNTY);
    let others: Vec<UnitCode> =
        sandbox.register.children(COUNTY).iter().copied().filter(|unit| *unit != TOWNSHIP).collect();
    assert_eq!(county.settle(&others).await.state(), YearBookState::Settling);
    sandbox.caught_up().await;
    let held = county.get().await;
    let what = held.held.unwrap();
    assert_eq!((held.state(), what.matters, what.unpaid_fen), (YearBookState::Open, 1, COST));
    done(county.money.pay_matter(pay(matter, channel, COST)).await);
    county.settle(&others).await;
    sandbox.caught_up().await;
    let settled = county.get().await;
    assert_eq!((settled.state(), settled.settling_requests, settled.held), (YearBookState::Settled, 2, None));
    assert_eq!(settled.missing.len(), others.len());
}

async fn nothing_changes_any_more<E: Engine>(
    sandbox: &Sandbox<E>,
    villages: &mut [Village],
    matters: &[String],
    channel: &str,
) {
    let settled = "YEAR_SETTLED";
    let office = &mut villages[0].office;
    assert_eq!(reason(office.record_progress(Asks::progress(&matters[0], 100)).await), settled);
    assert_eq!(reason(office.propose_matter(Asks::propose(VILLAGE, "修路")).await), settled);
    assert_eq!(reason(office.carry_over_matter(Asks::carry_over(&matters[0])).await), settled);
    let mut county = Desk::of(sandbox, COUNTY);
    assert_eq!(reason(county.money.open_channel(county.opening()).await), settled);
    assert_eq!(reason(county.money.commit_funds(commit(&matters[2], channel, 1)).await), settled);
    assert_eq!(county.unsettled(&[]).await, "YEAR_BOOK_STATE");

    // The village that was missing is late, and may still bring its own year to an end.
    let late = &mut villages[2];
    late.progress(&matters[2], 100).await;
    late.complete(&matters[2]).await;
    late.accept(&matters[2]).await;
    late.close(&matters[2]).await;
    sandbox.caught_up().await;
    assert_eq!(late.get(&matters[2]).await.state(), MatterState::Closed);
    let before = county.get().await;
    let mut book = Desk::of(sandbox, late.code);
    book.open().await;
    assert_eq!(book.settle(&[]).await.state(), YearBookState::Settled);
    assert_eq!(county.get().await, before);
}

async fn is_corrected<E: Engine>(sandbox: &Sandbox<E>) {
    let mut county = Desk::of(sandbox, COUNTY);
    let before = county.get().await;
    let ask = county.correction(7);
    let after = done(county.office.record_correction(ask).await);
    assert_eq!(after.corrections.len(), 1);
    assert_eq!(after.corrections[0].corrects.as_ref().map(|corrected| corrected.seq), Some(7));
    let but_for_that = pb::YearBook {
        corrections: Vec::new(),
        etag: before.etag.clone(),
        update_time_us: before.update_time_us,
        ..after
    };
    assert_eq!(but_for_that, before, "a correction changes nothing else");
}

async fn is_listed<E: Engine>(sandbox: &Sandbox<E>) {
    let mut office = Desk::of(sandbox, COUNTY).office;
    let (mut books, mut page_token) = (Vec::new(), String::new());
    loop {
        let parent = format!("units/{COUNTY}");
        let ask = pb::ListYearBooksRequest { parent, year: YEAR, page_size: 50, page_token };
        let page = done(office.list_year_books(ask).await);
        books.extend(page.year_books);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(books.len(), sandbox.register.subtree(COUNTY).len(), "whoever has heard has a book");
    assert!(books.is_sorted_by_key(|book| book.name.clone()));
    let settled = books.iter().filter(|book| book.state() == YearBookState::Settled).count();
    assert_eq!(settled, 5, "three villages, a township and the county");
    assert!(books.iter().all(|book| book.opening.is_none() && book.missing.is_empty()));
}

async fn every_statement_is_prepared<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut books = sandbox.books("intake").await;
    for (file, statement) in yishi_intake::store::statements::ALL {
        let prepared = books.prepare(statement).await;
        assert!(prepared.is_ok(), "{file}.sql: {prepared:?}");
    }
    sandbox.stop().await;
}
