//! What units ask about their years, right in every field, each request with an id of its own.

use std::time::Duration;

use sha2::{Digest, Sha256};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as funding;
use yishi_proto::funding::v1::funding_service_client::FundingServiceClient;
use yishi_proto::intake::v1::year_book_service_client::YearBookServiceClient;
use yishi_proto::intake::v1::{self as pb, Category, MatterState};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, Signature, YEAR, as_caller, fresh_id};

const PAUSE: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(30);

type Signed = InterceptedService<Channel, Signature>;

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("an office that does everything right is not refused").into_inner()
}

/// The reason of a refusal.
pub(crate) fn reason<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> String {
    let status = answer.unwrap_err();
    status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason")).reason
}

pub(crate) fn name(unit: UnitCode) -> String {
    format!("units/{unit}/yearBooks/{YEAR}")
}

/// Somebody of a unit, with the unit's book.
pub(crate) struct Desk {
    pub(crate) unit: UnitCode,
    pub(crate) office: YearBookServiceClient<Signed>,
    pub(crate) auditor: YearBookServiceClient<Signed>,
    pub(crate) money: FundingServiceClient<Signed>,
}

impl Desk {
    pub(crate) fn of<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> Self {
        let signed = |role| Signature::of(&as_caller(unit, role));
        let books = |role| YearBookServiceClient::with_interceptor(node.channel(), signed(role));
        let money = FundingServiceClient::with_interceptor(node.channel(), signed(Role::Officer));
        Self { unit, office: books(Role::Officer), auditor: books(Role::Auditor), money }
    }

    pub(crate) async fn get(&mut self) -> pb::YearBook {
        done(self.office.get_year_book(pb::GetYearBookRequest { name: name(self.unit) }).await)
    }

    pub(crate) async fn open(&mut self) -> pb::YearBook {
        let parent = format!("units/{}", self.unit);
        let ask = pb::OpenYearBookRequest { parent, year: YEAR, request_id: fresh_id() };
        done(self.office.open_year_book(ask).await)
    }

    pub(crate) async fn announce(&mut self) -> pb::YearBook {
        let (name, request_id) = (name(self.unit), fresh_id());
        let ask = pb::AnnounceYearEndRequest { name, request_id, etag: String::new() };
        done(self.office.announce_year_end(ask).await)
    }

    pub(crate) fn settling(&self, missing: &[UnitCode]) -> pb::SettleYearBookRequest {
        let named =
            |unit: &UnitCode| pb::MissingUnit { unit: format!("units/{unit}"), reason: "失联".into() };
        pb::SettleYearBookRequest {
            name: name(self.unit),
            missing: missing.iter().map(named).collect(),
            request_id: fresh_id(),
            etag: String::new(),
        }
    }

    pub(crate) async fn settle(&mut self, missing: &[UnitCode]) -> pb::YearBook {
        let ask = self.settling(missing);
        done(self.office.settle_year_book(ask).await)
    }

    /// The book once funding has answered. A barrier would wait for links, too.
    pub(crate) async fn answered(&mut self) -> pb::YearBook {
        let waiting = async {
            loop {
                let book = self.get().await;
                if book.state() != pb::YearBookState::Settling {
                    return book;
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("whoever is asked answers")
    }

    /// Why it cannot be settled.
    pub(crate) async fn unsettled(&mut self, missing: &[UnitCode]) -> String {
        let ask = self.settling(missing);
        reason(self.office.settle_year_book(ask).await)
    }

    pub(crate) fn correction(&self, seq: i64) -> pb::RecordCorrectionRequest {
        let (service, unit) = (pb::JournalKeeper::Funding as i32, format!("units/{}", self.unit));
        pb::RecordCorrectionRequest {
            name: name(self.unit),
            corrects: Some(pb::CorrectedEntry { service, unit, seq }),
            text: "金额应为三万元".to_owned(),
            request_id: fresh_id(),
            etag: String::new(),
        }
    }

    /// A channel of the unit with so much in it.
    pub(crate) async fn channel(&mut self, amount_fen: i64) -> String {
        let opened = done(self.money.open_channel(self.opening()).await).name;
        let (parent, document_sha256) = (opened.clone(), vec![9; 32]);
        let request_id = fresh_id();
        let ask = funding::ReceiveBudgetRequest { parent, amount_fen, document_sha256, request_id };
        done(self.money.receive_budget(ask).await);
        opened
    }

    pub(crate) fn opening(&self) -> funding::OpenChannelRequest {
        let channel = funding::Channel {
            title: "乡村振兴补助资金".to_owned(),
            kind: funding::ChannelKind::Livelihood as i32,
            year: YEAR,
            remainder: funding::Remainder::Lapse as i32,
            ..funding::Channel::default()
        };
        let parent = format!("units/{}", self.unit);
        funding::OpenChannelRequest { parent, channel: Some(channel), request_id: fresh_id() }
    }

    pub(crate) fn appropriation(
        &self,
        channel: &str,
        to: UnitCode,
        amount_fen: i64,
    ) -> funding::AppropriateRequest {
        funding::AppropriateRequest {
            parent: format!("units/{}", self.unit),
            channel: channel.to_owned(),
            to: format!("units/{to}"),
            amount_fen,
            request_id: fresh_id(),
        }
    }
}

fn lines(channel: &str, amount_fen: i64) -> Vec<funding::ChannelAmount> {
    vec![funding::ChannelAmount { channel: channel.to_owned(), amount_fen }]
}

pub(crate) fn commit(matter: &str, channel: &str, amount_fen: i64) -> funding::CommitFundsRequest {
    let (matter, lines, request_id) = (matter.to_owned(), lines(channel, amount_fen), fresh_id());
    funding::CommitFundsRequest { matter, lines, request_id, etag: String::new() }
}

pub(crate) fn pay(matter: &str, channel: &str, amount_fen: i64) -> funding::PayMatterRequest {
    let (matter, lines, request_id) = (matter.to_owned(), lines(channel, amount_fen), fresh_id());
    funding::PayMatterRequest { matter, lines, request_id, etag: String::new() }
}

/// The digest of a snapshot as the contract describes it.
pub(crate) fn digest(book: &str, snapshot: &pb::YearSnapshot) -> Vec<u8> {
    let state = |state: MatterState| state.as_str_name().trim_start_matches("MATTER_STATE_");
    let category = |category: Category| category.as_str_name().trim_start_matches("CATEGORY_");
    let mut text = format!("{book}\n");
    for row in &snapshot.totals {
        text += &format!(
            "{} {} {} {} {} {}\n",
            state(row.state()),
            category(row.category()),
            row.matters,
            row.cost_estimate_fen,
            row.determined_matters,
            row.determined_cost_estimate_fen,
        );
    }
    for matter in &snapshot.matters {
        text +=
            &format!("{} {} {}\n", matter.project_number, state(matter.state()), matter.cost_estimate_fen);
    }
    Sha256::digest(text).to_vec()
}
