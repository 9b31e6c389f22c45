//! The beginning of a session: each side says who it is and what it holds.

use yishi_kernel::UnitCode;

use super::farewell::{Farewell, Reason};
use super::frame::{Frame, Hello, Holdings};
use super::lane::{Lane, Side, Standing};
use super::limits::Limits;
use super::party::Party;

/// What is known of both sides so far.
#[derive(Debug)]
pub(crate) struct Greeting {
    side: Side,
    hello: Option<Hello>,
    mine: Option<Holdings>,
    theirs: Holdings,
    complete: bool,
}

impl Greeting {
    pub(crate) fn new(side: Side) -> Self {
        Self { side, hello: None, mine: None, theirs: Holdings::default(), complete: false }
    }

    /// Whether the other side has said who it is.
    pub(crate) fn is_met(&self) -> bool {
        self.hello.is_some()
    }

    /// What this side holds, once that is known and both have said who they are.
    pub(crate) fn mine(&self) -> Option<&Holdings> {
        self.mine.as_ref().filter(|_| self.is_met())
    }

    /// What the other side holds, once it has said all of it.
    pub(crate) fn theirs(&self) -> Option<&Holdings> {
        Some(&self.theirs).filter(|_| self.complete)
    }

    pub(crate) fn hello(&mut self, me: &Party, hello: Hello) -> Result<(), Farewell> {
        if self.hello.is_some() {
            return Err(Farewell::new(Reason::Malformed, "a second greeting"));
        }
        me.admit(self.side, &hello)?;
        self.hello = Some(hello);
        Ok(())
    }

    pub(crate) fn looked(&mut self, mine: Holdings) {
        self.mine.get_or_insert(mine);
    }

    pub(crate) fn held(&mut self, me: &Party, part: Holdings, last: bool) -> Result<(), Farewell> {
        let wrong = |what| Err(Farewell::new(Reason::Malformed, what));
        let Some(lower) = self.lower(me).filter(|_| !self.complete && self.is_met()) else {
            return wrong("said what it holds before its name, or twice");
        };
        me.belong(lower, &part)?;
        self.theirs.heads.extend(part.heads);
        self.theirs.ways.extend(part.ways);
        if self.theirs.heads.len() + self.theirs.ways.len() > me.limits.held_in_all {
            return wrong("named more than there can be");
        }
        self.complete = last;
        Ok(())
    }

    /// The lower node's topmost unit, once it is known.
    pub(crate) fn lower(&self, me: &Party) -> Option<UnitCode> {
        match self.side {
            Side::Lower => Some(me.root),
            Side::Upper => self.hello.as_ref().map(|hello| hello.unit),
        }
    }

    /// Whether there is such a lane between the two.
    pub(crate) fn offers(&self, me: &Party, lane: Lane) -> bool {
        let theirs = self.hello.as_ref().map_or(Standing::Returning, |hello| hello.standing);
        match self.side {
            Side::Lower => lane.is_offered(me.standing, theirs),
            Side::Upper => lane.is_offered(theirs, me.standing),
        }
    }
}

/// What a side holds, in frames that are not too large; at least one.
pub(crate) fn in_parts(held: &Holdings, limits: &Limits) -> Vec<Frame> {
    let heads = held.heads.iter().map(|(&unit, &head)| (Some((unit, head)), None));
    let ways = held.ways.iter().map(|(&way, &last)| (None, Some((way, last))));
    let all: Vec<_> = heads.chain(ways).collect();
    let part = |piece: &[_], last| {
        let (heads, ways): (Vec<_>, Vec<_>) = piece.iter().copied().unzip();
        let part = Holdings {
            heads: heads.into_iter().flatten().collect(),
            ways: ways.into_iter().flatten().collect(),
        };
        Frame::Held { part, last }
    };
    let mut pieces = all.chunks(limits.held.max(1)).peekable();
    let mut frames = Vec::new();
    while let Some(piece) = pieces.next() {
        frames.push(part(piece, pieces.peek().is_none()));
    }
    if frames.is_empty() {
        frames.push(part(&[], true));
    }
    frames
}
