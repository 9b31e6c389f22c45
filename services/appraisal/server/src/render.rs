//! A bulletin written out for people and their programs: one sheet, from which every format is made.

mod csv;
mod json;
mod sheet;
mod table;

use yishi_proto::appraisal::v1::{self as pb, BulletinFormat as Format};
use yishi_runtime::errors::{Failure, Lang};

use sheet::Sheet;

/// The bulletin in a format, with headings in a language; none for the format that is none.
pub(crate) fn render(
    bulletin: &pb::Bulletin,
    format: Format,
    lang: Lang,
) -> Result<Option<pb::RenderBulletinResponse>, Failure> {
    let sheet = Sheet::of(bulletin);
    let (media_type, text) = match format {
        Format::Unspecified => return Ok(None),
        Format::Table => ("text/plain", table::table(&sheet, lang)),
        Format::Csv => ("text/csv", csv::csv(&sheet, lang).map_err(unwritable)?),
        Format::Json => ("application/json", json::json(&sheet).map_err(unwritable)?),
    };
    let media_type = format!("{media_type}; charset=utf-8");
    Ok(Some(pb::RenderBulletinResponse { media_type, text }))
}

fn unwritable(error: impl std::error::Error + 'static) -> Failure {
    Failure::internal("writing a bulletin out", &error)
}

#[cfg(test)]
mod tests;
