//! Escalation's cases: for each method a request that would be done. What the way of a matter has against others is in
//! [`refusals`], and how matters get on their way in [`ways`].

mod asks;
mod refusals;
mod ways;

use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::MatterState;
use yishi_store::Engine;
use yishi_tests::sandbox::Sandbox;

use crate::cases::{Cases, Exhibit, Ready, Refused};
use asks::{
    HELPER, LEAD, accept, answer_ask_back, ask_back, assign, bureau, decline, department, give_back, name,
    office, raise, report, resolve,
};
use ways::{Ways, Worn};

const UNKNOWN: &str = "REFERRAL_NOT_FOUND";
const FILE: &str = file!();
/// Matters that the gallery takes.
const SHOWN: usize = 5;
/// Matters that a method takes at most.
const TAKEN: usize = 5;

/// A matter that was determined, of a village that handles it.
struct Handled {
    village: UnitCode,
    matter: String,
    /// Another one of the village, which was not determined.
    undetermined: String,
}

impl Handled {
    /// What the village knows of it.
    fn name(&self) -> String {
        name(self.village, &self.matter)
    }
}

/// Villages whose matters nobody has raised yet.
pub(crate) struct Escalation {
    handled: Vec<Handled>,
    worn: Worn,
    gallery: Vec<Exhibit>,
}

impl Escalation {
    /// A matter that nothing has happened to.
    fn take(&mut self) -> Handled {
        self.handled.pop().unwrap_or_else(|| panic!("a method takes {TAKEN} matters at most; see {FILE}"))
    }

    /// The exhibit in a state.
    fn shown(&self, state: &str) -> String {
        let exhibit = self.gallery.iter().find(|exhibit| exhibit.state == state);
        exhibit.expect("every state is shown").name.clone()
    }
}

impl Cases for Escalation {
    const SERVICE: &'static str = "yishi.escalation.v1.EscalationService";
    const FILE: &'static str = FILE;
    const STATES: &'static [&'static str] =
        &["OFFERED", "HANDLED", "RAISED", "PASSED", "RETURNED", "COORDINATING", "RESOLVED"];

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let chosen = sandbox.villages().into_iter().step_by(20).take(SHOWN + 2 + TAKEN * methods);
        let mut handled = Vec::new();
        for mut village in sandbox.ripe_villages(chosen).await {
            let matter = sandbox.matter_in(&mut village, MatterState::Determined).await.name;
            let undetermined = village.ripe.pop().expect("a village has several ripe matters");
            handled.push(Handled { village: village.code, matter, undetermined });
        }
        sandbox.caught_up().await;
        let mut next = || handled.pop().expect("as many as were chosen");
        let shown: [Handled; SHOWN] = std::array::from_fn(|_| next());
        let (reported, assigned) = (next(), next());
        let ways = Ways(sandbox);
        let worn = ways.worn(&reported, &assigned).await;
        Self { worn, gallery: ways.gallery(&shown).await, handled }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let (ways, matter) = (Ways(sandbox), self.take());
        Some(match method {
            "RaiseMatter" => {
                let village = matter.name();
                Ready::new(office(&village), &raise(&village))
                    .of(UNKNOWN, &["OFFERED", "HANDLED", "RESOLVED"])
            }
            "AcceptReferral" => {
                let township = ways.offered(&matter).await;
                Ready::new(office(&township), &accept(&township)).of(UNKNOWN, &["OFFERED"])
            }
            "ReturnReferral" => {
                let township = ways.taken_up(&matter).await;
                Ready::new(office(&township), &give_back(&township))
                    .of(UNKNOWN, &["OFFERED", "HANDLED", "COORDINATING", "RESOLVED"])
            }
            "RequestTakeBack" => {
                ways.taken_up(&matter).await;
                let village = matter.name();
                Ready::new(office(&village), &ask_back(&village)).of(UNKNOWN, &["RAISED", "PASSED"])
            }
            "AnswerTakeBack" => {
                let township = ways.wanted_back(&matter).await;
                Ready::new(office(&township), &answer_ask_back(&township, true))
                    .of(UNKNOWN, &["OFFERED", "HANDLED", "COORDINATING", "RESOLVED"])
            }
            "AssignDepartments" => {
                let region = ways.at_the_region(&matter).await;
                Ready::new(office(&region), &assign(&region)).of(UNKNOWN, &["HANDLED", "COORDINATING"])
            }
            // One that takes part would have to leave out the reason.
            "AnswerAssignment" => {
                let region = ways.coordinated(&matter).await;
                Ready::new(bureau(HELPER), &decline(&region, department(HELPER)))
                    .of(UNKNOWN, &["COORDINATING"])
            }
            "ReportAssignment" => {
                let region = ways.accepted_by(LEAD, &matter).await;
                Ready::new(bureau(LEAD), &report(&region, department(LEAD))).of(UNKNOWN, &["COORDINATING"])
            }
            "ResolveReferral" => {
                let region = ways.accepted_by(LEAD, &matter).await;
                Ready::new(office(&region), &resolve(&region)).of(UNKNOWN, &["HANDLED", "COORDINATING"])
            }
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        self.refused(&Ways(sandbox), method).await
    }
}
