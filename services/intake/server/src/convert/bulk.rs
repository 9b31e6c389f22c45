//! Which unit a file is about.

use yishi_kernel::{Register, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::desk::Subject;

use super::fields::unit_of;
use crate::model::Intake;

impl Subject<Intake> for pb::ImportMattersRequest {
    const RPC: &'static str = "yishi.intake.v1.BulkService/ImportMatters";

    fn subject(&self, _: &Register) -> Option<UnitCode> {
        unit_of("units", &self.unit)
    }
}

impl Subject<Intake> for pb::ExportMattersRequest {
    const RPC: &'static str = "yishi.intake.v1.BulkService/ExportMatters";

    fn subject(&self, _: &Register) -> Option<UnitCode> {
        unit_of("units", &self.unit)
    }
}
