//! The receiving half of a lane.

use std::collections::VecDeque;

use yishi_kernel::UnitCode;

use super::duplex::Effect;
use super::farewell::{Farewell, Reason};
use super::frame::{self, Batch, Carried, Frame, Holdings};
use super::lane::Lane;
use super::party::Party;
use super::tally::Tally;

#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) lane: Lane,
    /// The lower node's topmost unit.
    lower: UnitCode,
    /// What this side holds once all that came is applied.
    tally: Tally,
    received: u64,
    applied: u64,
    /// What came and is not applied: the last number of each batch and its bytes.
    under_way: VecDeque<(u64, usize)>,
    ended: bool,
    compared: bool,
}

impl Receiver {
    pub(crate) fn new(lane: Lane, lower: UnitCode, mine: &Holdings) -> Self {
        Self {
            lane,
            lower,
            tally: Tally::of(lane, mine),
            received: 0,
            applied: 0,
            under_way: VecDeque::new(),
            ended: false,
            compared: false,
        }
    }

    pub(crate) fn take(&mut self, me: &Party, batch: Batch, out: &mut Vec<Effect>) -> Result<(), Farewell> {
        self.check_frame(me, &batch)?;
        for carried in &batch.entries {
            me.belongs(self.lane, self.lower, carried)?;
            self.tally.follow(me.service, carried)?;
        }
        self.ended = batch.last;
        if !batch.entries.is_empty() {
            self.received += batch.entries.len() as u64;
            self.under_way.push_back((self.received, weight(&batch.entries)));
            let Batch { lane, entries, live, .. } = batch;
            out.push(Effect::Apply { lane, upto: self.received, live, entries });
        }
        self.compare(out);
        Ok(())
    }

    /// The writer has written; only now may the other side know.
    pub(crate) fn applied(&mut self, upto: u64, out: &mut Vec<Effect>) {
        self.applied = self.applied.max(upto.min(self.received));
        while self.under_way.front().is_some_and(|&(last, _)| last <= self.applied) {
            self.under_way.pop_front();
        }
        out.push(Effect::Send(Frame::Ack { lane: self.lane, upto: self.applied }));
        self.compare(out);
    }

    fn compare(&mut self, out: &mut Vec<Effect>) {
        if self.ended && self.applied == self.received && !self.compared {
            self.compared = true;
            out.push(Effect::Compared);
        }
    }

    /// What a sender that keeps to the limits cannot have sent.
    fn check_frame(&self, me: &Party, batch: &Batch) -> Result<(), Farewell> {
        let limits = &me.limits;
        let (entries, bytes) = (batch.entries.len(), weight(&batch.entries));
        let waiting: usize = self.under_way.iter().map(|&(_, bytes)| bytes).sum();
        let wrong = if self.ended {
            "came after the end of the lane"
        } else if batch.last && !self.lane.ends() {
            "end a lane that has no end"
        } else if batch.first != self.received + 1 {
            "are not the next ones"
        } else if entries > limits.frame_entries || (bytes > limits.frame_bytes && entries > 1) {
            "are too many for a frame"
        } else if self.received - self.applied + entries as u64 > limits.window_entries
            || (waiting + bytes > limits.window_bytes && waiting > 0)
        {
            "are too many at once"
        } else {
            return Ok(());
        };
        let detail = format!("{entries} entries of {:?} from {} {wrong}", self.lane, batch.first);
        Err(Farewell::new(Reason::Malformed, detail))
    }
}

fn weight(entries: &[Carried]) -> usize {
    entries.iter().map(frame::weight).sum()
}
