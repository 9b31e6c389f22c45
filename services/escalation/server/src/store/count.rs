//! How many referrals a list holds, and how pressing they are.

use yishi_escalation_domain::Outlook;
use yishi_kernel::UnitCode;
use yishi_store::{Engine, StoreError, args, col};

use super::list::{Filter, keys};
use super::statements as sql;

/// Referrals by their lights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lights {
    pub(crate) red: i64,
    pub(crate) yellow: i64,
    pub(crate) green: i64,
}

/// Of all that the filter lets through, whatever the page.
pub(crate) async fn count<E: Engine>(
    conn: &mut E::Connection,
    units: &[UnitCode],
    filter: Filter,
    Outlook { now, soon }: Outlook,
) -> Result<Lights, StoreError> {
    let Filter { open_only, year, states, levels, overdue_only } = filter;
    let (now, soon) = (now.as_micros(), soon.as_micros());
    let overdue = overdue_only.then_some(now);
    let args = args![E; keys(units)?.bind()?, i64::from(open_only), year, states, levels, now, soon, overdue];
    let mut lights = Lights { red: 0, yellow: 0, green: 0 };
    for row in E::fetch(conn, sql::REFERRAL_COUNT, args).await? {
        let (all, red, yellow): (i64, i64, i64) =
            (col::<E, _>(&row, "referrals")?, col::<E, _>(&row, "red")?, col::<E, _>(&row, "yellow")?);
        lights = Lights { red, yellow, green: all - red - yellow };
    }
    Ok(lights)
}
