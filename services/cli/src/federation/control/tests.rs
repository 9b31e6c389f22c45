use std::{fs, io, sync::Arc, time::Duration};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
    sync::oneshot,
    task::JoinHandle,
};

use super::*;
use crate::failure::Exit;

const UNIT: &str = "640323000000";

fn unit() -> UnitCode {
    UNIT.parse().unwrap()
}

fn report() -> NodeReport {
    NodeReport {
        unit: unit(),
        name: "盐池县".to_owned(),
        parent: Some("640300000000".parse().unwrap()),
        address: "127.0.0.1:19000".to_owned(),
        admin: "127.0.0.1:19001".to_owned(),
        state: State::Up,
        pid: Some(7),
        starts: 2,
        resident_bytes: Some(17 << 20),
        cut: Some(Cut::Up),
    }
}

/// Knows one node, and takes its time to stop.
struct Clerk;

impl Desk for Clerk {
    async fn answer(self: Arc<Self>, question: Question) -> Answer {
        match question {
            Question::Status => Answer::Nodes { nodes: vec![report(); 3] },
            Question::Kill { unit, .. } if unit != report().unit => {
                Answer::Refused { why: Refusal::NoNode { unit, host: None } }
            }
            Question::Down => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Answer::Done
            }
            _ => Answer::Done,
        }
    }
}

/// A clerk in a new folder, who stays until told to go.
fn serving(room: &TempDir) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let server = Server::bind(room.path()).unwrap();
    let (go, told) = oneshot::channel();
    (go, tokio::spawn(server.serve(Arc::new(Clerk), async move { drop(told.await) })))
}

#[test]
fn questions_and_answers_go_there_and_back() {
    for question in [
        Question::Status,
        Question::Kill { unit: unit(), stay: true },
        Question::Start { unit: unit() },
        Question::Cut { unit: unit(), way: None },
        Question::Cut { unit: unit(), way: Some(Way::Down) },
        Question::Heal { unit: None },
        Question::Advance { to_us: 1 },
        Question::Down,
    ] {
        let text = serde_json::to_string(&question).unwrap();
        assert_eq!(serde_json::from_str::<Question>(&text).unwrap(), question, "{text}");
    }
    let text = serde_json::to_string(&Question::Kill { unit: unit(), stay: false }).unwrap();
    assert_eq!(text, r#"{"ask":"kill","unit":"640323000000","stay":false}"#);
    for answer in [
        Answer::Done,
        Answer::Nodes { nodes: vec![report()] },
        Answer::Refused { why: Refusal::NoWayUp { unit: unit() } },
    ] {
        let text = serde_json::to_string(&answer).unwrap();
        assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer, "{text}");
    }
}

#[test]
fn every_refusal_is_told_in_both_languages() {
    let host = Some("640300000000".parse().unwrap());
    for (why, english) in [
        (Refusal::NoNode { unit: unit(), host: None }, "does not belong"),
        (Refusal::NoNode { unit: unit(), host }, "the node of 640300000000 hosts it"),
        (Refusal::NoWayUp { unit: unit() }, "topmost"),
        (Refusal::NoManualClock, "--clock manual"),
        (Refusal::Unreadable { problem: "x".to_owned() }, "not a request: x"),
        (Refusal::Failed { problem: "x".to_owned() }, "x"),
    ] {
        assert!(why.text(Lang::En).contains(english), "{why:?}");
        assert!(!why.text(Lang::Zh).is_empty());
    }
}

#[tokio::test]
async fn a_question_is_answered_and_a_refusal_is_a_failure() {
    let room = TempDir::new().unwrap();
    let (_go, _serving) = serving(&room);
    assert_eq!(ask(room.path(), Question::Status, Lang::En).await.unwrap().len(), 3);
    assert_eq!(ask(room.path(), Question::Heal { unit: None }, Lang::En).await.unwrap(), []);
    let stranger = Question::Kill { unit: "110000000000".parse().unwrap(), stay: false };
    let failure = ask(room.path(), stranger, Lang::En).await.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
}

#[tokio::test]
async fn a_folder_without_a_federation_is_told() {
    let room = TempDir::new().unwrap();
    let failure = ask(room.path(), Question::Status, Lang::En).await.unwrap_err();
    assert_eq!(failure.exit, Exit::Unavailable);
    assert!(failure.to_string().contains("yishi federation up"), "{failure}");
    // What a killed one left behind is in nobody's way.
    drop(Server::bind(room.path()).unwrap());
    let failure = ask(room.path(), Question::Status, Lang::Zh).await.unwrap_err();
    assert_eq!(failure.exit, Exit::Unavailable);
    let (_go, _serving) = serving(&room);
    ask(room.path(), Question::Status, Lang::En).await.unwrap();
}

async fn said(room: &TempDir, line: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket(room.path())).await.unwrap();
    // The other side may hang up before it has read all of a line that is too long.
    let _ = stream.write_all(line).await;
    let mut answer = String::new();
    match stream.read_to_string(&mut answer).await {
        Err(error) if error.kind() != io::ErrorKind::ConnectionReset => panic!("{error}"),
        _ => answer,
    }
}

#[tokio::test]
async fn what_is_no_question_is_refused_and_bounded() {
    let room = TempDir::new().unwrap();
    let (_go, _serving) = serving(&room);
    for line in [&b"\n"[..], b"{}\n", b"{\"ask\":\"dance\"}\n", b"\xff\n"] {
        assert!(said(&room, line).await.contains("unreadable"), "{line:?}");
    }
    let long = [b' '; 64 << 10];
    let answer = said(&room, &long).await;
    assert!(answer.is_empty() || answer.contains("more than 4096 bytes"), "{answer}");
}

#[tokio::test]
async fn who_asked_before_the_end_is_answered() {
    let room = TempDir::new().unwrap();
    let (go, serving) = serving(&room);
    let path = room.path().to_owned();
    let asked = tokio::spawn(async move { ask(&path, Question::Down, Lang::En).await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    go.send(()).unwrap();
    asked.await.unwrap().unwrap();
    serving.await.unwrap();
    assert!(fs::exists(socket(room.path())).unwrap());
}
