//! `yishi policy`: what a unit goes by in a year, and which row of the configuration says so.

use serde_json::json;
use yishi_kernel::{UnitCode, Year};
use yishi_proto::intake::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    figures::table,
    lang::Lang,
    operator::print,
    output::Output,
    remote::{Caller, Policies, Remote},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// 640324100200
    #[arg(value_name = "UNIT")]
    unit: UnitCode,
    /// 2026
    #[arg(value_name = "YEAR")]
    year: Year,
    /// How to print it.
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORMAT")]
    output: Output,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let year = i32::from(options.year.get());
    let ask = pb::GetPolicyRequest { unit: format!("units/{}", options.unit), year };
    let told = remote.ask(&Caller::officer(options.unit), ask, Policies::get_policy).await;
    let policy = told.map_err(|failure| failure.about(&options.node))?;
    print(&match options.output {
        Output::Text => text(&policy, lang),
        Output::Json => json(&policy),
    })?;
    Ok(Exit::Good)
}

/// A figure as it is set, and what it is in words.
fn figure(policy: &pb::Policy, name: &str) -> Option<(String, &'static str, &'static str)> {
    let season = policy.season.clone().unwrap_or_default();
    let share = |share: Option<pb::Share>| share.map(|share| format!("{}/{}", share.part, share.whole));
    Some(match name {
        "season_first" => (season.first_day, "提事期首日", "first day of the season"),
        "season_last" => (season.last_day, "提事期末日", "last day of the season"),
        "quorum" => (share(policy.quorum)?, "到会比例（不少于）", "present, of those entitled, at the least"),
        "majority" => (share(policy.majority)?, "赞成比例（超过）", "in favour, of those present, more than"),
        "notice_days" => (policy.notice_days.to_string(), "公示天数", "full days of a notice"),
        "notice_working_days" => {
            (policy.notice_working_days.to_string(), "公示工作日", "working days of a notice beside")
        }
        "matters_per_village_year" => {
            (policy.matters_per_village_year.to_string(), "每村每年事项数", "matters a village may have")
        }
        "additional_matters" => {
            (policy.additional_matters.to_string(), "可增加的事项数", "additional matters it may have")
        }
        "additional_categories" => {
            let codes = policy
                .additional_categories()
                .map(|category| category.as_str_name().trim_start_matches("CATEGORY_").to_owned());
            let codes: Vec<String> = codes.collect();
            let value = if codes.is_empty() { "*".to_owned() } else { codes.join(" ") };
            (value, "增加事项的类别", "categories of those")
        }
        "opinion_days" => {
            (policy.opinion_days.to_string(), "部门答复工作日", "working days for a department")
        }
        "opinion_renewal_bp" => (
            policy.opinion_renewal_bp.to_string(),
            "重新征求意见的变化（万分比）",
            "change before they are asked again, of 10,000",
        ),
        _ => return None,
    })
}

fn text(policy: &pb::Policy, lang: Lang) -> String {
    let rows = policy.sources.iter().filter_map(|source| {
        let (value, zh, en) = figure(policy, &source.figure)?;
        Some(vec![source.figure.clone(), value, lang.pick(zh, en).to_owned(), origin(source, lang)])
    });
    let open = policy.season.as_ref().is_some_and(|season| season.open);
    let now = if open {
        lang.pick("正在提事期内", "proposals are taken now")
    } else {
        lang.pick("不在提事期内", "no proposals are taken now")
    };
    let rows: Vec<_> = rows.collect();
    format!("{}, {}: {now}\n{}", policy.unit, policy.year, table(&rows))
}

fn origin(source: &pb::PolicySource, lang: Lang) -> String {
    if source.row == 0 {
        return lang.pick("默认", "default").to_owned();
    }
    let years: Vec<String> = source.years.iter().map(ToString::to_string).collect();
    let row = lang
        .pick(format!("intake.policy 第 {} 行", source.row), format!("intake.policy, row {}", source.row));
    let of = [source.unit.clone(), years.join(" ")].into_iter().filter(|text| !text.is_empty());
    let of: Vec<String> = of.collect();
    if of.is_empty() { row } else { format!("{row} ({})", of.join(", ")) }
}

fn json(policy: &pb::Policy) -> String {
    let season = policy.season.clone().unwrap_or_default();
    let figures = policy.sources.iter().filter_map(|source| {
        let (value, ..) = figure(policy, &source.figure)?;
        let origin = json!({ "row": source.row, "unit": source.unit, "years": source.years });
        Some(json!({ "figure": source.figure, "value": value, "source": origin }))
    });
    let told = json!({
        "unit": policy.unit,
        "year": policy.year,
        "season_open": season.open,
        "figures": figures.collect::<Vec<_>>(),
    });
    format!("{told:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> pb::Policy {
        let source = |figure: &str, row, unit: &str, years: &[i32]| pb::PolicySource {
            figure: figure.into(),
            row,
            unit: unit.into(),
            years: years.to_vec(),
        };
        pb::Policy {
            unit: "units/640324100200".into(),
            year: 2026,
            season: Some(pb::Season { first_day: "2025-11-01".into(), open: true, ..pb::Season::default() }),
            quorum: Some(pb::Share { part: 3, whole: 4 }),
            notice_days: 10,
            sources: vec![
                source("season_first", 0, "", &[]),
                source("quorum", 2, "units/640324000000", &[2026, 2027]),
                source("notice_days", 1, "", &[]),
                source("from_a_later_node", 0, "", &[]),
            ],
            ..pb::Policy::default()
        }
    }

    #[test]
    fn each_figure_tells_where_it_is_from() {
        let told = text(&policy(), Lang::En);
        let mut lines = told.lines();
        assert_eq!(lines.next(), Some("units/640324100200, 2026: proposals are taken now"));
        for (line, (first, last)) in lines.by_ref().zip([
            ("season_first  2025-11-01  first day", "default"),
            ("quorum        3/4         present", "intake.policy, row 2 (units/640324000000, 2026 2027)"),
            ("notice_days   10          full days", "intake.policy, row 1"),
        ]) {
            assert!(line.starts_with(first) && line.ends_with(last), "{line}");
        }
        assert_eq!(lines.next(), None);
        assert!(text(&policy(), Lang::Zh).contains("默认"));
    }

    #[test]
    fn machines_are_told_the_same() {
        let told: serde_json::Value = serde_json::from_str(&json(&policy())).unwrap();
        assert_eq!((&told["season_open"], &told["figures"][1]["value"]), (&json!(true), &json!("3/4")));
        assert_eq!(told["figures"][1]["source"]["row"], json!(2));
    }
}
