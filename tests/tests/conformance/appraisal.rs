//! Appraisal's cases. The region has one scheme, one ranking and one list for a year: each method has a year of its own.

use prost::Message;
use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::{REGION, Sandbox, Wire, fresh_id};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
/// Years of `FreezeScheme`: one for which nothing is frozen yet, and one for which there is a scheme.
const FREE: i32 = 2030;
const FROZEN: i32 = 2031;
/// The year in which a sandbox opens, for which forms are taken already, and the one after it.
const BEGUN: i32 = 2021;
const AHEAD: i32 = 2022;
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// Batches of one stream.
const BATCHES_MAX: usize = 10_000;

pub(crate) struct Appraisal {
    gallery: Vec<Exhibit>,
}

impl Cases for Appraisal {
    const SERVICE: &'static str = "yishi.appraisal.v1.AppraisalService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = &["ISSUED", "ORDERED", "PAID"];

    async fn begin<E: Engine>(_sandbox: &Sandbox<E>, _methods: usize) -> Self {
        Self { gallery: Vec::new() }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, _sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        Some(match method {
            "FreezeScheme" => Ready::new(Who::officer(REGION), &freeze(REGION, FREE, scheme())),
            "SubmitForms" => Ready::new(Who::officer(VILLAGE), &batch(VILLAGE, BEGUN, 'a')),
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        match method {
            "FreezeScheme" => schemes_refused(sandbox).await,
            "SubmitForms" => forms_refused(sandbox).await,
            _ => Vec::new(),
        }
    }
}

async fn schemes_refused<E: Engine>(sandbox: &Sandbox<E>) -> Vec<Refused> {
    let (region, county) = (Who::officer(REGION), Who::officer(COUNTY));
    let frozen = freeze(REGION, FROZEN, scheme());
    let _: pb::Scheme = Appraisal::done(sandbox, region, "FreezeScheme", &frozen).await;
    let mut light = scheme();
    light.weights[0].weight_bp -= 1;
    vec![
        Refused::new(region, "SCHEME_FROZEN", &freeze(REGION, FROZEN, scheme())),
        Refused::wrong(region, "scheme.weights", &freeze(REGION, FREE, light)),
        Refused::wrong(county, "parent", &freeze(COUNTY, FREE, scheme())),
    ]
}

async fn forms_refused<E: Engine>(sandbox: &Sandbox<E>) -> Vec<Refused> {
    let (village, county) = (Who::officer(VILLAGE), Who::officer(COUNTY));
    // It is counted once, however often it is sent: all that come after it are what is refused.
    let counted = batch(VILLAGE, BEGUN, 'b').encode_to_vec();
    let sent = Wire::on(sandbox.channel())
        .stream(&format!("{}/SubmitForms", Appraisal::SERVICE), &village.metadata(), vec![counted.clone()])
        .await;
    assert!(sent.is_ok(), "{sent:?}");
    let early = batch(VILLAGE, AHEAD, 'c');
    let mut unnamed = batch(VILLAGE, BEGUN, 'd');
    unnamed.request_id.clear();
    let after = |case: Refused, counted: Vec<Vec<u8>>| Refused {
        messages: [counted, case.messages].concat(),
        ..case
    };
    vec![
        Refused::new(village, "YEAR_NOT_BEGUN", &early),
        Refused::wrong(county, "parent", &batch(COUNTY, BEGUN, 'e')),
        after(Refused::wrong(village, "request_id", &unnamed), vec![counted.clone()]),
        after(
            Refused::new(village, "TOO_MANY_BATCHES", &batch(VILLAGE, BEGUN, 'f')),
            vec![counted; BATCHES_MAX],
        ),
    ]
}

fn batch(unit: UnitCode, year: i32, token: char) -> pb::SubmitFormsRequest {
    let form = |nth| pb::SurveyForm { token: format!("{token}{nth:0>16}"), answers: vec![5, 4, 3, 2, 1] };
    let parent = format!("villages/{unit}");
    pb::SubmitFormsRequest { parent, year, forms: (0..3).map(form).collect(), request_id: fresh_id() }
}

fn scheme() -> pb::Scheme {
    let weight =
        |indicator: pb::Indicator, weight_bp| pb::IndicatorWeight { indicator: indicator as i32, weight_bp };
    pb::Scheme {
        weights: vec![weight(pb::Indicator::Closing, 6_000), weight(pb::Indicator::Satisfaction, 4_000)],
        tie_break: vec![pb::Indicator::Closing as i32],
        min_forms: 30,
        ..pb::Scheme::default()
    }
}

fn freeze(unit: UnitCode, year: i32, scheme: pb::Scheme) -> pb::FreezeSchemeRequest {
    let parent = format!("units/{unit}");
    pb::FreezeSchemeRequest { parent, year, scheme: Some(scheme), request_id: fresh_id() }
}
