//! What is written about matters, numbered in order.

use std::collections::BTreeMap;

use serde::Serialize;
use yishi_kernel::MatterId;
use yishi_store::{Engine, Rows, StoreError, args, col, hex};

use super::{MatterRow, Written, number, rows, statements as sql};

/// The new ends of matters' trails.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    /// The last number of each matter's trail.
    last: BTreeMap<MatterId, i64>,
    new: Vec<TrailRow>,
}

#[derive(Clone, Debug, Serialize)]
struct TrailRow {
    #[serde(flatten)]
    matter: MatterRow,
    n: i64,
    unit: i64,
    to_unit: Option<i64>,
    at_us: i64,
    actor: String,
    #[serde(serialize_with = "hex")]
    payload: Vec<u8>,
}

impl Trail {
    /// Reads how far the trails of these matters go.
    pub(super) async fn load<E: Engine>(
        conn: &mut E::Connection,
        matters: impl IntoIterator<Item = MatterId>,
    ) -> Result<Self, StoreError> {
        let keys = Rows::of(matters.into_iter().map(MatterRow::of))?;
        let mut trail = Self::default();
        if keys.is_empty() {
            return Ok(trail);
        }
        for row in E::fetch(conn, sql::TRAIL_LAST, args![E; keys.bind()?]).await? {
            let last = col::<E, Option<i64>>(&row, "last")?;
            trail.last.insert(rows::matter::<E>(rows::TRAIL, &row)?, last.unwrap_or(0));
        }
        Ok(trail)
    }

    /// One more.
    pub(super) fn add(&mut self, Written { event, actor, payload }: &Written) {
        let last = self.last.entry(event.matter).or_default();
        *last += 1;
        self.new.push(TrailRow {
            matter: MatterRow::of(event.matter),
            n: *last,
            unit: number(event.unit),
            to_unit: event.to.map(number),
            at_us: event.at.as_micros(),
            actor: actor.to_string(),
            payload: payload.clone(),
        });
    }

    /// The rows to be written.
    pub(super) fn rows(&self) -> Result<Rows, StoreError> {
        Rows::of(&self.new)
    }
}
