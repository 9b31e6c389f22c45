//! `yishi replay`: three years of the programme on one node or on a federation, from nothing, through the public API
//! only, and what came of it beside what was published.

mod chaos;
mod count;
mod ground;
mod heads;
mod nodes;
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

use yishi_kernel::{Level, Season, Timestamp, UnitCode};
use yishi_proto::admin::v1::NodeStatus;

use crate::{
    failure::{Exit, Failure},
    federation::Shape,
    figures,
    interruption::interrupted,
    lang::Lang,
    operator,
    output::Output,
    remote::Remote,
    scenario::{Scenario, years_of_the_programme},
    units::Units,
};
use chaos::{Chaos, Pace};
use count::Findings;
use ground::Ground;
use nodes::Nodes;
pub(crate) use options::Options;
use options::Stage;
use progress::Progress;
use rows::{Row, Verdict};
use summary::Summary;

/// What starting and telling both need.
struct Replay<'a> {
    options: &'a Options,
    units: &'a Units,
    shape: &'a Shape,
    scenario: &'a Scenario,
    progress: Progress,
    lang: Lang,
}

/// What playing and counting both need.
struct Session<'a> {
    nodes: &'a Nodes<'a>,
    units: &'a Units,
    scenario: &'a Scenario,
    served: Served,
    until: Stage,
    pace: &'a Pace,
    progress: Progress,
    lang: Lang,
}

impl Session<'_> {
    /// The node that hosts a unit.
    fn at(&self, unit: UnitCode) -> &Remote {
        self.nodes.at(unit)
    }

    /// The topmost node.
    fn top(&self) -> &Remote {
        self.at(self.units.top)
    }
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
    options.check(lang)?;
    let room = options.room(lang)?;
    let units = options.units(room.path(), lang)?;
    let shape = options.shape(&units, lang)?;
    let scenario = Scenario::write(&units.register, units.top, options.seed);
    let progress = Progress::new(io::stderr().is_terminal());
    let replay = Replay { options, units: &units, shape: &shape, scenario: &scenario, progress, lang };
    replay.announce();

    let first = years_of_the_programme().next().expect("there are three");
    let start = Timestamp::start_of(Season::of(first).first);
    // Whoever is interrupted still stops the nodes and clears the room.
    let mut interruption = pin!(interrupted(lang));
    let mut ground = tokio::select! {
        ground = Ground::start(options, room.path(), &units, &shape, start, lang) => ground?,
        failure = &mut interruption => return Err(failure),
    };
    let findings = tokio::select! {
        findings = replay.play(&ground) => findings,
        failure = &mut interruption => Err(failure),
    };
    let stopped = ground.stop(lang).await;
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

    /// Everything between nodes that serve and nodes that may stop.
    async fn play(&self, ground: &Ground) -> Result<(Findings, u64), Failure> {
        let nodes = ground.nodes(self.shape, self.lang)?;
        let statuses = nodes.statuses().await?;
        statuses.iter().try_for_each(|status| starts_from_nothing(status, self.lang))?;
        let (until, pace) = (self.options.until, Pace::default());
        let session = Session {
            nodes: &nodes,
            units: self.units,
            scenario: self.scenario,
            served: Served::of(&statuses[0], until),
            until,
            pace: &pace,
            progress: self.progress,
            lang: self.lang,
        };
        let Some(federation) = ground.federation() else {
            play::all(&session).await?;
            return Ok((count::all(&session).await?, nodes.rpcs()));
        };
        let steps = play::steps(&session);
        let chaos = Chaos::draw(self.options.seed, self.options.chaos, self.shape, steps);
        let played = async {
            play::all(&session).await?;
            pace.over();
            Ok(())
        };
        tokio::try_join!(played, chaos.happen(federation, &pace))?;
        let converged = nodes.converge(&self.units.register).await?;
        let mut findings = count::all(&session).await?;
        if let Some(many) = &mut findings.many {
            many.converged = converged;
            (many.kills, many.cuts) = (chaos.kills(), chaos.cuts());
            many.proposals = [self.scenario.proposals(), findings.intake.listed];
        }
        Ok((findings, nodes.rpcs()))
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
