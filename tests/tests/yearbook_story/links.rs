//! The year of a region whose city has a node of its own: letters go over the link, and money is on its way while it is cut.

use time::macros::date;
use yishi_kernel::{Timestamp, UnitCode};
use yishi_proto::intake::v1::YearBookState;
use yishi_store::Engine;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::REGION;

use super::{CITY, VILLAGE};
use crate::asks::{Desk, done, reason};

const GIVEN: i64 = 5_000_000;

pub(crate) async fn money_on_its_way_holds_a_year_and_the_year_end_travels<E: Engine>(place: &str) {
    let federation = Federation::<E>::start(place, &[REGION, CITY]).await;
    federation.wait_until(Timestamp::start_of(date!(2022 - 03 - 01)).as_micros()).await;
    federation.settled().await;
    let (above, below) = (federation.node(REGION), federation.node(CITY));
    let mut region = Desk::of(above, REGION);
    let channel = region.channel(GIVEN).await;
    region.open().await;

    // The city cannot be reached: it hears nothing, and its money is on the way.
    federation.line(CITY).let_through(Lets::Nothing);
    region.announce().await;
    let give = region.appropriation(&channel, CITY, GIVEN);
    done(region.money.appropriate(give).await);
    let cities: Vec<UnitCode> = above.register.children(REGION).to_vec();
    assert_eq!(region.settle(&cities).await.state(), YearBookState::Settling);
    let held = region.answered().await;
    assert_eq!((held.state(), held.held.unwrap().in_transit_fen), (YearBookState::Open, GIVEN));

    // It can be: the year end comes to it, and through it to its villages, and its answer about the money comes back.
    federation.line(CITY).let_through(Lets::All);
    federation.settled().await;
    for unit in [CITY, VILLAGE] {
        let heard = Desk::of(below, unit).get().await;
        assert!(heard.announce_time_us > 0 && heard.state() == YearBookState::Unopened, "{unit}");
    }
    region.settle(&cities).await;
    assert_eq!(region.answered().await.state(), YearBookState::Settled);
    let late = region.appropriation(&channel, CITY, 1);
    assert_eq!(reason(region.money.appropriate(late).await), "YEAR_SETTLED");

    // The city's own year is its own: what it has cannot go back to a year that is over.
    let mut city = Desk::of(below, CITY);
    city.open().await;
    federation.settled().await;
    federation.stop().await;
}
