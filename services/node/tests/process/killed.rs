//! Killed in the midst of its work, a node has lost nothing that it acknowledged, and does nothing twice.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;
use yishi_proto::admin::v1 as admin;
use yishi_proto::intake::v1 as pb;

use crate::program::{Home, Intake, Program};

/// Villages of one township, with some callers each.
const VILLAGES: [&str; 4] = ["640324100200", "640324100201", "640324100202", "640324100203"];
const CALLERS: usize = 24;
const ROUNDS: usize = 3;
/// Answers after which the node is killed.
const ACKNOWLEDGED: usize = 150;

/// What was asked, and the answer if one came.
type Asked = BTreeMap<String, (pb::ProposeMatterRequest, Option<pb::Matter>)>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_node_has_lost_nothing_and_does_nothing_twice() {
    let home = Home::with("");
    let asked = Arc::new(Mutex::new(Asked::new()));
    for round in 0..ROUNDS {
        let program = home.start().await;
        work_until_killed(program, round, &asked).await;
    }
    let asked = Arc::into_inner(asked).expect("all callers have ended").into_inner().unwrap();
    let unheard = asked.values().filter(|(_, answer)| answer.is_none()).count();
    assert!(unheard > 0, "the node was killed while nobody waited");
    assert!(asked.len() - unheard >= ROUNDS * ACKNOWLEDGED);

    let program = home.start().await;
    repeat(&program, &asked).await;
    let matters = listed(&program).await;
    assert_eq!(matters.len(), asked.len(), "each request acted once");
    for village in VILLAGES {
        let own = matters.iter().filter(|matter| matter.name.contains(village));
        assert!(
            (1..).zip(own).all(|(ordinal, matter)| matter.name.ends_with(&format!("-{ordinal}"))),
            "a hole"
        );
    }
    let verdicts =
        program.admin().verify_journals(admin::VerifyJournalsRequest {}).await.unwrap().into_inner();
    for verdict in verdicts.verdicts {
        assert_eq!(verdict.first_bad_entry, None, "{}", verdict.service);
    }
    let status = program.admin().get_status(admin::GetStatusRequest {}).await.unwrap().into_inner();
    let intake = status.services.iter().find(|status| status.service == "intake").unwrap();
    let opened = intake.entries - i64::try_from(matters.len()).unwrap();
    let most = i64::try_from((ROUNDS + 1) * VILLAGES.len()).unwrap();
    assert!(
        (1..=most).contains(&opened),
        "{opened} entries open an epoch of a unit, all others propose a matter"
    );
    assert!(program.let_go().await.success());
}

/// Callers who propose without pause, until the node that answers them is no more.
async fn work_until_killed(program: Program, round: usize, asked: &Arc<Mutex<Asked>>) {
    let answered = Arc::new(AtomicUsize::new(0));
    let enough = Arc::new(tokio::sync::Notify::new());
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let village = VILLAGES[caller % VILLAGES.len()];
        let (mut office, asked) = (program.officer(village), Arc::clone(asked));
        let (answered, enough) = (Arc::clone(&answered), Arc::clone(&enough));
        callers.spawn(async move {
            for ordinal in 0.. {
                let ask = propose(village, round, caller, ordinal);
                asked.lock().unwrap().insert(ask.request_id.clone(), (ask.clone(), None));
                let Ok(answer) = office.propose_matter(ask.clone()).await else { return };
                asked.lock().unwrap().insert(ask.request_id.clone(), (ask, Some(answer.into_inner())));
                if answered.fetch_add(1, Ordering::SeqCst) + 1 == ACKNOWLEDGED {
                    enough.notify_one();
                }
            }
        });
    }
    enough.notified().await;
    program.kill().await;
    while let Some(ended) = callers.join_next().await {
        ended.unwrap();
    }
}

fn propose(village: &str, round: usize, caller: usize, ordinal: usize) -> pb::ProposeMatterRequest {
    pb::ProposeMatterRequest {
        parent: format!("villages/{village}"),
        year: 2022,
        matter: Some(pb::Matter {
            title: format!("第{caller}组修路"),
            description: "硬化三公里".to_owned(),
            category: pb::Category::Infrastructure as i32,
            subcategory: "village_road".to_owned(),
            households: 10,
            persons: 30,
            ..pb::Matter::default()
        }),
        request_id: format!("00000000-0000-4000-8000-{round:04}{caller:04}{ordinal:04}"),
        contact: None,
    }
}

/// Every request again: what was answered is answered the same, what was not is done now if it was not then.
async fn repeat(program: &Program, asked: &Asked) {
    let offices: BTreeMap<String, Intake> =
        VILLAGES.iter().map(|village| (format!("villages/{village}"), program.officer(village))).collect();
    for (ask, answer) in asked.values() {
        let mut office = offices[&ask.parent].clone();
        let again = office.propose_matter(ask.clone()).await.unwrap().into_inner();
        assert!(answer.as_ref().is_none_or(|answer| *answer == again), "{answer:?}, and now {again:?}");
        assert_eq!(office.propose_matter(ask.clone()).await.unwrap().into_inner(), again);
    }
}

async fn listed(program: &Program) -> Vec<pb::Matter> {
    let mut region = program.officer("640000000000");
    let mut ask = pb::ListMattersRequest {
        parent: "units/640000000000".to_owned(),
        page_size: 1000,
        ..pb::ListMattersRequest::default()
    };
    let mut matters = Vec::new();
    loop {
        let page = region.list_matters(ask.clone()).await.unwrap().into_inner();
        matters.extend(page.matters);
        if page.next_page_token.is_empty() {
            return matters;
        }
        ask.page_token = page.next_page_token;
    }
}
