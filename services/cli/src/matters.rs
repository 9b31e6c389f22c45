//! `yishi matters`: the matters of a unit and of all below it.

use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;

use crate::{
    failure::{Exit, Failure},
    figures::{count, table, yuan},
    lang::Lang,
    operator::print,
    remote::{Caller, Intake, Remote},
};

/// How many are asked for at once.
const PAGE: i32 = 1000;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The unit, of any level: 640323000000
    #[arg(value_name = "UNIT")]
    unit: UnitCode,
    /// Only those that pass a filter: 'state = DETERMINED AND (households >= 100 OR place:河东) 路灯'
    #[arg(long, value_name = "FILTER", default_value = "")]
    filter: String,
    /// Only those of a year.
    #[arg(long, value_name = "YEAR", default_value_t = 0)]
    year: i32,
    /// How many at most.
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u32,
    /// The node's public listener.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:18640")]
    node: String,
}

pub(crate) async fn show(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let remote = Remote::new(&options.node, 1, lang)?;
    let caller = Caller::officer(options.unit);
    let mut ask = pb::ListMattersRequest {
        parent: format!("units/{}", options.unit),
        page_size: PAGE,
        year: options.year,
        filter: options.filter.clone(),
        ..pb::ListMattersRequest::default()
    };
    let limit = usize::try_from(options.limit).unwrap_or(usize::MAX);
    let mut matters = Vec::new();
    loop {
        let page = remote.ask(&caller, ask.clone(), Intake::list_matters).await;
        let page = page.map_err(|failure| failure.about(&options.node))?;
        matters.extend(page.matters);
        ask.page_token = page.next_page_token;
        // With a filter a page may be empty where more follow.
        if ask.page_token.is_empty() || matters.len() > limit {
            break;
        }
    }
    let more = matters.len() > limit || !ask.page_token.is_empty();
    matters.truncate(limit);
    let heads = lang.pick(
        ["事项", "状态", "分类", "预算（元）", "户数", "支持", "标题"],
        ["matter", "state", "category", "estimate, yuan", "households", "supporters", "title"],
    );
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(matters.iter().map(row));
    let shown = lang.pick("条", "shown");
    let rest = if more { lang.pick("，还有更多", ", and there are more") } else { "" };
    print(&format!("{}\n{} {shown}{rest}\n", table(&rows), matters.len()))?;
    Ok(Exit::Good)
}

fn row(matter: &pb::Matter) -> Vec<String> {
    let code = |name: &str, prefix: &str| name.trim_start_matches(prefix).to_owned();
    vec![
        matter.name.trim_start_matches("villages/").to_owned(),
        code(matter.state().as_str_name(), "MATTER_STATE_"),
        code(matter.category().as_str_name(), "CATEGORY_"),
        yuan(matter.cost_estimate_fen),
        count(matter.households.into()),
        count(matter.supporters.into()),
        matter.title.clone(),
    ]
}
