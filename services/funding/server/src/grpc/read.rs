//! What is read past the writer by name.

use tonic::{Request, Response, Status};
use yishi_proto::funding::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_store::Engine;

use crate::convert;
use crate::model::Funding;
use crate::store;

pub(super) async fn channel<E: Engine>(
    desk: &Desk<E, Funding>,
    request: Request<pb::GetChannelRequest>,
) -> Result<Response<pb::Channel>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let id = convert::channel_name(&mut check, "name", &request.name);
    let id = check.finish(|| id)?;
    let channel = store::channel::<E>(&mut reader, id).await.map_err(unreadable)?;
    reader.done();
    Ok(Response::new(channel.ok_or_else(|| convert::unknown_channel(id))?))
}

pub(super) async fn transfer<E: Engine>(
    desk: &Desk<E, Funding>,
    request: Request<pb::GetTransferRequest>,
) -> Result<Response<pb::Transfer>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let id = convert::transfer_name(&mut check, "name", &request.name);
    let id = check.finish(|| id)?;
    let transfer = store::transfer::<E>(&mut reader, id).await.map_err(unreadable)?;
    reader.done();
    Ok(Response::new(transfer.ok_or_else(|| convert::unknown_transfer(id))?))
}

pub(super) async fn matter<E: Engine>(
    desk: &Desk<E, Funding>,
    request: Request<pb::GetMatterFundingRequest>,
) -> Result<Response<pb::MatterFunding>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let id = check.matter("matter", &request.matter);
    let id = check.finish(|| id)?;
    let matter = store::matter::<E>(&mut reader, id).await.map_err(unreadable)?;
    reader.done();
    Ok(Response::new(matter.ok_or_else(|| convert::unknown_matter(id))?))
}

pub(super) async fn ledger<E: Engine>(
    desk: &Desk<E, Funding>,
    request: Request<pb::GetLedgerRequest>,
) -> Result<Response<pb::Ledger>, Status> {
    let (request, mut reader) = desk.read(request).await?;
    let mut check = Checker::default();
    let unit = check.unit_name("unit", "units", &request.unit);
    let year = check.year("year", request.year);
    let (unit, year) = check.finish(|| unit.zip(year))?;
    let holdings = store::ledger::<E>(&mut reader, unit, year).await.map_err(unreadable)?;
    reader.done();
    Ok(Response::new(pb::Ledger { unit: request.unit, year: request.year, holdings }))
}
