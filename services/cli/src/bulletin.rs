//! `yishi bulletin`: a unit's bulletin as people, spreadsheets or programs read it.

use clap::ValueEnum;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    lang::Lang,
    operator::print,
    remote::{Appraisal, Caller, Remote},
};

/// How a bulletin is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table.
    Table,
    /// For spreadsheets.
    Csv,
    /// One JSON object.
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The unit that issued it: 12 digits.
    #[arg(value_name = "UNIT")]
    unit: UnitCode,
    /// 2022-06-A (1st to 15th), 2022-06-B (from the 16th on) or 2022-06.
    #[arg(value_name = "PERIOD")]
    period: String,
    /// The year of the matters; by default that of the period.
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// How to print it.
    #[arg(short, long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    output: Format,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

impl Options {
    fn name(&self) -> String {
        let of_period = self.period.split('-').next().unwrap_or_default();
        let year = self.year.as_deref().unwrap_or(of_period);
        format!("units/{}/years/{year}/bulletins/{}", self.unit, self.period)
    }
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let format = match options.output {
        Format::Table => pb::BulletinFormat::Table,
        Format::Csv => pb::BulletinFormat::Csv,
        Format::Json => pb::BulletinFormat::Json,
    };
    let ask = pb::RenderBulletinRequest { name: options.name(), format: format as i32 };
    let written = remote.ask(&Caller::officer(options.unit), ask, Appraisal::render_bulletin).await;
    print(&written.map_err(|failure| failure.about(&options.node))?.text)?;
    Ok(Exit::Good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_that_of_the_period_unless_it_is_told() {
        let unit = UnitCode::new(640_323_000_000).unwrap();
        let node = String::new();
        let mut options =
            Options { unit, period: "2022-06-A".to_owned(), year: None, output: Format::Csv, node };
        assert_eq!(options.name(), "units/640323000000/years/2022/bulletins/2022-06-A");
        options.year = Some("2021".to_owned());
        assert_eq!(options.name(), "units/640323000000/years/2021/bulletins/2022-06-A");
    }
}
