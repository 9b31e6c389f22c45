//! Funding's cases: where money may come from and go to, and what the ledger has against it.

use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;
use yishi_proto::intake::v1::Category;
use yishi_store::Engine;
use yishi_tests::sandbox::{Sandbox, YEAR, fresh_id};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
/// A county that has opened all channels it may.
const BUSY: UnitCode = UnitCode::new(640_303_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
/// Channels that a unit may open for a year.
const CHANNELS_MAX: usize = 1000;

pub(crate) struct Funding {
    gallery: Vec<Exhibit>,
}

impl Cases for Funding {
    const SERVICE: &'static str = "yishi.funding.v1.FundingService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = &["OPEN", "SETTLED"];

    async fn begin<E: Engine>(_sandbox: &Sandbox<E>, _methods: usize) -> Self {
        Self { gallery: Vec::new() }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, _sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        Some(match method {
            "OpenChannel" => Ready::new(Who::officer(COUNTY), &open(COUNTY, earmarked())),
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        match method {
            "OpenChannel" => channels_refused(sandbox).await,
            _ => Vec::new(),
        }
    }
}

async fn channels_refused<E: Engine>(sandbox: &Sandbox<E>) -> Vec<Refused> {
    for _ in 0..CHANNELS_MAX {
        let _: pb::Channel =
            Funding::done(sandbox, Who::officer(BUSY), "OpenChannel", &open(BUSY, plain())).await;
    }
    let mut elsewhere = earmarked();
    elsewhere.earmark.get_or_insert_default().area = format!("units/{BUSY}");
    let reward = pb::Channel { kind: pb::ChannelKind::Reward as i32, ..earmarked() };
    let (county, township) = (Who::officer(COUNTY), Who::officer(TOWNSHIP));
    vec![
        Refused::new(Who::officer(BUSY), "TOO_MANY_CHANNELS", &open(BUSY, plain())),
        Refused::wrong(township, "parent", &open(TOWNSHIP, plain())),
        Refused::wrong(county, "channel.earmark.area", &open(COUNTY, elsewhere)),
        Refused::wrong(county, "channel.earmark", &open(COUNTY, reward)),
    ]
}

fn plain() -> pb::Channel {
    pb::Channel {
        title: "乡村振兴补助资金".to_owned(),
        kind: pb::ChannelKind::LivingEnvironment as i32,
        year: YEAR,
        remainder: pb::Remainder::Lapse as i32,
        ..pb::Channel::default()
    }
}

/// For infrastructure in one township, and three quarters of a matter at most.
fn earmarked() -> pb::Channel {
    let earmark = pb::Earmark {
        categories: vec![Category::Infrastructure as i32],
        area: format!("units/{TOWNSHIP}"),
        ceiling_per_matter_fen: 100_000_000,
        ceiling_share_bp: 7_500,
    };
    pb::Channel { earmark: Some(earmark), ..plain() }
}

fn open(owner: UnitCode, channel: pb::Channel) -> pb::OpenChannelRequest {
    let (parent, channel) = (format!("units/{owner}"), Some(channel));
    pb::OpenChannelRequest { parent, channel, request_id: fresh_id() }
}
