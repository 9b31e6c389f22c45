//! `ImportMatters`: a file, line by line.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use prost::Message;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep, timeout_at};
use tonic::{Code, Request, Response, Status, Streaming};
use yishi_intake_domain::Policies;
use yishi_kernel::{Clock, Level, RequestId, UnitCode, Year};
use yishi_proto::intake::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::Desk;
use yishi_runtime::errors::{Failure, Lang, reasons};
use yishi_seal::Keyring;
use yishi_store::Engine;

use super::{Bulk, FORMATS, answer, pieces, turn};
use crate::bulk::{self, Column, Columns, FILE_BYTES, Line, Misread, Sheet, Verdict};
use crate::convert;
use crate::model::Intake;
use crate::task::Task;

/// How long a file may take to come in, and how long the next piece of it: others wait meanwhile.
const SENDING: Duration = Duration::from_secs(240);
const SILENCE: Duration = Duration::from_secs(15);
/// Lines that are with the writer at once: as many as it takes of imports into a batch.
const AT_ONCE: usize = 64;
/// How long a line waits while the writer has no room.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// The same line, in whichever file.
pub(super) type LineKey = [u8; 16];

/// One file on its way.
pub(super) struct Import<E: Engine> {
    pub(super) desk: Desk<E, Intake>,
    pub(super) policies: Arc<Policies>,
    keys: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) opener: Caller,
    unit: UnitCode,
    format: pb::BulkFormat,
    year: Option<Year>,
    is_dry_run: bool,
    pub(super) lang: Lang,
}

/// A file that could be read.
pub(super) struct Opened {
    sheet: Sheet,
    columns: Columns,
}

/// What is known of its lines before anything is done.
pub(super) struct Judged {
    pub(super) verdicts: Vec<Verdict>,
    /// The places of those that are ready.
    pub(super) ready: HashMap<LineKey, usize>,
    /// What they are for.
    pub(super) years: BTreeSet<(UnitCode, Year)>,
}

impl<E: Engine> Bulk<E> {
    pub(super) async fn import(
        &self,
        request: Request<Streaming<pb::ImportMattersRequest>>,
    ) -> Result<Response<BoxStream<'static, Result<pb::ImportMattersResponse, Status>>>, Status> {
        let opener = self.desk.opener(&request).await?;
        let mut sent = request.into_inner();
        let first = sent.message().await.map_err(unread)?.unwrap_or_default();
        self.desk.let_in(&opener, &first)?;
        let import = Arc::new(self.begin(opener, &first)?);
        let (turns, lang) = (Arc::clone(&self.imports), import.lang);
        let work = async move {
            let turn = turn(turns).await?;
            import.carry_out(first.chunk, sent, turn).await
        };
        Ok(answer(work, lang))
    }

    fn begin(&self, opener: Caller, first: &pb::ImportMattersRequest) -> Result<Import<E>, Failure> {
        let mut check = Checker::default();
        let unit = check.unit_name("unit", "units", &first.unit);
        let format = check.enumeration::<pb::BulkFormat>("format", first.format, FORMATS);
        let year = match first.year {
            0 => Some(None),
            year => check.year("year", year).map(Some),
        };
        check.finish(|| {
            Some(Import {
                desk: self.desk.clone(),
                policies: Arc::clone(&self.policies),
                keys: Arc::clone(&self.keys),
                clock: Arc::clone(&self.clock),
                opener,
                unit: unit?,
                format: format?,
                year: year?,
                is_dry_run: first.dry_run,
                lang: Lang::current(),
            })
        })
    }
}

