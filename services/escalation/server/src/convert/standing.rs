//! Who answers, and back.

use yishi_escalation_domain::{Phase, Standing};
use yishi_proto::escalation::v1 as pb;

use super::fields::{department_from, departments_from, instant, micros, unit, unit_from};

pub(super) fn standing(standing: &Standing) -> pb::Standing {
    let mut served = pb::Standing {
        handler: unit(standing.handler),
        due_time_us: micros(standing.due),
        ..pb::Standing::default()
    };
    let phase = match &standing.phase {
        Phase::Handled => pb::Phase::Handled,
        Phase::Raised { addressee } => {
            served.addressee = unit(*addressee);
            pb::Phase::Raised
        }
        Phase::Coordinating { lead, helpers } => {
            served.lead_department = lead.to_string();
            served.helper_departments = helpers.iter().map(ToString::to_string).collect();
            pb::Phase::Coordinating
        }
        Phase::Resolved => pb::Phase::Resolved,
    };
    served.set_phase(phase);
    served
}

pub(super) fn standing_from(served: &pb::Standing) -> Option<Standing> {
    let phase = match served.phase() {
        pb::Phase::Unspecified => return None,
        pb::Phase::Handled => Phase::Handled,
        pb::Phase::Raised => Phase::Raised { addressee: unit_from(&served.addressee)? },
        pb::Phase::Coordinating => Phase::Coordinating {
            lead: department_from(&served.lead_department)?,
            helpers: departments_from(&served.helper_departments)?,
        },
        pb::Phase::Resolved => Phase::Resolved,
    };
    Some(Standing { handler: unit_from(&served.handler)?, phase, due: instant(served.due_time_us) })
}
