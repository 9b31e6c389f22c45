use yishi_kernel::{Fen, Level, Seeded};
use yishi_proto::intake::v1::Category;

use super::{
    path::Path,
    totals::{Totals, apportion},
};

/// What a village's matter of a year is meant to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) category: Category,
    pub(super) investment: Fen,
    /// Who is to answer for it in the end.
    pub(super) handling: Level,
}

impl Assignment {
    /// Not above the units there are: what is meant for more is for the highest of them.
    pub(super) fn within(self, path: &Path) -> Self {
        Self { handling: path.reach(self.handling), ..self }
    }
}

/// How many are for the region, for the cities, and for those below.
pub(super) fn handled(assignments: &[Assignment]) -> [u64; 3] {
    let mut handled = [0; 3];
    for assignment in assignments {
        handled[match assignment.handling {
            Level::Region => 0,
            Level::City => 1,
            Level::County | Level::Township | Level::Village => 2,
        }] += 1;
    }
    handled
}

/// Of the matters handled below the cities nobody published the split: so many parts each.
const BELOW: [(Level, u64); 3] = [(Level::County, 1), (Level::Township, 1), (Level::Village, 2)];

/// Deals the matters out to so many villages' years; some get none.
pub(super) fn deal(totals: &Totals, slots: usize, seed: u64) -> Vec<Option<Assignment>> {
    let mut chance = Seeded::new(seed, "assignments");
    let mut levels = levels(totals);
    chance.shuffle(&mut levels);
    let mut levels = levels.into_iter();
    let mut deck = Vec::with_capacity(slots);
    for total in &totals.categories {
        // Squares: many small matters, few large ones.
        let weights: Vec<u64> = (0..total.matters).map(|_| chance.range(4..=30).pow(2)).collect();
        for investment in total.investment.split(&weights) {
            let handling = levels.next().expect("the levels of all matters");
            deck.push(Some(Assignment { category: total.category, investment, handling }));
        }
    }
    deck.resize(slots, None);
    chance.shuffle(&mut deck);
    deck
}

fn levels(totals: &Totals) -> Vec<Level> {
    let [region, city, below] = totals.handling;
    let below = BELOW.map(|(level, _)| level).into_iter().zip(apportion(below, &BELOW.map(|(_, part)| part)));
    let all = [(Level::Region, region), (Level::City, city)].into_iter().chain(below);
    all.flat_map(|(level, matters)| (0..matters).map(move |_| level)).collect()
}
