//! Intake's cases: for each method that changes something, a request that would be done, and what the matter's
//! story may have against one that is right in every field.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::MatterState::{
    Cancelled, CarriedOver, Completed, Deliberated, Determined, InProgress, Noticed, Proposed,
};
use yishi_proto::intake::v1::{DetermineMatterRequest, ProposeMatterRequest};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, OPENS, STATES, Sandbox, Village, YEAR};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};

/// Villages to which nothing has happened yet, but that their matters became ripe: two for each method.
pub(crate) struct Intake {
    villages: Vec<Village>,
    /// A matter in each state, each of a village of its own.
    gallery: Vec<Exhibit>,
}

impl Cases for Intake {
    const SERVICE: &'static str = "yishi.intake.v1.IntakeService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = MATTER_STATES;

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let (villages, gallery) = villages(sandbox, methods).await;
        Self { villages, gallery }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let mut village = self.villages.pop().expect("each method has two villages");
        ready(method, sandbox, &mut village).await
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        let mut village = self.villages.pop().expect("each method has two villages");
        refusals(method, sandbox, &mut village).await
    }
}

/// Every state that a matter can be brought to.
pub(crate) const MATTER_STATES: &[&str] = &[
    "PROPOSED",
    "DELIBERATED",
    "NOTICED",
    "DETERMINED",
    "IN_PROGRESS",
    "COMPLETED",
    "CLOSED",
    "MERGED",
    "DECLINED",
    "WITHDRAWN",
    "CANCELLED",
    "CARRIED_OVER",
];

/// Two ripe villages for each method, and a matter in each state, of a village of its own.
pub(crate) async fn villages<E: Engine>(
    sandbox: &Sandbox<E>,
    methods: usize,
) -> (Vec<Village>, Vec<Exhibit>) {
    let chosen = sandbox.villages().into_iter().step_by(20).take(STATES.len() + 2 * methods);
    let mut villages = sandbox.ripe_villages(chosen).await;
    let mut gallery = Vec::new();
    for (state, mut village) in STATES.into_iter().zip(villages.drain(..STATES.len())) {
        let name = sandbox.matter_in(&mut village, state).await.name;
        let state = state.as_str_name().trim_start_matches("MATTER_STATE_");
        gallery.push(Exhibit { state, name, unit: village.code, reason: "WRONG_STATE" });
    }
    (villages, gallery)
}

/// What an officer of a village may ask about a matter in one of these states.
fn officer(village: UnitCode, states: &'static [&'static str], request: &impl Message) -> Ready {
    Ready::new(Who::officer(village), request).of("MATTER_NOT_FOUND", states)
}

