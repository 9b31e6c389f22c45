//! Files as they come: good ones of each format, and everything that can be wrong with one.

use std::io::{Cursor, Write as _};

use ::csv::StringRecord;
use encoding_rs::GB18030;
use yishi_proto::intake::v1::{self as pb, BulkFormat};
use yishi_runtime::errors::Lang;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::csv::Encoding;
use super::*;

const HEADER: &str = "村代码,年度,标题,内容,类别,细类,估算(元),受益户数,受益人数,地点";
const LINE: &str = "640324100200,2022,修村道,\"硬化主干道,三公里\",基础设施,village_road,1200000.5,200,700,";

fn csv(text: &str) -> Result<Sheet, Misread> {
    Sheet::read(BulkFormat::Csv, text.as_bytes())
}

fn xlsx(bytes: &[u8]) -> Result<Sheet, Misread> {
    Sheet::read(BulkFormat::Xlsx, bytes)
}

fn why(read: Result<Sheet, Misread>) -> String {
    let Misread { zh, en } = read.unwrap_err();
    assert!(!zh.is_ascii() && en.is_ascii(), "{zh} / {en}");
    en
}

fn cells(line: &StringRecord) -> Vec<&str> {
    line.iter().collect()
}

/// What the only line of a sheet asks for.
fn asked(sheet: &Sheet) -> pb::ProposeMatterRequest {
    let columns = Columns::of(&sheet.header).unwrap();
    let line = Line { format: sheet.format, columns: &columns, cells: &sheet.lines[0] };
    let draft = read(line).unwrap();
    assert!(draft.is_good(), "{}", draft.words(&columns, Lang::En));
    draft.request
}

fn matter() -> pb::Matter {
    pb::Matter {
        title: "修村道".into(),
        description: "硬化主干道,三公里".into(),
        category: pb::Category::Infrastructure as i32,
        subcategory: "village_road".into(),
        cost_estimate_fen: 120_000_050,
        households: 200,
        persons: 700,
        ..pb::Matter::default()
    }
}

