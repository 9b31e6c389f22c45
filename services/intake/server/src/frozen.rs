//! What a node's books say of the map must be what its register says: looked at before it serves, so that a register that
//! takes back what has happened, or changes a year whose book is open, never decides anything.

use yishi_intake_domain::book::Tree;
use yishi_intake_domain::map::tree_day;
use yishi_kernel::{Date, Level, UnitCode};
use yishi_runtime::desk::House;
use yishi_store::{Engine, Reader, StoreError};

use crate::store;

/// Why a register does not fit the books.
#[derive(Debug, thiserror::Error)]
pub enum MapProblem {
    /// The books cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A village that has said that it is no more would be there again, or go otherwise.
    #[error(
        "{village} has written that it is no more since {day} and that {successor} answers for it, and node.divisions and node.changes \
         do not say so: give the node the files of that change"
    )]
    TakenBack {
        /// The village.
        village: UnitCode,
        /// Since when.
        day: Date,
        /// Who answers.
        successor: UnitCode,
    },
    /// The tree of a year whose book is open would be another.
    #[error(
        "{book} was opened on the tree of {day}, and by node.divisions and node.changes that tree would be another: let what changes the \
         map take effect after that day, or leave it out"
    )]
    Thawed {
        /// The first such book.
        book: String,
        /// The day of its tree.
        day: Date,
    },
}

/// Compares the register with what was written here.
pub async fn map_fits<E: Engine>(reader: &mut Reader<E>, house: &House) -> Result<(), MapProblem> {
    for told in store::map::closed::<E>(reader).await? {
        let known = house.register.closed(told.village, told.day).is_some_and(|change| {
            // Whoever was to answer then may be closed by now, and the chain goes on.
            change.day == told.day
                && change.kind == told.kind
                && answered_once(house, change.old, told.successor)
        });
        if house.hosts(told.village) && !known {
            let (village, day, successor) = (told.village, told.day, told.successor);
            return Err(MapProblem::TakenBack { village, day, successor });
        }
    }
    let above = |unit: &UnitCode| house.register.level(*unit).is_some_and(|level| level > Level::Village);
    let units =
        house.register.subtree(house.root).into_iter().filter(|unit| above(unit) && house.hosts(*unit));
    for book in store::books::of_units::<E>(reader, units).await? {
        let Some(frozen) = &book.tree else { continue };
        if Tree::of(&house.register, book.id, tree_day(book.id.year)) != *frozen {
            return Err(MapProblem::Thawed { book: book.id.to_string(), day: frozen.day });
        }
    }
    Ok(())
}

/// Whether a unit is among those who answer for a village, one after the other.
fn answered_once(house: &House, village: UnitCode, successor: UnitCode) -> bool {
    let next = |unit: &UnitCode| house.register.closed(*unit, Date::MAX).map(|change| change.answers);
    std::iter::successors(Some(village), next).skip(1).any(|unit| unit == successor)
}
