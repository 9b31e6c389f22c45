//! What is refused for the sake of a matter's way so far, method by method.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::escalation::v1 as pb;
use yishi_store::Engine;

use super::asks::{
    HELPER, LEAD, accept, answer_ask_back, ask_back, assign, assign_to, bureau, decline, department,
    give_back, name, office, raise, report, resolve, take_part,
};
use super::ways::Ways;
use super::{Escalation, FILE};
use crate::cases::{Refused, Who};

/// The etag of a referral that has changed once. It has changed since.
const ONCE: &str = "00000001";
/// A city of the region, whose departments are not the region's.
const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();

/// Asked by the unit whose referral it is.
fn refuse(reason: &'static str, name: &str, request: &impl Message) -> Refused {
    Refused::new(office(name), reason, request)
}

fn wrong(field: &'static str, name: &str, request: &impl Message) -> Refused {
    Refused::wrong(office(name), field, request)
}

/// What was right to ask of the referral as it was at first.
macro_rules! stale {
    ($name:expr, $request:ident, $asked:expr) => {
        refuse("STALE_ETAG", $name, &pb::$request { etag: ONCE.to_owned(), ..$asked })
    };
}

impl Escalation {
    pub(super) async fn refused<E: Engine>(&mut self, ways: &Ways<'_, E>, method: &str) -> Vec<Refused> {
        match method {
            "RaiseMatter" => self.raises(ways).await,
            "AcceptReferral" => self.acceptances(ways).await,
            "ReturnReferral" => self.returns(ways).await,
            "RequestTakeBack" => self.wishes(ways).await,
            "AnswerTakeBack" => self.answers_to_wishes(ways).await,
            "AssignDepartments" => self.assignments(ways).await,
            "AnswerAssignment" => self.answers_of_departments(ways).await,
            "ReportAssignment" => self.reports(ways).await,
            "ResolveReferral" => self.resolutions(ways).await,
            other => panic!("{other}: say in {FILE} what it refuses"),
        }
    }

