//! A matter of two counties, each with a node of its own: letters go over the region, the line is cut, and a node restarts.

use yishi_kernel::{Level, UnitCode};
use yishi_proto::intake::v1::{MatterState, ParticipationState, ReleaseCause};
use yishi_store::Engine;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::{Asks, OPENS, REGION, Together, participation, settings};

use super::{count, done, reason, villages};

pub(crate) async fn a_matter_across_a_county_line_survives_a_cut_link_and_a_restart<E: Engine>(place: &str) {
    let register = settings(place, REGION).node.register().unwrap();
    let (lead, _, partner) = villages(&register);
    let county = |unit| register.ancestor_at(unit, Level::County).unwrap();
    let (here, there) = (county(lead), county(partner));
    let mut federation = Federation::<E>::start(place, &[REGION, here, there]).await;

    // The partner cannot be reached: it hears nothing, and the lead can do no more than wait.
    federation.line(there).let_through(Lets::Nothing);
    let joint = Together::invite(federation.node(here), lead, &[partner]).await;
    let hangs_until = joint.hang_out(federation.node(here), OPENS).await;
    federation.wait_until(hangs_until).await;
    let determine = |matter: &str| Asks::determine(matter);
    let mut village = federation.node(here).village(lead);
    assert_eq!(reason(village.office.determine_matter(determine(&joint.matter)).await), "JOINT_NOT_AGREED");
    // Its node restarts with the letter still on its way.
    federation.end(there).await;
    federation.begin(there).await;
    federation.wait_until(hangs_until).await;
    federation.line(there).let_through(Lets::All);
    federation.settled().await;
    assert_eq!(joint.part(federation.node(there), partner).await.state(), ParticipationState::Invited);

    // It agrees, and leaves: its wish is with the lead before that fixes the matter. Asked anew, it agrees once more.
    joint.agree(federation.node(there), partner, "2021-12-09").await;
    federation.settled().await;
    let leave = || Asks::leave(&participation(partner, &joint.matter));
    done(Together::at(federation.node(there), partner).leave_joint_matter(leave()).await);
    federation.settled().await;
    let gone = joint.part(federation.node(there), partner).await;
    assert_eq!((gone.state(), gone.release_cause()), (ParticipationState::Released, ReleaseCause::Left));
    let again = Asks::invite(&joint.matter, lead, &[partner]);
    done(Together::at(federation.node(here), lead).invite_villages(again).await);
    federation.settled().await;
    joint.agree(federation.node(there), partner, "2021-12-09").await;
    let hangs_until = joint.hang_out(federation.node(here), "2021-12-09").await;
    federation.wait_until(hangs_until).await;
    federation.settled().await;

    // It asks to leave while the lead cannot be reached. The lead fixes the matter meanwhile: it was first.
    federation.line(here).let_through(Lets::Nothing);
    done(Together::at(federation.node(there), partner).leave_joint_matter(leave()).await);
    let leaving = joint.part(federation.node(there), partner).await;
    assert_eq!((leaving.state(), leaving.holds_slot), (ParticipationState::Leaving, true));
    let fixed = village.determine(&joint.matter).await;
    federation.end(here).await;
    federation.begin(here).await;
    federation.wait_until(hangs_until).await;
    federation.line(here).let_through(Lets::All);
    federation.settled().await;
    let part = joint.part(federation.node(there), partner).await;
    assert_eq!((part.state(), part.holds_slot), (ParticipationState::Determined, true));
    assert_eq!(part.project_number, fixed.project_number);
    assert_eq!(
        reason(Together::at(federation.node(there), partner).leave_joint_matter(leave()).await),
        "PARTICIPATION_STATE"
    );

    // Counted once above, and the region's copies say what the counties say.
    let cost = fixed.cost_estimate_fen;
    assert_eq!(count(federation.node(here), here).await, (1, cost, 0));
    assert_eq!(count(federation.node(there), there).await, (0, 0, 1));
    assert_eq!(count(federation.node(REGION), REGION).await, (1, cost, 1));
    assert_eq!(joint.part(federation.node(REGION), partner).await, part);

    a_slot_is_given_once(&federation, partner, lead).await;
    federation.stop().await;
}

/// Who has given its slot may be asked for it, and has none. The lead, which is the partner of before, lets it go.
async fn a_slot_is_given_once<E: Engine>(federation: &Federation<E>, lead: UnitCode, partner: UnitCode) {
    let joint = Together::invite(federation.of(lead), lead, &[partner]).await;
    federation.settled().await;
    let name = participation(partner, &joint.matter);
    let mut office = Together::at(federation.of(partner), partner);
    done(office.record_partner_deliberation(Asks::deliberate_on(&name, "2021-12-17", 20)).await);
    assert_eq!(reason(office.accept_invitation(Asks::agree(&name)).await), "SLOT_TAKEN");
    done(Together::at(federation.of(lead), lead).release_villages(Asks::release(&joint.matter)).await);
    federation.settled().await;
    let part = joint.part(federation.of(partner), partner).await;
    assert_eq!((part.state(), part.release_cause()), (ParticipationState::Released, ReleaseCause::Dropped));
    let matter = federation.of(lead).village(lead).get(&joint.matter).await;
    assert_eq!((matter.state(), matter.joint.map(|plan| plan.dropped)), (MatterState::Proposed, Some(true)));
}

/// A village that runs a node of its own, and two of its township that are hosted by the county: it takes part in what one of
/// them leads, or leads itself. What it writes goes up whole, what it is told comes down.
pub(crate) async fn a_village_with_a_node_of_its_own_takes_part_and_leads<E: Engine>(place: &str) {
    let register = settings(place, REGION).node.register().unwrap();
    let (one, own, _) = villages(&register);
    let township = register.parent(own).unwrap();
    let other = *register.children(township).iter().find(|unit| ![one, own].contains(*unit)).unwrap();
    let county = register.ancestor_at(own, Level::County).unwrap();
    for (lead, partner) in [(one, own), (own, other)] {
        let federation = Federation::<E>::start(place, &[REGION, county, own]).await;
        federation.line(own).let_through(Lets::Nothing);
        let joint = Together::invite(federation.of(lead), lead, &[partner]).await;
        federation.line(own).let_through(Lets::All);
        federation.settled().await;
        joint.agree(federation.of(partner), partner, OPENS).await;
        let hangs_until = joint.hang_out(federation.of(lead), OPENS).await;
        federation.wait_until(hangs_until).await;
        federation.settled().await;
        let fixed = federation.of(lead).village(lead).determine(&joint.matter).await;
        federation.settled().await;
        let part = joint.part(federation.of(partner), partner).await;
        assert_eq!((part.state(), part.holds_slot), (ParticipationState::Determined, true));
        for unit in [county, REGION] {
            assert_eq!(joint.part(federation.node(unit), partner).await, part, "as {unit} knows it");
            assert_eq!(count(federation.node(unit), unit).await, (1, fixed.cost_estimate_fen, 1));
        }
        federation.stop().await;
    }
}
