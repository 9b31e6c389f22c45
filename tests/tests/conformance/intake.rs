//! Intake's cases: for each method that changes something, a request that would be done, and what the matter's
//! story may have against one that is right in every field.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::DetermineMatterRequest;
use yishi_proto::intake::v1::MatterState::{
    self, Completed, Deliberated, Determined, InProgress, Noticed, Proposed,
};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, OPENS, STATES, Sandbox, Village, YEAR};

/// A request that would be done.
pub(crate) struct Ready {
    /// Who may ask.
    pub(crate) role: Role,
    /// In which states a matter can be for it; none if it is about no matter.
    pub(crate) states: &'static [MatterState],
    /// The request.
    pub(crate) request: Vec<u8>,
}

/// A request that is right in every field and refused all the same.
pub(crate) struct Refused {
    pub(crate) reason: &'static str,
    /// The field that is named, where one is.
    pub(crate) field: &'static str,
    pub(crate) request: Vec<u8>,
}

fn officer(states: &'static [MatterState], request: &impl Message) -> Ready {
    Ready { role: Role::Officer, states, request: request.encode_to_vec() }
}

fn refused(reason: &'static str, request: &impl Message) -> Refused {
    Refused { reason, field: "", request: request.encode_to_vec() }
}

fn wrong(field: &'static str, request: &impl Message) -> Refused {
    Refused { field, ..refused("INVALID_FIELDS", request) }
}

/// A request that this village can make now; `None` for a method nobody has told about.
pub(crate) async fn ready<E: Engine>(
    method: &str,
    sandbox: &Sandbox<E>,
    village: &mut Village,
) -> Option<Ready> {
    let code = village.code;
    let mut matter = async |state| sandbox.matter_in(village, state).await.name;
    Some(match method {
        "ProposeMatter" => officer(&[], &Asks::propose(code, "硬化村道")),
        "UpdateMatter" => officer(&[Proposed], &Asks::update(&matter(Proposed).await)),
        "SupportMatter" => officer(&[Proposed], &Asks::support(&matter(Proposed).await, "v-2")),
        "MergeMatter" => {
            let (name, into) = (matter(Proposed).await, matter(Proposed).await);
            officer(&[Proposed], &Asks::merge(&name, &into))
        }
        "DeclineMatter" => officer(&[Proposed, Deliberated, Noticed], &Asks::decline(&matter(Noticed).await)),
        "WithdrawMatter" => officer(&[Proposed], &Asks::withdraw(&matter(Proposed).await)),
        "RecordDeliberation" => {
            officer(&[Proposed], &Asks::deliberate(&matter(Proposed).await, OPENS, (30, 24, 20)))
        }
        "PublishNotice" => officer(&[Deliberated], &Asks::publish(&matter(Deliberated).await)),
        "FileObjection" => officer(&[Noticed], &Asks::object(&matter(Noticed).await, "v-8")),
        "AnswerObjection" => {
            let name = matter(Noticed).await;
            village.object(&name, "v-8").await;
            officer(&[Noticed], &Asks::answer(&name, 1, false))
        }
        "DetermineMatter" => {
            officer(&[Noticed], &Asks::determine(village.ripe.last().expect("a ripe village")))
        }
        "RecordProgress" => {
            officer(&[Determined, InProgress], &Asks::progress(&matter(Determined).await, 40))
        }
        "CompleteMatter" => {
            let name = matter(InProgress).await;
            village.progress(&name, 100).await;
            officer(&[InProgress], &Asks::complete(&name))
        }
        "AcceptMatter" => {
            let accept = officer(&[Completed], &Asks::accept(&matter(Completed).await));
            Ready { role: Role::Supervisor, ..accept }
        }
        "RequestClosing" => {
            let name = matter(Completed).await;
            village.accept(&name).await;
            officer(&[Completed], &Asks::close(&name))
        }
        _ => return None,
    })
}

