//! Entries by chance, told to a node that has nothing else: it comes to hold the same rows, whatever came together.
//!
//! The stories of the services are followed the same way, each at its end.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod appraisal;
mod books;
mod escalation;
mod exchange;
mod funding;
mod intake;
mod joint;
mod map;
mod refused;
mod story;

use yishi_tests::both_engines;

use appraisal::appraisals_follow;
use books::books_follow;
use escalation::escalations_follow;
use exchange::activities_follow;
use funding::money_follows;
use intake::matters_follow;
use joint::joint_matters_follow;
use map::changes_of_the_map_follow;
use refused::{what_cannot_be_read_is_refused, what_does_not_fit_is_refused_whole};

both_engines!(
    matters_follow,
    joint_matters_follow,
    books_follow,
    activities_follow,
    changes_of_the_map_follow,
    escalations_follow,
    money_follows,
    appraisals_follow,
    what_does_not_fit_is_refused_whole,
    what_cannot_be_read_is_refused
);
