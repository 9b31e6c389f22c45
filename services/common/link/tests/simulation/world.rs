//! A world: nodes, streams, and what is yet to happen.

use std::collections::BTreeMap;
use std::time::Duration;

use yishi_link::protocol::{Farewell, Frame, Input, Limits, Side};

use crate::books::{Ask, Request, decide};
use crate::dice::Dice;
use crate::fault::Fault;
use crate::network::Stream;
use crate::node::Node;
use crate::schedule::{Blow, Care, draw};
use crate::tree::Tree;

/// After healing, all must be everywhere within this time.
const PATIENCE: Duration = Duration::from_secs(600);
/// A world with an alarm does not drain; by then both sides must know of it.
const ALARMED: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) enum Event {
    Blow(Blow),
    Heal,
    /// A node starts.
    Start {
        node: usize,
        boot: u64,
        restored: bool,
    },
    /// A node dials the one above.
    Dial {
        node: usize,
        boot: u64,
    },
    /// A frame, or the end of the stream, comes to a side.
    Arrive {
        stream: usize,
        to: Side,
        frame: Option<Frame>,
    },
    Tick {
        node: usize,
        talk: u64,
    },
    /// The store's answer comes.
    Answer {
        node: usize,
        talk: u64,
        input: Input,
    },
    /// The mark is on the disk.
    Mark {
        node: usize,
        talk: u64,
        pos: i64,
    },
    /// The writer has its next batch done.
    Write {
        node: usize,
        boot: u64,
    },
    /// Sessions are told how far the database has come.
    Tell {
        node: usize,
        boot: u64,
    },
    /// Letters to the node's units are dealt with.
    Handle {
        node: usize,
        boot: u64,
    },
    /// A client asks.
    Act,
    Check,
}

/// What a schedule came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) nodes: u64,
    pub(crate) entries: u64,
    pub(crate) letters: u64,
    pub(crate) sessions: u64,
    pub(crate) testimonies: u64,
    pub(crate) frames: u64,
    pub(crate) crashes: u64,
    pub(crate) cuts: u64,
    pub(crate) restores: u64,
    pub(crate) readopted: u64,
    pub(crate) repeats: u64,
    pub(crate) duplicates: u64,
    pub(crate) alarms: u64,
    /// Simulated seconds from healing until all had arrived.
    pub(crate) drained: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.nodes += other.nodes;
        self.entries += other.entries;
        self.letters += other.letters;
        self.sessions += other.sessions;
        self.testimonies += other.testimonies;
        self.frames += other.frames;
        self.crashes += other.crashes;
        self.cuts += other.cuts;
        self.restores += other.restores;
        self.readopted += other.readopted;
        self.repeats += other.repeats;
        self.duplicates += other.duplicates;
        self.alarms += other.alarms;
        self.drained = self.drained.max(other.drained);
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { nodes, entries, letters, sessions, frames, crashes, cuts, .. } = self;
        let Self { testimonies, restores, readopted, repeats, duplicates, alarms, drained, .. } = self;
        write!(f, "{nodes} nodes, {entries} entries at the roots, {letters} letters, {sessions} sessions, ")?;
        write!(f, "{testimonies} testimonies, ")?;
        write!(
            f,
            "{frames} frames, {crashes} crashes, {cuts} cuts, {restores} restores, {readopted} letters "
        )?;
        write!(
            f,
            "readopted, {repeats} repeated requests, {duplicates} duplicates dropped, {alarms} worlds "
        )?;
        write!(f, "alarmed, drained within {drained} s of healing")
    }
}

pub(crate) struct World {
    pub(crate) now: Duration,
    pub(crate) dice: Dice,
    pub(crate) tree: Tree,
    pub(crate) nodes: Vec<Node>,
    pub(crate) streams: Vec<Stream>,
    /// By node: until when the link above it is cut.
    pub(crate) blocked: Vec<Duration>,
    pub(crate) limits: Limits,
    pub(crate) care: Care,
    pub(crate) fault: Option<Fault>,
    /// Frames go through their bytes.
    pub(crate) wired: bool,
    pub(crate) requests: Vec<(Request, u32)>,
    pub(crate) alarms: Vec<(usize, usize, Farewell)>,
    pub(crate) healed: Option<Duration>,
    pub(crate) failure: Option<String>,
    pub(crate) tally: Tally,
    pub(crate) loud: bool,
    pub(crate) ids: u64,
    events: BTreeMap<(Duration, u64), Event>,
}

impl World {
    pub(crate) fn new(seed: u64, care: Care, fault: Option<Fault>, loud: bool) -> Self {
        let mut dice = Dice::new(seed);
        let tree = Tree::grow(&mut dice);
        let nodes = tree.places.len();
        let window = (fault == Some(Fault::DuplicateWindow)).then_some(4);
        let mut world = Self {
            now: Duration::from_secs(1),
            nodes: tree.places.iter().map(|place| Node::new(&place.house, window)).collect(),
            blocked: vec![Duration::ZERO; nodes],
            limits: limits(&mut dice),
            wired: seed.is_multiple_of(8),
            tally: Tally { nodes: nodes as u64, ..Tally::default() },
            streams: Vec::new(),
            requests: Vec::new(),
            alarms: Vec::new(),
            events: BTreeMap::new(),
            healed: None,
            failure: None,
            ids: 0,
            care,
            fault,
            loud,
            tree,
            dice,
        };
        for node in 0..nodes {
            world.plan(Duration::ZERO, Event::Start { node, boot: 0, restored: false });
        }
        let (blows, end) = draw(&mut world.dice, nodes);
        for (when, blow) in blows {
            world.plan(when, Event::Blow(blow));
        }
        world.plan(end, Event::Heal);
        world.plan(Duration::from_millis(500), Event::Act);
        world
    }

