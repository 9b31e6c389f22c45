//! `yishi alike`: which matters of the village and year are likely to be the same wish.

use serde_json::json;
use yishi_kernel::MatterId;
use yishi_proto::intake::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    figures::table,
    lang::Lang,
    operator::print,
    output::Output,
    remote::{Caller, Intake, Remote},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The matter: villages/640324100200/matters/2022-7
    #[arg(value_name = "NAME")]
    matter: MatterId,
    /// How to print it.
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORMAT")]
    output: Output,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let ask = pb::GetLikelyDuplicatesRequest { name: options.matter.to_string() };
    let caller = Caller::officer(options.matter.village);
    let told = remote.ask(&caller, ask, Intake::get_likely_duplicates).await;
    let likely = told.map_err(|failure| failure.about(&options.node))?;
    print(&match options.output {
        Output::Text => text(&likely, lang),
        Output::Json => json(&likely),
    })?;
    Ok(Exit::Good)
}

fn state(one: &pb::LikelyDuplicate) -> &'static str {
    one.state().as_str_name().trim_start_matches("MATTER_STATE_")
}

/// Whole per cent, as nobody reads more from it.
fn text(likely: &pb::LikelyDuplicates, lang: Lang) -> String {
    if likely.duplicates.is_empty() {
        return lang.pick("没有相似的事项\n", "no matter is like it\n").to_owned();
    }
    let backed = |number: i32| lang.pick(format!("支持 {number} 人"), format!("backed by {number}"));
    let rows = likely.duplicates.iter().map(|one| {
        let percent = format!("{} %", one.likeness_bp / 100);
        vec![percent, one.name.clone(), state(one).to_owned(), backed(one.supporters), one.title.clone()]
    });
    table(&rows.collect::<Vec<_>>())
}

fn json(likely: &pb::LikelyDuplicates) -> String {
    let one = |one: &pb::LikelyDuplicate| {
        json!({
            "name": one.name,
            "title": one.title,
            "state": state(one),
            "supporters": one.supporters,
            "likeness_bp": one.likeness_bp,
        })
    };
    format!("{:#}\n", json!({ "duplicates": likely.duplicates.iter().map(one).collect::<Vec<_>>() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_is_first_and_nothing_is_told_as_nothing() {
        let one = |ordinal: u32, likeness_bp| pb::LikelyDuplicate {
            name: format!("villages/640324100200/matters/2022-{ordinal}"),
            title: "硬化村道".into(),
            state: pb::MatterState::Proposed as i32,
            supporters: 3,
            likeness_bp,
        };
        let likely = pb::LikelyDuplicates { duplicates: vec![one(4, 8_250), one(2, 5_000)] };
        let told = text(&likely, Lang::En);
        let first = told.lines().next().unwrap();
        assert_eq!(first, "82 %  villages/640324100200/matters/2022-4  PROPOSED  backed by 3  硬化村道");
        assert_eq!(told.lines().count(), 2);
        let machine: serde_json::Value = serde_json::from_str(&json(&likely)).unwrap();
        assert_eq!(machine["duplicates"][0]["likeness_bp"], json!(8_250));
        assert_eq!(text(&pb::LikelyDuplicates::default(), Lang::En), "no matter is like it\n");
    }
}
