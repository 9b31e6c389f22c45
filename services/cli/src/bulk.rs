//! `yishi import` and `yishi export`: proposals as the spreadsheet in which an office keeps them.

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use futures_util::stream;
use tonic::{Request, Response, Status};
use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1::{self as pb, BulkFormat};

use crate::{
    failure::{Exit, Failure},
    figures::count,
    lang::Lang,
    operator::print,
    remote::{Bulk, Caller, Remote},
};

/// Bytes of a file that are sent in one message.
const PIECE: usize = 128 * 1024;

/// How a file is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// UTF-8, or GB18030 if it is read and is no UTF-8.
    Csv,
    /// GB18030.
    CsvGb18030,
    /// A workbook.
    Xlsx,
}

/// Puts forward the proposals that a file holds, and writes down what became of each.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The file: .csv or .xlsx, its columns named in the first line, in Chinese or in English.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The unit whose file it is, and for which you act: 12 digits.
    #[arg(long, value_name = "UNIT")]
    unit: UnitCode,
    /// Refuses lines for another year.
    #[arg(long, value_name = "YEAR")]
    year: Option<u16>,
    /// Checks everything and changes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where to write the file with what became of each line; by default beside it, as NAME.result.csv or .xlsx.
    #[arg(long, value_name = "FILE")]
    result: Option<PathBuf>,
    /// What kind of file it is; by default what its name says.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

/// Writes out the matters of a unit and of all units below it, so that they can be imported elsewhere.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The unit: 12 digits.
    #[arg(long, value_name = "UNIT")]
    unit: UnitCode,
    /// The year; by default all.
    #[arg(long, value_name = "YEAR")]
    year: Option<u16>,
    /// The file: .csv or .xlsx.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// What kind of file it is to be; by default what its name says.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

pub(crate) async fn import(options: &Import, lang: Lang) -> Result<Exit, Failure> {
    let format = format(options.format, &options.file, lang)?;
    let bytes = tokio::fs::read(&options.file).await.map_err(|error| of_file(&options.file, &error))?;
    let asks = asks(options, format, year(options.year, lang)?, &bytes);
    let remote = Remote::new(&options.node, 1, lang)?;
    // The whole call may be made again: a line that was put forward is not put forward twice.
    let told = remote.ask(&Caller::officer(options.unit), asks, told).await;
    let Told { file, summary } = told.map_err(|failure| failure.about(&options.node))?;
    let result = options.result.clone().unwrap_or_else(|| beside(&options.file));
    keep(&result, &file).await?;
    print(&words(summary, options.dry_run, &result, lang))?;
    Ok(if summary.refused == 0 { Exit::Good } else { Exit::Differences })
}

pub(crate) async fn export(options: &Export, lang: Lang) -> Result<Exit, Failure> {
    let format = format(options.format, &options.output, lang)?;
    let (unit, year) = (format!("units/{}", options.unit), year(options.year, lang)?);
    let ask = pb::ExportMattersRequest { unit, format: format as i32, year };
    let remote = Remote::new(&options.node, 1, lang)?;
    let file = remote.ask(&Caller::officer(options.unit), ask, exported).await;
    keep(&options.output, &file.map_err(|failure| failure.about(&options.node))?).await?;
    Ok(Exit::Good)
}

/// What a node answers in all.
#[derive(Debug, Default)]
struct Told {
    file: Vec<u8>,
    summary: pb::ImportSummary,
}

async fn told(
    client: &mut Bulk,
    request: Request<Vec<pb::ImportMattersRequest>>,
) -> Result<Response<Told>, Status> {
    let mut pieces = client.import_matters(request.map(stream::iter)).await?.into_inner();
    let mut told = Told::default();
    while let Some(piece) = pieces.message().await? {
        told.file.extend(piece.chunk);
        if let Some(summary) = piece.summary {
            told.summary = summary;
        }
    }
    Ok(Response::new(told))
}

async fn exported(
    client: &mut Bulk,
    request: Request<pb::ExportMattersRequest>,
) -> Result<Response<Vec<u8>>, Status> {
    let mut pieces = client.export_matters(request).await?.into_inner();
    let mut file = Vec::new();
    while let Some(piece) = pieces.message().await? {
        file.extend(piece.chunk);
    }
    Ok(Response::new(file))
}

