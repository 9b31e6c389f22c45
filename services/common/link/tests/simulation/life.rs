//! What befalls nodes and links, and how nodes come back.

use std::time::Duration;

use yishi_link::protocol::{Input, Side, Standing};

use crate::books::{answer, yield_claims};
use crate::fault::Fault;
use crate::schedule::{Blow, Care};
use crate::world::{Event, World};

impl World {
    pub(crate) fn strike(&mut self, blow: Blow) {
        self.say(|| format!("{blow:?}"));
        match blow {
            Blow::Crash { node, for_ } => {
                if self.nodes[node].up {
                    self.tally.crashes += 1;
                    self.crash(node, for_, false);
                }
            }
            Blow::Backup { node } => {
                let copy = (self.nodes[node].database.clone(), self.nodes[node].mark);
                self.nodes[node].backups.push(copy);
            }
            Blow::Restore { node, for_ } => self.restore(node, for_),
            Blow::Cut { node, for_ } => self.cut(node, for_),
            Blow::Slow { node, factor } => self.nodes[node].slow = factor,
            Blow::Sleep { for_ } => self.sleep(for_),
        }
    }

    /// Everything works again, and nobody asks for anything new.
    pub(crate) fn heal(&mut self) {
        self.say(|| "heals".to_owned());
        self.healed = Some(self.now);
        for node in 0..self.nodes.len() {
            self.blocked[node] = Duration::ZERO;
            self.nodes[node].slow = 1;
            if !self.nodes[node].up {
                let (boot, restored) = (self.nodes[node].boot, self.nodes[node].restored);
                self.plan(Duration::ZERO, Event::Start { node, boot, restored });
            }
        }
        self.plan(Duration::from_secs(1), Event::Check);
    }

    pub(crate) fn crash(&mut self, node: usize, for_: Duration, restored: bool) {
        // Who talks with it may hear at once, or only by the silence.
        let streams: Vec<(usize, Side)> =
            self.nodes[node].talks.iter().map(|talk| (talk.stream, talk.side)).collect();
        for (stream, side) in streams {
            let silent = self.dice.percent(50);
            self.hang_up(stream, side);
            if silent {
                self.streams[stream].cut(crate::network::other(side));
            }
        }
        let here = &mut self.nodes[node];
        here.crash();
        here.restored |= restored;
        let (boot, restored) = (here.boot, here.restored);
        self.plan(for_, Event::Start { node, boot, restored });
    }

    fn restore(&mut self, node: usize, for_: Duration) {
        if self.nodes[node].backups.is_empty() {
            return;
        }
        let place = &self.tree.places[node];
        let mut around = place.parent.into_iter().chain(place.children.iter().copied()).chain([node]);
        let one_at_a_time = around.all(|other| {
            let other = &self.nodes[other];
            other.standing == Standing::Whole && other.has_caught_up()
        });
        if self.care == Care::Usual && !one_at_a_time {
            return;
        }
        let (rough, last) =
            (self.care == Care::Rough && self.dice.percent(60), self.nodes[node].backups.len() - 1);
        let at = self.dice.size(0, last);
        self.tally.restores += 1;
        self.crash(node, for_, false);
        let here = &mut self.nodes[node];
        let (mut database, mark) = here.backups[at].clone();
        database.window = here.database.window;
        let lost = here.database.pos() - database.pos();
        here.database = database;
        if rough {
            here.mark = mark;
        }
        if self.care == Care::Usual {
            // Later backups hold a history that ends here: to go back to one of them would be a fork, and is alarmed.
            here.backups.truncate(at + 1);
        }
        // Until it has started, nobody knows; but what is around it must not be restored meanwhile.
        here.standing = Standing::Returning;
        here.backed_out = true;
        self.say(|| format!("node {node} loses {lost} positions"));
    }

    fn cut(&mut self, node: usize, for_: Duration) {
        let Some(stream) = self.streams.iter().rposition(|stream| stream.lower == node) else { return };
        self.tally.cuts += 1;
        self.blocked[node] = self.now + for_;
        match self.dice.range(0, 3) {
            0 => {
                self.hang_up(stream, Side::Lower);
                self.hang_up(stream, Side::Upper);
            }
            1 => self.streams[stream].cut(Side::Lower),
            2 => self.streams[stream].cut(Side::Upper),
            _ => {
                self.streams[stream].cut(Side::Lower);
                self.streams[stream].cut(Side::Upper);
            }
        }
    }

