//! Streams: in order while they last, and ways for them to break.

use std::time::Duration;

use yishi_link::protocol::Side;

/// One stream between a node and the node above it.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) lower: usize,
    pub(crate) upper: usize,
    /// By receiving side: when the last frame arrives, and whether nothing arrives any more.
    arrives: [Duration; 2],
    pub(crate) dead: [bool; 2],
}

fn at(side: Side) -> usize {
    usize::from(side == Side::Upper)
}

pub(crate) fn other(side: Side) -> Side {
    if side == Side::Lower { Side::Upper } else { Side::Lower }
}

impl Stream {
    pub(crate) fn new(lower: usize, upper: usize) -> Self {
        Self { lower, upper, arrives: [Duration::ZERO; 2], dead: [false; 2] }
    }

    pub(crate) fn node(&self, side: Side) -> usize {
        if side == Side::Lower { self.lower } else { self.upper }
    }

    /// When something that is sent to a side now arrives; never if the way there is cut.
    pub(crate) fn send(&mut self, to: Side, now: Duration, delay: Duration) -> Option<Duration> {
        let arrives = &mut self.arrives[at(to)];
        *arrives = (now + delay).max(*arrives);
        (!self.dead[at(to)]).then_some(*arrives)
    }

    pub(crate) fn cut(&mut self, to: Side) {
        self.dead[at(to)] = true;
    }

    pub(crate) fn is_cut(&self, to: Side) -> bool {
        self.dead[at(to)]
    }
}
