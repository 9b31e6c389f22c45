//! `yishi replay`: three years of the programme on one node, from nothing, through the public API only, and
//! what came of it beside what was published.

mod count;
mod options;
mod play;
mod progress;
mod rows;
mod summary;
mod table;
mod tally;

use std::{
    io::{self, IsTerminal as _},
    pin::pin,
    time::{Duration, Instant},
};

use yishi_kernel::{Level, Season, Timestamp};
use yishi_proto::admin::v1::NodeStatus;

use crate::{
    failure::{Exit, Failure},
    figures,
    interruption::interrupted,
    lang::Lang,
    node::Node,
    operator,
    output::Output,
    remote::Remote,
    scenario::{Scenario, years_of_the_programme},
    units::Units,
};
use count::Findings;
pub(crate) use options::Options;
use options::Stage;
use progress::Progress;
use rows::{Row, Verdict};
use summary::Summary;

/// A node bounds the calls at once on one connection; all villages' share these.
const CONNECTIONS: usize = 4;

/// What starting and telling both need.
struct Replay<'a> {
    options: &'a Options,
    units: &'a Units,
    scenario: &'a Scenario,
    progress: Progress,
    lang: Lang,
}

/// What playing and counting both need.
struct Session<'a> {
    node: &'a Remote,
    admin: &'a Remote,
    units: &'a Units,
    scenario: &'a Scenario,
    served: Served,
    until: Stage,
    progress: Progress,
    lang: Lang,
}

/// Which services beside intake are both wanted and on the node.
#[derive(Debug, Clone, Copy)]
struct Served {
    escalation: bool,
    funding: bool,
    appraisal: bool,
}

impl Served {
    fn of(status: &NodeStatus, until: Stage) -> Self {
        let has = |name: &str| status.services.iter().any(|service| service.service == name);
        Self {
            escalation: until >= Stage::Closed && has("escalation"),
            funding: until >= Stage::Closed && has("funding"),
            appraisal: until >= Stage::Rewarded && has("appraisal"),
        }
    }
}

pub(crate) async fn run(options: &Options, lang: Lang) -> Result<Exit, Failure> {
    let started = Instant::now();
    let room = options.room(lang)?;
    let units = options.units(room.path(), lang)?;
    let scenario = Scenario::write(&units.register, units.top, options.seed);
    let progress = Progress::new(io::stderr().is_terminal());
    let replay = Replay { options, units: &units, scenario: &scenario, progress, lang };
    replay.announce();

    let first = years_of_the_programme().next().expect("there are three");
    let start = Timestamp::start_of(Season::of(first).first);
    let spec = options.node(room.path(), &units, start, lang)?;
    // Whoever is interrupted still stops the node and clears the room.
    let mut interruption = pin!(interrupted(lang));
    let mut node = tokio::select! {
        node = Node::start(&spec, lang) => node?,
        failure = &mut interruption => return Err(failure),
    };
    let findings = tokio::select! {
        findings = replay.play(&node) => findings,
        failure = &mut interruption => Err(failure),
    };
    let stopped = node.stop(lang).await;
    let (findings, rpcs) = findings.map_err(|failure| match &stopped {
        Ok(()) => failure,
        Err(stopped) => Failure::new(failure.exit, format!("{failure}\n{stopped}")),
    })?;
    let exit = replay.tell(&findings, rpcs, started.elapsed())?;
    stopped.map(|()| exit)
}

impl Replay<'_> {
    fn announce(&self) {
        let Replay { scenario, options, lang, .. } = self;
        let matters = figures::count(i64::try_from(scenario.totals.matters()).unwrap_or(i64::MAX));
        let [region, city] = [Level::Region, Level::City].map(|level| scenario.handled_at(level));
        let (seed, digest) = (options.seed, &scenario.digest()[..16]);
        self.progress.say(&lang.pick(
            format!("剧本 {digest}（种子 {seed}）：{matters} 件事项，其中自治区承办 {region} 件、市承办 {city} 件"),
            format!("scenario {digest} (seed {seed}): {matters} matters, {region} meant for the region and {city} for the cities"),
        ));
    }

    /// Everything between a node that serves and a node that may stop.
    async fn play(&self, node: &Node) -> Result<(Findings, u64), Failure> {
        let remote = Remote::new(&node.address, CONNECTIONS, self.lang)?;
        let admin = Remote::new(&node.admin, 1, self.lang)?;
        let status = operator::get_status(&admin).await?;
        starts_from_nothing(&status, self.lang)?;
        let until = self.options.until;
        let session = Session {
            node: &remote,
            admin: &admin,
            units: self.units,
            scenario: self.scenario,
            served: Served::of(&status, until),
            until,
            progress: self.progress,
            lang: self.lang,
        };
        play::all(&session).await?;
        let findings = count::all(&session).await?;
        Ok((findings, remote.rpcs() + admin.rpcs()))
    }

    /// Prints the table or the object, and judges.
    fn tell(&self, findings: &Findings, rpcs: u64, took: Duration) -> Result<Exit, Failure> {
        let rows = rows::of(findings, &self.scenario.totals, self.units, self.lang);
        let having = |verdict| rows.iter().filter(|row| row.verdict() == verdict).count();
        let (mismatches, missing) = (having(Verdict::Differs), having(Verdict::Missing));
        let text = match self.options.output {
            Output::Json => {
                let run =
                    summary::Run { seed: self.options.seed, digest: self.scenario.digest(), rpcs, took };
                Summary::of(findings, run, mismatches, missing).text()
            }
            Output::Text => {
                let colour =
                    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
                let took = format!("{}.{}", took.as_secs(), took.subsec_millis() / 100);
                let calls = figures::count(i64::try_from(rpcs).unwrap_or(i64::MAX));
                let [good, known] = [Verdict::Good, Verdict::Known].map(having);
                let sum = self.lang.pick(
                    format!(
                        "{good} 行相符，{known} 行为已知差异，{mismatches} 行不符，{missing} 行尚缺；{calls} 次调用，{took} 秒\n"
                    ),
                    format!(
                        "{good} rows agree, {known} differ as known, {mismatches} differ otherwise, {missing} are missing; {calls} calls in {took} s\n"
                    ),
                );
                table::render(&rows, colour, self.lang) + &sum
            }
        };
        operator::print(&text)?;
        let wanted = |row: &&Row| row.stage <= self.options.until;
        let missed = rows.iter().filter(wanted).any(|row| row.verdict() == Verdict::Missing);
        Ok(if mismatches == 0 && !missed { Exit::Good } else { Exit::Differences })
    }
}

/// Figures of a database that held something before would prove nothing.
fn starts_from_nothing(status: &NodeStatus, lang: Lang) -> Result<(), Failure> {
    match status.services.iter().find(|service| service.pos > 0) {
        None => Ok(()),
        Some(service) => {
            let (service, entries) = (&service.service, figures::count(service.entries));
            let text = lang.pick(
                format!("数据库并非空库：{service} 已有 {entries} 条记录；请换一个空数据库"),
                format!("the database is not empty: {service} holds {entries} entries; name an empty one"),
            );
            Err(Failure::new(Exit::Usage, text))
        }
    }
}
