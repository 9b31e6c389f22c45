use yishi_funding_domain::{Amount, Category, Direction, Posting, Transfer, TransferProblem};
use yishi_kernel::{Register, Timestamp};
use yishi_runtime::access::Policy;

use super::super::channel::tests::earmarked;
use super::super::event;
use super::super::transfer::tests::sent as transfer;
use super::*;

const REGION: u64 = 640_000_000_000;
const CITY: u64 = 640_300_000_000;
const COUNTY: u64 = 640_324_000_000;
const VILLAGE: u64 = 640_324_100_200;
const DIVISIONS: &str = "code,parent,level,name\n640000000000,,region,宁夏\n640300000000,640000000000,city,吴忠\n\
                         640324000000,640300000000,county,同心\n640324100000,640324000000,township,豫海\n\
                         640324100200,640324100000,village,甲\n";
const MATTER: &str = "villages/640324100200/matters/2022-7";

fn code(number: u64) -> UnitCode {
    UnitCode::new(number).unwrap()
}

fn house(root: u64) -> House {
    let register = Register::parse(DIVISIONS, "village,neighbour\n").unwrap();
    House::new(register, Policy::embedded(), code(root), Vec::new())
}

fn entry(unit: u64, to: Option<u64>, kind: &str, payload: Vec<u8>) -> Entry {
    Entry {
        unit: code(unit),
        epoch: 1,
        seq: 1,
        at: Timestamp::from_micros(7),
        actor: "clerk-1".to_owned(),
        kind: kind.to_owned(),
        to: to.map(|unit| (code(unit), 1)),
        payload,
    }
}

fn told_by_intake(kind: &str, event: intake::event::Kind) -> Entry {
    let event = intake::Event { matter: MATTER.to_owned(), kind: Some(event), ..Default::default() };
    entry(VILLAGE, None, kind, event.encode_to_vec())
}

fn determined() -> Entry {
    let departments = vec!["water".to_owned()];
    let told = intake::Determined { category: 3, cost_estimate_fen: 42, departments, ..Default::default() };
    told_by_intake(DETERMINED, intake::event::Kind::Determined(told))
}

#[test]
fn a_matter_that_is_another_and_what_departments_say() {
    use intake::event::Kind;
    let read = |entry: &Entry| {
        assert!(concerns_intake(&house(COUNTY), entry) && !concerns_intake(&house(VILLAGE), entry));
        delivery(entry).unwrap().unwrap()
    };
    let matter: MatterId = MATTER.parse().unwrap();
    let departments = vec!["water".to_owned(), "transport".to_owned()];
    let seq = determined().seq;
    let revised =
        intake::Revised { cost_estimate_fen: 43, departments: departments.clone(), ..Default::default() };
    let revised = told_by_intake(REVISED, Kind::Revised(revised));
    let anew = departments.iter().cloned().collect();
    assert_eq!(read(&revised), Delivery::Revised { matter, cost: Fen::new(43), asked: anew, seq });
    let asked = intake::OpinionsRequested { departments: departments.clone(), ..Default::default() };
    let asked = told_by_intake(OPINIONS_REQUESTED, Kind::OpinionsRequested(asked));
    let outstanding = departments.into_iter().collect();
    assert_eq!(read(&asked), Delivery::Opinions { matter, outstanding, seq });
    let outstanding = vec!["water".to_owned()];
    let heard = intake::OpinionHeard { outstanding, ..Default::default() };
    let heard = told_by_intake(OPINION_HEARD, Kind::OpinionHeard(heard));
    let outstanding = ["water".to_owned()].into();
    assert_eq!(read(&heard), Delivery::Opinions { matter, outstanding, seq });
}

fn ordered(order: &str, each_fen: i64, village: &str) -> Entry {
    let (order, villages) = (order.to_owned(), vec![village.to_owned()]);
    let told = appraisal::RewardOrdered { order, each_fen, villages, ..Default::default() };
    let kind = Some(appraisal::event::Kind::RewardOrdered(told));
    entry(REGION, Some(REGION), REWARD_ORDERED, appraisal::Event { year: 2022, kind }.encode_to_vec())
}

/// The entry of an event of ours.
fn own(unit: u64, to: u64, fact: Fact) -> Entry {
    let kind = fact.kind();
    let event = Event { unit: code(unit), to: Some(code(to)), at: Timestamp::from_micros(7), fact };
    entry(unit, Some(to), kind, event::event(&event).encode_to_vec())
}

fn money(direction: Direction) -> Entry {
    let transfer = Transfer { direction, ..transfer() };
    own(REGION, CITY, Fact::Sent { transfer, channel: earmarked(), posting: Posting::default() })
}

fn received() -> Entry {
    let (transfer, channel) = (transfer(), earmarked());
    own(CITY, REGION, Fact::Received { transfer, channel, posting: Posting::default() })
}

fn refused() -> Entry {
    own(CITY, REGION, Fact::Refused { transfer: transfer(), problem: TransferProblem::TooMuch })
}

#[test]
fn what_intake_tells() {
    let (matter, category): (MatterId, _) = (MATTER.parse().unwrap(), Category::PublicService);
    let (cost, asked, seq) = (Fen::new(42), ["water".to_owned()].into(), determined().seq);
    let told = Delivery::Determined { matter, category, cost, asked, seq };
    assert_eq!(delivery(&determined()), Ok(Some(told)));
    let asked = intake::event::Kind::ClosingRequested(intake::ClosingRequested::default());
    let asked = told_by_intake(CLOSING_REQUESTED, asked);
    assert_eq!(delivery(&asked), Ok(Some(Delivery::ClosingRequested { matter })));
    let heard = intake::EndingHeard::default;
    for (kind, ended) in [
        (CARRIED_OVER, intake::event::Kind::CarriedOver(heard())),
        (CANCELLED, intake::event::Kind::Cancelled(heard())),
    ] {
        assert_eq!(delivery(&told_by_intake(kind, ended)), Ok(Some(Delivery::ClosingRequested { matter })));
    }
}

