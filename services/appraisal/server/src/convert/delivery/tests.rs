use yishi_kernel::Register;
use yishi_runtime::access::Policy;

use super::*;

const MATTER: &str = "villages/640324100200/matters/2022-7";
const REGION: UnitCode = UnitCode::new(640_000_000_000).unwrap();

fn region() -> House {
    house(REGION)
}

fn house(root: UnitCode) -> House {
    let divisions = include_str!("../../../../../../deploy/divisions/ningxia.csv");
    House::new(Register::parse(divisions, "").unwrap(), Policy::embedded(), root, Vec::new())
}

fn entry(kind: &str, payload: &impl Message) -> Entry {
    Entry {
        unit: REGION,
        epoch: 1,
        seq: 1,
        at: Timestamp::from_micros(7),
        actor: "clerk-1".to_owned(),
        kind: kind.to_owned(),
        to: None,
        payload: payload.encode_to_vec(),
    }
}

fn of_intake(kind: &str, event: intake::event::Kind) -> Entry {
    entry(kind, &intake::Event { matter: MATTER.to_owned(), kind: Some(event), ..Default::default() })
}

fn of_funding(kind: &str, event: funding::event::Kind) -> Entry {
    entry(kind, &funding::Event { kind: Some(event) })
}

fn heard(entry: &Entry) -> News {
    match delivery(&region(), entry) {
        Ok(Some(Delivery::Matter { matter, news })) if matter.to_string() == MATTER => news,
        other => panic!("{other:?}"),
    }
}

/// From FREE to COMMITTED in two channels, or back.
fn posting(amounts: [i64; 2]) -> Option<funding::Posting> {
    use funding::Account::{Committed, Free};
    let line = |account: funding::Account, amount_fen| funding::PostingLine {
        account: account as i32,
        amount_fen,
        ..funding::PostingLine::default()
    };
    let lines = amounts.into_iter().flat_map(|fen| [line(Free, -fen), line(Committed, fen)]).collect();
    Some(funding::Posting { lines })
}

#[test]
fn news_of_intake() {
    use intake::event::Kind;
    let category = intake::Category::Governance as i32;
    let told = intake::Determined { due_day: "2022-09-30".to_owned(), category, ..Default::default() };
    let due = day_from("2022-09-30").unwrap();
    assert_eq!(
        heard(&of_intake(DETERMINED, Kind::Determined(told))),
        News::Determined { due, category: Category::Governance }
    );
    let completed = of_intake(COMPLETED, Kind::Completed(intake::Completed::default()));
    assert_eq!(heard(&completed), News::Completed { at: Timestamp::from_micros(7) });
    let told = intake::AcceptanceRefused { was_on_time: true, ..Default::default() };
    let refused = of_intake(ACCEPTANCE_REFUSED, Kind::AcceptanceRefused(told));
    assert_eq!(heard(&refused), News::AcceptanceRefused { was_on_time: true });
    assert_eq!(heard(&of_intake(CLOSED, Kind::Closed(intake::Closed::default()))), News::Closed);
}

#[test]
fn news_of_funding_are_of_what_is_committed() {
    use funding::event::Kind;
    let matter = MATTER.to_owned();
    let committed = funding::Committed { matter: matter.clone(), posting: posting([30, 12]) };
    assert_eq!(heard(&of_funding(COMMITTED, Kind::Committed(committed))), News::Committed(Fen::new(42)));
    let released =
        funding::Released { matter: matter.clone(), posting: posting([-30, 0]), ..Default::default() };
    assert_eq!(heard(&of_funding(RELEASED, Kind::Released(released))), News::Released(Fen::new(30)));
    let settled = funding::Settled { matter, paid_fen: 9, posting: posting([-3, 0]), ..Default::default() };
    assert_eq!(heard(&of_funding(SETTLED, Kind::Settled(settled))), News::Settled { paid: Fen::new(9) });
}

#[test]
fn only_the_region_that_ordered_pays_a_list() {
    let year = Year::try_from(2022).unwrap();
    let (list, village) = (UnitYear { unit: REGION, year }, "640324100200".parse().unwrap());
    let paid = |order: &str| {
        let told = funding::RewardPaid {
            order: order.to_owned(),
            village: format!("villages/{village}"),
            amount_fen: 5,
            ..Default::default()
        };
        delivery(&region(), &of_funding(REWARD_PAID, funding::event::Kind::RewardPaid(told)))
    };
    let told = Delivery::RewardPaid { list, village, amount: Fen::new(5) };
    assert_eq!(paid("units/640000000000/rewardLists/2022"), Ok(Some(told)));
    for other in ["units/640300000000/rewardLists/2022", "2022-1"] {
        assert_eq!(paid(other), Ok(None), "{other}");
    }
}

#[test]
fn what_another_node_paid_is_heard_there() {
    let paid = of_funding(REWARD_PAID, funding::event::Kind::RewardPaid(funding::RewardPaid::default()));
    let city = UnitCode::new(640_300_000_000).unwrap();
    assert!(concerns(&region(), &paid) && !concerns(&house(city), &paid));
}

#[test]
fn what_does_not_concern_appraisal_is_passed_over_unread() {
    let mut other = of_intake("intake.supported", intake::event::Kind::Closed(intake::Closed::default()));
    other.payload = b"\xff".to_vec();
    assert_eq!((delivery(&region(), &other), concerns(&region(), &other)), (Ok(None), false));
}

