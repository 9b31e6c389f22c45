use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use yishi_proto::admin::v1 as pb;

use super::{
    control::{self, NodeReport, Question},
    folder,
    member::State,
};
use crate::{
    failure::{Exit, Failure},
    figures::{count, table},
    lang::Lang,
    operator,
    output::Output,
    remote::Remote,
};

/// Nodes that are asked at once.
const ASKED_AT_ONCE: usize = 32;

/// Shows each node: its ports, its process, its memory, how far its books are, and how its way up is: cut or whole, and what
/// the node says of its link on it.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: folder::Where,
    /// How the result is printed.
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORMAT")]
    output: Output,
}

/// A node as its supervisor and the node itself see it.
#[derive(Debug, Serialize)]
struct Seen {
    #[serde(flatten)]
    report: NodeReport,
    /// What the node says; nothing when it does not answer.
    #[serde(flatten)]
    said: Option<Said>,
}

/// What a node says about itself.
#[derive(Debug, Serialize)]
struct Said {
    /// How far each service's books are.
    positions: BTreeMap<String, i64>,
    /// The link to the node above; the topmost one has none.
    link: Option<Link>,
}

/// All services' links to the node above, together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Link {
    Up,
    Down,
    Alarm,
}

pub(super) async fn run(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let reports = control::ask(&options.folder.path()?, Question::Status, lang).await?;
    let seen: Vec<Seen> = stream::iter(reports)
        .map(|report| async move {
            let said = match report.state {
                State::Up => said(&report, lang).await.ok(),
                State::Starting | State::Away => None,
            };
            Seen { report, said }
        })
        .buffered(ASKED_AT_ONCE)
        .collect()
        .await;
    operator::print(&match options.output {
        Output::Text => text(&seen, lang),
        Output::Json => {
            let object = BTreeMap::from([("nodes", &seen)]);
            serde_json::to_string(&object).expect("numbers and texts make JSON") + "\n"
        }
    })?;
    Ok(Exit::Good)
}

async fn said(report: &NodeReport, lang: Lang) -> Result<Said, Failure> {
    let status = operator::get_status(&Remote::new(&report.admin, 1, lang)?).await?;
    let up = status.links.iter().filter(|link| link.delegate.is_empty());
    // The worst of them.
    let link = up.map(|link| Link::from(link.state())).max();
    let positions = status.services.into_iter().map(|service| (service.service, service.pos)).collect();
    Ok(Said { positions, link })
}

impl From<pb::LinkState> for Link {
    fn from(state: pb::LinkState) -> Self {
        match state {
            pb::LinkState::Up => Link::Up,
            pb::LinkState::Unspecified | pb::LinkState::Down => Link::Down,
            pb::LinkState::Alarm => Link::Alarm,
        }
    }
}

impl Link {
    fn name(self, lang: Lang) -> &'static str {
        match self {
            Link::Up => lang.pick("已接通", "up"),
            Link::Down => lang.pick("未接通", "down"),
            Link::Alarm => lang.pick("告警", "ALARM"),
        }
    }
}

fn text(seen: &[Seen], lang: Lang) -> String {
    let heading = lang.pick(
        ["单位", "名称", "状态", "进程", "业务", "运维", "内存（MB）", "线路", "上行链路", "账簿位置"],
        ["unit", "name", "state", "pid", "callers", "operator", "MB", "way up", "link", "positions"],
    );
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(seen.iter().map(|node| row(node, lang)));
    let up = seen.iter().filter(|node| node.report.state == State::Up).count();
    let bytes: u64 = seen.iter().filter_map(|node| node.report.resident_bytes).sum();
    let (nodes, memory) = (seen.len(), megabytes(bytes));
    table(&rows)
        + &lang.pick(
            format!("{nodes} 个节点，{up} 个在运行，共占内存 {memory} MB\n"),
            format!("{nodes} nodes, {up} up, {memory} MB together\n"),
        )
}

fn row(Seen { report, said }: &Seen, lang: Lang) -> Vec<String> {
    let state = match report.state {
        State::Up => lang.pick("运行", "up"),
        State::Starting => lang.pick("启动中", "starting"),
        State::Away => lang.pick("已停", "away"),
    };
    let none = || "-".to_owned();
    let link = said.as_ref().and_then(|said| said.link);
    let positions = said.as_ref().map(|said| {
        let each = said.positions.iter().map(|(service, pos)| format!("{service} {}", count(*pos)));
        each.collect::<Vec<_>>().join(", ")
    });
    vec![
        report.unit.to_string(),
        report.name.clone(),
        state.to_owned(),
        report.pid.map_or_else(none, |pid| pid.to_string()),
        report.address.clone(),
        report.admin.clone(),
        report.resident_bytes.map_or_else(none, megabytes),
        report.cut.map_or_else(none, |cut| cut.name(lang).to_owned()),
        link.map_or_else(none, |link| link.name(lang).to_owned()),
        positions.unwrap_or_else(none),
    ]
}

/// With one decimal.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1 << 20);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::{super::proxy::Cut, *};

    fn seen() -> Vec<Seen> {
        let report = NodeReport {
            unit: "640000000000".parse().unwrap(),
            name: "宁夏回族自治区".to_owned(),
            parent: None,
            address: "127.0.0.1:19000".to_owned(),
            admin: "127.0.0.1:19001".to_owned(),
            state: State::Up,
            pid: Some(77),
            starts: 1,
            resident_bytes: Some(18_350_080),
            cut: None,
        };
        let away = NodeReport {
            unit: "640100000000".parse().unwrap(),
            name: "银川市".to_owned(),
            state: State::Away,
            pid: None,
            resident_bytes: None,
            cut: Some(Cut::Both),
            ..report.clone()
        };
        let positions = BTreeMap::from([("intake".to_owned(), 1_234), ("funding".to_owned(), 5)]);
        let said = Said { positions, link: Some(Link::Down) };
        vec![Seen { report, said: Some(said) }, Seen { report: away, said: None }]
    }

    #[test]
    fn the_table_says_what_there_is() {
        let text = text(&seen(), Lang::En);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].ends_with("17.5  -       down  funding 5, intake 1,234"), "{text}");
        assert!(lines[2].contains("away") && lines[2].ends_with("-     cut     -     -"), "{text}");
        assert_eq!(lines[3], "2 nodes, 1 up, 17.5 MB together");
    }

    #[test]
    fn the_worst_of_a_nodes_links_is_shown() {
        use pb::LinkState;
        let worst = |states: &[LinkState]| states.iter().map(|state| Link::from(*state)).max();
        assert_eq!(worst(&[LinkState::Up, LinkState::Down, LinkState::Up]), Some(Link::Down));
        assert_eq!(worst(&[LinkState::Alarm, LinkState::Down]), Some(Link::Alarm));
        assert_eq!(worst(&[]), None);
    }

    #[test]
    fn a_program_reads_the_same() {
        let object = serde_json::to_value(BTreeMap::from([("nodes", seen())])).unwrap();
        let node = &object["nodes"][0];
        assert_eq!((&node["state"], &node["pid"]), (&"up".into(), &77.into()));
        assert_eq!((&node["positions"]["intake"], &node["cut"]), (&1_234.into(), &().into()));
        assert_eq!(node["link"], "down");
        assert_eq!(object["nodes"][1]["cut"], "both");
    }
}