/// The question about a unit's year.
fn question(unit: u64, book: &str, request: i32) -> Entry {
    let told = intake::YearSettlingRequested { request, missing: Vec::new() };
    let kind = Some(intake::event::Kind::YearSettlingRequested(told));
    let event = intake::Event { year_book: book.to_owned(), kind, ..Default::default() };
    entry(unit, None, SETTLING_REQUESTED, event.encode_to_vec())
}

#[test]
fn whether_a_years_money_rests_is_asked_by_the_unit_itself() {
    let (unit, year) = (code(COUNTY), 2022.try_into().unwrap());
    let book = "units/640324000000/yearBooks/2022";
    let asked = Delivery::SettlingRequested { unit, year, asked: 3 };
    assert_eq!(delivery(&question(COUNTY, book, 3)), Ok(Some(asked)));
    for (root, concerned) in [(REGION, true), (COUNTY, true), (VILLAGE, false)] {
        assert_eq!(concerns_intake(&house(root), &question(COUNTY, book, 3)), concerned, "{root}");
    }
    for wrong in
        [question(CITY, book, 3), question(COUNTY, "units/640324000000", 3), question(COUNTY, book, -1)]
    {
        let problem = delivery(&wrong).unwrap_err();
        assert!(problem.starts_with(SETTLING_REQUESTED), "{problem}");
    }
}

#[test]
fn what_appraisal_orders() {
    let order = "units/640000000000/rewardLists/2022";
    let lines = vec![(code(VILLAGE), Amount::new(Fen::new(5)).unwrap())];
    let told = Delivery::RewardOrdered { payer: code(REGION), order: order.parse().unwrap(), lines };
    assert_eq!(delivery(&ordered(order, 5, "640324100200")), Ok(Some(told)));
}

#[test]
fn what_one_unit_sends_another_arrives_as_it_was_sent() {
    for direction in [Direction::Down, Direction::Up] {
        let transfer = Transfer { direction, ..transfer() };
        let told = Delivery::Sent { transfer, channel: earmarked() };
        assert_eq!(delivery(&money(direction)), Ok(Some(told)));
    }
    let (by, transfer) = (code(CITY), transfer().id);
    assert_eq!(delivery(&received()), Ok(Some(Delivery::Received { by, transfer })));
    let problem = TransferProblem::TooMuch;
    assert_eq!(delivery(&refused()), Ok(Some(Delivery::Refused { by, transfer, problem })));
}

#[test]
fn a_node_takes_what_is_for_units_it_hosts() {
    let order = ordered("units/640000000000/rewardLists/2022", 5, "640324100200");
    let foreign = Entry { to: Some((code(CITY), 1)), ..order.clone() };
    let unaddressed = Entry { to: None, ..order.clone() };
    for (root, matters, orders, down, answers) in [
        (REGION, true, true, true, true),
        (CITY, true, false, true, false),
        (COUNTY, true, false, false, false),
        (VILLAGE, false, false, false, false),
    ] {
        let house = house(root);
        assert_eq!(concerns_intake(&house, &determined()), matters, "{root}");
        assert_eq!(concerns_appraisal(&house, &order), orders, "{root}");
        assert_eq!(concerns_own(&house, &money(Direction::Down)), down, "{root}");
        assert_eq!(concerns_own(&house, &received()), answers, "{root}");
        for order in [&foreign, &unaddressed] {
            assert!(!concerns_appraisal(&house, order), "somebody else's order binds nobody");
        }
    }
    let settled = entry(COUNTY, Some(VILLAGE), "funding.settled", b"\xff".to_vec());
    assert_eq!((concerns_own(&house(REGION), &settled), delivery(&settled)), (false, Ok(None)));
}

#[test]
fn an_entry_that_does_not_hold_what_its_kind_says_is_told() {
    let order = "units/640000000000/rewardLists/2022";
    let changed = |entry: Entry, change: fn(&mut Entry)| {
        let mut changed = entry;
        change(&mut changed);
        changed
    };
    for wrong in [
        changed(determined(), |entry| entry.payload = b"\xff".to_vec()),
        changed(determined(), |entry| entry.unit = code(COUNTY)),
        changed(determined(), |entry| entry.kind = CLOSING_REQUESTED.to_owned()),
        told_by_intake(DETERMINED, intake::event::Kind::Determined(intake::Determined::default())),
        ordered("", 5, "640324100200"),
        ordered(order, 0, "640324100200"),
        ordered(order, 5, "甲村"),
        changed(money(Direction::Down), |entry| entry.unit = code(COUNTY)),
        changed(money(Direction::Down), |entry| entry.to = Some((code(COUNTY), 1))),
        changed(money(Direction::Down), |entry| entry.to = None),
        changed(money(Direction::Down), |entry| entry.kind = RETURNED.to_owned()),
        changed(received(), |entry| entry.to = Some((code(COUNTY), 1))),
        changed(refused(), |entry| entry.to = Some((code(COUNTY), 1))),
    ] {
        let problem = delivery(&wrong).unwrap_err();
        assert!(problem.starts_with(&wrong.kind), "{problem}");
    }
}
