//! `yishi bulletin`: a unit's bulletin as people, spreadsheets or programs read it, and what was signed of it.

use clap::ValueEnum;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_witness::{PublicKey, Statement};

use crate::{
    failure::{Exit, Failure},
    figures::count,
    lang::Lang,
    operator::print,
    remote::{Appraisal, Caller, Remote},
    verify::proven,
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
    /// Show what the node that issued it signed of the journals it was made from, and whether the signature holds.
    #[arg(long)]
    checkpoint: bool,
    /// The public key with which it must be signed.
    #[arg(long, value_name = "HEX", requires = "checkpoint")]
    key: Option<PublicKey>,
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
    if options.checkpoint {
        return checkpoint(&remote, options, lang).await;
    }
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

async fn checkpoint(remote: &Remote, options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let ask = pb::GetCheckpointRequest { bulletin: options.name() };
    let signed = remote.ask(&Caller::officer(options.unit), ask, Appraisal::get_checkpoint).await;
    let signed = signed.map_err(|failure| failure.about(&options.node))?;
    let holds = proven(&signed).and_then(|(key, statement)| match options.key {
        Some(wanted) if wanted != key => {
            Err(lang.pick("不是用此公钥签署的", "it was signed with another key").to_owned())
        }
        _ => Ok(statement),
    });
    print(&match options.output {
        Format::Json => as_json(&signed),
        Format::Csv => as_csv(&holds),
        Format::Table => as_text(&signed, &holds, lang),
    })?;
    Ok(if holds.is_ok() { Exit::Good } else { Exit::Differences })
}

/// The bytes, for whoever checks the signature with other means.
fn as_json(signed: &pb::Checkpoint) -> String {
    let [key, statement, signature] = [&signed.key, &signed.statement, &signed.signature].map(hex::encode);
    let bulletin = &signed.bulletin;
    let object = serde_json::json!({
        "bulletin": bulletin, "key": key, "statement": statement, "signature": signature,
    });
    object.to_string() + "\n"
}

/// Each journal's last entry, for whoever compares them with other copies.
fn as_csv(holds: &Result<Statement, String>) -> String {
    let mut text = "service,unit,epoch,seq,chain\n".to_owned();
    for part in holds.iter().flat_map(|statement| &statement.parts) {
        for (unit, head) in &part.heads {
            let (service, chain) = (&part.service, hex::encode(head.chain));
            text += &format!("{service},{unit},{},{},{chain}\n", head.epoch, head.seq);
        }
    }
    text
}

fn as_text(signed: &pb::Checkpoint, holds: &Result<Statement, String>, lang: Lang) -> String {
    let (name, key) = (&signed.bulletin, hex::encode(&signed.key));
    let statement = match holds {
        Ok(statement) => statement,
        Err(problem) => {
            return lang.pick(format!("{name} 的签署无效：{problem}\n"), format!("{name}: {problem}\n"));
        }
    };
    let (node, at) = (statement.node, statement.at);
    let mut text = lang.pick(
        format!("{name}\n由节点 {node} 于 {at} 签署，签名有效\n公钥 {key}\n"),
        format!("{name}\nsigned by the node {node} at {at}; the signature holds\nkey {key}\n"),
    );
    for part in &statement.parts {
        let (service, journals) = (&part.service, part.heads.len());
        let entries = count(part.heads.values().map(|head| head.seq).sum());
        text += &lang.pick(
            format!("{service}：位置 {}.{}，{journals} 本账簿共 {entries} 条\n", part.epoch, part.pos),
            format!(
                "{service}: position {}.{}, {entries} entries in {journals} journals\n",
                part.epoch, part.pos
            ),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_that_of_the_period_unless_it_is_told() {
        let unit = UnitCode::new(640_323_000_000).unwrap();
        let node = String::new();
        let mut options = Options {
            unit,
            period: "2022-06-A".to_owned(),
            year: None,
            output: Format::Csv,
            node,
            checkpoint: false,
            key: None,
        };
        assert_eq!(options.name(), "units/640323000000/years/2022/bulletins/2022-06-A");
        options.year = Some("2021".to_owned());
        assert_eq!(options.name(), "units/640323000000/years/2021/bulletins/2022-06-A");
    }
}
