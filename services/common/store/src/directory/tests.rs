use std::sync::LazyLock;

use yishi_kernel::Seeded;

use super::*;
use crate::journal::OPENED;
use crate::writer::Draft;

const DIVISIONS: &str = include_str!("../../../../../deploy/divisions/ningxia.csv");
const COUNTY: UnitCode = code(640_324_000_000);
const TOWNSHIP: UnitCode = code(640_324_100_000);
const VILLAGE: UnitCode = code(640_324_100_200);
const OTHER: UnitCode = code(640_324_101_000);

const fn code(number: u64) -> UnitCode {
    UnitCode::new(number).unwrap()
}

fn register() -> Arc<Register> {
    static REGISTER: LazyLock<Arc<Register>> =
        LazyLock::new(|| Arc::new(Register::parse(DIVISIONS, "").unwrap()));
    Arc::clone(&REGISTER)
}

fn directory(root: UnitCode) -> Directory {
    Directory::of(register(), root)
}

fn delegate(top: UnitCode) -> Order {
    Order::Delegate { top, address: "there:1".to_owned() }
}

fn recall(top: UnitCode) -> Order {
    Order::Recall { top, address: "here:1".to_owned() }
}

/// What an order writes, written.
fn carry_out(
    directory: &mut Directory,
    order: &Order,
    epoch: i64,
    heard: &HashMap<String, Position>,
) -> Vec<Draft> {
    let drafts = directory.decide(order).unwrap();
    for draft in &drafts {
        directory.follow((draft.unit, epoch), (draft.kind, &draft.payload), heard);
    }
    drafts
}

fn heard(pos: i64) -> HashMap<String, Position> {
    HashMap::from([("intake".to_owned(), Position { epoch: 1, pos })])
}

#[test]
fn a_subtree_goes_with_the_entry_of_its_topmost_unit() {
    let (mut county, mut township) = (directory(COUNTY), directory(TOWNSHIP));
    let drafts = county.decide(&delegate(TOWNSHIP)).unwrap();
    let last = drafts.last().unwrap();
    assert_eq!((last.unit, drafts.len()), (TOWNSHIP, register().subtree(TOWNSHIP).len()));
    for draft in &drafts {
        assert!(county.decides(VILLAGE) && county.decides(draft.unit));
        county.follow((draft.unit, 7), (draft.kind, &draft.payload), &heard(0));
    }
    assert!(!county.decides(VILLAGE) && !county.decides(TOWNSHIP) && county.decides(OTHER));
    assert_eq!(county.delegates(), [TOWNSHIP]);
    let there = county.elsewhere(VILLAGE).unwrap();
    assert_eq!((there.holder, there.address.as_str()), (TOWNSHIP, "there:1"));
    assert_eq!(county.decide(&delegate(TOWNSHIP)), Ok(Vec::new()), "asked twice");

    township.follow((TOWNSHIP, 7), (last.kind, &last.payload), &heard(0));
    assert!(township.decides(VILLAGE) && township.is_awaited_here(TOWNSHIP));
    assert_eq!(township.opens(&Order::TakeOver { top: TOWNSHIP }), Some(TOWNSHIP));
    for node in [&mut county, &mut township] {
        node.opened(|_| 7);
        assert_eq!(node.tenure(TOWNSHIP).unwrap().since, 0, "that was the old node's epoch");
        node.opened(|_| 9);
        assert_eq!(node.tenure(TOWNSHIP).unwrap().since, 9);
    }
    assert_eq!(township.opens(&Order::TakeOver { top: TOWNSHIP }), None);
}

#[test]
fn what_cannot_be_moved_is_named() {
    let mut county = directory(COUNTY);
    assert_eq!(county.decide(&delegate(COUNTY)), Err(Unmovable::NotBelow(COUNTY)));
    assert_eq!(county.decide(&recall(TOWNSHIP)), Err(Unmovable::Here(TOWNSHIP)));
    carry_out(&mut county, &delegate(VILLAGE), 7, &heard(0));
    let below = Unmovable::NodeBelow { unit: TOWNSHIP, node: VILLAGE };
    assert_eq!(county.decide(&delegate(TOWNSHIP)), Err(below));
    // A node of a node below is none of this one's.
    let mut city = directory(code(640_300_000_000));
    carry_out(&mut city, &delegate(COUNTY), 7, &heard(0));
    let there = city.elsewhere(TOWNSHIP).unwrap();
    assert_eq!(city.decide(&delegate(TOWNSHIP)), Err(Unmovable::Elsewhere(there)));
}