impl<E: Engine> Import<E> {
    async fn carry_out(
        self: Arc<Self>,
        first: Vec<u8>,
        sent: Streaming<pb::ImportMattersRequest>,
        turn: Arc<OwnedSemaphorePermit>,
    ) -> Result<impl Iterator<Item = pb::ImportMattersResponse> + Send, Failure> {
        let bytes = received(first, sent).await?;
        // Work on another thread goes on when nobody waits for it any more, and so does its turn.
        let (this, mine) = (Arc::clone(&self), Arc::clone(&turn));
        let read = tokio::task::spawn_blocking(move || {
            let _turn = mine;
            let opened = open(this.format, &bytes)?;
            drop(bytes);
            let judged = this.judge(&opened);
            Ok::<_, Failure>((Arc::new(opened), judged))
        });
        // What makes a library panic is no file that anybody can read.
        let read = read.await.unwrap_or_else(|_| Err(misread([Misread::unreadable()])));
        let (opened, mut judged) = read?;
        self.find_known(&mut judged).await?;
        if self.is_dry_run {
            self.try_out(&opened, &mut judged).await?;
        } else {
            self.put_forward(&opened, &mut judged).await?;
        }
        let verdicts = judged.verdicts;
        let summary = summary(&verdicts);
        let pb::ImportSummary { imported, repeated, refused } = summary;
        tracing::info!(unit = %self.unit, dry_run = self.is_dry_run, imported, repeated, refused, "a file was imported");
        let lang = self.lang;
        let mine = Arc::clone(&turn);
        let written = tokio::task::spawn_blocking(move || {
            let _turn = mine;
            bulk::annotate(&opened.sheet, &opened.columns, &verdicts, lang)
        });
        let written = written.await.map_err(|error| Failure::internal("writing a file", &error))?;
        let file = written.map_err(|error| Failure::internal("writing a file", &*error))?;
        let last = pb::ImportMattersResponse { chunk: Vec::new(), summary: Some(summary) };
        Ok(pieces(file, turn).map(|chunk| pb::ImportMattersResponse { chunk, summary: None }).chain([last]))
    }

    /// Looks at each line by itself, and for those that are there twice.
    fn judge(&self, opened: &Opened) -> Judged {
        let (mut ready, mut years) = (HashMap::new(), BTreeSet::new());
        let verdicts = (0..opened.sheet.lines.len()).map(|nth| {
            let (key, of) = match self.asks(opened, nth) {
                Ok(Some((request, key))) => (key, self.of(&request)),
                Ok(None) => return Verdict::Empty,
                Err(refused) => return refused,
            };
            if let Some(first) = ready.get(&key) {
                // The first line of a file names its columns.
                return self.refused(&Failure::new(&reasons::LINE_REPEATED).with("line", first + 2));
            }
            ready.insert(key, nth);
            years.extend(of);
            Verdict::Ready
        });
        Judged { verdicts: verdicts.collect(), ready, years }
    }

    /// What a line asks for, and its key; none if it is empty; or what is wrong with it.
    pub(super) fn asks(
        &self,
        opened: &Opened,
        nth: usize,
    ) -> Result<Option<(pb::ProposeMatterRequest, LineKey)>, Verdict> {
        let Opened { sheet, columns } = opened;
        let line = Line { format: sheet.format, columns, cells: &sheet.lines[nth] };
        let Some(mut draft) = bulk::read(line) else { return Ok(None) };
        self.desk.let_in(&self.opener, &draft.request).map_err(|no| self.refused(&no))?;
        let key = self.key(&draft.request);
        draft.request.request_id = RequestId::from_random_bytes(key).to_string();
        let register = &self.desk.house().register;
        if let Some((village, year)) = self.of(&draft.request) {
            if !register.is_within(village, self.unit) {
                let unit = self.unit;
                draft.refuse(Column::Village, format!("不在 {unit} 辖内"), format!("is not within {unit}"));
            }
            if let Some(own) = self.year.filter(|own| *own != year) {
                draft.refuse(Column::Year, format!("不是 {own} 年度"), format!("is not {own}"));
            }
        }
        if let Err(failure) = self.command(&draft.request) {
            draft.refuse_all(&failure, columns);
        }
        if draft.is_good() {
            return Ok(Some((draft.request, key)));
        }
        Err(Verdict::Refused(reasons::INVALID_FIELDS.name, draft.words(columns, self.lang)))
    }

    /// The village and the year that a request is for, if they can be read.
    fn of(&self, request: &pb::ProposeMatterRequest) -> Option<(UnitCode, Year)> {
        let village: UnitCode = request.parent.strip_prefix("villages/")?.parse().ok()?;
        let is_village = self.desk.house().register.level(village) == Some(Level::Village);
        Some((village, Year::try_from(request.year).ok()?)).filter(|_| is_village)
    }

    /// The key of whoever asks for this: nothing counts but the village, the year and the content.
    pub(super) fn key(&self, request: &pb::ProposeMatterRequest) -> LineKey {
        let digest = self.desk.digest("line", &request.encode_to_vec());
        let mut key = LineKey::default();
        key.copy_from_slice(&digest[..16]);
        key
    }

    /// Hands what is ready to the writer, in the order of the file and so many at once.
    async fn put_forward(&self, opened: &Opened, judged: &mut Judged) -> Result<(), Failure> {
        let ready = judged.places();
        let mut done = stream::iter(ready).map(|nth| self.put(opened, nth)).buffered(AT_ONCE);
        while let Some((nth, verdict)) = done.try_next().await? {
            judged.verdicts[nth] = verdict;
        }
        Ok(())
    }