#[test]
fn an_entry_that_does_not_hold_what_its_kind_says_is_told() {
    use funding::event::Kind;
    let unlike = of_intake(DETERMINED, intake::event::Kind::Closed(intake::Closed::default()));
    let undated = of_intake(DETERMINED, intake::event::Kind::Determined(intake::Determined::default()));
    let unread = Entry { payload: b"\xff".to_vec(), ..undated.clone() };
    let unnamed = of_funding(SETTLED, Kind::Settled(funding::Settled::default()));
    let nobody = of_funding(REWARD_PAID, Kind::RewardPaid(funding::RewardPaid::default()));
    let told = funding::Committed { matter: MATTER.to_owned(), posting: posting([i64::MAX, 1]) };
    let endless = of_funding(COMMITTED, Kind::Committed(told));
    for wrong in [unlike, undated, unread, unnamed, nobody, endless] {
        let problem = delivery(&region(), &wrong).unwrap_err();
        assert!(concerns(&region(), &wrong) && problem.starts_with(&wrong.kind), "{problem}");
    }
}

#[test]
fn of_a_node_below_every_entry_is_a_sign_of_life() {
    let county = UnitCode::new(640_324_000_000).unwrap();
    let divisions = include_str!("../../../../../../deploy/divisions/ningxia.csv");
    let register = Register::parse(divisions, "").unwrap();
    let house = House::new(register, Policy::embedded(), REGION, vec![county]);
    let stored = |unit, received_us| Stored {
        entry: Entry { unit, ..entry("intake.supported", &intake::Event::default()) },
        entry_hash: [0; 32],
        chain: [0; 32],
        pos: 1,
        received_us,
        traceparent: None,
        sealed: None,
        letter: false,
    };
    let village = "640324100200".parse().unwrap();
    let page = [stored(county, 7), stored(REGION, 8), stored(village, 9)];
    assert_eq!(page.iter().filter(|stored| concerns(&house, &stored.entry)).count(), 2);
    let told = report(&house, &page);
    let node = UnitYear { unit: county, year: Year::try_from(1970 + 30).unwrap() };
    // An entry of a year that the programme has not is no sign of anything.
    assert_eq!(told, []);
    let of_2000 = page.map(|stored| {
        let entry = Entry { at: Timestamp::from_micros(951_782_400_000_000), ..stored.entry };
        Stored { entry, ..stored }
    });
    assert_eq!(report(&house, &of_2000), [Delivery::Reported { node, at: Timestamp::from_micros(9) }]);
}

#[test]
fn a_step_of_a_unit_above_is_not_ours() {
    let county = UnitCode::new(640_324_000_000).unwrap();
    let raised = entry("escalation.raised", &intake::Event::default());
    assert!(concerns(&region(), &raised) && !concerns(&house(county), &raised));
}

#[test]
fn a_matter_is_followed_wherever_it_goes() {
    use intake::event::Kind;
    let carried = intake::Deliberation {
        outcome: intake::DeliberationOutcome::Carried as i32,
        ..intake::Deliberation::default()
    };
    let content =
        intake::Content { category: intake::Category::Industry as i32, ..intake::Content::default() };
    let proposed = intake::Proposed { content: Some(content), ..intake::Proposed::default() };
    let reopened = intake::Answered { reopened: true, ..intake::Answered::default() };
    let other_terms = intake::VillagesInvited { reopened: true, ..intake::VillagesInvited::default() };
    let on_its_own = intake::JointPlanDropped { reopened: true, ..intake::JointPlanDropped::default() };
    for (kind, told, news) in [
        (PROPOSED, Kind::Proposed(proposed), News::PutForward(Category::Industry)),
        (
            DELIBERATED,
            Kind::Deliberated(intake::Deliberated { deliberation: Some(carried) }),
            News::Moved(State::Deliberated),
        ),
        (NOTICED, Kind::Noticed(intake::Noticed::default()), News::Moved(State::Noticed)),
        (ANSWERED, Kind::Answered(reopened), News::Moved(State::Proposed)),
        (VILLAGES_INVITED, Kind::VillagesInvited(other_terms), News::Moved(State::Proposed)),
        (JOINT_PLAN_DROPPED, Kind::JointPlanDropped(on_its_own), News::Moved(State::Proposed)),
        (PROGRESSED, Kind::Progressed(intake::Progressed::default()), News::Moved(State::InProgress)),
        (MERGED, Kind::Merged(intake::Merged::default()), News::Moved(State::Merged)),
        (DECLINED, Kind::Declined(intake::Declined::default()), News::Moved(State::Declined)),
        (WITHDRAWN, Kind::Withdrawn(intake::Withdrawn::default()), News::Moved(State::Withdrawn)),
        (CANCELLED, Kind::Cancelled(intake::EndingHeard::default()), News::Moved(State::Cancelled)),
        (CARRIED_OVER, Kind::CarriedOver(intake::EndingHeard::default()), News::Moved(State::CarriedOver)),
    ] {
        assert_eq!(heard(&of_intake(kind, told)), news, "{kind}");
    }
    // What decided nothing, or ended nothing, moves no matter.
    for (kind, told) in [
        (DELIBERATED, Kind::Deliberated(intake::Deliberated::default())),
        (ANSWERED, Kind::Answered(intake::Answered::default())),
        (VILLAGES_INVITED, Kind::VillagesInvited(intake::VillagesInvited::default())),
        (JOINT_PLAN_DROPPED, Kind::JointPlanDropped(intake::JointPlanDropped::default())),
    ] {
        assert_eq!(delivery(&region(), &of_intake(kind, told)), Ok(None), "{kind}");
    }
}