#[test]
fn a_letter_that_asks_for_another_move_than_the_last_is_passed_over() {
    let (mut county, mut township) = (directory(COUNTY), directory(TOWNSHIP));
    let none = heard(0);
    let pass = |from: &mut Directory, to: &mut Directory, order: &Order, epoch| {
        let drafts = carry_out(from, order, epoch, &none);
        for draft in &drafts {
            to.follow((draft.unit, epoch), (draft.kind, &draft.payload), &none);
        }
        drafts
    };
    pass(&mut county, &mut township, &delegate(TOWNSHIP), 7);
    let asked = pass(&mut county, &mut township, &recall(TOWNSHIP), 7);
    assert_eq!(asked[0].to, Some(TOWNSHIP));
    assert_eq!(county.decide(&recall(TOWNSHIP)), Ok(Vec::new()), "asked twice");
    pass(&mut township, &mut county, &Order::GiveBack, 9);
    assert!(county.decides(VILLAGE) && !township.decides(VILLAGE));
    assert_eq!(township.elsewhere(VILLAGE).unwrap().address, "here:1");
    pass(&mut county, &mut township, &delegate(TOWNSHIP), 11);
    township.follow((COUNTY, 7), (asked[0].kind, &asked[0].payload), &none);
    assert_eq!(township.decide(&Order::GiveBack), Ok(Vec::new()), "that was the move before");
}

#[test]
fn a_letter_that_overtakes_the_move_it_asks_back_is_kept_for_it() {
    let (mut county, mut township) = (directory(COUNTY), directory(TOWNSHIP));
    let none = heard(0);
    let moved = carry_out(&mut county, &delegate(TOWNSHIP), 7, &none);
    let asked = carry_out(&mut county, &recall(TOWNSHIP), 7, &none);
    township.follow((COUNTY, 7), (asked[0].kind, &asked[0].payload), &none);
    assert_eq!((township.tenure(TOWNSHIP), township.early_recalls().len()), (None, 1));
    for draft in &moved {
        township.follow((draft.unit, 7), (draft.kind, &draft.payload), &none);
    }
    assert_eq!(township.early_recalls().len(), 0);
    carry_out(&mut township, &Order::GiveBack, 9, &none);
    assert!(!township.decides(VILLAGE));
    // A move that went on without it makes it void.
    let (second, third) =
        (code(640_324_000_000), Moved { top: TOWNSHIP, holder: TOWNSHIP, turn: 5, address: String::new() });
    let early = Recalled { top: TOWNSHIP, turn: 3, address: String::new() }.write();
    township.follow((second, 11), (RECALLED, &early), &none);
    assert_eq!(township.early_recalls().len(), 1);
    township.follow((TOWNSHIP, 13), (MOVED, &third.write()), &none);
    assert_eq!((township.early_recalls().len(), &township.tenure(TOWNSHIP).unwrap().recall), (0, &None));
}

#[test]
fn what_was_passed_over_is_to_be_heard_once_it_is_back() {
    let mut county = directory(COUNTY);
    carry_out(&mut county, &delegate(TOWNSHIP), 7, &heard(5));
    assert_eq!(county.missed().next(), Some((TOWNSHIP, "intake", &Missed { heard: 5, upto: None })));
    let back = Moved { top: TOWNSHIP, holder: COUNTY, turn: 2, address: String::new() }.write();
    county.follow((TOWNSHIP, 9), (MOVED, &back), &heard(20));
    assert_eq!(county.missed().next(), Some((TOWNSHIP, "intake", &Missed { heard: 5, upto: Some(20) })));
    county.made_up(TOWNSHIP, "intake", 12);
    assert!(county.misses(TOWNSHIP, "intake", 13) && !county.misses(TOWNSHIP, "intake", 12));
    county.made_up(TOWNSHIP, "intake", 20);
    assert_eq!(county.missed().count(), 0);
    // What has been elsewhere from the beginning was never heard.
    let mut county = directory(COUNTY);
    county.configure(&[TOWNSHIP], |_| false).unwrap();
    let back = Moved { top: TOWNSHIP, holder: COUNTY, turn: 1, address: String::new() }.write();
    county.follow((TOWNSHIP, 9), (MOVED, &back), &heard(20));
    assert_eq!(county.missed().next(), Some((TOWNSHIP, "intake", &Missed { heard: 0, upto: Some(20) })));
}