/// A workbook of these parts, beside what each has.
fn workbook(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let usual: [(&str, &[u8]); 3] = [
        ("_rels/.rels", br#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
    ];
    for (name, part) in usual.iter().chain(parts) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(part).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook with this in its sheet.
fn with_sheet(rows: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let strings = "<sst><si><t>007</t></si><si><r><t>修</t></r><r><t>路</t></r></si></sst>";
    workbook(&[("xl/worksheets/sheet1.xml", sheet.as_bytes()), ("xl/sharedStrings.xml", strings.as_bytes())])
}

#[test]
fn a_csv_file_says_the_same_in_every_encoding() {
    let text = format!("{HEADER}\r\n{LINE}\r\n");
    let marked = format!("\u{feff}{text}");
    let gb18030 = GB18030.encode(&text).0.into_owned();
    for (format, bytes, encoding) in [
        (BulkFormat::Csv, text.as_bytes(), Encoding::Utf8 { marked: false }),
        (BulkFormat::Csv, marked.as_bytes(), Encoding::Utf8 { marked: true }),
        (BulkFormat::Csv, &*gb18030, Encoding::Gb18030),
        (BulkFormat::CsvGb18030, &*gb18030, Encoding::Gb18030),
    ] {
        let sheet = Sheet::read(format, bytes).unwrap();
        assert_eq!(sheet.format, Format::Csv(encoding));
        let asked = asked(&sheet);
        assert_eq!(
            (&*asked.parent, asked.year, asked.matter),
            ("villages/640324100200", 2022, Some(matter()))
        );
        // Written again it is what it was.
        let mut again = Writer::new(sheet.format).unwrap();
        again.line(&sheet.header).unwrap();
        again.line(&sheet.lines[0]).unwrap();
        assert_eq!(again.finish().unwrap(), bytes);
    }
}

#[test]
fn gb18030_holds_every_character() {
    let rare = "𠮷€ 村€ɑ㐂\u{10ffff}";
    let mut file = Writer::new(Format::Csv(Encoding::Gb18030)).unwrap();
    file.texts(&[rare].iter().collect()).unwrap();
    let sheet = Sheet::read(BulkFormat::CsvGb18030, &file.finish().unwrap()).unwrap();
    assert_eq!(cells(&sheet.header), [rare]);
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    assert!(
        why(Sheet::read(BulkFormat::Csv, b"\x80\xff,\xff\xff"))
            .starts_with("the file is neither UTF-8 nor GB18030")
    );
    // Cut in the middle of a character.
    let cut = &GB18030.encode("村").0[..1];
    assert!(why(Sheet::read(BulkFormat::Csv, cut)).starts_with("the file is neither"));
    assert!(why(Sheet::read(BulkFormat::Csv, b"\xff\xfea\0")).starts_with("the file is UTF-16"));
    assert!(why(csv("")).starts_with("the file is empty"));
    assert!(why(csv("\r\n\n")).starts_with("the file is empty"));
}

#[test]
fn a_csv_file_has_limits() {
    let long = format!("{HEADER}\n\"{}", "村,村\n".repeat(CELL_CHARS / 4 + 1));
    assert!(why(csv(&long)).starts_with("a cell has more than 32767 characters"));
    assert!(csv(&format!("{}\n", "村".repeat(CELL_CHARS))).is_ok());
    assert!(why(csv(&",".repeat(COLUMNS))).starts_with("more than 40 columns"));
    assert!(csv(&",".repeat(COLUMNS - 1)).is_ok());
    let lines = "a\n".repeat(LINES + 1);
    assert_eq!(csv(&lines).unwrap().lines.len(), LINES);
    assert!(why(csv(&format!("{lines}a\n"))).starts_with("more than 100000 lines"));
}

#[test]
fn everything_wrong_in_a_line_is_told_by_the_names_of_its_columns() {
    let line = "64032410020,22年,修,修,道路,village_road,1.234,二百,,,多";
    let sheet = csv(&format!("{HEADER}\n{line}\n")).unwrap();
    let columns = Columns::of(&sheet.header).unwrap();
    let draft = read(Line { format: sheet.format, columns: &columns, cells: &sheet.lines[0] }).unwrap();
    assert_eq!(
        draft.words(&columns, Lang::Zh),
        "第 11 列没有列名；村代码：应为 12 位数字的行政村代码；年度：应为数字；受益户数：应为数字；受益人数：应为数字；\
         估算(元)：应为不带分隔符、不细于分的数字；类别：应为以下之一：基础设施、产业发展、公共服务、乡村治理、改革及其他"
    );
    let empty = csv(&format!("{HEADER}\n,, ,\n")).unwrap();
    assert!(read(Line { format: empty.format, columns: &columns, cells: &empty.lines[0] }).is_none());
}

#[test]
fn numbers_in_a_workbook_keep_their_digits() {
    let rows = r#"<row r="1"><c r="A1"><v>640323100200</v></c><c r="B1"><v>6.403231002E11</v></c><c r="C1"><v>12345.67</v></c><c r="D1" t="s"><v>0</v></c><c r="E1" t="s"><v>1</v></c><c r="G1" t="inlineStr"><is><t xml:space="preserve"> 村 </t></is></c><c r="H1" t="str"><f>A1&amp;"x"</f><v>x</v></c><c r="I1" t="b"><v>1</v></c><c r="J1"><v>0.1</v></c></row><row r="4"><c r="B4"><v>7</v></c></row>"#;
    let sheet = xlsx(&with_sheet(rows)).unwrap();
    let first = ["640323100200", "640323100200", "12345.67", "007", "修路", "", " 村 ", "x", "TRUE", "0.1"];
    assert_eq!(cells(&sheet.header), first);
    let lines: Vec<Vec<&str>> = sheet.lines.iter().map(cells).collect();
    assert_eq!(lines, [vec![], vec![], vec!["", "7"]]);
}

#[test]
fn a_workbook_that_was_written_says_what_it_was_told() {
    let texts = [
        "640324100200",
        "=1+1",
        "'=x",
        "a<b>&\"'",
        "两行\n一\t格",
        "_x0041_ _x",
        "bell\u{7}",
        " 空 ",
        "00012.50",
        "",
    ];
    for format in [Format::Xlsx, Format::Csv(Encoding::Utf8 { marked: true })] {
        let mut file = Writer::new(format).unwrap();
        file.texts(&texts.iter().collect()).unwrap();
        file.texts(&["", "", "x"].iter().collect()).unwrap();
        let bytes = file.finish().unwrap();
        let sheet = if format == Format::Xlsx { xlsx(&bytes) } else { Sheet::read(BulkFormat::Csv, &bytes) };
        let sheet = sheet.unwrap();
        let told: Vec<&str> = sheet.header.iter().map(|cell| format.meant(cell)).collect();
        let kept = if format == Format::Xlsx { &texts[..9] } else { &texts[..] };
        assert_eq!(told, kept, "{format:?}");
        assert_eq!(cells(&sheet.lines[0]), ["", "", "x"]);
    }
}

#[test]
fn a_workbook_that_is_cut_off_or_no_workbook_is_refused() {
    let mut file = Writer::new(Format::Xlsx).unwrap();
    file.texts(&HEADER.split(',').collect()).unwrap();
    let whole = file.finish().unwrap();
    assert!(xlsx(&whole).is_ok());
    for end in (0..whole.len()).step_by(13) {
        assert!(why(xlsx(&whole[..end])).starts_with("this is no whole XLSX file"), "{end}");
    }
    for (nth, _) in whole.iter().enumerate().step_by(7) {
        let mut bent = whole.clone();
        bent[nth] ^= 0x55;
        // Refused or read, but never a panic.
        let _ = xlsx(&bent);
    }
    assert!(why(xlsx(HEADER.as_bytes())).starts_with("this is no whole XLSX file"));
    assert!(why(xlsx(&workbook(&[]))).starts_with("this is no whole XLSX file"));
    assert!(
        why(xlsx(&with_sheet("<row r=\"1\"><c r=\"A1\"><v>1</v>"))).starts_with("this is no whole XLSX file")
    );
    assert!(why(xlsx(&with_sheet(""))).starts_with("the file is empty"));
}

#[test]
fn a_workbook_cannot_take_more_room_than_it_may() {
    let far = |cell: &str| {
        xlsx(&with_sheet(&format!(r#"<row><c r="A1"><v>1</v></c><c r="{cell}"><v>1</v></c></row>"#)))
    };
    assert!(why(far("A1048576")).starts_with("more than 100000 lines"));
    assert!(why(far("XFD2")).starts_with("more than 40 columns"));
    assert_eq!(far("AN100001").unwrap().lines.len(), LINES);
    assert!(
        why(xlsx(&with_sheet(r#"<row><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>"#)))
            .contains("order")
    );
    let bomb = workbook(&[("xl/worksheets/sheet1.xml", &vec![b' '; UNPACKED_BYTES])]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    assert!(why(xlsx(&bomb)).starts_with("unpacked the file is too large"));
    // What a reader would make room for before it reads on.
    for claim in ["uniqueCount=\"100000000000000000\"", "uniqueCount = '2000001'", "uniqueCount='+2000001'"] {
        let claiming = workbook(&[("xl/sharedStrings.xml", format!("<sst {claim}><si/></sst>").as_bytes())]);
        assert!(why(xlsx(&claiming)).contains("more texts than there can be"), "{claim}");
    }
    // One text that very many cells share.
    let (text, cell) = ("x".repeat(CELL_CHARS), r#"<c t="s"><v>0</v></c>"#);
    let row = format!("<row>{}</row>", cell.repeat(COLUMNS));
    let rows = row.repeat(UNPACKED_BYTES / (CELL_CHARS * COLUMNS) + 1);
    let sharing = workbook(&[
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").as_bytes(),
        ),
        ("xl/sharedStrings.xml", format!("<sst><si><t>{text}</t></si></sst>").as_bytes()),
    ]);
    assert!(sharing.len() < 1 << 20, "{}", sharing.len());
    assert!(why(xlsx(&sharing)).starts_with("unpacked the file is too large"));
    let strings = workbook(&[("xl/sharedStrings.xml", &b"<si/>".repeat(2_001_000))]);
    assert!(why(xlsx(&strings)).starts_with("unpacked the file is too large"));
    let styles = workbook(&[("xl/styles.xml", &vec![b' '; 41 << 20])]);
    assert!(why(xlsx(&styles)).starts_with("unpacked the file is too large"));
}

#[test]
fn what_is_exported_is_imported_as_it_was() {
    let there = pb::Matter {
        name: "villages/640324100200/matters/2022-7".into(),
        state: pb::MatterState::Closed as i32,
        title: "=修村道".into(),
        place: "+86".into(),
        supporters: 7,
        ..matter()
    };
    for (format, lang) in
        [(BulkFormat::Csv, Lang::Zh), (BulkFormat::CsvGb18030, Lang::En), (BulkFormat::Xlsx, Lang::Zh)]
    {
        let mut file = Writer::new(Format::of(format)).unwrap();
        file.texts(&header(lang)).unwrap();
        file.texts(&exported(&there, lang)).unwrap();
        let sheet = Sheet::read(format, &file.finish().unwrap()).unwrap();
        assert_eq!(asked(&sheet), super::asked("villages/640324100200".into(), 2022, &there), "{format:?}");
    }
}

#[test]
fn what_became_of_lines_stands_behind_them_and_is_replaced_the_next_time() {
    let sheet = csv(&format!("{HEADER}\n{LINE}\n,\n{LINE},更多\n")).unwrap();
    let columns = Columns::of(&sheet.header).unwrap();
    let verdicts = [
        Verdict::Imported("villages/640324100200/matters/2022-1".into()),
        Verdict::Empty,
        Verdict::Refused("INVALID_FIELDS", "第 11 列没有列名".into()),
    ];
    let file = annotate(&sheet, &columns, &verdicts, Lang::Zh).unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    let imported = "已导入,villages/640324100200/matters/2022-1,,";
    let expected = format!(
        "{HEADER},,导入结果,导入事项,原因代码,说明\r\n{LINE},,{imported}\r\n{}\r\n{LINE},更多,未导入,,INVALID_FIELDS,第 11 列没有列名\r\n",
        ",".repeat(14)
    );
    assert_eq!(text, expected);
    // Sent back as it came, it gets the same columns, and not more of them.
    let again = Sheet::read(BulkFormat::Csv, &file).unwrap();
    let columns = Columns::of(&again.header).unwrap();
    assert_eq!(annotate(&again, &columns, &verdicts, Lang::Zh).unwrap(), file);
    let english = annotate(&again, &columns, &verdicts, Lang::En).unwrap();
    assert!(
        String::from_utf8(english)
            .unwrap()
            .starts_with(&format!("{HEADER},,result,matter,reason,message\r\n"))
    );
}
