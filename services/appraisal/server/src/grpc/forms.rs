//! `SubmitForms`: a stream of batches, each of them a command.

use std::collections::BTreeMap;

use prost::Message;
use tonic::{Request, Response, Status, Streaming};
use yishi_appraisal_domain::{Act, Command, TokenHash, UnitYear, limits};
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::access::Caller;
use yishi_runtime::desk::{Desk, placed};
use yishi_runtime::errors::{Failure, Lang, reasons};
use yishi_store::{Answer, Engine, Model};

use crate::convert;
use crate::model::{Appraisal, Task};

pub(super) async fn submit<E: Engine>(
    desk: &Desk<E, Appraisal>,
    request: Request<Streaming<pb::SubmitFormsRequest>>,
) -> Result<Response<pb::SubmitFormsResponse>, Status> {
    let opener = desk.opener(&request).await?;
    let mut batches = request.into_inner();
    let (mut sums, mut position) = (Sums::default(), None);
    // One after the other: nothing after a refused batch is counted.
    for nth in 1.. {
        let message = batches.message().await.map_err(|status| unread(status, nth))?;
        let Some(message) = message else { break };
        let answer = take(desk, &opener, nth, &message).await.map_err(|no| no.with("batch", nth))?;
        sums.add(&answer)?;
        position = Some(answer.position);
    }
    let Some(position) = position else { return Ok(Response::new(sums.told())) };
    Ok(placed(sums.told(), Appraisal::SERVICE, position)?)
}

async fn take<E: Engine>(
    desk: &Desk<E, Appraisal>,
    opener: &Caller,
    nth: usize,
    message: &pb::SubmitFormsRequest,
) -> Result<Answer, Failure> {
    if nth > limits::BATCHES_PER_STREAM {
        return Err(too_many());
    }
    let answer = desk.import(opener, message, || {
        let digest = |token: &str| TokenHash::new(desk.digest("token", token.as_bytes()));
        let sent = convert::batch(message, &desk.house().register, digest)?;
        let about = UnitYear { unit: sent.village, year: sent.year };
        Ok((sent.request_id, Task::Asked(Command::Ask { about, act: Act::CountForms(sent.batch) })))
    });
    answer.await
}

/// A batch that cannot be read ends the stream like any other that is refused.
fn unread(status: Status, nth: usize) -> Status {
    Failure::unread(&status).map_or(status, |no| no.with("batch", nth).into())
}

fn too_many() -> Failure {
    let failure = Failure::new(&reasons::TOO_MANY_BATCHES).with("limit", limits::BATCHES_PER_STREAM);
    let (kind, zh, en) = (failure.reason().name, failure.text(Lang::Zh), failure.text(Lang::En));
    failure.precondition(kind, "stream", zh, en)
}

/// The sums over all batches of a stream.
#[derive(Default)]
struct Sums {
    told: pb::SubmitFormsResponse,
    refused: BTreeMap<i32, i64>,
}

impl Sums {
    fn add(&mut self, answer: &Answer) -> Result<(), Failure> {
        let one = pb::SubmitFormsResponse::decode(answer.response.as_slice())
            .map_err(|error| Failure::internal("reading a recorded answer", &error))?;
        self.told.batches += one.batches;
        self.told.accepted += one.accepted;
        self.told.repeated_forms += one.repeated_forms;
        for row in one.refused {
            *self.refused.entry(row.problem).or_default() += row.forms;
        }
        Ok(())
    }

    fn told(self) -> pb::SubmitFormsResponse {
        let refused = self.refused.into_iter().map(|(problem, forms)| pb::RefusedForms { problem, forms });
        pb::SubmitFormsResponse { refused: refused.collect(), ..self.told }
    }
}
