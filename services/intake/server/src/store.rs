//! Intake's projections: read for a batch, written once a row from its final state.

pub(crate) mod books;
pub(crate) mod dossier;
pub(crate) mod exchange;
pub(crate) mod joint;
mod latest;
mod list;
mod load;
pub(crate) mod long_view;
pub(crate) mod map;
pub(crate) mod marks;
pub(crate) mod opinions;
mod photographs;
mod report;
mod save;
pub mod statements;
pub(crate) mod subcategories;

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use sqlx::migrate::{Migration, Migrator};
use yishi_intake_domain::book::{self, BookId, Total};
use yishi_intake_domain::exchange::mark;
use yishi_intake_domain::{Category, Fact, Key, Matter, State, World, evolve, touches};
use yishi_kernel::{MatterId, PersonId, UnitCode};
use yishi_store::Engine;

use crate::convert;
use crate::task::Told;

pub(crate) use latest::latest;
pub(crate) use list::{Cursor, Filter, Paging, list};
pub(crate) use load::{get, load};
pub(crate) use photographs::{shared, sharing};
pub(crate) use report::{report, villages};
pub(crate) use save::save;

/// The rows that a batch of commands speaks of.
#[derive(Clone, Debug, Default)]
pub struct Working {
    pub(crate) world: World,
    /// What each matter counted as when it was read.
    pub(crate) counted: BTreeMap<MatterId, Counted>,
    pub(crate) touched: BTreeSet<Key>,
    /// Matters as they are now, as far as a caller was answered with them.
    pub(crate) answered: BTreeMap<MatterId, Vec<u8>>,
    /// What matters came to when they were read, by the book that asks for it.
    pub(crate) sums: BTreeMap<BookId, Vec<Total>>,
    /// Whose keys are to be destroyed.
    pub(crate) erased: Vec<(UnitCode, PersonId)>,
}

impl Working {
    /// Applies what is told, whether it was decided here or where its unit is hosted; or says why it does not fit.
    pub(crate) fn apply(&mut self, told: &Told) -> Result<(), String> {
        match told {
            Told::Matter(event) => {
                evolve(&mut self.world, event).map_err(|misfit| misfit.to_string())?;
                self.touch(touches(event));
                if let Fact::Contact(fact) = &event.fact {
                    self.erased.extend(fact.erases().map(|person| (event.matter.village, person)));
                }
            }
            Told::Participation(event) => {
                yishi_intake_domain::joint::evolve(&mut self.world, event)
                    .map_err(|misfit| misfit.to_string())?;
                self.touch(yishi_intake_domain::joint::touches(event));
            }
            Told::Activity(event) => {
                yishi_intake_domain::exchange::evolve(&mut self.world, event)
                    .map_err(|misfit| misfit.to_string())?;
                self.touch(yishi_intake_domain::exchange::touches(event));
            }
            Told::Mark(event) => {
                mark::evolve(&mut self.world, event).map_err(|misfit| misfit.to_string())?;
                self.touch(mark::touches(event));
            }
            Told::Map(event) => {
                yishi_intake_domain::map::evolve(&mut self.world, event)
                    .map_err(|misfit| misfit.to_string())?;
                self.touched.extend(yishi_intake_domain::map::touches(event));
            }
            Told::Book(event) => {
                book::evolve(&mut self.world, event).map_err(|misfit| misfit.to_string())?;
                self.touch(book::touches(event));
            }
        }
        Ok(())
    }

    fn touch(&mut self, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            if let Key::Matter(id) = key {
                self.answered.remove(&id);
            }
            self.touched.insert(key);
        }
    }

    /// A matter as a caller is answered with it, which is how it is kept, too.
    pub(crate) fn answer(&mut self, id: MatterId) -> Option<&[u8]> {
        let matter = self.world.matter(id)?;
        let answer = self.answered.entry(id).or_insert_with(|| convert::matter(matter).encode_to_vec());
        Some(answer)
    }
}

/// What a matter adds to the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) state: State,
    pub(crate) category: Category,
    pub(crate) fen: i64,
    pub(crate) determined: bool,
}

impl Counted {
    pub(crate) fn of(matter: &Matter) -> Self {
        Self {
            state: matter.state(),
            category: matter.content.category,
            fen: matter.content.cost_estimate.get(),
            determined: matter.stage.determination().is_some(),
        }
    }
}

pub(crate) fn migrations<E: Engine>() -> Vec<Migration> {
    static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
    static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
    E::choose(&SQLITE, &POSTGRES).iter().cloned().collect()
}

/// A unit's code as it is stored.
#[expect(clippy::cast_possible_wrap, reason = "a unit code has 12 digits, far below 2^63")]
pub(crate) fn number(unit: UnitCode) -> i64 {
    unit.as_u64() as i64
}

#[derive(serde::Serialize)]
pub(crate) struct UnitRow {
    pub(crate) unit: i64,
}
