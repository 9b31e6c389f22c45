//! What stands between a machine and its node: effects are done, answers come later.

use std::time::Duration;

use prost::Message as _;
use yishi_link::protocol::{Carried, Effect, Frame, Input, Lane, Party, Side, Standing, wire};
use yishi_proto::link::v1 as pb;
use yishi_store::ClockKind;

use crate::books::Deed;
use crate::database::{Draft, READOPTED, SERVICE, pack};
use crate::fault::Fault;
use crate::network::{Stream, other};
use crate::node::{Job, Key, Talk, Work};
use crate::schedule::Care;
use crate::world::{Event, World};

const TICK: Duration = Duration::from_secs(3);

impl World {
    pub(crate) fn dial(&mut self, node: usize, boot: u64) {
        let Some(upper) = self.tree.places[node].parent else { return };
        let me = &self.nodes[node];
        if me.boot != boot || !me.up || me.talks.iter().any(|talk| talk.side == Side::Lower) {
            return;
        }
        if self.now < self.blocked[node] || !self.nodes[upper].up {
            return self.soon(500, 3_000, Event::Dial { node, boot });
        }
        // A newer stream takes the place of an older one that the upper side still believes in.
        let old = self.nodes[upper].talks.iter().find(|talk| talk.side == Side::Upper && talk.peer == node);
        if let Some(old) = old.map(|talk| talk.stream) {
            self.hang_up(old, Side::Upper);
        }
        self.streams.push(Stream::new(node, upper));
        self.tally.sessions += 1;
        self.say(|| format!("node {node} dials node {upper}"));
        for (side, here, peer) in [(Side::Lower, node, upper), (Side::Upper, upper, node)] {
            self.ids += 1;
            let talk = Talk {
                id: self.ids,
                side,
                peer,
                lower: self.tree.places[node].root,
                stream: self.streams.len() - 1,
                since: self.now,
                machine: self.machine(here, side),
                fetching: 0,
                forked: false,
                unacknowledged: Default::default(),
                sent: Default::default(),
            };
            self.plan(Duration::ZERO, Event::Tick { node: here, talk: talk.id });
            self.nodes[here].talks.push(talk);
        }
    }

    fn machine(&self, node: usize, side: Side) -> yishi_link::protocol::Session {
        let place = &self.tree.places[node];
        let party = Party {
            service: SERVICE,
            clock: ClockKind::Manual,
            register: self.tree.register.clone(),
            root: place.root,
            delegates: place.delegates.clone(),
            standing: self.nodes[node].standing,
            limits: self.limits.clone(),
        };
        if side == Side::Lower {
            yishi_link::protocol::Session::lower(party)
        } else {
            yishi_link::protocol::Session::upper(party)
        }
    }

    /// One side lets go of a stream; the other hears of it unless the way there is cut.
    pub(crate) fn hang_up(&mut self, stream: usize, side: Side) {
        let node = self.streams[stream].node(side);
        let talks = &mut self.nodes[node].talks;
        let Some(at) = talks.iter().position(|talk| talk.stream == stream) else { return };
        talks.remove(at);
        let delay = self.dice.millis(1, 200);
        if let Some(when) = self.streams[stream].send(other(side), self.now, delay) {
            let arrive = Event::Arrive { stream, to: other(side), frame: None };
            self.plan(when - self.now, arrive);
        }
        if side == Side::Lower {
            let boot = self.nodes[node].boot;
            self.soon(200, 3_000, Event::Dial { node, boot });
        }
    }

    pub(crate) fn arrive(&mut self, stream: usize, to: Side, frame: Option<Frame>) {
        let node = self.streams[stream].node(to);
        let Some(talk) = self.nodes[node].talks.iter().find(|talk| talk.stream == stream) else { return };
        if self.streams[stream].is_cut(to) {
            return;
        }
        let talk = talk.id;
        match frame {
            Some(frame) => self.drive(node, talk, Input::Frame(frame)),
            None => self.hang_up(stream, to),
        }
    }

    pub(crate) fn tick(&mut self, node: usize, talk: u64) {
        self.drive(node, talk, Input::Tick);
        if self.nodes[node].talks.iter().any(|other| other.id == talk) {
            self.plan(TICK, Event::Tick { node, talk });
        }
    }

    pub(crate) fn answer(&mut self, node: usize, talk: u64, input: Input) {
        if let (Input::Page { .. }, Some(talk)) = (&input, self.talk(node, talk)) {
            talk.fetching -= 1;
        }
        self.drive(node, talk, input);
    }

