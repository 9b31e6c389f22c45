//! `UpdateMatter`: only the fields that the mask names are read.

use yishi_intake_domain::{Act, Amendment, limits};
use yishi_kernel::{Register, RequestId};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::Mutation;
use yishi_runtime::errors::Failure;

use crate::model::Intake;
use crate::task::Task;

use super::super::fields::seen;
use super::{category, change, subcategory};

const MASK: &str = "title, description, category, subcategory, cost_estimate_fen, households, persons, place";

impl Mutation<Intake> for pb::UpdateMatterRequest {
    type Answer = pb::Matter;

    fn command(&self, _caller: &Caller, _register: &Register) -> Result<(RequestId, Task), Failure> {
        let mut check = Checker::default();
        let given = self.matter.clone().unwrap_or_default();
        let matter = check.matter("matter.name", &given.name);
        let paths = self.update_mask.as_ref().map_or(&[][..], |mask| mask.paths.as_slice());
        let amendment = amendment(&mut check, paths, &given);
        let request_id = check.request_id("request_id", &self.request_id);
        let version = seen(&mut check, &self.etag);
        change(check, matter, request_id, version, Some(Act::Update(amendment)))
    }
}

fn amendment(check: &mut Checker, paths: &[String], given: &pb::Matter) -> Amendment {
    let mut new = Amendment::default();
    if paths.is_empty() {
        check.refuse("update_mask", format!("至少应有一项：{MASK}"), format!("name at least one of {MASK}"));
    }
    for path in paths {
        match path.as_str() {
            "title" => new.title = check.required_text("matter.title", &given.title, limits::TITLE_CHARS),
            "description" => {
                new.description =
                    check.required_text("matter.description", &given.description, limits::DESCRIPTION_CHARS);
            }
            "category" => new.category = category(check, given.category),
            "subcategory" => new.subcategory = subcategory(check, &given.subcategory),
            "cost_estimate_fen" => {
                let range = limits::COST_ESTIMATE_FEN;
                new.cost_estimate = check.fen("matter.cost_estimate_fen", given.cost_estimate_fen, range);
            }
            "households" => {
                new.households = check.count("matter.households", given.households, limits::HOUSEHOLDS);
            }
            "persons" => new.persons = check.count("matter.persons", given.persons, limits::PERSONS),
            "place" => new.place = check.text("matter.place", &given.place, limits::PLACE_CHARS),
            _ => check.refuse("update_mask", format!("只能填写：{MASK}"), format!("name only {MASK}")),
        }
    }
    new
}
