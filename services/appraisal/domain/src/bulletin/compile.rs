//! Putting a bulletin together: the same for the same inputs, whatever order they come in.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use yishi_kernel::{Date, Timestamp, UnitCode};

use super::{AsOf, Bulletin, BulletinOrder, Child, Figures, NodeBelow, Row, Silence};
use crate::digest::Numbers;
use crate::{UnitYear, World};

/// The bulletin of a unit for a year.
pub(crate) fn compile(world: &World, about: UnitYear, order: &BulletinOrder, as_of: AsOf) -> Bulletin {
    let BulletinOrder { name, period, children, nodes } = order;
    let end = Timestamp::end_of(period.last_day());
    let figures = |units: &[UnitCode]| figures(world, about, units, end);
    let rows: BTreeMap<UnitCode, Row> = children
        .iter()
        .map(|Child { unit, name, units }| {
            let silences = silences(world, units, nodes);
            (*unit, Row { unit: *unit, name: name.clone(), figures: figures(units), silences })
        })
        .collect();
    let all: Vec<UnitCode> = children.iter().flat_map(|child| &child.units).copied().collect();
    let own_overdue = figures(&[about.unit]).overdue;
    let mut bulletin = Bulletin {
        name: name.clone(),
        period: *period,
        at: as_of.now,
        cut: as_of.cut,
        inputs_sha256: digest(about, order, as_of, own_overdue, &rows),
        total: figures(&all),
        own_overdue,
        ranked: Vec::new(),
        nothing_due: Vec::new(),
        no_report: Vec::new(),
    };
    let mut to_rank = Vec::new();
    for row in rows.into_values() {
        if row.is_silent() {
            bulletin.no_report.push(row);
        } else if row.figures.is_nothing_due() {
            bulletin.nothing_due.push(row);
        } else {
            to_rank.push(row);
        }
    }
    bulletin.ranked = rank(to_rank);
    bulletin
}

/// The tie rule: by completion rate, then by paid share, no figure behind any, then by fewer overdue steps. Equals in all
/// three share a rank and stand in the order of their codes; the next rank after them is left out as often.
fn rank(rows: Vec<Row>) -> Vec<(u32, Row)> {
    let mut order: Vec<_> = rows.into_iter().map(|row| (merit(&row.figures), row)).collect();
    order.sort_unstable_by_key(|(merit, row)| (*merit, row.unit));
    let mut ranked: Vec<(u32, Row)> = Vec::with_capacity(order.len());
    let mut equals = None;
    for (position, (merit, row)) in (1..).zip(order) {
        let rank = match equals {
            Some((of, rank)) if of == merit => rank,
            _ => position,
        };
        equals = Some((merit, rank));
        ranked.push((rank, row));
    }
    ranked
}

fn merit(figures: &Figures) -> (Reverse<Option<u32>>, Reverse<Option<u32>>, u32) {
    (Reverse(figures.completion_rate()), Reverse(figures.paid_share()), figures.overdue)
}

fn figures(world: &World, about: UnitYear, units: &[UnitCode], end: Timestamp) -> Figures {
    let mut sum = Figures::default();
    for &unit in units {
        let unit = UnitYear { unit, ..about };
        world.works(unit).for_each(|(_, work)| sum.add_work(work));
        world.steps(unit).for_each(|(_, step)| sum.add_step(*step, end));
    }
    sum
}

fn silences(world: &World, units: &[UnitCode], nodes: &[NodeBelow]) -> Vec<Silence> {
    let unreached = nodes.iter().filter(|node| !node.linked && units.contains(&node.unit));
    let mut silences: Vec<Silence> = unreached
        .map(|&NodeBelow { unit: node, .. }| Silence { node, last_report: world.report(node) })
        .collect();
    silences.sort_unstable_by_key(|silence| silence.node);
    silences
}

fn digest(
    about: UnitYear,
    order: &BulletinOrder,
    as_of: AsOf,
    own_overdue: u32,
    rows: &BTreeMap<UnitCode, Row>,
) -> [u8; 32] {
    let mut numbers = Numbers::default();
    numbers.add(about.unit.as_u64());
    numbers.add(about.year.get());
    numbers.add(day(order.period.first_day()));
    numbers.add(day(order.period.last_day()));
    as_of.cut.add_to(&mut numbers);
    numbers.add(own_overdue);
    numbers.add_len(rows.len());
    for Row { unit, figures, silences, .. } in rows.values() {
        numbers.add(unit.as_u64());
        figures.add_to(&mut numbers);
        numbers.add_len(silences.len());
        for silence in silences {
            numbers.add(silence.node.as_u64());
            numbers.add_signed(silence.last_report.map_or(0, Timestamp::as_micros));
        }
    }
    numbers.finish()
}

/// `2022-06-15` as 20,220,615.
fn day(day: Date) -> u32 {
    let year = u32::try_from(day.year()).expect("a period is written with four digits of its year");
    year * 10_000 + u32::from(u8::from(day.month())) * 100 + u32::from(day.day())
}
