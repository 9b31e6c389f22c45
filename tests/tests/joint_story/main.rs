//! 联村共建: villages plan a matter together, on one node and across a county line, and take the slots of all or of none.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod links;

use time::macros::date;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::{Level, Register, UnitCode};
use yishi_proto::intake::v1::{
    self as pb, JointStanding, MatterState, ParticipationState, ReleaseCause, YearBook,
};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow_node;
use yishi_tests::sandbox::{
    Asks, OPENS, REGION, Sandbox, Signature, Together, Village, Wire, YEAR, as_caller, fresh_id,
    participation,
};

use links::{
    a_matter_across_a_county_line_survives_a_cut_link_and_a_restart,
    a_village_with_a_node_of_its_own_takes_part_and_leads,
};

both_engines!(
    three_villages_build_a_bridge,
    villages_that_do_not_agree_keep_their_slots,
    a_matter_across_a_county_line_survives_a_cut_link_and_a_restart,
    a_village_with_a_node_of_its_own_takes_part_and_leads
);

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("a village that does everything right is not refused").into_inner()
}

/// The reason of a refusal.
pub(crate) fn reason<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> String {
    let status = answer.unwrap_err();
    status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason")).reason
}

/// A village that leads, one of its township, and one across the county line that is registered as its neighbour.
pub(crate) fn villages(register: &Register) -> (UnitCode, UnitCode, UnitCode) {
    let county = |unit| register.ancestor_at(unit, Level::County);
    let across =
        |unit: UnitCode| register.neighbours(unit).iter().copied().find(|far| county(*far) != county(unit));
    let pair = register.at_level(Level::Village).find_map(|unit| {
        let near = register.children(unit.parent?).iter().copied().find(|other| *other != unit.code)?;
        Some((unit.code, near, across(unit.code)?))
    });
    pair.expect("counties touch each other")
}

async fn count<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> (i64, i64, i64) {
    let mut officer = node.officer(unit);
    let ask = pb::GetProgressReportRequest { unit: format!("units/{unit}"), year: YEAR };
    let report = done(officer.get_progress_report(ask).await);
    (report.determined_matters, report.determined_cost_estimate_fen, report.participations)
}

async fn listed<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> pb::ListMattersResponse {
    let ask = pb::ListMattersRequest { parent: format!("units/{unit}"), ..Default::default() };
    done(node.officer(unit).list_matters(ask).await)
}

