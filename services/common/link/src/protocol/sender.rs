//! The sending half of a lane.

use std::collections::VecDeque;

use yishi_store::journal::Stored;

use super::duplex::{Beyond, Effect};
use super::farewell::{Farewell, Fork, Reason};
use super::frame::{Batch, Carried, Frame, Holdings, weight};
use super::lane::Lane;
use super::limits::Limits;
use super::tally::Tally;

/// How far the mark outside the database reaches, as this session knows.
#[derive(Debug, Default)]
pub(crate) struct Mark {
    reached: i64,
    asked: i64,
}

impl Mark {
    pub(crate) fn reached(&mut self, pos: i64) {
        self.reached = self.reached.max(pos);
    }

    fn ask(&mut self, pos: i64, out: &mut Vec<Effect>) {
        if pos > self.asked.max(self.reached) {
            self.asked = pos;
            out.push(Effect::Mark(pos));
        }
    }
}

#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) lane: Lane,
    /// What the receiver held when the session began.
    held: Tally,
    /// How far this database has been read, once it is known where to begin.
    read: Option<i64>,
    /// How far the database had come by then.
    began: i64,
    fetching: bool,
    /// The last page brought nothing though there is more: tried again when time has passed.
    stuck: bool,
    /// Read and not sent.
    queue: VecDeque<(i64, Carried)>,
    sent: u64,
    acked: u64,
    /// Sent and not acknowledged.
    under_way: VecDeque<UnderWay>,
    ended: bool,
}

/// A batch on its way: the last entry's number and position, and the bytes.
#[derive(Debug)]
struct UnderWay {
    upto: u64,
    live: bool,
    bytes: usize,
}

impl Sender {
    pub(crate) fn new(lane: Lane, held: &Holdings) -> Self {
        Self {
            lane,
            held: Tally::of(lane, held),
            read: None,
            began: 0,
            fetching: false,
            stuck: false,
            queue: VecDeque::new(),
            sent: 0,
            acked: 0,
            under_way: VecDeque::new(),
            ended: false,
        }
    }

    pub(crate) fn resumed(&mut self, after: i64, upto: i64, beyond: &[Beyond]) {
        if self.read.is_none() {
            (self.read, self.began) = (Some(after), upto);
            self.held.doubt(beyond);
        }
    }

    pub(crate) fn page(&mut self, entries: Vec<Stored>, upto: i64) -> Result<(), Fork> {
        self.fetching = false;
        let before = self.read.unwrap_or(upto);
        let read = upto.max(before);
        (self.read, self.stuck) = (Some(read), read == before);
        for stored in entries {
            let over = self.lane.ends() && stored.pos > self.began;
            if !over && !self.held.holds(&stored)? {
                self.queue.push_back((stored.pos, stored.into()));
            }
        }
        Ok(())
    }

    pub(crate) fn acked(&mut self, upto: u64) -> Result<(), Farewell> {
        if upto > self.sent || upto < self.acked {
            let detail =
                format!("{upto} acknowledged on {:?} after {}, of {}", self.lane, self.acked, self.sent);
            return Err(Farewell::new(Reason::Malformed, detail));
        }
        self.acked = upto;
        while self.under_way.front().is_some_and(|batch| batch.upto <= upto) {
            self.under_way.pop_front();
        }
        Ok(())
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self) {
        self.stuck = false;
    }

    /// Whether the receiver has applied all there is up to this position.
    pub(crate) fn has_delivered(&self, pos: i64) -> bool {
        self.read.is_some_and(|read| read >= pos) && self.queue.is_empty() && self.under_way.is_empty()
    }

    /// How far the database had come when the lane began, once the receiver has applied all there was up to there.
    pub(crate) fn caught_up(&self) -> Option<i64> {
        let caught_up = self.read.is_some_and(|read| read >= self.began)
            && self.queue.front().is_none_or(|(pos, _)| *pos > self.began)
            && self.under_way.front().is_none_or(|batch| batch.live);
        caught_up.then_some(self.began)
    }

    /// Reads and sends as much as there is and as the window lets through. May be called at any time: it goes by
    /// positions, so that there is no event that it could miss.
    pub(crate) fn pump(&mut self, limits: &Limits, come: i64, mark: &mut Mark, out: &mut Vec<Effect>) {
        let Some(read) = self.read else { return };
        let goal = if self.lane.ends() { self.began } else { come };
        if read < goal && !self.fetching && !self.stuck && self.queue.len() < limits.page {
            self.fetching = true;
            out.push(Effect::Fetch { lane: self.lane, after: read, limit: limits.page });
        }
        while let Some(batch) = self.next(limits, mark, out) {
            out.push(Effect::Send(Frame::Entries(batch)));
        }
        if self.lane.ends() && read >= goal && self.queue.is_empty() && !self.ended {
            self.ended = true;
            let first = self.sent + 1;
            let end = Batch { lane: self.lane, first, entries: Vec::new(), live: false, last: true };
            out.push(Effect::Send(Frame::Entries(end)));
        }
    }

    fn next(&mut self, limits: &Limits, mark: &mut Mark, out: &mut Vec<Effect>) -> Option<Batch> {
        let last_read = self.queue.back()?.0;
        mark.ask(last_read, out);
        let live = self.queue.front()?.0 > self.began;
        let window = limits.window_entries - (self.sent - self.acked).min(limits.window_entries);
        let waiting: usize = self.under_way.iter().map(|batch| batch.bytes).sum();
        let (mut entries, mut bytes) = (Vec::new(), 0);
        while let Some((pos, carried)) = self.queue.front() {
            let more = bytes + weight(carried);
            let fits = entries.len() < limits.frame_entries
                && (entries.len() as u64) < window
                && (more <= limits.frame_bytes || entries.is_empty())
                && (waiting + more <= limits.window_bytes || (waiting == 0 && entries.is_empty()));
            if *pos > mark.reached || (*pos > self.began) != live || !fits {
                break;
            }
            bytes = more;
            entries.extend(self.queue.pop_front().map(|(_, carried)| carried));
        }
        if entries.is_empty() {
            return None;
        }
        let first = self.sent + 1;
        self.sent += entries.len() as u64;
        self.under_way.push_back(UnderWay { upto: self.sent, live, bytes });
        Some(Batch { lane: self.lane, first, entries, live, last: false })
    }
}
