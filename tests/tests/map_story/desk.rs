//! What units ask in these stories, right in every field, each request with an id of its own.

use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::escalation::v1::{self as escalation, escalation_service_client::EscalationServiceClient};
use yishi_proto::funding::v1::{self as funding, funding_service_client::FundingServiceClient};
use yishi_proto::intake::v1::dossier_service_client::DossierServiceClient;
use yishi_proto::intake::v1::year_book_service_client::YearBookServiceClient;
use yishi_proto::intake::v1::{self as pb};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Intake, Sandbox, Signature, YEAR, as_caller, fresh_id};

type Signed = InterceptedService<Channel, Signature>;

pub(crate) fn done<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("an office that does everything right is not refused").into_inner()
}

/// The reason of a refusal, and whom it names.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> (String, String) {
    let status = answer.unwrap_err();
    let info = status.get_details_error_info().unwrap_or_else(|| panic!("{status:?} has no reason"));
    let named = info.metadata.get("successor").or_else(|| info.metadata.get("village"));
    (info.reason, named.cloned().unwrap_or_default())
}

pub(crate) fn succeeded_by<T: std::fmt::Debug>(successor: UnitCode, answer: Result<Response<T>, Status>) {
    assert_eq!(refused(answer), ("VILLAGE_SUCCEEDED".to_owned(), successor.to_string()));
}

/// An officer of a unit.
pub(crate) struct Desk {
    pub(crate) unit: UnitCode,
    pub(crate) office: Intake,
    pub(crate) books: YearBookServiceClient<Signed>,
    pub(crate) archive: DossierServiceClient<Signed>,
    pub(crate) escalation: EscalationServiceClient<Signed>,
    pub(crate) money: FundingServiceClient<Signed>,
}

impl Desk {
    pub(crate) fn of<E: Engine>(node: &Sandbox<E>, unit: UnitCode) -> Self {
        let signed = || Signature::of(&as_caller(unit, Role::Officer));
        let channel = || node.channel();
        Self {
            unit,
            office: node.officer(unit),
            books: YearBookServiceClient::with_interceptor(channel(), signed()),
            archive: DossierServiceClient::with_interceptor(channel(), signed()),
            escalation: EscalationServiceClient::with_interceptor(channel(), signed()),
            money: FundingServiceClient::with_interceptor(channel(), signed()),
        }
    }

    /// Opens the book of any unit it acts for.
    pub(crate) async fn open(&mut self, unit: UnitCode, year: i32) -> pb::YearBook {
        let ask = pb::OpenYearBookRequest { parent: format!("units/{unit}"), year, request_id: fresh_id() };
        done(self.books.open_year_book(ask).await)
    }

    pub(crate) async fn announce(&mut self) {
        let (name, request_id) = (book(self.unit), fresh_id());
        let ask = pb::AnnounceYearEndRequest { name, request_id, etag: String::new() };
        done(self.books.announce_year_end(ask).await);
    }

    /// Settles the book of any unit it acts for, with units that are not waited for.
    pub(crate) async fn settle(
        &mut self,
        unit: UnitCode,
        missing: &[UnitCode],
    ) -> Result<Response<pb::YearBook>, Status> {
        let named =
            |unit: &UnitCode| pb::MissingUnit { unit: format!("units/{unit}"), reason: "失联".into() };
        let ask = pb::SettleYearBookRequest {
            name: book(unit),
            missing: missing.iter().map(named).collect(),
            request_id: fresh_id(),
            etag: String::new(),
        };
        self.books.settle_year_book(ask).await
    }

    pub(crate) async fn long_view(&mut self, village: UnitCode) -> pb::LongView {
        let village = format!("villages/{village}");
        done(self.archive.get_long_view(pb::GetLongViewRequest { village, last_year: YEAR, years: 1 }).await)
    }

    /// Determined matters of a unit in the year.
    pub(crate) async fn determined(&mut self, unit: UnitCode) -> i64 {
        let ask = pb::GetProgressReportRequest { unit: format!("units/{unit}"), year: YEAR };
        done(self.office.get_progress_report(ask).await).determined_matters
    }

    pub(crate) async fn list(&mut self, unit: UnitCode, with_predecessors: bool) -> Vec<String> {
        let parent = format!("units/{unit}");
        let ask = pb::ListMattersRequest { parent, with_predecessors, ..pb::ListMattersRequest::default() };
        done(self.office.list_matters(ask).await).matters.into_iter().map(|matter| matter.name).collect()
    }

    pub(crate) async fn raise(&mut self, unit: UnitCode, matter: &str) -> escalation::Referral {
        let (name, reason, request_id) = (referral(unit, matter), "本级无力承担".to_owned(), fresh_id());
        let ask = escalation::RaiseMatterRequest { name, reason, request_id, etag: String::new() };
        done(self.escalation.raise_matter(ask).await)
    }

    pub(crate) async fn give_back(&mut self, matter: &str) -> escalation::Referral {
        let (name, reason, request_id) = (referral(self.unit, matter), "应由本级办理".to_owned(), fresh_id());
        let ask = escalation::ReturnReferralRequest { name, reason, request_id, etag: String::new() };
        done(self.escalation.return_referral(ask).await)
    }

    pub(crate) async fn look(&mut self, unit: UnitCode, matter: &str) -> escalation::Referral {
        let name = referral(unit, matter);
        done(self.escalation.get_referral(escalation::GetReferralRequest { name }).await)
    }

    /// A channel of the unit with so much in it.
    pub(crate) async fn channel(&mut self, amount_fen: i64) -> String {
        let channel = funding::Channel {
            title: "乡村振兴补助资金".to_owned(),
            kind: funding::ChannelKind::Livelihood as i32,
            year: YEAR,
            remainder: funding::Remainder::Lapse as i32,
            ..funding::Channel::default()
        };
        let parent = format!("units/{}", self.unit);
        let ask = funding::OpenChannelRequest { parent, channel: Some(channel), request_id: fresh_id() };
        let parent = done(self.money.open_channel(ask).await).name;
        let document_sha256 = vec![9; 32];
        let ask = funding::ReceiveBudgetRequest {
            parent: parent.clone(),
            amount_fen,
            document_sha256,
            request_id: fresh_id(),
        };
        done(self.money.receive_budget(ask).await);
        parent
    }

    pub(crate) async fn commit(&mut self, matter: &str, channel: &str, amount_fen: i64) {
        let (matter, lines, request_id) = (matter.to_owned(), lines(channel, amount_fen), fresh_id());
        let ask = funding::CommitFundsRequest { matter, lines, request_id, etag: String::new() };
        done(self.money.commit_funds(ask).await);
    }

    pub(crate) async fn pay(&mut self, matter: &str, channel: &str, amount_fen: i64) {
        let (matter, lines, request_id) = (matter.to_owned(), lines(channel, amount_fen), fresh_id());
        let ask = funding::PayMatterRequest { matter, lines, request_id, etag: String::new() };
        done(self.money.pay_matter(ask).await);
    }
}

fn lines(channel: &str, amount_fen: i64) -> Vec<funding::ChannelAmount> {
    vec![funding::ChannelAmount { channel: channel.to_owned(), amount_fen }]
}

pub(crate) fn book(unit: UnitCode) -> String {
    format!("units/{unit}/yearBooks/{YEAR}")
}

/// What a unit knows of a matter.
pub(crate) fn referral(unit: UnitCode, matter: &str) -> String {
    let (village, id) = matter["villages/".len()..].split_once("/matters/").unwrap();
    format!("units/{unit}/referrals/{village}-{id}")
}
