//! Who comes to answer for a matter: raised level by level, returned at times, taken up in the end.

use yishi_kernel::{Level, UnitCode};

use super::{
    act::{Act, Decision},
    path::Path,
    phase::Phase,
    teller::Teller,
    words,
};

/// How a matter finds its handler; most go straight up.
enum Way {
    Straight,
    /// The township returns it, and the village keeps it.
    Kept {
        township: UnitCode,
    },
    /// The township returns it, and takes it up when it is raised again.
    Twice {
        township: UnitCode,
    },
    /// The unit above the township returns it, and the township handles it.
    TooHigh {
        township: UnitCode,
        above: (Level, UnitCode),
    },
}

/// A decision of a level falls into this phase, and what follows from it into the next.
fn phase(level: Level) -> Phase {
    match level {
        Level::Village => Phase::Raising,
        Level::Township => Phase::Townships,
        Level::County => Phase::Counties,
        Level::City => Phase::Cities,
        Level::Region => Phase::Coordination,
    }
}

fn after(phase: Phase) -> Phase {
    match phase {
        Phase::Raising => Phase::Townships,
        Phase::Townships => Phase::Counties,
        Phase::Counties => Phase::Cities,
        Phase::Cities => Phase::Coordination,
        _ => Phase::Commitment,
    }
}

pub(super) fn tell(teller: &mut Teller, path: &Path, handling: Level) {
    let village = path.village();
    match way(teller, path, handling) {
        Way::Straight if handling == Level::Village => {}
        Way::Straight => {
            climb(teller, path, handling);
            let unit = path.at(handling).expect("a matter is meant for a unit of its path");
            take_up(teller, handling, unit);
            resolve(teller, after(phase(handling)), unit);
        }
        Way::Kept { township } => {
            raise(teller, Phase::Raising, village);
            give_back(teller, Phase::Townships, township);
            resolve(teller, Phase::Counties, village);
        }
        Way::Twice { township } => {
            raise(teller, Phase::Raising, village);
            give_back(teller, Phase::Townships, township);
            raise(teller, Phase::Counties, village);
            refer(teller, Phase::Cities, township, Decision::Accept);
            resolve(teller, Phase::Coordination, township);
        }
        Way::TooHigh { township, above: (level, above) } => {
            raise(teller, Phase::Raising, village);
            raise(teller, Phase::Townships, township);
            give_back(teller, phase(level), above);
            resolve(teller, after(phase(level)), township);
        }
    }
}

fn way(teller: &mut Teller, path: &Path, handling: Level) -> Way {
    let chance = teller.chance.below(24);
    let Some(township) = path.at(Level::Township) else { return Way::Straight };
    match (handling, chance, path.above(Level::Township)) {
        (Level::Village, 0, _) => Way::Kept { township },
        (Level::Township, 0 | 1, _) => Way::Twice { township },
        (Level::Township, 2 | 3, Some(above)) => Way::TooHigh { township, above },
        _ => Way::Straight,
    }
}

/// Each unit below a level raises it to the next.
fn climb(teller: &mut Teller, path: &Path, to: Level) {
    for (level, unit) in path.up_to(to).iter().filter(|(level, _)| *level < to) {
        raise(teller, phase(*level), *unit);
    }
}

/// The region has departments, which it asks at once.
fn take_up(teller: &mut Teller, level: Level, unit: UnitCode) {
    let phase = phase(level);
    refer(teller, phase, unit, Decision::Accept);
    if level != Level::Region {
        return;
    }
    let mut departments = words::DEPARTMENTS;
    teller.chance.shuffle(&mut departments);
    let lead = departments[0];
    let helpers = departments[1..1 + *teller.chance.pick(&[0, 1, 2]).expect("there are three")].to_vec();
    refer(teller, phase, unit, Decision::Assign { lead, helpers: helpers.clone() });
    refer(teller, phase, unit, Decision::Answer { department: lead, declined: None });
    for department in helpers {
        let declined = teller.one_in(6).then(|| teller.one(&words::EXCUSES));
        refer(teller, phase, unit, Decision::Answer { department, declined });
    }
    let text = teller.one(&words::COORDINATED);
    refer(teller, Phase::Commitment, unit, Decision::Report { department: lead, text });
}

fn raise(teller: &mut Teller, phase: Phase, unit: UnitCode) {
    let reason = teller.one(&words::RAISES);
    refer(teller, phase, unit, Decision::Raise { reason });
}

fn give_back(teller: &mut Teller, phase: Phase, unit: UnitCode) {
    let reason = teller.one(&words::RETURNS);
    refer(teller, phase, unit, Decision::Return { reason });
}

fn resolve(teller: &mut Teller, phase: Phase, unit: UnitCode) {
    let outcome = teller.one(&words::OUTCOMES);
    refer(teller, phase, unit, Decision::Resolve { outcome });
}

fn refer(teller: &mut Teller, phase: Phase, unit: UnitCode, decision: Decision) {
    teller.act(phase, Act::Refer { unit, decision });
}