async fn three_villages_build_a_bridge<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let (lead, near, across) = villages(&sandbox.register);
    let joint = Together::invite(&sandbox, lead, &[near, across]).await;
    sandbox.caught_up().await;

    // Each is asked, and sees what the others would bear.
    for village in [near, across] {
        let part = joint.part(&sandbox, village).await;
        assert_eq!((part.state(), part.holds_slot), (ParticipationState::Invited, false));
        let terms = part.terms.unwrap();
        let shares: Vec<_> = terms.lead.iter().chain(&terms.partners).cloned().collect();
        assert_eq!(shares, Asks::shares(lead, &[near, across]));
        let all: i64 = shares.iter().map(|share| share.cost_share_fen).sum();
        assert_eq!(part.content.unwrap().cost_estimate_fen, all);
    }
    let ask = pb::ListParticipationsRequest { parent: format!("units/{near}"), ..Default::default() };
    let mut office = Together::at(&sandbox, near);
    let page = done(office.list_participations(ask.clone()).await);
    assert_eq!(page.participations.len(), 1);
    assert_eq!(page.participations[0].content.as_ref().unwrap().description, "");
    let states = vec![ParticipationState::Accepted as i32];
    let none = done(office.list_participations(pb::ListParticipationsRequest { states, ..ask }).await);
    assert_eq!((none.participations.len(), &*none.next_page_token), (0, ""));
    assert_eq!(listed(&sandbox, near).await.participations, [], "it does not take part yet");

    // Each decides with its own meeting; the lead fixes the matter when all have.
    let name = participation(near, &joint.matter);
    assert_eq!(reason(office.accept_invitation(Asks::agree(&name)).await), "NOT_DELIBERATED");
    let lost = done(office.record_partner_deliberation(Asks::deliberate_on(&name, OPENS, 9)).await);
    assert_eq!(lost.deliberation.unwrap().outcome(), pb::DeliberationOutcome::NoMajority);
    joint.agree(&sandbox, near, OPENS).await;
    let hangs_until = joint.hang_out(&sandbox, OPENS).await;
    sandbox.wait_until(hangs_until).await;
    sandbox.caught_up().await;
    let mut village = sandbox.village(lead);
    let determine = Asks::determine(&joint.matter);
    assert_eq!(reason(village.office.determine_matter(determine).await), "JOINT_NOT_AGREED");
    joint.agree(&sandbox, across, "2021-12-02").await;
    sandbox.caught_up().await;
    let standing = village.get(&joint.matter).await.joint.unwrap();
    assert!(standing.partners.iter().all(|partner| partner.standing() == JointStanding::Accepted));
    let fixed = village.determine(&joint.matter).await;
    sandbox.caught_up().await;

    // One number, the slots of all, and one matter in every sum.
    for partner in [near, across] {
        let part = joint.part(&sandbox, partner).await;
        assert_eq!((part.state(), part.holds_slot), (ParticipationState::Determined, true));
        assert_eq!((&part.project_number, &part.due_day), (&fixed.project_number, &fixed.due_day));
        let ripe = ripe(&sandbox, partner).await;
        assert_eq!(
            reason(sandbox.officer(partner).determine_matter(Asks::determine(&ripe)).await),
            "SLOT_TAKEN"
        );
        let page = listed(&sandbox, partner).await;
        assert_eq!(
            page.participations.iter().map(|part| &*part.matter).collect::<Vec<_>>(),
            [&*joint.matter]
        );
    }
    let leave = Asks::leave(&participation(near, &joint.matter));
    assert_eq!(reason(office.leave_joint_matter(leave).await), "PARTICIPATION_STATE");
    let county = |unit| sandbox.register.ancestor_at(unit, Level::County).unwrap();
    let cost = fixed.cost_estimate_fen;
    for (unit, expected) in [
        (lead, (1, cost, 0)),
        (near, (0, 0, 1)),
        (across, (0, 0, 1)),
        (county(lead), (1, cost, 1)),
        (county(across), (0, 0, 1)),
        (REGION, (1, cost, 2)),
    ] {
        assert_eq!(count(&sandbox, unit).await, expected, "{unit}");
    }
    ends(&sandbox, &mut village, &joint, &[near, across]).await;

    let before = joint.part(&sandbox, across).await;
    let sandbox = sandbox.restart().await;
    assert_eq!(joint.part(&sandbox, across).await, before);
    sandbox.audited().await;
    assert!(follow_node(&sandbox).await.iter().any(|table| table == "intake.participation"));
    sandbox.stop().await;
}

/// A matter of the village's own that could be fixed, if there was a slot.
async fn ripe<E: Engine>(sandbox: &Sandbox<E>, village: UnitCode) -> String {
    sandbox.ripe_villages([village]).await.remove(0).ripe.remove(0)
}

/// The bridge is built; until then no village's year is over.
async fn ends<E: Engine>(sandbox: &Sandbox<E>, village: &mut Village, joint: &Together, others: &[UnitCode]) {
    sandbox.go_to(date!(2022 - 03 - 01)).await;
    let settle = async |unit: UnitCode| {
        let name = format!("units/{unit}/yearBooks/{YEAR}");
        let ask = pb::SettleYearBookRequest { name, request_id: fresh_id(), ..Default::default() };
        book::<E, _>(sandbox, unit, "SettleYearBook", &ask).await
    };
    for unit in others {
        let (parent, name) = (format!("units/{unit}"), format!("units/{unit}/yearBooks/{YEAR}"));
        let open = pb::OpenYearBookRequest { parent, year: YEAR, request_id: fresh_id() };
        book(sandbox, *unit, "OpenYearBook", &open).await.unwrap();
        let ask = pb::AnnounceYearEndRequest { name, request_id: fresh_id(), etag: String::new() };
        book(sandbox, *unit, "AnnounceYearEnd", &ask).await.unwrap();
        let refused = settle(*unit).await.unwrap_err();
        assert_eq!(refused.get_details_error_info().unwrap().reason, "JOINT_OPEN");
    }
    village.progress(&joint.matter, 100).await;
    village.complete(&joint.matter).await;
    village.accept(&joint.matter).await;
    village.close(&joint.matter).await;
    sandbox.caught_up().await;
    assert_eq!(village.get(&joint.matter).await.state(), MatterState::Closed);
    for unit in others {
        let part = joint.part(sandbox, *unit).await;
        assert_eq!((part.state(), part.holds_slot), (ParticipationState::Closed, true));
        settle(*unit).await.unwrap();
    }
}