/// A request that this village can make now; `None` for a method nobody has told about.
async fn ready<E: Engine>(method: &str, sandbox: &Sandbox<E>, village: &mut Village) -> Option<Ready> {
    let code = village.code;
    let mut matter = async |state| sandbox.matter_in(village, state).await.name;
    Some(match method {
        "ProposeMatter" => {
            let contact = Some(crate::person::contact());
            let propose = ProposeMatterRequest { contact, ..Asks::propose(code, "硬化村道") };
            Ready::new(Who::officer(code), &propose)
        }
        "UpdateMatter" => officer(code, &["PROPOSED"], &Asks::update(&matter(Proposed).await)),
        "SupportMatter" => officer(code, &["PROPOSED"], &Asks::support(&matter(Proposed).await, "v-2")),
        "MergeMatter" => {
            let (name, into) = (matter(Proposed).await, matter(Proposed).await);
            officer(code, &["PROPOSED"], &Asks::merge(&name, &into))
        }
        "DeclineMatter" => {
            officer(code, &["PROPOSED", "DELIBERATED", "NOTICED"], &Asks::decline(&matter(Noticed).await))
        }
        "WithdrawMatter" => officer(code, &["PROPOSED"], &Asks::withdraw(&matter(Proposed).await)),
        "RecordDeliberation" => {
            officer(code, &["PROPOSED"], &Asks::deliberate(&matter(Proposed).await, OPENS, (30, 24, 20)))
        }
        "PublishNotice" => officer(code, &["DELIBERATED"], &Asks::publish(&matter(Deliberated).await)),
        "FileObjection" => officer(code, &["NOTICED"], &Asks::object(&matter(Noticed).await, "v-8")),
        "AnswerObjection" => {
            let name = matter(Noticed).await;
            village.object(&name, "v-8").await;
            officer(code, &["NOTICED"], &Asks::answer(&name, 1, false))
        }
        "DetermineMatter" => {
            officer(code, &["NOTICED"], &Asks::determine(village.ripe.last().expect("a ripe village")))
        }
        "RecordProgress" => {
            officer(code, &["DETERMINED", "IN_PROGRESS"], &Asks::progress(&matter(Determined).await, 40))
        }
        "CompleteMatter" => {
            let name = matter(InProgress).await;
            village.progress(&name, 100).await;
            officer(code, &["IN_PROGRESS"], &Asks::complete(&name))
        }
        "AcceptMatter" => {
            let accept = officer(code, &["COMPLETED"], &Asks::accept(&matter(Completed).await));
            Ready { who: Who { role: Role::Supervisor, ..Who::officer(code) }, ..accept }
        }
        "RequestClosing" => {
            let name = matter(Completed).await;
            village.accept(&name).await;
            officer(code, &["COMPLETED"], &Asks::close(&name))
        }
        "CarryOverMatter" => officer(code, ENDABLE, &Asks::carry_over(&matter(Determined).await)),
        "CancelMatter" => officer(code, ENDABLE, &Asks::cancel(&matter(InProgress).await)),
        "AnswerEnding" => {
            let name = matter(Determined).await;
            village.end(&name, CarriedOver).await;
            officer(above(sandbox, code), &[], &Asks::answer_ending(&name, true))
        }
        _ => return None,
    })
}

