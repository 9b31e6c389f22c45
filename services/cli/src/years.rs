//! `yishi years`: what became of a village's matters, year by year.

use serde_json::json;
use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    figures::{count, table, yuan},
    lang::Lang,
    operator::print,
    output::Output,
    remote::{Caller, Dossiers, Remote},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// 640324100200
    #[arg(value_name = "VILLAGE")]
    village: UnitCode,
    /// The last of the years: 2026
    #[arg(value_name = "YEAR")]
    last_year: Year,
    /// How many years up to it, ten at the most.
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=10))]
    years: i32,
    /// How to print it.
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORMAT")]
    output: Output,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let ask = pb::GetLongViewRequest {
        village: format!("villages/{}", options.village),
        last_year: options.last_year.get().into(),
        years: options.years,
    };
    let told = remote.ask(&Caller::officer(options.village), ask, Dossiers::get_long_view).await;
    let view = told.map_err(|failure| failure.about(&options.node))?;
    print(&match options.output {
        Output::Text => text(&view, lang),
        Output::Json => json(&view),
    })?;
    Ok(Exit::Good)
}

fn state(matter: &pb::YearMatter) -> &'static str {
    matter.state().as_str_name().trim_start_matches("MATTER_STATE_")
}

fn text(view: &pb::LongView, lang: Lang) -> String {
    let heads = lang.pick(
        ["年度", "提事", "定事", "估算（元）", "已付（元）"],
        ["year", "proposed", "determined", "estimate, yuan", "paid, yuan"],
    );
    let sums = view.years.iter().map(|year| {
        vec![
            year.year.to_string(),
            count(year.proposed_matters),
            count(year.determined_matters),
            yuan(year.cost_estimate_fen),
            yuan(year.paid_fen),
        ]
    });
    let sums: Vec<_> = std::iter::once(heads.map(str::to_owned).to_vec()).chain(sums).collect();
    let matters = view.years.iter().flat_map(|year| &year.matters).map(|matter| {
        let (number, title) = (matter.project_number.clone(), matter.title.clone());
        vec![number, state(matter).to_owned(), yuan(matter.cost_estimate_fen), title]
    });
    let matters: Vec<_> = matters.collect();
    let list = if matters.is_empty() { String::new() } else { format!("\n{}", table(&matters)) };
    format!("{}{list}", table(&sums))
}

fn json(view: &pb::LongView) -> String {
    let matter = |matter: &pb::YearMatter| {
        json!({
            "name": matter.name,
            "project_number": matter.project_number,
            "title": matter.title,
            "state": state(matter),
            "cost_estimate_fen": matter.cost_estimate_fen,
            "paid_fen": matter.paid_fen,
            "due_day": matter.due_day,
            "on_time": matter.on_time,
        })
    };
    let year = |year: &pb::VillageYear| {
        json!({
            "year": year.year,
            "proposed": year.proposed_matters,
            "determined": year.determined_matters,
            "cost_estimate_fen": year.cost_estimate_fen,
            "paid_fen": year.paid_fen,
            "matters": year.matters.iter().map(matter).collect::<Vec<_>>(),
        })
    };
    let told = json!({ "village": view.village, "years": view.years.iter().map(year).collect::<Vec<_>>() });
    format!("{told:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> pb::LongView {
        let matter = pb::YearMatter {
            name: "villages/640324100200/matters/2022-1".into(),
            project_number: "640324100200-2022-018".into(),
            title: "硬化村道".into(),
            state: pb::MatterState::Closed as i32,
            cost_estimate_fen: 120_000_000,
            ..pb::YearMatter::default()
        };
        let year = pb::VillageYear {
            year: 2022,
            proposed_matters: 1_200,
            determined_matters: 1,
            cost_estimate_fen: 120_000_000,
            matters: vec![matter],
            ..pb::VillageYear::default()
        };
        let years = vec![pb::VillageYear { year: 2021, ..pb::VillageYear::default() }, year];
        pb::LongView { village: "villages/640324100200".into(), years, ..pb::LongView::default() }
    }

    #[test]
    fn each_year_has_a_line_and_each_determined_matter_one() {
        let told = text(&view(), Lang::En);
        let lines: Vec<Vec<&str>> = told.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["2021", "0", "0", "0.00", "0.00"]);
        assert_eq!(lines[2], ["2022", "1,200", "1", "1,200,000.00", "0.00"]);
        assert_eq!(lines[4], ["640324100200-2022-018", "CLOSED", "1,200,000.00", "硬化村道"]);
        assert!(text(&view(), Lang::Zh).starts_with("年度"));
    }

    #[test]
    fn machines_are_told_in_fen() {
        let told: serde_json::Value = serde_json::from_str(&json(&view())).unwrap();
        assert_eq!(told["years"][1]["matters"][0]["state"], json!("CLOSED"));
        assert_eq!(told["years"][1]["cost_estimate_fen"], json!(120_000_000));
    }
}
