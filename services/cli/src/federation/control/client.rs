use std::{io, path::Path, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixStream,
    time::timeout,
};

use super::{ANSWER_BYTES, Answer, NodeReport, Question, socket};
use crate::{
    failure::{Exit, Failure},
    lang::Lang,
};

/// Stopping all nodes takes longest, and each of them is given a minute and a half.
const ANSWER_MAX: Duration = Duration::from_secs(300);

/// Asks the federation of a folder. An answer that refuses is a failure.
pub(in super::super) async fn ask(
    room: &Path,
    question: Question,
    lang: Lang,
) -> Result<Vec<NodeReport>, Failure> {
    let answer = match timeout(ANSWER_MAX, exchange(room, question)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Err(unreachable(room, &error, lang)),
        Err(_) => return Err(unreachable(room, &io::ErrorKind::TimedOut.into(), lang)),
    };
    match answer {
        Answer::Done => Ok(Vec::new()),
        Answer::Nodes { nodes } => Ok(nodes),
        Answer::Refused { why } => Err(Failure::new(Exit::Usage, why.text(lang))),
    }
}

async fn exchange(room: &Path, question: Question) -> io::Result<Answer> {
    let mut stream = UnixStream::connect(socket(room)).await?;
    let mut line = serde_json::to_vec(&question)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    let mut answer = Vec::new();
    BufReader::new(stream).take(ANSWER_BYTES).read_until(b'\n', &mut answer).await?;
    if answer.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&answer)?)
}

fn unreachable(room: &Path, error: &io::Error, lang: Lang) -> Failure {
    let room = room.display();
    let text = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => lang.pick(
            format!("{room} 中没有正在运行的联邦；请先用 yishi federation up 启动，目录不同的用 --dir 指定"),
            format!(
                "no federation runs in {room}; start one by yishi federation up, or name its folder by --dir"
            ),
        ),
        _ => lang.pick(
            format!("{room} 中的联邦没有应答：{error}"),
            format!("the federation in {room} does not answer: {error}"),
        ),
    };
    Failure::new(Exit::Unavailable, text)
}