/// What is refused for the sake of what happened before, in a village of its own.
async fn refusals<E: Engine>(method: &str, sandbox: &Sandbox<E>, village: &mut Village) -> Vec<Refused> {
    let code = village.code;
    let officer = Who::officer(code);
    let mut matter = async |state| sandbox.matter_in(village, state).await.name;
    match method {
        "ProposeMatter" => [YEAR - 1, YEAR + 1]
            .map(|year| {
                Refused::new(officer, "OUT_OF_SEASON", &Asks::propose_this(code, year, Asks::matter("修路")))
            })
            .into(),
        "UpdateMatter" => {
            // The etag of a new matter, which somebody has backed since.
            let mut stale = Asks::update(&matter(Proposed).await);
            "00000001".clone_into(&mut stale.etag);
            vec![Refused::new(officer, "STALE_ETAG", &stale)]
        }
        "SupportMatter" => {
            vec![Refused::new(officer, "ALREADY_SUPPORTED", &Asks::support(&matter(Proposed).await, "v-1"))]
        }
        "MergeMatter" => {
            let name = matter(Proposed).await;
            let elsewhere = sandbox.village(neighbour(sandbox, code)).propose("修路").await.name;
            let mut targets = vec![name.clone(), elsewhere, format!("{name}9999")];
            for state in STATES.into_iter().filter(|state| *state != Proposed && *state as i32 <= 3) {
                targets.push(matter(state).await);
            }
            targets
                .iter()
                .map(|into| Refused::new(officer, "MERGE_TARGET_INVALID", &Asks::merge(&name, into)))
                .collect()
        }
        "DeclineMatter" => {
            let name = matter(Noticed).await;
            village.object(&name, "v-8").await;
            vec![Refused::new(officer, "OBJECTION_OPEN", &Asks::decline(&name))]
        }
        "RecordDeliberation" => {
            let name = matter(Proposed).await;
            village.deliberate(&name, OPENS, (30, 10, 10)).await;
            let held = |day: &str| {
                Refused::wrong(officer, "deliberation.held_on", &Asks::deliberate(&name, day, (30, 24, 20)))
            };
            let mut short = Asks::deliberate(&name, OPENS, (30, 24, 20));
            short.deliberation.get_or_insert_default().against -= 1;
            vec![
                held("2021-10-31"),
                held("2021-11-30"),
                held("2022-12-31"),
                Refused::wrong(
                    officer,
                    "deliberation.present",
                    &Asks::deliberate(&name, OPENS, (30, 31, 20)),
                ),
                Refused::wrong(officer, "deliberation.in_favour", &short),
            ]
        }
        "FileObjection" => {
            let name = matter(Noticed).await;
            for ordinal in 0..100 {
                village.object(&name, &format!("v-{ordinal}")).await;
            }
            vec![Refused::new(officer, "TOO_MANY_OBJECTIONS", &Asks::object(&name, "v-100"))]
        }
        "AnswerObjection" => {
            let name = matter(Noticed).await;
            village.object(&name, "v-8").await;
            village.answer(&name, 1, false).await;
            let answer = |objection| Asks::answer(&name, objection, false);
            vec![
                Refused::new(officer, "OBJECTION_NOT_FOUND", &answer(2)),
                Refused::new(officer, "OBJECTION_NOT_FOUND", &answer(i32::MAX)),
                Refused::new(officer, "OBJECTION_ANSWERED", &answer(1)),
            ]
        }
        "DetermineMatter" => {
            let early = matter(Noticed).await;
            matter(Determined).await;
            let (contested, spare) = (village.ripe.remove(0), village.ripe.remove(0));
            village.object(&contested, "v-8").await;
            let due = |day: &str| {
                let due_day = day.to_owned();
                Refused::wrong(
                    officer,
                    "due_day",
                    &DetermineMatterRequest { due_day, ..Asks::determine(&spare) },
                )
            };
            vec![
                Refused::new(officer, "OBJECTION_OPEN", &Asks::determine(&contested)),
                Refused::new(officer, "SLOT_TAKEN", &Asks::determine(&spare)),
                Refused::new(officer, "NOTICE_RUNNING", &Asks::determine(&early)),
                due("2021-12-01"),
                due("2023-01-01"),
            ]
        }
        "RecordProgress" => {
            vec![Refused::new(officer, "PROGRESS_BACKWARDS", &Asks::progress(&matter(InProgress).await, 39))]
        }
        "CompleteMatter" => {
            vec![Refused::new(officer, "WORK_UNFINISHED", &Asks::complete(&matter(InProgress).await))]
        }
        "AcceptMatter" => {
            let name = matter(Completed).await;
            village.accept(&name).await;
            let supervisor = Who { role: Role::Supervisor, ..Who::officer(code) };
            vec![Refused::new(supervisor, "ALREADY_ACCEPTED", &Asks::accept(&name))]
        }
        "RequestClosing" => {
            let name = matter(Completed).await;
            vec![Refused::new(officer, "NOT_ACCEPTED", &Asks::close(&name))]
        }
        "CarryOverMatter" => {
            let name = matter(Completed).await;
            village.accept(&name).await;
            village.end(&name, Cancelled).await;
            vec![Refused::new(officer, "ENDING_REQUESTED", &Asks::carry_over(&name))]
        }
        "CancelMatter" => {
            let name = matter(Completed).await;
            village.accept(&name).await;
            village.end(&name, CarriedOver).await;
            vec![Refused::new(officer, "ENDING_REQUESTED", &Asks::cancel(&name))]
        }
        "AnswerEnding" => {
            let name = matter(Determined).await;
            let above = Who::officer(above(sandbox, code));
            vec![Refused::new(above, "ENDING_NOT_REQUESTED", &Asks::answer_ending(&name, true))]
        }
        _ => Vec::new(),
    }
}

/// The states of matters that can end without a strike-off.
const ENDABLE: &[&str] = &["DETERMINED", "IN_PROGRESS", "COMPLETED"];

/// The township of a village.
fn above<E: Engine>(sandbox: &Sandbox<E>, village: UnitCode) -> UnitCode {
    sandbox.register.parent(village).expect("a village has a township")
}

/// A village of the same township.
fn neighbour<E: Engine>(sandbox: &Sandbox<E>, village: UnitCode) -> UnitCode {
    let register = &sandbox.register;
    let township = register.parent(village).expect("a village has a township");
    let mut others = register.children(township).iter().copied();
    others.find(|other| *other != village).expect("a township has several villages")
}