    async fn raises<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let top = ways.at_the_top(&self.take()).await;
        let handled = self.take();
        let never_here = name(CITY, &handled.matter);
        let early = name(handled.village, &handled.undetermined);
        let township = ways.taken_up(&handled).await;
        vec![
            refuse("NOBODY_ABOVE", &top, &raise(&top)),
            refuse("TOO_MANY_CHANGES", &self.worn.wanted, &raise(&self.worn.wanted)),
            refuse("REFERRAL_NOT_FOUND", &early, &raise(&early)),
            refuse("REFERRAL_NOT_FOUND", &never_here, &raise(&never_here)),
            stale!(&township, RaiseMatterRequest, raise(&township)),
        ]
    }

    async fn acceptances<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let offered = ways.wanted_back(&self.take()).await;
        vec![stale!(&offered, AcceptReferralRequest, accept(&offered))]
    }

    async fn returns<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let (own, resolved) = (self.take().name(), self.take().name());
        ways.act(&resolved, "ResolveReferral", &resolve(&resolved)).await;
        let township = ways.taken_up(&self.take()).await;
        vec![
            refuse("NOBODY_BELOW", &own, &give_back(&own)),
            refuse("NOBODY_BELOW", &resolved, &give_back(&resolved)),
            stale!(&township, ReturnReferralRequest, give_back(&township)),
        ]
    }

    async fn wishes<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let (waiting, passed) = (self.take(), self.take());
        ways.wanted_back(&waiting).await;
        let raised = waiting.name();
        ways.taken_up(&passed).await;
        let passed = passed.name();
        ways.act(&passed, "RequestTakeBack", &ask_back(&passed)).await;
        vec![
            refuse("TAKE_BACK_PENDING", &raised, &ask_back(&raised)),
            refuse("TAKE_BACK_PENDING", &passed, &ask_back(&passed)),
            refuse("TOO_MANY_CHANGES", &self.worn.passed, &ask_back(&self.worn.passed)),
            stale!(&raised, RequestTakeBackRequest, ask_back(&raised)),
        ]
    }

    async fn answers_to_wishes<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let (own, unasked) = (self.take().name(), ways.taken_up(&self.take()).await);
        let denied = ways.wanted_back(&self.take()).await;
        ways.act(&denied, "AnswerTakeBack", &answer_ask_back(&denied, false)).await;
        let passed_on = ways.wanted_back(&self.take()).await;
        ways.act(&passed_on, "RaiseMatter", &raise(&passed_on)).await;
        let returned = self.shown("RETURNED");
        let wanted = &self.worn.wanted;
        let mut refused: Vec<Refused> = [&own, &unasked, &denied]
            .iter()
            .flat_map(|name| {
                [true, false].map(|grant| refuse("TAKE_BACK_NOT_ASKED", name, &answer_ask_back(name, grant)))
            })
            .collect();
        refused.extend([
            refuse("WRONG_STATE", &passed_on, &answer_ask_back(&passed_on, true)),
            refuse("WRONG_STATE", &returned, &answer_ask_back(&returned, false)),
            refuse("TOO_MANY_CHANGES", wanted, &answer_ask_back(wanted, false)),
            stale!(&passed_on, AnswerTakeBackRequest, answer_ask_back(&passed_on, false)),
        ]);
        refused
    }

    async fn assignments<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let own = self.take();
        let township = ways.taken_up(&self.take()).await;
        let region = ways.at_the_region(&self.take()).await;
        let foreign = || format!("departments/{CITY}/{LEAD}");
        let to = |lead, helpers| assign_to(&region, lead, helpers);
        let (lead, helper) = (|| department(LEAD), || department(HELPER));
        let worn = &self.worn.coordinating;
        vec![
            refuse("NOT_A_COORDINATOR", &own.name(), &assign(&own.name())),
            refuse("NOT_A_COORDINATOR", &township, &assign(&township)),
            refuse("TOO_MANY_CHANGES", worn, &assign(worn)),
            wrong("lead_department", &region, &to(foreign(), vec![helper()])),
            wrong("helper_departments", &region, &to(lead(), vec![helper(), foreign()])),
            wrong("helper_departments", &region, &to(lead(), vec![helper(), lead()])),
            stale!(&region, AssignDepartmentsRequest, assign(&region)),
        ]
    }

    async fn answers_of_departments<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let region = ways.accepted_by(LEAD, &self.take()).await;
        ways.say(HELPER, "AnswerAssignment", &decline(&region, department(HELPER))).await;
        let open = ways.coordinated(&self.take()).await;
        // Others help now.
        let others = assign_to(&open, department(LEAD), vec![department("transport")]);
        ways.act(&open, "AssignDepartments", &others).await;
        let by =
            |kind, reason, request: &pb::AnswerAssignmentRequest| Refused::new(bureau(kind), reason, request);
        let unknown = |kind| by(kind, "DEPARTMENT_NOT_ASSIGNED", &decline(&open, department(kind)));
        let wrong =
            |field, request: &pb::AnswerAssignmentRequest| Refused::wrong(bureau(LEAD), field, request);
        let city = Who::department(CITY, LEAD);
        let but = |reason: &str, answer| pb::AnswerAssignmentRequest { reason: reason.to_owned(), ..answer };
        let (yes, no) = (take_part(&open, department(LEAD)), decline(&open, department(LEAD)));
        vec![
            by(LEAD, "ASSIGNMENT_ANSWERED", &decline(&region, department(LEAD))),
            by(LEAD, "ASSIGNMENT_ANSWERED", &take_part(&region, department(LEAD))),
            by(HELPER, "ASSIGNMENT_ANSWERED", &take_part(&region, department(HELPER))),
            unknown("ecology"),
            unknown(HELPER),
            by(HELPER, "PERMISSION_DENIED", &no),
            by(LEAD, "PERMISSION_DENIED", &decline(&open, format!("departments/{CITY}/{LEAD}"))),
            Refused::new(city, "PERMISSION_DENIED", &no),
            Refused::new(office(&open), "PERMISSION_DENIED", &no),
            wrong("reason", &but("人手不足", yes.clone())),
            wrong("reason", &but(" ", yes)),
            wrong("reason", &but("", no.clone())),
            wrong("reason", &but(" \n", no.clone())),
            wrong("reason reply", &pb::AnswerAssignmentRequest { reply: 99, ..but("村\0道", no.clone()) }),
            by(LEAD, "STALE_ETAG", &pb::AnswerAssignmentRequest { etag: ONCE.to_owned(), ..no }),
        ]
    }

    async fn reports<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let region = ways.coordinated(&self.take()).await;
        ways.say(HELPER, "AnswerAssignment", &decline(&region, department(HELPER))).await;
        let worn = &self.worn.coordinating;
        let by = |kind, reason, name, of| Refused::new(bureau(kind), reason, &report(name, department(of)));
        let stale =
            pb::ReportAssignmentRequest { etag: ONCE.to_owned(), ..report(&region, department(LEAD)) };
        vec![
            by("ecology", "DEPARTMENT_NOT_ASSIGNED", &region, "ecology"),
            by(HELPER, "PERMISSION_DENIED", &region, LEAD),
            Refused::new(office(&region), "PERMISSION_DENIED", &report(&region, department(LEAD))),
            by(LEAD, "ASSIGNMENT_NOT_ACCEPTED", &region, LEAD),
            by(HELPER, "ASSIGNMENT_NOT_ACCEPTED", &region, HELPER),
            by(LEAD, "TOO_MANY_CHANGES", worn, LEAD),
            Refused::new(bureau(LEAD), "STALE_ETAG", &stale),
        ]
    }

    async fn resolutions<E: Engine>(&mut self, ways: &Ways<'_, E>) -> Vec<Refused> {
        let silent = ways.accepted_by(HELPER, &self.take()).await;
        let declined = ways.coordinated(&self.take()).await;
        ways.say(LEAD, "AnswerAssignment", &decline(&declined, department(LEAD))).await;
        let township = ways.taken_up(&self.take()).await;
        vec![
            refuse("ASSIGNMENT_NOT_ACCEPTED", &silent, &resolve(&silent)),
            refuse("ASSIGNMENT_NOT_ACCEPTED", &declined, &resolve(&declined)),
            stale!(&township, ResolveReferralRequest, resolve(&township)),
        ]
    }
}
