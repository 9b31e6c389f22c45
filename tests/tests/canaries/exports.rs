//! What agencies, officers and people get to read.

use prost::Message;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use yishi_proto::appraisal::v1 as appraisal;
use yishi_proto::appraisal::v1::appraisal_service_client::AppraisalServiceClient;
use yishi_proto::intake::v1 as intake;
use yishi_proto::intake::v1::dossier_service_client::DossierServiceClient;
use yishi_proto::journal::v1 as journal;
use yishi_proto::journal::v1::journal_service_client::JournalServiceClient;
use yishi_proto::journal::v1::watch_response::Event;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::federation::Federation;
use yishi_tests::sandbox::{Asks, OPENS, Signature, YEAR, as_caller, fresh_id};

use crate::COUNTY;

type Signed = InterceptedService<Channel, Signature>;

/// Matters, lists, dossiers, printed notices, bulletins in each format, and the journals as they are followed: by name.
pub(crate) async fn of<E: Engine>(federation: &Federation<E>, matters: &[String]) -> Vec<(String, Vec<u8>)> {
    let node = federation.node(COUNTY);
    let officer = Signature::of(&as_caller(COUNTY, Role::Officer));
    let (mut exports, county) = (Vec::new(), format!("units/{COUNTY}"));
    let mut intake = node.intake(&as_caller(COUNTY, Role::Officer));
    let mut archive = DossierServiceClient::with_interceptor(node.channel(), officer.clone());
    // One of them hangs out, to be printed.
    let notice = &matters[0];
    let village = notice.split('/').nth(1).unwrap().parse().unwrap();
    let mut office = node.officer(village);
    office.record_deliberation(Asks::deliberate(notice, OPENS, (30, 25, 20))).await.unwrap();
    office.publish_notice(Asks::publish(notice)).await.unwrap();
    for format in [intake::NoticeFormat::Html, intake::NoticeFormat::Text] {
        let ask = intake::RenderNoticeRequest { name: notice.clone(), format: format.into() };
        let printed = archive.render_notice(ask).await.unwrap().into_inner();
        exports.push((format!("a notice as {format:?}"), printed.encode_to_vec()));
    }
    for name in matters.iter().step_by(50) {
        let got = intake.get_matter(intake::GetMatterRequest { name: name.clone() }).await.unwrap();
        exports.push((name.clone(), got.into_inner().encode_to_vec()));
        let ask = intake::GetDossierRequest { name: name.clone(), ..Default::default() };
        let dossier = archive.get_dossier(ask).await.unwrap().into_inner();
        assert!(dossier.steps.len() > 2, "the contact's entries are told");
        exports.push((format!("the dossier of {name}"), dossier.encode_to_vec()));
    }
    let ask = intake::ListMattersRequest { parent: county.clone(), page_size: 1000, ..Default::default() };
    let listed = intake.list_matters(ask).await.unwrap().into_inner();
    assert_eq!(listed.matters.len(), matters.len());
    exports.push(("the list".to_owned(), listed.encode_to_vec()));
    let ask =
        intake::GetLongViewRequest { village: format!("villages/{village}"), last_year: YEAR, years: 1 };
    let view = archive.get_long_view(ask).await.unwrap().into_inner();
    exports.push(("the long view".to_owned(), view.encode_to_vec()));
    exports.extend(bulletins(node.channel(), officer.clone()).await);
    exports.push(("the journal".to_owned(), followed(node.channel(), officer, county).await));
    exports
}

async fn bulletins(channel: Channel, officer: Signature) -> Vec<(String, Vec<u8>)> {
    let mut office: AppraisalServiceClient<Signed> =
        AppraisalServiceClient::with_interceptor(channel, officer);
    let (parent, period, request_id) = (format!("units/{COUNTY}"), "2021-11".to_owned(), fresh_id());
    let ask = appraisal::IssueBulletinRequest { parent, year: YEAR, period, request_id };
    let bulletin = office.issue_bulletin(ask).await.unwrap().into_inner();
    let mut exports = vec![("a bulletin".to_owned(), bulletin.encode_to_vec())];
    for format in 1..=8 {
        let Ok(format) = appraisal::BulletinFormat::try_from(format) else { continue };
        let ask = appraisal::RenderBulletinRequest { name: bulletin.name.clone(), format: format.into() };
        let written = office.render_bulletin(ask).await.unwrap().into_inner();
        exports.push((format!("a bulletin as {format:?}"), written.encode_to_vec()));
    }
    exports
}

/// All that an agency that follows intake is told.
async fn followed(channel: Channel, officer: Signature, county: String) -> Vec<u8> {
    let mut watcher = JournalServiceClient::with_interceptor(channel, officer);
    let ask = journal::WatchRequest { service: "intake".into(), units: vec![county], ..Default::default() };
    let mut stream = watcher.watch(ask).await.unwrap().into_inner();
    let mut told = Vec::new();
    loop {
        let event = stream.message().await.unwrap().unwrap().event.unwrap();
        match event {
            Event::Entry(held) => told.extend(held.encode_to_vec()),
            Event::CaughtUp(_) => return told,
        }
    }
}
