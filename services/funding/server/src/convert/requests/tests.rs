use tonic_types::StatusExt;
use yishi_funding_domain::{Category, ChannelKind, Earmark};
use yishi_kernel::{BasisPoints, Fen};
use yishi_runtime::access::Role;
use yishi_runtime::errors::Lang;

use super::*;

const ID: &str = "5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3";
const COUNTY: &str = "units/640324000000";
const MATTER: &str = "villages/640324100200/matters/2022-7";
const CHANNEL: &str = "units/640324000000/channels/2022-3";

fn register() -> Register {
    let divisions = "code,parent,level,name\n640000000000,,region,宁夏\n640324000000,640000000000,county,同心\n\
                     640324100000,640324000000,township,豫海\n640324100200,640324100000,village,甲\n";
    Register::parse(divisions, "village,neighbour\n").unwrap()
}

fn command(request: &impl Mutation<Funding>) -> Result<Command, Vec<String>> {
    let (unit, actor) = ("640324000000".parse().unwrap(), "clerk-1".parse().unwrap());
    let caller = Caller::of(unit, Role::Officer, actor);
    match request.command(&caller, &register()) {
        Ok((_, Task::Asked(command))) => Ok(command),
        Ok(other) => panic!("{other:?}"),
        Err(failure) => {
            let status = failure.into_status(Lang::En);
            let fields = status.get_details_bad_request().unwrap().field_violations;
            Err(fields.into_iter().map(|field| field.field).collect())
        }
    }
}

fn wrong(request: &impl Mutation<Funding>) -> Vec<String> {
    command(request).unwrap_err()
}

fn line(channel: &str, amount_fen: i64) -> pb::ChannelAmount {
    pb::ChannelAmount { channel: channel.to_owned(), amount_fen }
}

fn commit(lines: Vec<pb::ChannelAmount>) -> pb::CommitFundsRequest {
    pb::CommitFundsRequest {
        matter: MATTER.to_owned(),
        lines,
        request_id: ID.to_owned(),
        etag: "00000007".to_owned(),
    }
}

fn opening(earmark: pb::Earmark) -> pb::OpenChannelRequest {
    let channel = pb::Channel {
        title: "一事一议".to_owned(),
        kind: pb::ChannelKind::OneCaseOneMeeting as i32,
        year: 2022,
        earmark: Some(earmark),
        remainder: pb::Remainder::Lapse as i32,
        ..pb::Channel::default()
    };
    pb::OpenChannelRequest { parent: COUNTY.to_owned(), channel: Some(channel), request_id: ID.to_owned() }
}

#[test]
fn the_county_of_the_village_funds_a_matter() {
    let request = commit(vec![line(CHANNEL, 5)]);
    let Ok(Command::Fund { county, matter, version, act }) = command(&request) else { panic!("{request:?}") };
    assert_eq!((county.to_string(), matter.to_string()), ("640324000000".into(), MATTER.into()));
    assert_eq!((version, act.amounts().iter().count()), (Some(7), 1));
    assert_eq!(request.subject(&register()), Some(county));
    let nowhere = MATTER.replace("640324", "650324");
    let village = nowhere.parse::<MatterId>().unwrap().village;
    let nowhere = pb::PayMatterRequest { matter: nowhere, ..Default::default() };
    assert_eq!(nowhere.subject(&register()), Some(village), "which the policy knows nothing of");
}

#[test]
fn money_is_read_by_channel_each_once() {
    let other = "units/640000000000/channels/2022-1";
    assert!(command(&commit(vec![line(CHANNEL, 1), line(other, 1)])).is_ok());
    assert_eq!(wrong(&commit(Vec::new())), ["lines"]);
    assert_eq!(wrong(&commit(vec![line(CHANNEL, 1); 2])), ["lines"]);
    let many: Vec<_> = (1..=21).map(|n| line(&format!("{COUNTY}/channels/2022-{n}"), 1)).collect();
    assert!(command(&commit(many[..20].to_vec())).is_ok());
    assert_eq!(wrong(&commit(many)), ["lines"]);
    assert_eq!(
        wrong(&commit(vec![line("1", 0), line(CHANNEL, -1)])),
        ["lines[0].channel", "lines[0].amount_fen", "lines[1].amount_fen"]
    );
}

#[test]
fn a_channel_is_for_its_owner_unless_it_says_otherwise() {
    let Ok(Command::Open { owner, year, terms }) = command(&opening(pb::Earmark::default())) else {
        panic!()
    };
    let earmark =
        Earmark { categories: [].into(), area: owner, ceiling_per_matter: None, ceiling_share: None };
    assert_eq!((year.get(), terms.kind, terms.earmark), (2022, ChannelKind::OneCaseOneMeeting, earmark));
    let told = pb::Earmark {
        categories: vec![2, 1, 2],
        area: "units/640324100000".to_owned(),
        ceiling_per_matter_fen: 9,
        ceiling_share_bp: 10_000,
    };
    let Ok(Command::Open { terms, .. }) = command(&opening(told)) else { panic!() };
    let earmark = Earmark {
        categories: [Category::Infrastructure, Category::Industry].into(),
        area: "640324100000".parse().unwrap(),
        ceiling_per_matter: Some(Fen::new(9)),
        ceiling_share: BasisPoints::new(10_000),
    };
    assert_eq!(terms.earmark, earmark);
}

#[test]
fn all_wrong_fields_are_told_at_once() {
    let earmark = pb::Earmark {
        categories: vec![6],
        area: "640324100000".to_owned(),
        ceiling_per_matter_fen: -1,
        ceiling_share_bp: 10_001,
    };
    assert_eq!(
        wrong(&opening(earmark)),
        [
            "channel.earmark.categories",
            "channel.earmark.area",
            "channel.earmark.ceiling_per_matter_fen",
            "channel.earmark.ceiling_share_bp"
        ]
    );
    assert_eq!(
        wrong(&pb::OpenChannelRequest::default()),
        ["parent", "channel.year", "channel.title", "channel.kind", "channel.remainder", "request_id"]
    );
    assert_eq!(
        wrong(&pb::ReceiveBudgetRequest::default()),
        ["parent", "amount_fen", "document_sha256", "request_id"]
    );
    assert_eq!(
        wrong(&pb::AppropriateRequest::default()),
        ["parent", "channel", "to", "amount_fen", "request_id"]
    );
    assert_eq!(
        wrong(&pb::ReturnAppropriationRequest::default()),
        ["parent", "channel", "amount_fen", "request_id"]
    );
    assert_eq!(wrong(&pb::LapseRemainderRequest::default()), ["parent", "channel", "request_id"]);
    let release = pb::ReleaseCommitmentRequest { etag: "7".to_owned(), ..Default::default() };
    assert_eq!(wrong(&release), ["matter", "lines", "reason", "request_id", "etag"]);
    assert_eq!(wrong(&pb::PayMatterRequest::default()), ["matter", "lines", "request_id"]);
    let reward = pb::PayRewardRequest { village: "villages/640324100000".to_owned(), ..Default::default() };
    assert_eq!(wrong(&reward), ["parent", "order", "village", "channel", "request_id"]);
}
