//! An office sends its spreadsheet.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod many;
mod office;
mod round;

use encoding_rs::GB18030;
use yishi_proto::intake::v1::{self as pb, BulkFormat};
use yishi_runtime::access::{Caller, Role};
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, Sandbox};

use office::{
    File, HEADER, NEIGHBOUR, TOWNSHIP, VILLAGE, cells, client, csv, line, officer, refusal, results, sheet,
    workbook,
};

both_engines!(
    a_file_is_put_forward_line_by_line_and_never_twice,
    a_dry_run_says_what_would_be_and_changes_nothing,
    a_file_that_cannot_be_read_ends_the_call_before_anything_is_done,
    a_line_is_put_forward_for_whom_the_sender_may_propose,
);

fn name(ordinal: u32) -> String {
    format!("villages/{VILLAGE}/matters/2022-{ordinal}")
}

async fn a_file_is_put_forward_line_by_line_and_never_twice<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut office = officer(&sandbox, VILLAGE);
    let good = [line(VILLAGE, "修村道"), line(VILLAGE, "打机井")];
    let wrong = line(VILLAGE, "建卫生室").replace("1200000.5", "120万");
    let text = csv(&[good[0].clone(), wrong.clone(), good[1].clone(), good[0].clone(), ",,".to_owned()]);
    let file = |format, bytes: &[u8]| File::of(VILLAGE, format, bytes);

    let told = file(BulkFormat::Csv, text.as_bytes()).send(&mut office).await.unwrap();
    assert_eq!(told.summary, [2, 0, 2]);
    let lines = cells(&told.file);
    assert_eq!(lines[0].join(","), format!("{HEADER},导入结果,导入事项,原因代码,说明"));
    for (line, sent) in lines.iter().zip(cells(text.replace(",,\r\n", ",,,,,,,,,\r\n").as_bytes())) {
        assert_eq!(line[..10], sent);
    }
    let finer = "估算(元)：应为不带分隔符、不细于分的数字";
    assert_eq!(
        results(&lines),
        [
            ["已导入", &name(1), "", ""],
            ["未导入", "", "INVALID_FIELDS", finer],
            ["已导入", &name(2), "", ""],
            ["未导入", "", "LINE_REPEATED", "与第 2 行相同"],
            ["", "", "", ""],
        ]
    );
    let there = sandbox.village(VILLAGE).get(&name(1)).await;
    let asked = pb::Matter {
        name: name(1),
        description: "修村道三公里".into(),
        cost_estimate_fen: 120_000_050,
        place: "三组".into(),
        ..Asks::matter("修村道")
    };
    assert_eq!(
        (&there.title, &there.description, there.cost_estimate_fen, &there.place, there.persons),
        (&asked.title, &asked.description, asked.cost_estimate_fen, &asked.place, asked.persons)
    );
    assert_eq!(there.proposer, format!("officer:{VILLAGE}"));

    // Whatever the format, the encoding and the sender: the same lines are the same matters.
    let before = sandbox.books("intake").await.trace().await;
    let gb18030 = GB18030.encode(&text).0.into_owned();
    let colleague = Caller::of(VILLAGE, Role::Officer, "clerk:7".parse().unwrap());
    let mut colleague = client(&sandbox, &colleague);
    for (format, bytes) in [
        (BulkFormat::Csv, text.as_bytes()),
        (BulkFormat::Csv, &*gb18030),
        (BulkFormat::CsvGb18030, &*gb18030),
        (BulkFormat::Xlsx, &*workbook(&text.replace(",,\r\n", ",,,,,,,,,\r\n"))),
    ] {
        for office in [&mut office, &mut colleague] {
            let told = file(format, bytes).send_in(office, "en").await.unwrap();
            assert_eq!(told.summary, [0, 2, 2], "{format:?}");
            let lines = match format {
                BulkFormat::Xlsx => sheet(&told.file),
                _ if bytes == gb18030 => cells(GB18030.decode(&told.file).0.as_bytes()),
                _ => cells(&told.file),
            };
            let finer = "估算(元): write a number without separators, no finer than a fen";
            let expected = [
                ["REPEATED", &name(1), "", ""],
                ["REFUSED", "", "INVALID_FIELDS", finer],
                ["REPEATED", &name(2), "", ""],
                ["REFUSED", "", "LINE_REPEATED", "the same as line 2"],
            ];
            assert_eq!(results(&lines)[..4], expected, "{format:?}");
            assert_eq!(lines[0][10..], ["result", "matter", "reason", "message"]);
            assert_eq!(lines[1][0], VILLAGE.to_string());
        }
    }
    assert_eq!(sandbox.books("intake").await.trace().await, before, "nothing twice");

    // What came back is mended, and sent as it is.
    let mended = String::from_utf8(told.file).unwrap().replace("120万", "1200000");
    let told = file(BulkFormat::Csv, mended.as_bytes()).send(&mut office).await.unwrap();
    assert_eq!(told.summary, [1, 2, 1]);
    let lines = cells(&told.file);
    assert_eq!((lines[0].len(), &*lines[2][11]), (14, &*name(3)));

    let sandbox = sandbox.restart().await;
    let told = file(BulkFormat::Csv, mended.as_bytes()).send(&mut officer(&sandbox, VILLAGE)).await.unwrap();
    assert_eq!(told.summary, [0, 3, 1]);
    assert_eq!(sandbox.audited().await.len(), 3);
    sandbox.stop().await;
}

