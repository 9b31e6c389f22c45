//! Appraisal's cases. The region has one scheme, one ranking and one list for a year: each method has years of its own.

mod asks;
mod office;
mod refusals;

use yishi_kernel::UnitCode;
use yishi_proto::appraisal::v1 as pb;
use yishi_store::Engine;
use yishi_tests::sandbox::{REGION, Sandbox};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};
use asks::{batch, bulletin, confirm, freeze, issue, rank, scheme};
use office::Office;

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

/// The year in which a sandbox opens: forms are taken already, and nothing is ranked yet.
const BEGUN: i32 = 2021;

/// Years of the gallery's lists. These and all before them are over from the beginning.
const ISSUED: i32 = 2020;
const ORDERED: i32 = 2019;
const PAID: i32 = 2018;

/// Years in which a method would do what it is for.
const TO_FREEZE: i32 = 2030;
const TO_RANK: i32 = 2017;
const TO_ISSUE: i32 = 2016;
const TO_CONFIRM: i32 = 2015;

/// A half-month of that year which is over.
const OVER: &str = "2021-06-A";

/// Lists that are there from the beginning.
pub(crate) struct Appraisal {
    /// A list in each state.
    gallery: Vec<Exhibit>,
    /// What was read with the ordered list when it was issued.
    outdated: String,
}

impl Cases for Appraisal {
    const SERVICE: &'static str = "yishi.appraisal.v1.AppraisalService";
    const FILE: &'static str = file!();
    const STATES: &'static [&'static str] = &["ISSUED", "ORDERED", "PAID"];

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, _methods: usize) -> Self {
        let office = Office(sandbox);
        let issued = office.issued(ISSUED).await;
        let (to_order, to_pay) = (office.issued(ORDERED).await, office.issued(PAID).await);
        sandbox.wait_until(to_pay.earliest_confirm_time_us).await;
        let ordered = office.ordered(&to_order).await;
        let paid = office.paid(&office.ordered(&to_pay).await, BEGUN).await;
        Self { gallery: [issued, ordered, paid].iter().map(exhibit).collect(), outdated: to_order.etag }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let (office, region) = (Office(sandbox), Who::officer(REGION));
        Some(match method {
            "FreezeScheme" => Ready::new(region, &freeze(REGION, TO_FREEZE, Some(scheme()))),
            "SubmitForms" => Ready::new(Who::officer(VILLAGE), &batch(VILLAGE, BEGUN, 0..3)),
            "RankVillages" => {
                office.frozen(TO_RANK).await;
                Ready::new(region, &rank(REGION, TO_RANK))
            }
            "IssueRewardList" => {
                office.ranked(TO_ISSUE).await;
                Ready::new(region, &issue(REGION, TO_ISSUE))
            }
            "ConfirmRewardList" => {
                let list = office.issued(TO_CONFIRM).await;
                sandbox.wait_until(list.earliest_confirm_time_us).await;
                let confirm = confirm(&list.name, "");
                Ready::new(region, &confirm).of("REWARD_LIST_NOT_FOUND", &["ISSUED"])
            }
            "IssueBulletin" => Ready::new(Who::officer(COUNTY), &bulletin(COUNTY, BEGUN, OVER)),
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        let office = Office(sandbox);
        match method {
            "FreezeScheme" => refusals::of_schemes(&office).await,
            "SubmitForms" => refusals::of_forms(&office).await,
            "RankVillages" => refusals::of_rankings(&office).await,
            "IssueRewardList" => refusals::of_lists(&office).await,
            "ConfirmRewardList" => refusals::of_orders(&office, &self.outdated).await,
            "IssueBulletin" => refusals::of_bulletins(&office).await,
            _ => Vec::new(),
        }
    }
}

fn exhibit(list: &pb::RewardList) -> Exhibit {
    let state = list.state().as_str_name().trim_start_matches("REWARD_LIST_STATE_");
    Exhibit { state, name: list.name.clone(), unit: REGION, reason: "REWARD_LIST_ORDERED" }
}
