//! One side of one stream.

use std::time::Duration;

use yishi_kernel::UnitCode;

use super::duplex::{Beyond, Effect, Input};
use super::farewell::{Farewell, Fork, Reason};
use super::frame::Frame;
use super::greeting::{Greeting, in_parts};
use super::lane::{Lane, Side, Standing};
use super::party::Party;
use super::receiver::Receiver;
use super::sender::{Mark, Sender};

/// The state of one side of one stream. Begins with [`Input::Tick`], ends with [`Effect::Close`].
#[derive(Debug)]
pub struct Session {
    side: Side,
    me: Party,
    greeting: Greeting,
    senders: Vec<Sender>,
    receivers: Vec<Receiver>,
    mark: Mark,
    /// How far this side's database has come.
    come: i64,
    /// When the other side was heard last, and when it was given a sign of life.
    heard: Duration,
    pinged: Duration,
    begun: bool,
    /// What the lower node signs was asked for, or came.
    testified: bool,
    over: bool,
}

impl Session {
    /// The side of the node that dials.
    #[must_use]
    pub fn lower(me: Party) -> Self {
        Self::new(Side::Lower, me)
    }

    /// The side of the node that is dialled.
    #[must_use]
    pub fn upper(me: Party) -> Self {
        Self::new(Side::Upper, me)
    }

    fn new(side: Side, me: Party) -> Self {
        Self {
            side,
            me,
            greeting: Greeting::new(side),
            senders: Vec::new(),
            receivers: Vec::new(),
            mark: Mark::default(),
            come: 0,
            heard: Duration::ZERO,
            pinged: Duration::ZERO,
            begun: false,
            testified: false,
            over: false,
        }
    }

    /// Takes in what happened, `now` being the time since the session began, and says what to do about it.
    pub fn step(&mut self, now: Duration, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.over {
            return out;
        }
        match self.take(now, input, &mut out) {
            Ok(()) => {
                for sender in &mut self.senders {
                    sender.pump(&self.me.limits, self.come, &mut self.mark, &mut out);
                }
                self.testify(&mut out);
            }
            Err(farewell) => {
                self.over = true;
                out.push(Effect::Send(Frame::Bye(farewell.clone())));
                out.push(Effect::Close(farewell));
            }
        }
        out
    }

    /// The lower node's topmost unit, once it is known.
    #[must_use]
    pub fn lower_unit(&self) -> Option<UnitCode> {
        self.greeting.lower(&self.me)
    }

    /// Whether the other side has applied everything of this database up to the position that is for it.
    #[must_use]
    pub fn has_delivered(&self, pos: i64) -> bool {
        let main = if self.side == Side::Lower { Lane::Copies } else { Lane::Letters };
        self.senders.iter().any(|sender| sender.lane == main && sender.has_delivered(pos))
    }

    fn take(&mut self, now: Duration, input: Input, out: &mut Vec<Effect>) -> Result<(), Farewell> {
        match input {
            Input::Tick => self.tick(now, out)?,
            Input::Frame(frame) => {
                self.heard = now;
                self.hear(frame, out)?;
            }
            Input::Looked(mine) => {
                let parts = in_parts(&mine, &self.me.limits);
                out.extend(parts.into_iter().map(Effect::Send));
                self.greeting.looked(mine);
                self.open_receivers();
                self.open_senders(out);
            }
            Input::Resumed { lane, after, upto, beyond, forked } => {
                self.come = self.come.max(upto);
                self.compare(lane, &beyond, forked)?;
                if let Some(sender) = self.senders.iter_mut().find(|sender| sender.lane == lane) {
                    sender.resumed(after, upto, &beyond);
                }
            }
            Input::Page { lane, entries, upto } => {
                self.come = self.come.max(upto);
                if let Some(sender) = self.senders.iter_mut().find(|sender| sender.lane == lane) {
                    sender.page(entries, upto)?;
                }
            }
            Input::Grown(pos) => self.come = self.come.max(pos),
            Input::Marked(pos) => self.mark.reached(pos),
            Input::Applied { lane, upto } => {
                if let Some(receiver) = self.receivers.iter_mut().find(|receiver| receiver.lane == lane) {
                    receiver.applied(upto, out);
                }
            }
            Input::Testified(signed) => out.push(Effect::Send(Frame::Testimony(signed))),
            Input::Objected(farewell) => return Err(farewell),
            Input::Forked(fork) => return Err(fork.into()),
            Input::Stop => return Err(Farewell::new(Reason::Stopping, "the node stops or begins anew")),
        }
        Ok(())
    }

    fn tick(&mut self, now: Duration, out: &mut Vec<Effect>) -> Result<(), Farewell> {
        let limits = &self.me.limits;
        if !self.begun {
            self.begun = true;
            if self.side == Side::Lower {
                self.greet(self.me.root, out);
            }
        } else if !self.greeting.is_met() && now >= limits.greeting {
            return Err(Farewell::new(Reason::Late, "no greeting came"));
        } else if now.saturating_sub(self.heard) >= limits.silence {
            return Err(Farewell::new(Reason::Silent, "nothing was heard"));
        } else if self.greeting.is_met() && now.saturating_sub(self.pinged) >= limits.ping {
            self.pinged = now;
            out.push(Effect::Send(Frame::Ping));
        }
        self.senders.iter_mut().for_each(Sender::tick);
        Ok(())
    }