    pub(crate) fn plan(&mut self, delay: Duration, event: Event) {
        self.ids += 1;
        self.events.insert((self.now + delay, self.ids), event);
    }

    pub(crate) fn soon(&mut self, first: u64, last: u64, event: Event) {
        let delay = self.dice.millis(first, last);
        self.plan(delay, event);
    }

    pub(crate) fn say(&self, what: impl FnOnce() -> String) {
        if self.loud {
            println!("{:>10.3} {}", self.now.as_secs_f64(), what());
        }
    }

    pub(crate) fn fail(&mut self, what: impl Into<String>) {
        let what = format!("at {:?}: {}", self.now, what.into());
        self.say(|| what.clone());
        self.failure.get_or_insert(what);
    }

    /// Runs until all is drained, or something is wrong.
    pub(crate) fn run(mut self) -> Result<Tally, String> {
        while let Some(((when, _), event)) = self.events.pop_first() {
            self.now = when;
            if let Some(done) = self.happen(event) {
                return done;
            }
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
        }
        Err("nothing happens any more".to_owned())
    }

    fn happen(&mut self, event: Event) -> Option<Result<Tally, String>> {
        match event {
            Event::Blow(blow) => self.strike(blow),
            Event::Heal => self.heal(),
            Event::Start { node, boot, restored } => self.start(node, boot, restored),
            Event::Dial { node, boot } => self.dial(node, boot),
            Event::Arrive { stream, to, frame } => self.arrive(stream, to, frame),
            Event::Tick { node, talk } => self.tick(node, talk),
            Event::Answer { node, talk, input } => self.answer(node, talk, input),
            Event::Mark { node, talk, pos } => self.mark(node, talk, pos),
            Event::Write { node, boot } => self.write(node, boot),
            Event::Tell { node, boot } => self.tell(node, boot),
            Event::Handle { node, boot } => self.handle(node, boot),
            Event::Act => self.act(),
            Event::Check => return self.check(),
        }
        None
    }

    /// A client asks something new, or again what it had no answer to.
    fn act(&mut self) {
        if self.healed.is_some() {
            return;
        }
        let pace = 1_500 / self.nodes.len() as u64 + 50;
        self.soon(50, 2 * pace, Event::Act);
        let again = !self.requests.is_empty() && self.dice.percent(25);
        let index = if again {
            // Mostly a late one: a client does not ask again for ever.
            let first = self.requests.len().saturating_sub(10);
            self.dice.size(first, self.requests.len() - 1)
        } else {
            let request = self.draw_request();
            self.requests.push((request, 0));
            self.requests.len() - 1
        };
        let request = self.requests[index].0;
        let node = self.tree.home(request.unit);
        let new_version = self.dice.percent(25);
        if self.nodes[node].up && self.nodes[node].standing == yishi_link::protocol::Standing::Whole {
            self.tally.repeats += u64::from(again);
            if let Some(draft) = decide(&self.nodes[node].house, &request, new_version) {
                self.requests[index].1 += 1;
                self.say(|| format!("node {node}: {request:?}"));
                let now = self.micros();
                self.nodes[node].write(draft, now);
                self.committed(node);
            }
        }
    }

    fn draw_request(&mut self) -> Request {
        let unit = self.dice.pick(&self.tree.units).unwrap();
        let to = self.dice.pick(&self.tree.units).unwrap();
        let books = &self.nodes[self.tree.home(unit)].house[&unit];
        let here: Vec<u64> = books.matters.iter().filter(|(_, known)| known.1).map(|(&id, _)| id).collect();
        let ask = match self.dice.range(0, 9) {
            0..5 if !here.is_empty() => Ask::Pass { matter: self.dice.pick(&here).unwrap(), to },
            0..8 if books.balance > 0 => Ask::Pay { amount: 1 + books.balance / 2, to },
            0..4 => Ask::Grant { amount: 100 },
            _ => Ask::Open,
        };
        Request { id: self.requests.len() as u64 + 1, unit, ask }
    }

    /// The night: all links break, and whatever was to come comes that much later.
    pub(crate) fn sleep(&mut self, for_: Duration) {
        for stream in 0..self.streams.len() {
            self.hang_up(stream, Side::Lower);
            self.hang_up(stream, Side::Upper);
        }
        let morning = self.now + for_;
        let events = std::mem::take(&mut self.events);
        self.events = events
            .into_iter()
            .map(|((when, id), event)| (if when < morning { (when + for_, id) } else { (when, id) }, event))
            .collect();
    }

    pub(crate) fn micros(&self) -> i64 {
        i64::try_from(self.now.as_micros()).unwrap()
    }

    fn check(&mut self) -> Option<Result<Tally, String>> {
        let healed = self.healed?;
        self.plan(Duration::from_secs(1), Event::Check);
        let waited = self.now - healed;
        if self.care == Care::Rough {
            return (waited > ALARMED).then(|| self.check_rough());
        }
        if let Some(lacking) = self.lacking() {
            return (waited > PATIENCE).then(|| Err(format!("not drained after {waited:?}: {lacking}")));
        }
        self.tally.drained = waited.as_secs();
        Some(self.check_all())
    }
}

/// Small enough that windows close, frames split and greetings come in parts.
fn limits(dice: &mut Dice) -> Limits {
    let frame_entries = dice.size(1, 8);
    Limits {
        held: dice.size(1, 8),
        frame_entries,
        frame_bytes: dice.size(300, 4_000),
        window_entries: frame_entries as u64 * dice.range(1, 5),
        window_bytes: dice.size(600, 12_000),
        page: dice.size(1, 16),
        ..Limits::default()
    }
}