/// What is refused for the sake of what happened before, in a village of its own.
pub(crate) async fn refusals<E: Engine>(
    method: &str,
    sandbox: &Sandbox<E>,
    village: &mut Village,
) -> Vec<Refused> {
    let code = village.code;
    let mut matter = async |state| sandbox.matter_in(village, state).await.name;
    match method {
        "ProposeMatter" => [YEAR - 1, YEAR + 1]
            .map(|year| refused("OUT_OF_SEASON", &Asks::propose_this(code, year, Asks::matter("修路"))))
            .into(),
        "SupportMatter" => vec![refused("ALREADY_SUPPORTED", &Asks::support(&matter(Proposed).await, "v-1"))],
        "MergeMatter" => {
            let name = matter(Proposed).await;
            let elsewhere = sandbox.village(neighbour(sandbox, code)).propose("修路").await.name;
            let mut targets = vec![name.clone(), elsewhere, format!("{name}9999")];
            for state in STATES.into_iter().filter(|state| *state != Proposed && *state as i32 <= 3) {
                targets.push(matter(state).await);
            }
            targets.iter().map(|into| refused("MERGE_TARGET_INVALID", &Asks::merge(&name, into))).collect()
        }
        "DeclineMatter" => {
            let name = matter(Noticed).await;
            village.object(&name, "v-8").await;
            vec![refused("OBJECTION_OPEN", &Asks::decline(&name))]
        }
        "RecordDeliberation" => {
            let name = matter(Proposed).await;
            village.deliberate(&name, OPENS, (30, 10, 10)).await;
            let held = |day: &str| wrong("deliberation.held_on", &Asks::deliberate(&name, day, (30, 24, 20)));
            let mut short = Asks::deliberate(&name, OPENS, (30, 24, 20));
            short.deliberation.get_or_insert_default().against -= 1;
            vec![
                held("2021-10-31"),
                held("2021-11-30"),
                held("2022-12-31"),
                wrong("deliberation.present", &Asks::deliberate(&name, OPENS, (30, 31, 20))),
                wrong("deliberation.in_favour", &short),
            ]
        }
        "FileObjection" => {
            let name = matter(Noticed).await;
            for ordinal in 0..100 {
                village.object(&name, &format!("v-{ordinal}")).await;
            }
            vec![refused("TOO_MANY_OBJECTIONS", &Asks::object(&name, "v-100"))]
        }
        "AnswerObjection" => {
            let name = matter(Noticed).await;
            village.object(&name, "v-8").await;
            village.answer(&name, 1, false).await;
            let answer = |objection| Asks::answer(&name, objection, false);
            vec![
                refused("OBJECTION_NOT_FOUND", &answer(2)),
                refused("OBJECTION_NOT_FOUND", &answer(i32::MAX)),
                refused("OBJECTION_ANSWERED", &answer(1)),
            ]
        }
        "DetermineMatter" => {
            let early = matter(Noticed).await;
            matter(Determined).await;
            let (contested, spare) = (village.ripe.remove(0), village.ripe.remove(0));
            village.object(&contested, "v-8").await;
            let due = |day: &str| {
                let due_day = day.to_owned();
                wrong("due_day", &DetermineMatterRequest { due_day, ..Asks::determine(&spare) })
            };
            vec![
                refused("OBJECTION_OPEN", &Asks::determine(&contested)),
                refused("SLOT_TAKEN", &Asks::determine(&spare)),
                refused("NOTICE_RUNNING", &Asks::determine(&early)),
                due("2021-12-01"),
                due("2023-01-01"),
            ]
        }
        "RecordProgress" => {
            vec![refused("PROGRESS_BACKWARDS", &Asks::progress(&matter(InProgress).await, 39))]
        }
        "CompleteMatter" => vec![refused("WORK_UNFINISHED", &Asks::complete(&matter(InProgress).await))],
        "AcceptMatter" => {
            let name = matter(Completed).await;
            village.accept(&name).await;
            vec![refused("ALREADY_ACCEPTED", &Asks::accept(&name))]
        }
        "RequestClosing" => {
            let name = matter(Completed).await;
            vec![refused("NOT_ACCEPTED", &Asks::close(&name))]
        }
        _ => Vec::new(),
    }
}

/// A village of the same township.
pub(crate) fn neighbour<E: Engine>(sandbox: &Sandbox<E>, village: UnitCode) -> UnitCode {
    let register = &sandbox.register;
    let township = register.parent(village).expect("a village has a township");
    let mut others = register.children(township).iter().copied();
    others.find(|other| *other != village).expect("a township has several villages")
}
