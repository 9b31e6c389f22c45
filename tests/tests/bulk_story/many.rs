//! Long files, and calls that break.

use sqlx::Sqlite;
use yishi_proto::intake::v1::{self as pb, BulkFormat};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Sandbox, as_caller};
use yishi_tests::sqlite::Folder;

use crate::office::{File, VILLAGE, csv, export, line, officer};

both_engines!(a_call_that_breaks_leaves_whole_lines_and_may_be_made_again, a_file_waits_for_its_turn);

/// So many that the call is under way for a while.
const LINES: i32 = 3_000;

fn many(lines: i32) -> File {
    let lines: Vec<String> = (0..lines).map(|nth| line(VILLAGE, &format!("修第{nth}段村道"))).collect();
    File::of(VILLAGE, BulkFormat::Csv, csv(&lines))
}

async fn proposed<E: Engine>(sandbox: &Sandbox<E>) -> i64 {
    let unit = format!("units/{VILLAGE}");
    let ask = pb::GetProgressReportRequest { unit, year: 2022 };
    let report = sandbox.intake(&as_caller(VILLAGE, Role::Auditor)).get_progress_report(ask).await;
    report.unwrap().into_inner().by_state.iter().map(|row| row.matters).sum()
}

async fn a_call_that_breaks_leaves_whole_lines_and_may_be_made_again<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let file = many(LINES);
    let mut office = officer(&sandbox, VILLAGE);
    let pieces = office.import_matters(tokio_stream::iter(file.pieces())).await.unwrap();
    while proposed(&sandbox).await == 0 {}
    drop(pieces);

    let told = file.send(&mut office).await.unwrap();
    let [imported, repeated, refused] = told.summary;
    assert_eq!((imported + repeated, refused), (LINES, 0));
    assert!(imported > 0 && repeated > 0, "{imported} and {repeated}: it did not break in the middle");
    assert_eq!(proposed(&sandbox).await, i64::from(LINES));
    assert_eq!(file.send(&mut office).await.unwrap().summary, [0, LINES, 0]);
    let whole = sandbox.books("intake").await.entries().await;
    let proposals = whole.iter().filter(|stored| stored.entry.kind == "intake.proposed").count();
    assert_eq!(i32::try_from(proposals), Ok(LINES));
    sandbox.verified().await;
    sandbox.stop().await;
}

/// A file is all in memory, so they come one after the other; and whoever goes away makes room.
async fn a_file_waits_for_its_turn<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let (mut office, mut another) = (officer(&sandbox, VILLAGE), officer(&sandbox, VILLAGE));
    let file = many(10);
    let (sender, sent) = tokio::sync::mpsc::channel(1);
    sender.send(file.first.clone()).await.unwrap();
    let stalled = office.import_matters(tokio_stream::wrappers::ReceiverStream::new(sent)).await.unwrap();
    let waiting = tokio::spawn(async move { file.send(&mut another).await.unwrap().summary });
    drop((stalled, sender));
    assert_eq!(waiting.await.unwrap(), [10, 0, 0]);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_lines_are_put_forward_once() {
    const ALL: i32 = 100_000;
    let folder = Folder::new();
    let sandbox = Sandbox::<Sqlite>::start(&folder.url()).await;
    let mut office = officer(&sandbox, VILLAGE);
    let file = many(ALL);
    assert_eq!(file.clone().dry().send(&mut office).await.unwrap().summary, [ALL, 0, 0]);
    assert_eq!(proposed(&sandbox).await, 0);
    assert_eq!(file.send(&mut office).await.unwrap().summary, [ALL, 0, 0]);
    assert_eq!(proposed(&sandbox).await, i64::from(ALL));
    // And never again, not even as the workbook that they are written out as.
    let exported = export(&mut office, VILLAGE, BulkFormat::Xlsx).await.unwrap();
    let again = File::of(VILLAGE, BulkFormat::Xlsx, exported).send(&mut office).await.unwrap();
    assert_eq!(again.summary, [0, ALL, 0]);
    assert_eq!(proposed(&sandbox).await, i64::from(ALL));
    sandbox.stop().await;
}