async fn a_dry_run_says_what_would_be_and_changes_nothing<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut office = officer(&sandbox, VILLAGE);
    let there = File::of(VILLAGE, BulkFormat::Csv, csv(&[line(VILLAGE, "修村道")]));
    there.send(&mut office).await.unwrap();
    let lines = [
        line(VILLAGE, "修村道"),
        line(VILLAGE, "打机井"),
        line(VILLAGE, "电话13912345678"),
        line(VILLAGE, "装路灯").replace(",2022,", ",2023,"),
        line(VILLAGE, "建广场").replace(",2022,", ",2021,"),
        line(VILLAGE, "架桥").replace("修", "架\0"),
    ];
    let file = File::of(VILLAGE, BulkFormat::Csv, csv(&lines)).dry();
    let before = sandbox.books("intake").await.trace().await;
    let told = file.send(&mut office).await.unwrap();
    assert_eq!(sandbox.books("intake").await.trace().await, before);
    assert_eq!(told.summary, [2, 1, 3]);
    let told = cells(&told.file);
    let season = |year: i32| {
        let (opens, closes) = (format!("{}-11-01", year - 1), format!("{year}-02-28"));
        format!("{VILLAGE} 的 {year} 年提事期为 {opens} 至 {closes}，今天是 2021-12-01")
    };
    let results = results(&told);
    assert_eq!(results[0], ["已有", &name(1), "", ""]);
    assert_eq!(results[1], ["可导入", "", "", ""]);
    assert_eq!(results[2][2], "INVALID_FIELDS");
    assert!(results[2][3].starts_with("标题：第 3 个字符起疑似电话号码"), "{}", results[2][3]);
    assert_eq!(results[3], ["未导入", "", "OUT_OF_SEASON", &season(2023)]);
    assert_eq!(results[4], ["未导入", "", "OUT_OF_SEASON", &season(2021)]);
    // What it promised comes true.
    let file = File { first: pb::ImportMattersRequest { dry_run: false, ..file.first }, ..file };
    let done = file.send(&mut office).await.unwrap();
    assert_eq!(done.summary, [2, 1, 3]);
    let done = cells(&done.file);
    for (done, promised) in office::results(&done).iter().zip(results) {
        assert_eq!(done[2..], promised[2..]);
    }
    // Of the year that the file is for, and of no other.
    let scoped = File { first: pb::ImportMattersRequest { year: 2023, ..file.first }, ..file };
    let told = scoped.dry().send(&mut office).await.unwrap();
    assert_eq!(
        office::results(&cells(&told.file))[0],
        ["未导入", "", "INVALID_FIELDS", "年度：不是 2023 年度"]
    );
    sandbox.stop().await;
}

async fn a_file_that_cannot_be_read_ends_the_call_before_anything_is_done<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut office = officer(&sandbox, VILLAGE);
    let before = sandbox.books("intake").await.trace().await;
    let good = csv(&[line(VILLAGE, "修村道")]);
    let whole = workbook(&good);
    for (format, bytes, told) in [
        (BulkFormat::Csv, Vec::new(), "the file is empty"),
        (BulkFormat::Csv, good.replace("标题", "题目").into_bytes(), "column title is missing"),
        (
            BulkFormat::Csv,
            good.replace("地点", "电话").into_bytes(),
            "column 10 is none that can be imported",
        ),
        (BulkFormat::Csv, b"\x80\xff\xff".to_vec(), "the file is neither UTF-8 nor GB18030"),
        (BulkFormat::Csv, vec![b'a'; (64 << 20) + 1], "the file has more than 64 MiB"),
        (BulkFormat::Csv, whole.clone(), "neither UTF-8"),
        (BulkFormat::Xlsx, whole[..whole.len() / 2].to_vec(), "this is no whole XLSX file"),
        (BulkFormat::Xlsx, good.clone().into_bytes(), "this is no whole XLSX file"),
    ] {
        let (reason, fields) = refusal(File::of(VILLAGE, format, bytes).send(&mut office).await);
        assert_eq!(reason, "INVALID_FIELDS");
        let named = fields.iter().any(|field| field.starts_with("chunk: ") && field.contains(told));
        assert!(named, "{told}: {fields:?}");
    }
    assert_eq!(sandbox.books("intake").await.trace().await, before);
    // Nothing is kept of them: the next file finds its turn.
    let told = File::of(VILLAGE, BulkFormat::Csv, good).send(&mut office).await.unwrap();
    assert_eq!(told.summary, [1, 0, 0]);
    sandbox.stop().await;
}

/// The rule for a line is that of `ProposeMatter`: a township sends no village's wishes.
async fn a_line_is_put_forward_for_whom_the_sender_may_propose<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let text = csv(&[line(VILLAGE, "修村道"), line(NEIGHBOUR, "打机井"), line(TOWNSHIP, "建广场")]);
    let denied = ["未导入", "", "PERMISSION_DENIED", "无权进行此操作，或对象不存在"];
    for (unit, summary) in [(VILLAGE, [1, 0, 2]), (NEIGHBOUR, [1, 0, 2]), (TOWNSHIP, [0, 0, 3])] {
        let told =
            File::of(unit, BulkFormat::Csv, text.clone()).send(&mut officer(&sandbox, unit)).await.unwrap();
        assert_eq!(told.summary, summary, "{unit}");
        let told = cells(&told.file);
        let results = results(&told);
        for (result, of) in results.iter().zip([VILLAGE, NEIGHBOUR, TOWNSHIP]) {
            assert_eq!(*result == denied, of != unit, "{unit}: {result:?}");
        }
        if unit == TOWNSHIP {
            assert_eq!(results[2][2..], ["INVALID_FIELDS", "村代码：应为行政村的代码"]);
        }
    }
    // Nobody sends another's file.
    let stranger = File::of(VILLAGE, BulkFormat::Csv, text).send(&mut officer(&sandbox, NEIGHBOUR)).await;
    assert_eq!(refusal(stranger).0, "PERMISSION_DENIED");
    assert_eq!(sandbox.audited().await.len(), 2);
    sandbox.stop().await;
}