#[test]
fn before_a_subtree_came_back_nothing_of_it_was_here() {
    // The township was moved and came back by itself, before the county was.
    let city = code(640_300_000_000);
    let mut directory_of_city = directory(city);
    let moves = [(TOWNSHIP, TOWNSHIP, 1), (TOWNSHIP, city, 2), (COUNTY, COUNTY, 1), (COUNTY, city, 2)];
    for (top, holder, turn) in moves {
        let moved = Moved { top, holder, turn, address: String::new() }.write();
        directory_of_city.follow((top, 7), (MOVED, &moved), &heard(0));
    }
    let then = directory_of_city.without(COUNTY);
    for unit in [COUNTY, TOWNSHIP, VILLAGE, OTHER] {
        assert!(directory_of_city.decides(unit) && !then.decides(unit), "{unit}");
    }
    assert!(then.decides(city));
    // A node's own unit came back to it.
    let mut county = directory(COUNTY);
    let moved = Moved { top: COUNTY, holder: COUNTY, turn: 1, address: String::new() }.write();
    county.follow((COUNTY, 7), (MOVED, &moved), &heard(0));
    assert!(county.decides(VILLAGE) && !county.without(COUNTY).decides(VILLAGE));
}

#[test]
fn a_configuration_that_contradicts_the_directory_is_refused() {
    let mut county = directory(COUNTY);
    let problem = county.configure(&[TOWNSHIP], |unit| unit == VILLAGE).unwrap_err();
    assert!(problem.contains("the books of 640324100200 are kept here"), "{problem}");
    county.configure(&[TOWNSHIP], |_| false).unwrap();
    assert_eq!((county.delegates(), county.tenure(TOWNSHIP).unwrap().turn), (vec![TOWNSHIP], 0));
    let problem = county.clone().configure(&[VILLAGE], |_| false).unwrap_err();
    assert!(problem.contains("which the node of 640324100000 hosts"), "{problem}");
    let back = Moved { top: TOWNSHIP, holder: COUNTY, turn: 1, address: String::new() }.write();
    county.follow((TOWNSHIP, 9), (MOVED, &back), &heard(0));
    let problem = county.configure(&[TOWNSHIP], |_| false).unwrap_err();
    assert!(problem.contains("taken back"), "{problem}");
}

/// A unit's entry as it travels: by whom, in which epoch, what kind, what it says.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    unit: UnitCode,
    epoch: i64,
    kind: &'static str,
    payload: Vec<u8>,
}

/// A node of one service: what its disk holds, and what it only knows as long as it runs.
struct Node {
    root: UnitCode,
    directory: Directory,
    /// The moved subtree's entries, in the order in which they came.
    lines: Vec<Line>,
    /// Letters from the county to the township.
    letters: Vec<Line>,
    epoch: i64,
    /// Not before the parent was compared.
    whole: bool,
}

impl Node {
    fn new(root: UnitCode, whole: bool) -> Self {
        Self { root, directory: directory(root), lines: Vec::new(), letters: Vec::new(), epoch: 0, whole }
    }

    fn follow(&mut self, line: Line, letter: bool) {
        let Line { unit, epoch, kind, payload } = &line;
        self.directory.follow((*unit, *epoch), (kind, payload), &heard(0));
        if letter {
            self.letters.push(line);
        } else {
            self.lines.push(line);
        }
        let last = self.lines.iter().rev().find(|line| line.unit == TOWNSHIP).map_or(0, |line| line.epoch);
        self.directory.opened(|_| last);
    }

    /// A new term, above whatever it has seen, as the writer sees to it.
    fn term(&mut self) {
        let seen = self.lines.iter().map(|line| line.epoch).max().unwrap_or(0);
        self.epoch = self.epoch.max(seen) + 1;
    }

    fn order(&mut self, order: &Order) {
        let Ok(drafts) = self.directory.decide(order) else { return };
        if self.lines.iter().any(|line| line.epoch > self.epoch) {
            self.term();
        }
        for Draft { unit, kind, payload, to } in drafts {
            let line = Line { unit, epoch: self.epoch, kind, payload };
            self.follow(line, to.is_some());
        }
        if self.directory.opens(order).is_some() {
            self.term();
            self.follow(Line { unit: TOWNSHIP, epoch: self.epoch, kind: OPENED, payload: Vec::new() }, false);
        }
    }