async fn book<E: Engine, Q: prost::Message>(
    sandbox: &Sandbox<E>,
    unit: UnitCode,
    method: &str,
    ask: &Q,
) -> Result<YearBook, Status> {
    let mut metadata = tonic::metadata::MetadataMap::new();
    Signature::of(&as_caller(unit, Role::Officer)).write(&mut metadata);
    let rpc = format!("yishi.intake.v1.YearBookService/{method}");
    let answer = Wire::on(sandbox.channel()).call(&rpc, &metadata, ask.encode_to_vec()).await?;
    Ok(prost::Message::decode(answer.as_slice()).unwrap())
}

/// Whatever keeps the matter from being fixed leaves every slot free.
async fn villages_that_do_not_agree_keep_their_slots<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let (lead, near, across) = villages(&sandbox.register);
    let mut office = Together::at(&sandbox, lead);
    let joint = Together::invite(&sandbox, lead, &[near, across]).await;
    sandbox.caught_up().await;

    // Terms are all of the cost and of the credit, and for villages close by.
    let mut wrong = Asks::invite(&joint.matter, lead, &[near]);
    wrong.shares[0].cost_share_fen -= 1;
    assert_eq!(reason(office.invite_villages(wrong).await), "SHARES_DO_NOT_SUM");
    let far = *sandbox.villages().iter().find(|far| !near_to(&sandbox.register, lead, **far)).unwrap();
    assert_eq!(
        reason(office.invite_villages(Asks::invite(&joint.matter, lead, &[far])).await),
        "NOT_NEIGHBOURS"
    );
    let update = Asks::update(&joint.matter);
    assert_eq!(reason(sandbox.officer(lead).update_matter(update).await), "PLANNED_TOGETHER");

    // One agrees, the other does not: there are new terms, to which the first has to agree again.
    joint.agree(&sandbox, near, OPENS).await;
    let refuse = Asks::refuse(&participation(across, &joint.matter));
    done(Together::at(&sandbox, across).decline_invitation(refuse).await);
    sandbox.caught_up().await;
    let plan = sandbox.village(lead).get(&joint.matter).await.joint.unwrap();
    let standings: Vec<_> = plan.partners.iter().map(pb::JointPartner::standing).collect();
    assert_eq!(standings, [JointStanding::Accepted, JointStanding::Declined]);
    let again = done(office.invite_villages(Asks::invite(&joint.matter, lead, &[near])).await);
    assert_eq!(again.joint.unwrap().terms, 2);
    sandbox.caught_up().await;
    let part = joint.part(&sandbox, near).await;
    assert_eq!((part.state(), part.holds_slot), (ParticipationState::Invited, true));
    joint.agree(&sandbox, near, OPENS).await;
    sandbox.caught_up().await;

    // It thinks better of it, before the matter is fixed.
    let leave = Asks::leave(&participation(near, &joint.matter));
    done(Together::at(&sandbox, near).leave_joint_matter(leave).await);
    sandbox.caught_up().await;
    let part = joint.part(&sandbox, near).await;
    assert_eq!((part.state(), part.holds_slot), (ParticipationState::Released, false));
    assert_eq!(part.release_cause(), ReleaseCause::Left);

    // The lead asks once more, and its own village then votes against the whole of it.
    done(office.invite_villages(Asks::invite(&joint.matter, lead, &[near])).await);
    sandbox.caught_up().await;
    joint.agree(&sandbox, near, OPENS).await;
    sandbox.caught_up().await;
    sandbox.village(lead).deliberate(&joint.matter, OPENS, (30, 24, 3)).await;
    sandbox.caught_up().await;
    let part = joint.part(&sandbox, near).await;
    assert_eq!((part.state(), part.holds_slot), (ParticipationState::Released, false));
    assert_eq!(part.release_cause(), ReleaseCause::NotCarried);
    assert_eq!(reason(office.release_villages(Asks::release(&joint.matter)).await), "NOT_PLANNED_TOGETHER");

    // Both have their slots for something else.
    for village in [lead, near] {
        let ripe = ripe(&sandbox, village).await;
        let own = sandbox.village(village).determine(&ripe).await;
        assert_eq!(own.state(), MatterState::Determined);
    }
    assert_eq!(count(&sandbox, REGION).await.2, 0);
    sandbox.audited().await;
    follow_node(&sandbox).await;
    sandbox.stop().await;
}

fn near_to(register: &Register, lead: UnitCode, other: UnitCode) -> bool {
    register.parent(lead) == register.parent(other) || register.are_neighbours(lead, other)
}