    pub(crate) fn start(&mut self, node: usize, boot: u64, restored: bool) {
        if self.nodes[node].boot != boot || self.nodes[node].up {
            return;
        }
        let epoch = (i64::try_from(self.now.as_millis()).unwrap() << 10)
            + i64::try_from(self.dice.range(0, 1_000)).unwrap();
        let blind = self.fault == Some(Fault::SequenceReused);
        let restored = self.nodes[node].start(epoch, restored, blind);
        self.say(|| format!("node {node} starts, restored: {restored}"));
        self.nodes[node].standing = Standing::Returning;
        if !restored {
            self.nodes[node].standing = Standing::Whole;
            self.nodes[node].forget_what_is_lost();
            self.committed(node);
        } else if self.tree.places[node].parent.is_none() {
            self.gather(node);
        }
        self.soon(1, 1_000, Event::Dial { node, boot });
    }

    /// A restored node has got back what one of its neighbours holds.
    pub(crate) fn compared(&mut self, node: usize, peer: usize) {
        self.say(|| format!("node {node} ({:?}) has compared with node {peer}", self.nodes[node].standing));
        match self.nodes[node].standing {
            Standing::Whole => {}
            Standing::Returning => self.gather(node),
            Standing::Gathering => {
                self.nodes[node].compared.insert(peer);
                self.be_whole_if_all_are_compared(node);
            }
        }
    }

    fn gather(&mut self, node: usize) {
        self.nodes[node].standing = Standing::Gathering;
        self.begin_anew(node);
        self.be_whole_if_all_are_compared(node);
    }

    fn be_whole_if_all_are_compared(&mut self, node: usize) {
        let all =
            self.tree.places[node].children.iter().all(|child| self.nodes[node].compared.contains(child));
        if !all {
            return;
        }
        let now = self.micros();
        let here = &mut self.nodes[node];
        here.standing = Standing::Whole;
        here.restored = false;
        here.mark = Some((here.epoch, here.database.pos()));
        here.forget_what_is_lost();
        for draft in yield_claims(&here.house) {
            here.write(draft, now);
        }
        self.say(|| format!("node {node} is whole"));
        self.begin_anew(node);
        self.committed(node);
    }

    /// The other sides are greeted with the new standing.
    fn begin_anew(&mut self, node: usize) {
        let talks: Vec<u64> = self.nodes[node].talks.iter().map(|talk| talk.id).collect();
        for talk in talks {
            self.drive(node, talk, Input::Stop);
        }
    }

    /// Deals with letters to the node's own units, each once, in order.
    pub(crate) fn handle(&mut self, node: usize, boot: u64) {
        if self.nodes[node].boot != boot {
            return;
        }
        self.nodes[node].handling = false;
        if self.nodes[node].standing != Standing::Whole {
            return;
        }
        let before = self.nodes[node].database.pos();
        while let Some(row) = self.nodes[node].database.log.get(self.nodes[node].cursor).cloned() {
            self.nodes[node].cursor += 1;
            let entry = &row.stored.entry;
            let Some((to, to_seq)) = entry.to.filter(|(to, _)| self.tree.home(*to) == node) else { continue };
            let books = &self.nodes[node].house[&to];
            if books.has_handled(entry.unit, to_seq) {
                continue;
            }
            let upto = books.handled.get(&entry.unit).map_or(0, |handled| handled.0);
            if upto + 1 != to_seq {
                return self.fail(format!(
                    "{} to {to}: letter {to_seq} is to be dealt with after {upto}",
                    entry.unit
                ));
            }
            let new_version = self.dice.percent(25);
            let draft = answer(&self.nodes[node].house, &row, new_version);
            self.tally.letters += 1;
            let now = self.micros();
            self.nodes[node].write(draft, now);
        }
        if self.nodes[node].database.pos() > before {
            self.committed(node);
        }
    }
}
