//! The digest of a bulletin's inputs, made once more from what the contract says and the bulletin holds.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use yishi_proto::appraisal::v1 as pb;

fn code(name: &str) -> i64 {
    name.trim_start_matches("units/").parse().unwrap()
}

fn day(text: &str) -> i64 {
    text.replace('-', "").parse().unwrap()
}

pub(crate) fn digest(bulletin: &pb::Bulletin) -> Vec<u8> {
    let mut numbers = vec![code(&bulletin.unit), bulletin.year.into()];
    numbers.extend([day(&bulletin.first_day), day(&bulletin.last_day)]);
    for service in ["intake", "escalation", "funding"] {
        let heard = bulletin.cut.iter().find(|heard| heard.service == service).unwrap();
        numbers.extend([heard.epoch, heard.pos]);
    }
    let rows = bulletin.ranked.iter().chain(&bulletin.nothing_due).chain(&bulletin.no_report);
    let rows: BTreeMap<i64, &pb::BulletinRow> = rows.map(|row| (code(&row.unit), row)).collect();
    numbers.extend([bulletin.own_overdue_steps.into(), i64::try_from(rows.len()).unwrap()]);
    for (unit, row) in rows {
        let figures = row.figures.clone().unwrap_or_default();
        numbers.extend([unit, i64::try_from(figures.counts.len()).unwrap()]);
        for count in &figures.counts {
            numbers.extend([count.category, count.state, count.matters].map(i64::from));
        }
        numbers.extend([figures.committed_fen, figures.paid_fen, figures.overdue_steps.into()]);
        numbers.push(i64::try_from(row.silences.len()).unwrap());
        for silence in &row.silences {
            numbers.extend([code(&silence.unit), silence.last_report_time_us]);
        }
    }
    let bytes: Vec<u8> = numbers.into_iter().flat_map(i64::to_be_bytes).collect();
    Sha256::digest(bytes).to_vec()
}