    async fn put(&self, opened: &Opened, nth: usize) -> Result<(usize, Verdict), Failure> {
        let request = match self.asks(opened, nth) {
            Ok(Some((request, _))) => request,
            Ok(None) => return Ok((nth, Verdict::Empty)),
            // A unit may have been moved since.
            Err(refused) => return Ok((nth, refused)),
        };
        let last = Instant::now() + PATIENCE;
        loop {
            let failure = match self.desk.import(&self.opener, &request, || self.command(&request)).await {
                Ok(answer) => {
                    let matter = pb::Matter::decode(answer.response.as_slice())
                        .map_err(|error| Failure::internal("reading a recorded answer", &error))?;
                    let told = if answer.repeated { Verdict::Repeated } else { Verdict::Imported };
                    return Ok((nth, told(matter.name)));
                }
                Err(failure) => failure,
            };
            match failure.reason().code {
                Code::ResourceExhausted if Instant::now() < last => sleep(PAUSE).await,
                // Not the line's fault: what was done is done, and the file may be sent again.
                Code::ResourceExhausted | Code::Unavailable | Code::DeadlineExceeded | Code::Internal => {
                    return Err(failure);
                }
                _ => return Ok((nth, self.refused(&failure))),
            }
        }
    }

    /// What the writer is asked to do.
    pub(super) fn command(&self, request: &pb::ProposeMatterRequest) -> Result<(RequestId, Task), Failure> {
        convert::person::propose(request, &self.opener, &self.desk.house().register, &self.keys)
    }

    /// Why a line was not put forward.
    pub(super) fn refused(&self, failure: &Failure) -> Verdict {
        let mut words = failure.text(self.lang);
        for problem in failure.fields() {
            let told = if self.lang == Lang::En { &problem.en } else { &problem.zh };
            words = format!("{words}: {told}");
        }
        Verdict::Refused(failure.reason().name, words)
    }
}

impl Judged {
    /// The places of the lines that are ready, in their order.
    pub(super) fn places(&self) -> Vec<usize> {
        let ready = self.verdicts.iter().enumerate().filter(|(_, verdict)| **verdict == Verdict::Ready);
        ready.map(|(nth, _)| nth).collect()
    }
}

/// All bytes of a file.
async fn received(first: Vec<u8>, mut sent: Streaming<pb::ImportMattersRequest>) -> Result<Vec<u8>, Failure> {
    let (mut bytes, until) = (first, Instant::now() + SENDING);
    loop {
        if bytes.len() > FILE_BYTES {
            return Err(misread([Misread::too_large()]));
        }
        let next = until.min(Instant::now() + SILENCE);
        let late = |_| Failure::new(&reasons::DEADLINE_EXCEEDED).with("after_ms", SILENCE.as_millis());
        let piece = timeout_at(next, sent.message()).await.map_err(late)?;
        match piece.map_err(|status| Failure::unread(&status).unwrap_or_else(broken_off))? {
            Some(piece) => bytes.extend_from_slice(&piece.chunk),
            None => return Ok(bytes),
        }
    }
}

fn unread(status: Status) -> Status {
    Failure::unread(&status).map_or(status, Status::from)
}

/// Nobody reads this: who sent it has gone.
fn broken_off() -> Failure {
    Failure::new(&reasons::STOPPING)
}

fn open(format: pb::BulkFormat, bytes: &[u8]) -> Result<Opened, Failure> {
    let sheet = Sheet::read(format, bytes).map_err(|wrong| misread([wrong]))?;
    let columns = Columns::of(&sheet.header).map_err(misread)?;
    Ok(Opened { sheet, columns })
}

fn misread(wrong: impl IntoIterator<Item = Misread>) -> Failure {
    let mut check = Checker::default();
    for Misread { zh, en } in wrong {
        check.refuse("chunk", zh, en);
    }
    check.finish(|| None::<()>).err().unwrap_or_else(|| Failure::new(&reasons::INTERNAL))
}

fn summary(verdicts: &[Verdict]) -> pb::ImportSummary {
    let mut summary = pb::ImportSummary::default();
    for verdict in verdicts {
        match verdict {
            Verdict::Empty => {}
            Verdict::Ready | Verdict::Imported(_) => summary.imported += 1,
            Verdict::Repeated(_) => summary.repeated += 1,
            Verdict::Refused(..) => summary.refused += 1,
        }
    }
    summary
}
