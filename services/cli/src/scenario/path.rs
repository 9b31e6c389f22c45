use yishi_kernel::{Level, Register, UnitCode};

/// A village and the units above it, up to the topmost one that takes part.
#[derive(Debug, Clone)]
pub(super) struct Path(Vec<(Level, UnitCode)>);

impl Path {
    /// Of a village that the register has, at or below the topmost unit.
    pub(super) fn of(village: UnitCode, register: &Register, top: UnitCode) -> Self {
        let units = std::iter::once(village).chain(register.ancestors(village));
        let units = units.take_while(|unit| register.is_within(*unit, top));
        Self(units.filter_map(|unit| Some((register.level(unit)?, unit))).collect())
    }

    pub(super) fn village(&self) -> UnitCode {
        self.0[0].1
    }

    /// The highest level of it that is not above a level.
    pub(super) fn reach(&self, level: Level) -> Level {
        self.levels().filter(|there| *there <= level).max().unwrap_or(Level::Village)
    }

    /// From the village up to a level.
    pub(super) fn up_to(&self, level: Level) -> &[(Level, UnitCode)] {
        &self.0[..self.0.partition_point(|(there, _)| *there <= level)]
    }

    pub(super) fn at(&self, level: Level) -> Option<UnitCode> {
        self.0.iter().find(|(there, _)| *there == level).map(|(_, unit)| *unit)
    }

    /// The unit above another one of it.
    pub(super) fn above(&self, level: Level) -> Option<(Level, UnitCode)> {
        self.0.iter().find(|(there, _)| *there > level).copied()
    }

    fn levels(&self) -> impl Iterator<Item = Level> {
        self.0.iter().map(|(level, _)| *level)
    }
}
