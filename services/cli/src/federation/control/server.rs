use std::{fs, io, path::Path, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{UnixListener, UnixStream},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{Answer, QUESTION_BYTES, Question, Refusal, socket};

/// People who ask at once; more wait.
const ASKERS: usize = 16;
/// How long an asker may take to ask, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// A machine that has no socket left may have one soon.
const PAUSE: Duration = Duration::from_millis(50);

/// Who answers; may be asked by several at once.
pub(in super::super) trait Desk: Send + Sync + 'static {
    /// Answers one question.
    fn answer(self: Arc<Self>, question: Question) -> impl Future<Output = Answer> + Send;
}

/// The socket of a federation. Whoever serves has made sure that nobody else does.
#[derive(Debug)]
pub(in super::super) struct Server(UnixListener);

impl Server {
    pub(in super::super) fn bind(room: &Path) -> io::Result<Self> {
        let socket = socket(room);
        // Of a federation that was killed.
        match fs::remove_file(&socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        UnixListener::bind(&socket).map(Self)
    }

    /// Answers whoever asks until `stop` is done; answers that are under way then still go out.
    pub(in super::super) async fn serve<D: Desk>(self, desk: Arc<D>, stop: impl Future<Output = ()>) {
        let mut askers = JoinSet::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(_) = askers.join_next() => {}
                accepted = self.0.accept(), if askers.len() < ASKERS => match accepted {
                    Ok((asker, _)) => {
                        askers.spawn(attend(asker, Arc::clone(&desk)));
                    }
                    Err(_) => sleep(PAUSE).await,
                }
            }
        }
        // Nobody is left waiting for long: what takes time has ended with the federation.
        drop(timeout(PATIENCE, askers.join_all()).await);
    }
}

async fn attend<D: Desk>(asker: UnixStream, desk: Arc<D>) -> io::Result<()> {
    let (read, mut write) = asker.into_split();
    let mut line = Vec::new();
    // One byte more than a question has, to tell a long one from one that ends here.
    let mut reader = BufReader::new(read).take(QUESTION_BYTES + 1);
    timeout(PATIENCE, reader.read_until(b'\n', &mut line)).await??;
    let answer = match question(&line) {
        Ok(question) => desk.answer(question).await,
        Err(problem) => Answer::Refused { why: Refusal::Unreadable { problem } },
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    timeout(PATIENCE, write.write_all(&line)).await?
}

fn question(line: &[u8]) -> Result<Question, String> {
    if u64::try_from(line.len()).is_ok_and(|length| length > QUESTION_BYTES) {
        return Err(format!("more than {QUESTION_BYTES} bytes"));
    }
    serde_json::from_slice(line).map_err(|error| error.to_string())
}