    /// What the disk holds is there again; a node below whose unit is elsewhere, or that is empty, asks first.
    fn restart(&mut self) {
        let empty = self.directory.emptied();
        let kept = std::mem::replace(&mut self.directory, empty);
        self.directory.restore(kept.tenures, kept.missed, kept.early_recalls);
        let above = self.root == COUNTY;
        self.whole = above || !self.lines.is_empty() && self.whole && self.directory.decides(self.root);
        self.term();
    }

    fn writes(&self) -> bool {
        self.whole && self.directory.decides(VILLAGE)
    }
}

/// One step of the link, if it is up: so many entries go each way, and then, if nothing is left, the two are compared.
fn exchange(county: &mut Node, township: &mut Node, chance: &mut Seeded) {
    if !county.directory.delegates().contains(&TOWNSHIP) {
        return;
    }
    for _ in 0..chance.below(4) {
        // Letters have a lane of their own.
        let letter = county.letters.get(township.letters.len()).cloned();
        if let Some(letter) = letter.filter(|_| chance.below(2) == 0) {
            township.follow(letter, true);
        } else if let Some(line) = township.lines.get(county.lines.len()).cloned() {
            county.follow(line, false);
            // The stream of a unit that has come back is closed.
            if !county.directory.delegates().contains(&TOWNSHIP) {
                return;
            }
        } else if let Some(line) = county.lines.get(township.lines.len()).cloned() {
            assert!(!township.whole, "a whole node lacks nothing of its own");
            township.follow(line, false);
        } else if !township.whole && township.directory.decides(TOWNSHIP) {
            township.whole = true;
            township.term();
        }
    }
}

/// Crashes, cut links and orders at any time: of each entry there is one, and never do two nodes write.
#[test]
fn at_no_time_do_two_nodes_decide() {
    for seed in 0..400 {
        let mut chance = Seeded::new(seed, "moves");
        let (mut county, mut township) = (Node::new(COUNTY, true), Node::new(TOWNSHIP, false));
        county.term();
        let (mut written, mut moves) = (0_u64, 0);
        for step in 0..500 {
            let healing = step >= 150;
            match chance.below(10) {
                0 if !healing => county.restart(),
                1 if !healing => township.restart(),
                2 if !healing => county.order(&delegate(TOWNSHIP)),
                3 if !healing => county.order(&recall(TOWNSHIP)),
                4..=6 => exchange(&mut county, &mut township, &mut chance),
                _ => {
                    for node in [&mut county, &mut township] {
                        if node.writes() && node.root == TOWNSHIP {
                            node.order(&Order::GiveBack);
                            node.whole &= node.directory.decides(TOWNSHIP);
                        }
                        if node.writes() {
                            node.order(&Order::TakeOver { top: TOWNSHIP });
                            let payload = written.to_be_bytes().to_vec();
                            let line =
                                Line { unit: VILLAGE, epoch: node.epoch, kind: "test.written", payload };
                            node.follow(line, false);
                            written += 1;
                        }
                    }
                }
            }
            assert!(!(county.writes() && township.writes()), "seed {seed}, step {step}: two nodes decide");
            let both = county.lines.len().min(township.lines.len());
            assert_eq!(county.lines[..both], township.lines[..both], "seed {seed}, step {step}: a fork");
            moves = moves.max(county.directory.tenure(TOWNSHIP).map_or(0, |tenure| tenure.turn));
        }
        let lines = if county.writes() { &county.lines } else { &township.lines };
        let numbers: Vec<u64> = lines
            .iter()
            .filter(|line| line.kind == "test.written")
            .map(|line| u64::from_be_bytes(line.payload.as_slice().try_into().unwrap()))
            .collect();
        assert_eq!(numbers, (0..written).collect::<Vec<_>>(), "seed {seed}: nothing is lost or doubled");
        let epochs: Vec<i64> = lines.iter().map(|line| line.epoch).collect();
        assert!(epochs.is_sorted(), "seed {seed}: an epoch went back");
        assert!(county.writes() != township.writes(), "seed {seed}: nobody decides in the end");
        let asked = county.directory.tenure(TOWNSHIP).is_some_and(|tenure| tenure.recall.is_some());
        assert!(!asked, "seed {seed}: what was asked back never came");
        assert!(seed > 0 || moves > 2, "the schedules move something");
    }
}
