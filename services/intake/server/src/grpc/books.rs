//! The year books as they are served.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::year_book_service_server::{YearBookService, YearBookServiceServer};
use yishi_runtime::check::Checker;
use yishi_runtime::config;
use yishi_runtime::desk::{Desk, unreadable};
use yishi_runtime::errors::Failure;
use yishi_store::Engine;

use super::list::{PAGE_DEFAULT, PAGE_MAX};
use super::token;
use crate::convert::book::{book_name, in_short, unknown};
use crate::model::Intake;
use crate::store::books;

/// The service of year books.
pub struct YearBooks<E: Engine> {
    desk: Desk<E, Intake>,
}

/// The service, ready to be mounted.
#[must_use]
pub fn year_books<E: Engine>(
    desk: Desk<E, Intake>,
    limits: &config::Grpc,
) -> YearBookServiceServer<YearBooks<E>> {
    YearBookServiceServer::from_arc(Arc::new(YearBooks { desk }))
        .max_decoding_message_size(limits.message_in_bytes_max)
        .max_encoding_message_size(limits.message_out_bytes_max)
}

/// `name => Request;` for every RPC that changes a book.
macro_rules! service {
    ($($rpc:ident => $request:ident;)*) => {
        #[tonic::async_trait]
        impl<E: Engine> YearBookService for YearBooks<E> {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::YearBook>, Status> {
                self.desk.write(request).await
            })*

            async fn get_year_book(
                &self,
                request: Request<pb::GetYearBookRequest>,
            ) -> Result<Response<pb::YearBook>, Status> {
                let (request, mut reader) = self.desk.read(request).await?;
                let mut check = Checker::default();
                let name = book_name(&mut check, "name", &request.name);
                let id = check.finish(|| name)?;
                let book = books::get::<E>(&mut reader, id).await.map_err(unreadable)?;
                reader.done();
                Ok(Response::new(book.ok_or_else(|| unknown(id))?))
            }

            async fn list_year_books(
                &self,
                request: Request<pb::ListYearBooksRequest>,
            ) -> Result<Response<pb::ListYearBooksResponse>, Status> {
                self.list(request).await
            }
        }
    };
}

service! {
    open_year_book => OpenYearBookRequest;
    announce_year_end => AnnounceYearEndRequest;
    record_finding => RecordFindingRequest;
    answer_finding => AnswerFindingRequest;
    settle_year_book => SettleYearBookRequest;
    record_correction => RecordCorrectionRequest;
}

impl<E: Engine> YearBooks<E> {
    async fn list(
        &self,
        request: Request<pb::ListYearBooksRequest>,
    ) -> Result<Response<pb::ListYearBooksResponse>, Status> {
        let (request, mut reader) = self.desk.read(request).await?;
        let mut check = Checker::default();
        let unit = check.unit_name("parent", "units", &request.parent);
        let year = check.year("year", request.year);
        let size = check.page_size("page_size", request.page_size, PAGE_DEFAULT, PAGE_MAX);
        let (unit, year, size) = check.finish(|| Some((unit?, year?, size?)))?;
        // What a token was given for: the same question, whatever the size of its pages.
        let question = format!("year books {unit} {year}");
        let after = match request.page_token.as_str() {
            "" => None,
            given => Some(token::open(&self.desk, &question, given).ok_or_else(Failure::foreign_page_token)?),
        };
        let mut units = self.desk.house().register.subtree(unit);
        units.sort_unstable();
        let (mut year_books, next) =
            books::list::<E>(&mut reader, &units, year, after, size).await.map_err(unreadable)?;
        reader.done();
        year_books.iter_mut().for_each(in_short);
        let next_page_token = next.map(|last| token::seal(&self.desk, &question, last)).unwrap_or_default();
        Ok(Response::new(pb::ListYearBooksResponse { year_books, next_page_token }))
    }
}
