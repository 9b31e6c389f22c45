//! Bulletins, as they are served, written into the journal and kept: one form for all three.

use yishi_appraisal_domain::{
    Bulletin, Category, Checkpoint, Cut, Figures, Position, Row, Silence, State, UnitYear,
};
use yishi_kernel::{Fen, Timestamp, UnitCode};
use yishi_proto::appraisal::v1 as pb;

use super::codes::{category, category_from, state, state_from};
use super::fields::{day, wire};
use super::names::{bulletin_name, bulletin_of, unit_of};

/// The services of a cut, in the order of their names.
const SERVICES: [&str; 3] = ["escalation", "funding", "intake"];

/// The bulletin of a unit for a year.
pub(crate) fn bulletin(about: UnitYear, bulletin: &Bulletin) -> pb::Bulletin {
    let rows = |rows: &[Row]| rows.iter().map(|one| row(0, one)).collect();
    pb::Bulletin {
        name: bulletin_name(about, bulletin.period),
        unit: format!("units/{}", about.unit),
        display_name: bulletin.name.clone(),
        year: about.year.get().into(),
        period: bulletin.period.to_string(),
        first_day: day(bulletin.period.first_day()),
        last_day: day(bulletin.period.last_day()),
        issue_time_us: bulletin.at.as_micros(),
        cut: cut(&bulletin.cut),
        inputs_sha256: bulletin.inputs_sha256.to_vec(),
        total: Some(figures(&bulletin.total)),
        own_overdue_steps: wire(bulletin.own_overdue),
        ranked: bulletin.ranked.iter().map(|(rank, one)| row(wire(*rank), one)).collect(),
        nothing_due: rows(&bulletin.nothing_due),
        no_report: rows(&bulletin.no_report),
    }
}

/// The bulletin as it was written; none unless it is exactly what would be written of what it says.
pub(crate) fn bulletin_from(about: UnitYear, told: &pb::Bulletin) -> Option<Bulletin> {
    let rows = |rows: &[pb::BulletinRow]| rows.iter().map(row_from).collect::<Option<Vec<Row>>>();
    let ranks = told.ranked.iter().map(|row| count(row.rank)).collect::<Option<Vec<u32>>>()?;
    let read = Bulletin {
        name: told.display_name.clone(),
        period: told.period.parse().ok()?,
        at: Timestamp::from_micros(told.issue_time_us),
        cut: cut_from(&told.cut),
        inputs_sha256: told.inputs_sha256.as_slice().try_into().ok()?,
        total: figures_from(told.total.as_ref()?)?,
        own_overdue: count(told.own_overdue_steps)?,
        ranked: ranks.into_iter().zip(rows(&told.ranked)?).collect(),
        nothing_due: rows(&told.nothing_due)?,
        no_report: rows(&told.no_report)?,
    };
    (bulletin(about, &read) == *told).then_some(read)
}

/// What was signed of a bulletin.
pub(crate) fn checkpoint(about: UnitYear, checkpoint: &Checkpoint) -> pb::Checkpoint {
    pb::Checkpoint {
        bulletin: bulletin_name(about, checkpoint.period),
        key: checkpoint.key.to_vec(),
        statement: checkpoint.statement.clone(),
        signature: checkpoint.signature.clone(),
    }
}

/// The checkpoint as it was written.
pub(crate) fn checkpoint_from(told: &pb::Checkpoint) -> Option<(UnitYear, Checkpoint)> {
    let (about, period) = bulletin_of(&told.bulletin)?;
    let key = told.key.as_slice().try_into().ok()?;
    let (statement, signature) = (told.statement.clone(), told.signature.clone());
    Some((about, Checkpoint { period, key, statement, signature }))
}

fn cut(cut: &Cut) -> Vec<pb::SourcePosition> {
    let positions = [cut.escalation, cut.funding, cut.intake];
    let told = SERVICES.iter().zip(positions).map(|(service, Position { epoch, pos })| pb::SourcePosition {
        service: (*service).to_owned(),
        epoch,
        pos,
    });
    told.collect()
}

fn cut_from(told: &[pb::SourcePosition]) -> Cut {
    let [escalation, funding, intake] = SERVICES.map(|service| {
        let told = told.iter().find(|position| position.service == service);
        told.map(|told| Position { epoch: told.epoch, pos: told.pos }).unwrap_or_default()
    });
    Cut { intake, escalation, funding }
}

fn row(rank: i32, row: &Row) -> pb::BulletinRow {
    let unknown = row.is_silent() && !has_reported(row) && row.figures == Figures::default();
    let silence = |silence: &Silence| pb::Silence {
        unit: format!("units/{}", silence.node),
        last_report_time_us: silence.last_report.map_or(0, Timestamp::as_micros),
    };
    pb::BulletinRow {
        unit: format!("units/{}", row.unit),
        display_name: row.name.clone(),
        rank,
        figures: (!unknown).then(|| figures(&row.figures)),
        silences: row.silences.iter().map(silence).collect(),
    }
}

/// Whether anything ever came from the unit's own node.
fn has_reported(row: &Row) -> bool {
    row.silences.iter().any(|silence| silence.node == row.unit && silence.last_report.is_some())
}

fn row_from(told: &pb::BulletinRow) -> Option<Row> {
    let silence = |told: &pb::Silence| {
        let at = Some(told.last_report_time_us).filter(|at| *at != 0).map(Timestamp::from_micros);
        Some(Silence { node: unit(&told.unit)?, last_report: at })
    };
    Some(Row {
        unit: unit(&told.unit)?,
        name: told.display_name.clone(),
        figures: told.figures.as_ref().map_or(Some(Figures::default()), figures_from)?,
        silences: told.silences.iter().map(silence).collect::<Option<_>>()?,
    })
}

fn figures(figures: &Figures) -> pb::BulletinFigures {
    let count = |(&(of, at), &matters): (&(Category, State), &u32)| pb::BulletinCount {
        category: category(of) as i32,
        state: state(at) as i32,
        matters: wire(matters),
    };
    pb::BulletinFigures {
        counts: figures.counts.iter().map(count).collect(),
        determined: wire(figures.determined()),
        closed: wire(figures.closed()),
        completion_rate_bp: figures.completion_rate().map(wire),
        committed_fen: figures.committed.get(),
        paid_fen: figures.paid.get(),
        paid_share_bp: figures.paid_share().map(wire),
        overdue_steps: wire(figures.overdue),
    }
}

fn figures_from(told: &pb::BulletinFigures) -> Option<Figures> {
    let counted = |told: &pb::BulletinCount| {
        Some(((category_from(told.category())?, state_from(told.state())?), count(told.matters)?))
    };
    Some(Figures {
        counts: told.counts.iter().map(counted).collect::<Option<_>>()?,
        committed: Fen::new(told.committed_fen),
        paid: Fen::new(told.paid_fen),
        overdue: count(told.overdue_steps)?,
    })
}

fn unit(name: &str) -> Option<UnitCode> {
    unit_of("units", name)
}

fn count(value: i32) -> Option<u32> {
    u32::try_from(value).ok()
}