    pub(crate) fn mark(&mut self, node: usize, talk: u64, pos: i64) {
        if self.talk(node, talk).is_none() {
            return;
        }
        let here = &mut self.nodes[node];
        // Until a restored node is whole its mark tells, whenever it starts, that it is not.
        if here.standing == Standing::Whole {
            let before = here.mark.filter(|mark| mark.0 == here.epoch).map_or(0, |mark| mark.1);
            here.mark = Some((here.epoch, pos.max(before)));
        }
        self.drive(node, talk, Input::Marked(pos));
    }

    fn talk(&mut self, node: usize, talk: u64) -> Option<&mut Talk> {
        self.nodes[node].talks.iter_mut().find(|other| other.id == talk)
    }

    pub(crate) fn drive(&mut self, node: usize, talk: u64, input: Input) {
        if let Input::Frame(frame) = &input {
            self.check_heard(node, talk, frame);
        }
        let now = self.now;
        let Some(found) = self.talk(node, talk) else { return };
        let effects = found.machine.step(now - found.since, input);
        for effect in effects {
            self.perform(node, talk, effect);
        }
    }

    fn perform(&mut self, node: usize, talk: u64, effect: Effect) {
        let Some(found) = self.talk(node, talk) else { return };
        let (stream, peer, lower, side) = (found.stream, found.peer, found.lower, found.side);
        let answer = |input| Event::Answer { node, talk, input };
        match effect {
            Effect::Send(frame) => {
                self.check_sent(node, talk, &frame);
                self.tally.frames += 1;
                let frame = if self.wired { through_bytes(&frame) } else { frame };
                let delay = self.dice.millis(1, 150);
                if let Some(when) = self.streams[stream].send(other(side), self.now, delay) {
                    let arrive = Event::Arrive { stream, to: other(side), frame: Some(frame) };
                    self.plan(when - self.now, arrive);
                }
            }
            Effect::Look { unit, ways } => self.queue(node, Job { talk, work: Work::Look { unit, ways } }),
            Effect::Resume { lane, held } => {
                let mut input = self.nodes[node].database.resume(&self.tree, lane, lower, &held);
                if let (Some(Fault::ResumeFromMemory), Input::Resumed { after, .. }) =
                    (self.fault, &mut input)
                    && let (Some(&memory), false) = (self.nodes[node].memory.get(&peer), lane.ends())
                {
                    *after = memory;
                }
                self.soon(1, 20, answer(input));
            }
            Effect::Fetch { lane, after, limit } => {
                if let Some(talk) = self.talk(node, talk) {
                    talk.fetching += 1;
                }
                let mut input = self.nodes[node].database.page(&self.tree, lane, lower, after, limit);
                if let (Some(Fault::ReEncodingRelay), Input::Page { entries, .. }) = (self.fault, &mut input)
                {
                    for stored in
                        entries.iter_mut().filter(|stored| self.tree.home(stored.entry.unit) != node)
                    {
                        if stored.entry.kind.starts_with(SERVICE) {
                            stored.entry.payload =
                                Deed::decode(&stored.entry.payload[..]).unwrap().bytes(false);
                        }
                    }
                }
                if !lane.ends() {
                    self.nodes[node].memory.insert(peer, after);
                }
                self.soon(1, 20, answer(input));
            }
            Effect::Mark(pos) => self.soon(1, 10, Event::Mark { node, talk, pos }),
            Effect::Apply { .. } if found.forked => {}
            Effect::Apply { lane, upto, entries, .. } => {
                let keys = entries.iter().map(|carried| Key::of(lane, carried)).collect();
                if let Some(talk) = self.talk(node, talk) {
                    talk.unacknowledged.push_back((lane, upto, keys));
                }
                if self.fault == Some(Fault::AckBeforeCommit) {
                    self.plan(Duration::ZERO, answer(Input::Applied { lane, upto }));
                }
                self.queue(node, Job { talk, work: Work::Apply { lane, upto, entries } });
            }
            Effect::Testify(upto) => {
                let signed = self.testify(node, upto);
                self.soon(1, 20, answer(Input::Testified(signed)));
            }
            Effect::Witness(signed) => {
                if let Some(farewell) = self.witness(node, lower, &signed) {
                    self.soon(1, 20, answer(Input::Objected(farewell)));
                }
            }
            Effect::Compared => self.compared(node, peer),
            Effect::Close(farewell) => {
                self.say(|| format!("node {node} closes with node {peer}: {farewell}"));
                self.hang_up(stream, side);
                self.closed(node, peer, farewell);
            }
        }
    }

