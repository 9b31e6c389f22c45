//! What one node writes out another takes in.

use encoding_rs::GB18030;
use sqlx::Sqlite;
use yishi_proto::intake::v1::{self as pb, BulkFormat, MatterState};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, as_caller, list};
use yishi_tests::sqlite::Folder;

use crate::office::{File, NEIGHBOUR, TOWNSHIP, VILLAGE, cells, client, export, officer, refusal, sheet};

both_engines!(what_is_exported_is_imported_elsewhere_as_it_was);

/// What a matter says, in the order of villages and proposals.
async fn contents<E: Engine>(sandbox: &Sandbox<E>) -> Vec<pb::Matter> {
    let mut auditor = sandbox.intake(&as_caller(REGION, Role::Auditor));
    let parent = format!("units/{TOWNSHIP}");
    let mut contents = Vec::new();
    for listed in list(&mut auditor, pb::ListMattersRequest { parent, ..Default::default() }).await {
        let ask = pb::GetMatterRequest { name: listed.name };
        let matter = auditor.get_matter(ask).await.unwrap().into_inner();
        if matter.state() == MatterState::Withdrawn {
            continue;
        }
        let pb::Matter { title, description, category, subcategory, .. } = matter;
        let pb::Matter { cost_estimate_fen, households, persons, place, .. } = matter;
        contents.push(pb::Matter {
            title,
            description,
            category,
            subcategory,
            cost_estimate_fen,
            households,
            persons,
            place,
            ..Default::default()
        });
    }
    contents
}

async fn what_is_exported_is_imported_elsewhere_as_it_was<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    for (nth, village) in [(0, VILLAGE), (1, VILLAGE), (2, NEIGHBOUR), (3, VILLAGE)] {
        let titles = ["=HYPERLINK(\"x\")", "修\"村道\",\n加路灯", "'+1 广场𠮷", "不要了"];
        let matter = pb::Matter {
            cost_estimate_fen: 1_234_567 + nth,
            category: 1 + i32::try_from(nth).unwrap(),
            place: " -三组".into(),
            ..Asks::matter(titles[usize::try_from(nth).unwrap()])
        };
        let ask = Asks::propose_this(village, 2022, matter);
        sandbox.officer(village).propose_matter(ask).await.unwrap();
    }
    let unwanted = Asks::withdraw(&format!("villages/{VILLAGE}/matters/2022-3"));
    sandbox.officer(VILLAGE).withdraw_matter(unwanted).await.unwrap();
    let there = contents(&sandbox).await;
    assert_eq!(there.len(), 3);

    let mut auditor = client(&sandbox, &as_caller(TOWNSHIP, Role::Auditor));
    for format in [BulkFormat::Csv, BulkFormat::CsvGb18030, BulkFormat::Xlsx] {
        let file = export(&mut auditor, TOWNSHIP, format).await.unwrap();
        let lines = match format {
            BulkFormat::Xlsx => sheet(&file),
            BulkFormat::CsvGb18030 => cells(GB18030.decode(&file).0.as_bytes()),
            _ => cells(&file),
        };
        assert_eq!(lines.len(), 4, "what nobody wants any more is left out");
        let dangerous = if format == BulkFormat::Xlsx { "=HYPERLINK(\"x\")" } else { "'=HYPERLINK(\"x\")" };
        assert_eq!((&*lines[1][0], &*lines[1][2], &*lines[1][6]), ("640324100200", dangerous, "12345.67"));

        // Where it comes from it is there already.
        let before = sandbox.books("intake").await.trace().await;
        let told =
            File::of(VILLAGE, format, file.clone()).send(&mut officer(&sandbox, VILLAGE)).await.unwrap();
        assert_eq!(told.summary, [0, 2, 1]);
        assert_eq!(sandbox.books("intake").await.trace().await, before);

        let folder = Folder::new();
        let empty = Sandbox::<Sqlite>::start(&folder.url()).await;
        for (village, summary) in [(VILLAGE, [2, 0, 1]), (NEIGHBOUR, [1, 0, 2])] {
            let told =
                File::of(village, format, file.clone()).send(&mut officer(&empty, village)).await.unwrap();
            assert_eq!(told.summary, summary, "{format:?}");
        }
        assert_eq!(contents(&empty).await, there, "{format:?}");
        empty.audited().await;
        empty.stop().await;
    }
    // Who may not read may not have it in a file.
    let mut neighbour = officer(&sandbox, NEIGHBOUR);
    assert_eq!(refusal(export(&mut neighbour, VILLAGE, BulkFormat::Csv).await).0, "PERMISSION_DENIED");
    sandbox.stop().await;
}