    fn hear(&mut self, frame: Frame, out: &mut Vec<Effect>) -> Result<(), Farewell> {
        let unasked = || Farewell::new(Reason::Malformed, "spoke of a lane that there is not");
        match frame {
            Frame::Hello(hello) => {
                let unit = hello.unit;
                self.greeting.hello(&self.me, hello)?;
                if self.side == Side::Upper {
                    self.greet(unit, out);
                }
                self.open_receivers();
            }
            Frame::Held { part, last } => {
                self.greeting.held(&self.me, part, last)?;
                self.open_senders(out);
            }
            Frame::Entries(batch) => {
                let receiver = self.receivers.iter_mut().find(|receiver| receiver.lane == batch.lane);
                receiver.ok_or_else(unasked)?.take(&self.me, batch, out)?;
            }
            Frame::Ack { lane, upto } => {
                let sender = self.senders.iter_mut().find(|sender| sender.lane == lane);
                sender.ok_or_else(unasked)?.acked(upto)?;
            }
            Frame::Testimony(signed) => {
                if self.side == Side::Lower || self.greeting.theirs().is_none() || self.testified {
                    return Err(Farewell::new(Reason::Malformed, "signed what nobody asked for, or twice"));
                }
                self.testified = true;
                out.push(Effect::Witness(signed));
            }
            Frame::Ping => {}
            Frame::Bye(farewell) => {
                self.over = true;
                self.senders.clear();
                out.push(Effect::Close(farewell));
            }
        }
        Ok(())
    }

    /// Signs once in a session, and only what the other side holds by then: it can compare all of it, and what a restored
    /// database may have lost was never signed. One that is not whole does not know what it decided.
    fn testify(&mut self, out: &mut Vec<Effect>) {
        if self.side == Side::Upper || self.testified || self.me.standing != Standing::Whole {
            return;
        }
        let copies = self.senders.iter().find(|sender| sender.lane == Lane::Copies);
        if let Some(upto) = copies.and_then(Sender::caught_up) {
            self.testified = true;
            out.push(Effect::Testify(upto));
        }
    }

    /// Says who this side is, and looks up what it holds of the journals below `lower` and of the letters to there.
    fn greet(&self, lower: UnitCode, out: &mut Vec<Effect>) {
        out.push(Effect::Send(Frame::Hello(self.me.hello())));
        // The upper side is sent letters only after a restore.
        let ways = self.side == Side::Lower || self.me.standing == Standing::Gathering;
        out.push(Effect::Look { unit: lower, ways });
    }

    fn open_receivers(&mut self) {
        if let (Some(mine), Some(lower), true) =
            (self.greeting.mine(), self.greeting.lower(&self.me), self.receivers.is_empty())
        {
            let lanes = Lane::ALL.into_iter().filter(|lane| lane.sender() != self.side);
            let offered = lanes.filter(|&lane| self.greeting.offers(&self.me, lane));
            self.receivers = offered.map(|lane| Receiver::new(lane, lower, mine)).collect();
        }
    }

    /// Compares what the other side holds, all of it, and opens the lanes towards it. What it holds of its own journals is
    /// compared even if there is nothing to give back: a fork below the shorter end is seen by the longer side only.
    ///
    /// Not before this side's own look: what an earlier session left with the writer is in the database only then, and a
    /// lane that gives back ends with what the database has when it begins.
    fn open_senders(&mut self, out: &mut Vec<Effect>) {
        let (Some(_), Some(theirs), true) =
            (self.greeting.mine(), self.greeting.theirs(), self.senders.is_empty())
        else {
            return;
        };
        for lane in Lane::ALL.into_iter().filter(|lane| lane.sender() == self.side) {
            let offered = self.greeting.offers(&self.me, lane);
            if offered {
                self.senders.push(Sender::new(lane, theirs));
            }
            if offered || lane == Lane::Restored {
                out.push(Effect::Resume { lane, held: theirs.on(lane) });
            }
        }
        // What was lost comes before what is new.
        self.senders.sort_by_key(|sender| !sender.lane.ends());
    }

    /// What the store found when it compared the other side's holdings with its own.
    fn compare(&self, lane: Lane, beyond: &[Beyond], forked: Option<Fork>) -> Result<(), Farewell> {
        if let Some(fork) = forked {
            return Err(fork.into());
        }
        let must_hold = match lane {
            Lane::Copies => self.me.standing != Standing::Returning,
            Lane::Letters => self.me.standing == Standing::Whole,
            Lane::Restored | Lane::Readopted => false,
        };
        let lost = beyond.iter().find(|beyond| must_hold && self.me.hosts(beyond.unit));
        lost.map_or(Ok(()), |&Beyond { unit, .. }| {
            let detail = format!("more of {unit} is held there than here, which is not known to be restored");
            Err(Farewell::about(unit, Reason::Behind, detail))
        })
    }
}
