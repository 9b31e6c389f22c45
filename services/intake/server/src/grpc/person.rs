//! How proposers are reached, as it is served. Nothing of it passes the desk or the writer unsealed.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_kernel::{MatterId, PersonId};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::person_service_server::{PersonService, PersonServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, rejected, unreadable};
use yishi_runtime::errors::Failure;
use yishi_seal::{Contact, Keyring};
use yishi_store::{Engine, Rejection, sealed};

use super::found;
use crate::convert::person::{opened, readable, set_contact, view};
use crate::model::Intake;
use crate::refused::Refused;
use crate::store;

/// The service of contacts.
pub struct Persons<E: Engine> {
    desk: Desk<E, Intake>,
    keys: Arc<Keyring>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn persons<E: Engine>(
    desk: Desk<E, Intake>,
    keys: Arc<Keyring>,
    limits: &config::Grpc,
) -> PersonServiceServer<Persons<E>> {
    PersonServiceServer::from_arc(Arc::new(Persons { desk, keys }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

impl<E: Engine> Persons<E> {
    async fn open(
        &self,
        conn: &mut E::Connection,
        matter: MatterId,
        person: PersonId,
    ) -> Result<Contact, Failure> {
        // Nothing that happens to a unit that was given back is heard here any more, an erasure neither.
        let house = self.desk.house();
        let moved = house.moved(matter.village).filter(|_| !house.hosts(matter.village));
        if let Some(elsewhere) =
            moved.filter(|elsewhere| house.register.is_within(house.root, elsewhere.holder))
        {
            return Err(rejected(Rejection::<Refused>::Elsewhere(elsewhere), matter));
        }
        let kept = sealed::find::<E>(conn, matter.village, person).await.map_err(unreadable)?;
        opened(&self.keys, matter, kept.as_ref())
    }

    async fn masked(&self, conn: &mut E::Connection, id: MatterId) -> Result<pb::ContactView, Failure> {
        let matter = found(store::get::<E>(conn, id).await, id)?;
        let person = readable(&matter)?;
        let contact = self.open(conn, id, person).await?;
        Ok(view(id, person, &contact, true))
    }
}

#[tonic::async_trait]
impl<E: Engine> PersonService for Persons<E> {
    async fn get_contact(
        &self,
        request: Request<pb::GetContactRequest>,
    ) -> Result<Response<pb::ContactView>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let name = check.matter("name", &request.name);
        let id = check.finish(|| name)?;
        let masked = self.masked(&mut reader, id).await;
        reader.done();
        Ok(Response::new(masked?))
    }

    async fn reveal_contact(
        &self,
        request: Request<pb::RevealContactRequest>,
    ) -> Result<Response<pb::ContactView>, Status> {
        // That somebody looks is written down before there is anything to see.
        let looked = self.desk.write(request).await?;
        let (metadata, matter, extensions) = looked.into_parts();
        let id: MatterId =
            matter.name.parse().map_err(|error| Failure::internal("reading an answer", &error))?;
        let person = readable(&matter)?;
        let mut reader = self.desk.reader().await?;
        let contact = self.open(&mut reader, id, person).await;
        reader.done();
        Ok(Response::from_parts(metadata, view(id, person, &contact?, false), extensions))
    }

    async fn set_contact(
        &self,
        request: Request<pb::SetContactRequest>,
    ) -> Result<Response<pb::Matter>, Status> {
        self.desk.write_as(request, |request, _caller, _register| set_contact(request, &self.keys)).await
    }

    async fn erase_contact(
        &self,
        request: Request<pb::EraseContactRequest>,
    ) -> Result<Response<pb::Matter>, Status> {
        self.desk.write(request).await
    }
}
