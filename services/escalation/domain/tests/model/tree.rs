//! A small region, in which not all units agree who is below whom.

use yishi_escalation_domain::{Policy, Rules};
use yishi_kernel::{Calendar, Level, MatterId, Register, UnitCode, Year};

/// Two cities' worth of units: a county with a city above it and one without, villages with and without a township.
const UNITS: &str = "code,parent,level,name\n640000000000,,region,区\n640300000000,640000000000,city,市\n\
    640324000000,640300000000,county,市辖县\n640381000000,640000000000,county,直管县\n\
    640324100000,640324000000,township,一镇\n640381100000,640381000000,township,二镇\n\
    640324100200,640324100000,village,一村\n640381100200,640381100000,village,二村\n\
    640381000200,640381000000,village,直管村\n640324101200,640324101000,village,迁村\n";
/// A township that has moved to the other county, which it does not know yet.
const MOVED: UnitCode = UnitCode::new(640_324_101_000).expect("twelve digits");
const MOVED_BEFORE: &str = "640324101000,640324000000,township,迁镇\n";
const MOVED_NOW: &str = "640324101000,640381000000,township,迁镇\n";

pub(crate) struct Tree {
    now: Register,
    before: Register,
}

impl Tree {
    pub(crate) fn new() -> Self {
        let parse = |row: &str| Register::parse(&format!("{UNITS}{row}"), "").unwrap();
        Self { now: parse(MOVED_NOW), before: parse(MOVED_BEFORE) }
    }

    /// What a unit goes by.
    pub(crate) fn rules<'a>(&'a self, unit: UnitCode, policy: &'a Policy) -> Rules<'a> {
        let register = if unit == MOVED { &self.before } else { &self.now };
        Rules { policy, register, calendar: Calendar::china() }
    }

    /// The unit that a unit takes to be right above it.
    pub(crate) fn above(&self, unit: UnitCode) -> Option<UnitCode> {
        if unit == MOVED { self.before.parent(unit) } else { self.now.parent(unit) }
    }

    /// One of each village, and one more of the first, so that matters meet on their way.
    pub(crate) fn matters(&self) -> Vec<MatterId> {
        let year = Year::try_from(2022).unwrap();
        let villages = self.now.at_level(Level::Village).map(|unit| unit.code);
        let mut matters: Vec<_> = villages.map(|village| MatterId { village, year, ordinal: 1 }).collect();
        matters.push(MatterId { ordinal: 2, ..matters[0] });
        matters
    }

    pub(crate) fn units(&self) -> Vec<UnitCode> {
        self.now.units().map(|unit| unit.code).collect()
    }
}
