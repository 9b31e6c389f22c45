//! What happens to a world: drawn from the seed before it begins.

use std::time::Duration;

use crate::dice::Dice;

/// What happens from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blow {
    /// A node dies, and starts again after this time.
    Crash { node: usize, for_: Duration },
    /// A backup of a node's database is put aside.
    Backup { node: usize },
    /// A node dies, gets back an old database, and starts after this time.
    Restore { node: usize, for_: Duration },
    /// The link above a node breaks; no other can be made for this time. Which ends hear of it is drawn then.
    Cut { node: usize, for_: Duration },
    /// A node's writer becomes slow, or fast again.
    Slow { node: usize, factor: u64 },
    /// Nothing happens for this time but that all links break.
    Sleep { for_: Duration },
}

/// Which mistakes of people a schedule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// The marks survive, and neighbours are not restored before each has caught up.
    Usual,
    /// Whole disks are rolled back, the marks with them, and anything at any time.
    Rough,
}

pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// The blows of a schedule with their times, and when all is healed.
pub(crate) fn draw(dice: &mut Dice, nodes: usize) -> (Vec<(Duration, Blow)>, Duration) {
    let mut end = dice.millis(20_000, 60_000);
    let mut blows = Vec::new();
    for _ in 0..dice.size(1, 14) {
        let node = dice.size(0, nodes - 1);
        let for_ = if dice.percent(20) { dice.millis(5_000, 60_000) } else { dice.millis(100, 5_000) };
        let when = dice.range(1_000, 60_000);
        let blow = match dice.range(0, 99) {
            0..25 => Blow::Crash { node, for_ },
            25..55 => {
                blows.push((dice.millis(500, when), Blow::Backup { node }));
                Blow::Restore { node, for_ }
            }
            55..90 => Blow::Cut { node, for_ },
            _ => Blow::Slow { node, factor: dice.range(1, 40) },
        };
        blows.push((Duration::from_millis(when).min(end), blow));
    }
    if dice.percent(10) {
        // One node does not wake with the others.
        let (node, night) = (dice.size(0, nodes - 1), dice.millis(1_000, 20_000));
        let for_ = 400 * DAY + dice.millis(0, 30_000);
        blows.push((night, Blow::Crash { node, for_ }));
        blows.push((night + Duration::from_millis(1), Blow::Sleep { for_: 400 * DAY }));
        end += Duration::from_secs(30);
    }
    blows.sort_by_key(|&(when, _)| when);
    (blows, end)
}