    fn queue(&mut self, node: usize, job: Job) {
        self.nodes[node].jobs.push_back(job);
        if !self.nodes[node].writing {
            self.nodes[node].writing = true;
            self.next_job(node);
        }
    }

    fn next_job(&mut self, node: usize) {
        let (boot, slow) = (self.nodes[node].boot, self.nodes[node].slow);
        self.soon(2, 25 * slow, Event::Write { node, boot });
    }

    /// The writer does what waits first.
    pub(crate) fn write(&mut self, node: usize, boot: u64) {
        if self.nodes[node].boot != boot {
            return;
        }
        if let Some(Job { talk, work }) = self.nodes[node].jobs.pop_front() {
            let input = match work {
                Work::Look { unit, ways } => {
                    Input::Looked(self.nodes[node].database.look(&self.tree, unit, ways))
                }
                Work::Apply { lane, upto, entries } => self.apply(node, lane, upto, entries),
            };
            if matches!(input, Input::Forked(_)) {
                // What is behind it would leave a gap.
                self.nodes[node].jobs.retain(|job| job.talk != talk);
                self.talk(node, talk).into_iter().for_each(|talk| talk.forked = true);
            }
            let early = self.fault == Some(Fault::AckBeforeCommit) && matches!(input, Input::Applied { .. });
            if !early {
                self.soon(1, 10, Event::Answer { node, talk, input });
            }
        }
        self.nodes[node].writing = !self.nodes[node].jobs.is_empty();
        if self.nodes[node].writing {
            self.next_job(node);
        }
    }

    fn apply(&mut self, node: usize, lane: Lane, upto: u64, entries: Vec<Carried>) -> Input {
        let now = self.micros();
        for carried in entries {
            let own_letter = lane == Lane::Readopted && self.tree.home(carried.entry.unit) == node;
            let (unit, payload) = (carried.entry.unit, own_letter.then(|| pack(&carried)));
            let here = &mut self.nodes[node];
            let taken = if lane.is_dense() {
                here.database.take(carried, now)
            } else {
                here.database.take_letter(carried, now).map(|row| row.into_iter().collect())
            };
            match taken {
                Err(fork) => return Input::Forked(fork),
                Ok(rows) => {
                    here.committed(&rows);
                    self.tally.duplicates += u64::from(rows.is_empty());
                    if let Some(payload) = payload.filter(|_| !rows.is_empty()) {
                        self.tally.readopted += 1;
                        here.write(Draft { unit, kind: READOPTED, to: None, payload }, now);
                    }
                }
            }
        }
        self.committed(node);
        Input::Applied { lane, upto }
    }

    /// Sessions will be told, and letters dealt with.
    pub(crate) fn committed(&mut self, node: usize) {
        let boot = self.nodes[node].boot;
        if !self.nodes[node].told {
            self.nodes[node].told = true;
            self.soon(0, 20, Event::Tell { node, boot });
        }
        if !self.nodes[node].handling {
            self.nodes[node].handling = true;
            self.soon(1, 300, Event::Handle { node, boot });
        }
    }

    pub(crate) fn tell(&mut self, node: usize, boot: u64) {
        if self.nodes[node].boot != boot {
            return;
        }
        self.nodes[node].told = false;
        let pos = self.nodes[node].database.pos();
        let talks: Vec<(u64, bool)> =
            self.nodes[node].talks.iter().map(|talk| (talk.id, talk.fetching > 0)).collect();
        for (talk, busy) in talks {
            if !(busy && self.fault == Some(Fault::LostWakeUp)) {
                self.drive(node, talk, Input::Grown(pos));
            }
        }
    }

    /// What a machine closed with.
    fn closed(&mut self, node: usize, peer: usize, farewell: yishi_link::protocol::Farewell) {
        use yishi_link::protocol::Reason;
        match farewell.reason {
            Reason::Stopping | Reason::Silent | Reason::Late => return,
            Reason::Forked | Reason::Behind if self.care == Care::Rough => {}
            _ => return self.fail(format!("node {node} with node {peer}: {farewell}")),
        }
        let of_this_house = farewell.about.is_some_and(|unit| self.tree.home(unit) == node);
        let restart = farewell.reason == Reason::Behind && of_this_house;
        self.alarms.push((node, peer, farewell));
        if restart {
            let for_ = self.dice.millis(100, 3_000);
            self.crash(node, for_, true);
        }
    }
}

fn through_bytes(frame: &Frame) -> Frame {
    let bytes = wire::write(frame.clone()).encode_to_vec();
    let back = wire::read(pb::Frame::decode(&bytes[..]).unwrap()).unwrap();
    assert_eq!(back, *frame, "a frame is not what it was before it was written and read");
    back
}