/// The file in pieces; the first says what all are about.
fn asks(options: &Import, format: BulkFormat, year: i32, bytes: &[u8]) -> Vec<pb::ImportMattersRequest> {
    let first = pb::ImportMattersRequest {
        unit: format!("units/{}", options.unit),
        format: format as i32,
        year,
        dry_run: options.dry_run,
        chunk: Vec::new(),
    };
    let piece = |chunk: &[u8]| pb::ImportMattersRequest { chunk: chunk.to_vec(), ..Default::default() };
    [first].into_iter().chain(bytes.chunks(PIECE).map(piece)).collect()
}

fn format(said: Option<Format>, file: &Path, lang: Lang) -> Result<BulkFormat, Failure> {
    let extension = file.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    match (said, extension.as_deref()) {
        (Some(Format::Csv), _) | (None, Some("csv")) => Ok(BulkFormat::Csv),
        (Some(Format::CsvGb18030), _) => Ok(BulkFormat::CsvGb18030),
        (Some(Format::Xlsx), _) | (None, Some("xlsx")) => Ok(BulkFormat::Xlsx),
        (None, _) => {
            let file = file.display();
            let text = lang.pick(
                format!("{file}：文件名应以 .csv 或 .xlsx 结尾，或用 --format 说明"),
                format!("{file}: name it .csv or .xlsx, or say with --format what it is"),
            );
            Err(Failure::new(Exit::Usage, text))
        }
    }
}

/// A year, or 0 for any.
fn year(said: Option<u16>, lang: Lang) -> Result<i32, Failure> {
    let Some(year) = said else { return Ok(0) };
    Year::try_from(i32::from(year)).map(|year| i32::from(year.get())).map_err(|error| {
        let text = lang.pick(format!("--year：{year} 不在 2000 至 2100 之间"), format!("--year: {error}"));
        Failure::new(Exit::Usage, text)
    })
}

/// `winter.csv` as `winter.result.csv`.
fn beside(file: &Path) -> PathBuf {
    let extension = file.extension().map_or_else(|| "csv".into(), |extension| extension.to_string_lossy());
    file.with_extension(format!("result.{extension}"))
}

/// Writes a file whole or not at all.
async fn keep(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = file.with_file_name(name);
    let kept = async {
        tokio::fs::write(&part, bytes).await?;
        tokio::fs::rename(&part, file).await
    };
    let kept = kept.await;
    if kept.is_err() {
        // It may not even have been made.
        let _ = tokio::fs::remove_file(&part).await;
    }
    kept.map_err(|error| of_file(file, &error))
}

fn of_file(file: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Internal, format!("{}: {error}", file.display()))
}

fn words(summary: pb::ImportSummary, is_dry_run: bool, result: &Path, lang: Lang) -> String {
    let [imported, repeated, refused] =
        [summary.imported, summary.repeated, summary.refused].map(|number| count(number.into()));
    let result = result.display();
    let (zh, en) = if is_dry_run { ("可导入", "would be imported") } else { ("已导入", "imported") };
    lang.pick(
        format!("{zh} {imported} 行，此前已有 {repeated} 行，未导入 {refused} 行；逐行结果见 {result}\n"),
        format!("{imported} {en}, {repeated} there before, {refused} refused; line by line in {result}\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_says_unless_it_is_told() {
        let format = |said, file: &str| format(said, Path::new(file), Lang::En).ok();
        assert_eq!(format(None, "winter.CSV"), Some(BulkFormat::Csv));
        assert_eq!(format(None, "a/winter.xlsx"), Some(BulkFormat::Xlsx));
        assert_eq!(format(Some(Format::CsvGb18030), "winter.txt"), Some(BulkFormat::CsvGb18030));
        assert_eq!((format(None, "winter.xls"), format(None, "winter")), (None, None));
    }

    #[test]
    fn the_result_is_beside_the_file() {
        assert_eq!(beside(Path::new("a/winter.2022.xlsx")), Path::new("a/winter.2022.result.xlsx"));
        assert_eq!(beside(Path::new("winter")), Path::new("winter.result.csv"));
    }

    #[tokio::test]
    async fn a_file_is_kept_whole_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("winter.csv");
        keep(&file, b"1").await.unwrap();
        keep(&file, b"22").await.unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"22");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(keep(&folder.path().join("gone/winter.csv"), b"").await.is_err());
    }
}
