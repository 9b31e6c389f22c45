//! What an office does with files.

use std::io::{Cursor, Write as _};

use calamine::{Reader as _, Xlsx};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_types::StatusExt as _;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::bulk_service_client::BulkServiceClient;
use yishi_proto::intake::v1::{self as pb, BulkFormat};
use yishi_runtime::access::{Caller, Role};
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Signature, as_caller};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// 园艺村.
pub(crate) const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// A village of the same township.
pub(crate) const NEIGHBOUR: UnitCode = UnitCode::new(640_324_100_201).unwrap();
pub(crate) const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();

pub(crate) const HEADER: &str = "村代码,年度,标题,内容,类别,细类,估算(元),受益户数,受益人数,地点";

/// Bytes of one message.
const PIECE: usize = 100_000;

pub(crate) type Client = BulkServiceClient<InterceptedService<Channel, Signature>>;

pub(crate) fn client<E: Engine>(sandbox: &Sandbox<E>, caller: &Caller) -> Client {
    BulkServiceClient::with_interceptor(sandbox.channel(), Signature::of(caller))
}

pub(crate) fn officer<E: Engine>(sandbox: &Sandbox<E>, unit: UnitCode) -> Client {
    client(sandbox, &as_caller(unit, Role::Officer))
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) file: Vec<u8>,
    pub(crate) summary: [i32; 3],
}

/// A file, and how it is sent.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) first: pb::ImportMattersRequest,
    pub(crate) bytes: Vec<u8>,
}

impl File {
    pub(crate) fn of(unit: UnitCode, format: BulkFormat, bytes: impl Into<Vec<u8>>) -> Self {
        let unit = format!("units/{unit}");
        let first = pb::ImportMattersRequest { unit, format: format as i32, ..Default::default() };
        Self { first, bytes: bytes.into() }
    }

    pub(crate) fn dry(mut self) -> Self {
        self.first.dry_run = true;
        self
    }

    pub(crate) fn pieces(&self) -> Vec<pb::ImportMattersRequest> {
        let piece = |chunk: &[u8]| pb::ImportMattersRequest { chunk: chunk.to_vec(), ..Default::default() };
        [self.first.clone()].into_iter().chain(self.bytes.chunks(PIECE).map(piece)).collect()
    }

    pub(crate) async fn send(&self, client: &mut Client) -> Result<Told, Status> {
        self.send_in(client, "zh-CN").await
    }

    pub(crate) async fn send_in(&self, client: &mut Client, language: &'static str) -> Result<Told, Status> {
        let mut request = Request::new(tokio_stream::iter(self.pieces()));
        request.metadata_mut().insert("accept-language", language.parse().unwrap());
        let mut pieces = client.import_matters(request).await?.into_inner();
        let (mut file, mut summary) = (Vec::new(), None);
        while let Some(piece) = pieces.message().await? {
            assert!(summary.is_none(), "the summary is last");
            file.extend(piece.chunk);
            summary = piece.summary;
        }
        let pb::ImportSummary { imported, repeated, refused } = summary.unwrap();
        Ok(Told { file, summary: [imported, repeated, refused] })
    }
}

pub(crate) async fn export(
    client: &mut Client,
    unit: UnitCode,
    format: BulkFormat,
) -> Result<Vec<u8>, Status> {
    let ask = pb::ExportMattersRequest { unit: format!("units/{unit}"), format: format as i32, year: 0 };
    let mut pieces = client.export_matters(ask).await?.into_inner();
    let mut file = Vec::new();
    while let Some(piece) = pieces.message().await? {
        file.extend(piece.chunk);
    }
    Ok(file)
}

/// A proposal's line.
pub(crate) fn line(village: UnitCode, title: &str) -> String {
    format!("{village},2022,{title},{title}三公里,基础设施,village_road,1200000.5,210,760,三组")
}

pub(crate) fn csv(lines: &[String]) -> String {
    [&[HEADER.to_owned()], lines].concat().join("\r\n") + "\r\n"
}

/// The cells of a CSV file that came back.
pub(crate) fn cells(file: &[u8]) -> Vec<Vec<String>> {
    let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let lines = csv::ReaderBuilder::new().has_headers(false).from_reader(file).into_records();
    lines.map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Those of a workbook.
pub(crate) fn sheet(file: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

/// A workbook as a spreadsheet makes it: what looks like a number is one.
pub(crate) fn workbook(csv: &str) -> Vec<u8> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut rows = String::new();
    for (row, cells) in (1..).zip(cells(csv.as_bytes())) {
        rows += &format!(r#"<row r="{row}">"#);
        for (column, cell) in ('A'..).zip(cells) {
            rows += &if cell.parse::<f64>().is_ok() {
                format!(r#"<c r="{column}{row}"><v>{cell}</v></c>"#)
            } else {
                format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{cell}</t></is></c>"#)
            };
        }
        rows += "</row>";
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in [
        (
            "_rels/.rels",
            format!(
                r#"<Relationships><Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What became of each line: result, matter, reason and words.
pub(crate) fn results(cells: &[Vec<String>]) -> Vec<[&str; 4]> {
    let last = |line: &'_ Vec<String>| line.len() - 4;
    cells[1..].iter().map(|line| [0, 1, 2, 3].map(|nth| &*line[last(line) + nth])).collect()
}

/// The reason of a refusal, and the fields that it names.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, Status>) -> (String, Vec<String>) {
    let details = answer.unwrap_err().get_error_details();
    let fields = details.bad_request().map_or(&[][..], |bad| &bad.field_violations);
    let told = fields.iter().map(|field| format!("{}: {}", field.field, field.description)).collect();
    (details.error_info().unwrap().reason.clone(), told)
}
