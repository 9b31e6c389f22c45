//! What a unit goes by, as it is served.

use yishi_intake_domain::{Figure, InForce, Policies, Share};
use yishi_kernel::{Register, Timestamp, UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::desk::Subject;

use super::codes::category;
use super::fields::{unit_of, wire};
use crate::model::Intake;

impl Subject<Intake> for pb::GetPolicyRequest {
    const RPC: &'static str = "yishi.intake.v1.PolicyService/GetPolicy";

    fn subject(&self, _: &Register) -> Option<UnitCode> {
        unit_of("units", &self.unit)
    }
}

/// All but the unit's name.
pub(crate) fn policy(policies: &Policies, in_force: &InForce, year: Year, now: Timestamp) -> pb::Policy {
    let InForce { policy, rows } = in_force;
    let season = policy.season(year);
    pb::Policy {
        unit: String::new(),
        year: i32::from(year.get()),
        season: Some(pb::Season {
            first_day: season.first.to_string(),
            last_day: season.last.to_string(),
            open_time_us: season.opens().as_micros(),
            close_time_us: season.closes().as_micros(),
            open: season.contains(now),
        }),
        quorum: Some(share(policy.quorum)),
        majority: Some(share(policy.majority)),
        notice_days: policy.notice_days.into(),
        notice_working_days: policy.notice_working_days.into(),
        matters_per_village_year: policy.matters_per_village_year.into(),
        additional_matters: policy.additional_matters.into(),
        additional_categories: policy.additional_categories.iter().map(|one| category(*one) as i32).collect(),
        opinion_days: wire(policy.opinions.answer_days),
        opinion_renewal_bp: wire(policy.opinions.renewal_bp),
        sources: Figure::ALL
            .iter()
            .map(|figure| source(policies, *figure, rows.get(figure).copied()))
            .collect(),
    }
}

fn source(policies: &Policies, figure: Figure, number: Option<usize>) -> pb::PolicySource {
    let row = number.and_then(|number| policies.row(number));
    pb::PolicySource {
        figure: figure.to_string(),
        row: number.and_then(|number| number.try_into().ok()).unwrap_or_default(),
        unit: row.and_then(|row| row.unit).map(|unit| format!("units/{unit}")).unwrap_or_default(),
        years: row.iter().flat_map(|row| &row.years).map(|year| i32::from(year.get())).collect(),
    }
}

fn share(share: Share) -> pb::Share {
    pb::Share { part: wire(share.part()), whole: wire(share.whole()) }
}
