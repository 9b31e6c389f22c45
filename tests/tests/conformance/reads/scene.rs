//! A node where something has happened at each service: there is one of everything that can be read, and two of everything
//! that is listed.

use prost::Message;
use time::macros::date;
use yishi_kernel::{Date, Level, UnitCode};
use yishi_proto::{appraisal::v1 as appraisal, escalation::v1 as escalation};
use yishi_proto::{funding::v1 as funding, intake::v1 as intake, journal::v1 as journal};
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, Together, ask, fresh_id, participation, settings};

use super::VILLAGE;
use crate::appraisal::Appraisal;
use crate::cases::{Cases as _, Who};
use crate::escalation::Escalation;
use crate::exchange::{DEMONSTRATE, Exchange, demonstrate, record};
use crate::funding::Funding;
use crate::person::{Persons, set};
use crate::year_books::YearBooks;

/// The year in which a sandbox opens, which is over by now and ranked.
const OVER: i32 = 2021;
/// The year of the matters and of the money.
const YEAR: i32 = 2022;
/// Of that year the region has these bulletins.
const PERIODS: [&str; 2] = ["2021-12-A", "2021-12"];
/// What a file of proposals begins with.
const COLUMNS: &str = "village,year,title,description,category,subcategory,cost_fen,households,persons\n";
const OVER_SINCE: Date = date!(2022 - 01 - 02);

/// A request that is answered.
pub(super) struct Readable {
    pub(super) message: Vec<u8>,
    /// The reason when there is no such object; none where it is about a unit.
    pub(super) unknown: Option<&'static str>,
}

/// This file, for whoever has to add to it.
pub(super) const FILE: &str = file!();

/// What there is to read.
pub(super) struct Scene<E: Engine> {
    pub(super) sandbox: Sandbox<E>,
    township: UnitCode,
    matter: String,
    /// A village's part in the matter of another.
    asked: String,
    channel: String,
    transfer: String,
}

impl<E: Engine> Scene<E> {
    pub(super) async fn set(place: &str) -> Self {
        let mut asking = settings(place, REGION);
        ask(&mut asking, &["energy"]);
        let sandbox = Sandbox::<E>::with(asking).await;
        let township = sandbox.register.parent(VILLAGE).expect("a village has a township");
        let mut others = sandbox.register.children(township).iter().copied().filter(|unit| *unit != VILLAGE);
        let mut next = || others.next().expect("a township has several villages");
        let (other, given_up) = (next(), [next(), next()]);
        let mut matters = Vec::new();
        for mut village in sandbox.ripe_villages([VILLAGE, other].into_iter().chain(given_up)).await {
            let ended = given_up.contains(&village.code);
            let state = if ended { intake::MatterState::Cancelled } else { intake::MatterState::Determined };
            let name = sandbox.matter_in(&mut village, state).await.name;
            matters.extend((!ended).then_some(name));
        }
        let mut asked = Vec::new();
        for _ in 0..2 {
            asked.push(Together::invite(&sandbox, other, &[VILLAGE]).await.matter);
        }
        for matter in &matters {
            coordinated(&sandbox, matter).await;
        }
        for village in [VILLAGE, other] {
            let _: intake::GivenMark =
                Exchange::done(&sandbox, Who::officer(REGION), DEMONSTRATE, &demonstrate(REGION, village))
                    .await;
        }
        let (channel, transfer) = money(&sandbox).await;
        year_ends(&sandbox).await;
        for unit in [VILLAGE, township] {
            let parent = format!("units/{unit}");
            let open = intake::OpenYearBookRequest { parent, year: OVER, request_id: fresh_id() };
            let _: intake::YearBook =
                YearBooks::done(&sandbox, Who::officer(unit), "OpenYearBook", &open).await;
            let held = record(unit, "2021-12-01");
            let _: intake::Activity =
                Exchange::done(&sandbox, Who::officer(unit), "RecordActivity", &held).await;
        }
        let _: intake::Matter =
            Persons::done(&sandbox, Who::officer(VILLAGE), "SetContact", &set(&matters[0])).await;
        sandbox.caught_up().await;
        let (matter, asked) = (matters.swap_remove(0), participation(VILLAGE, &asked[0]));
        Self { sandbox, township, matter, asked, channel, transfer }
    }

    fn county(&self) -> UnitCode {
        let county = self.sandbox.register.ancestor_at(self.township, Level::County);
        county.expect("a township has a county")
    }

    fn bulletin(&self) -> String {
        format!("units/{REGION}/years/{OVER}/bulletins/{}", PERIODS[0])
    }

    /// What the region's officer may read; none for a method nobody has told about.
    pub(super) fn readable(&self, method: &str) -> Option<Readable> {
        let (region, matter) = (format!("units/{REGION}"), self.matter.clone());
        let own = matter.trim_start_matches("villages/").replace("/matters/", "-");
        let of_2021 = |collection: &str| format!("units/{REGION}/{collection}/{OVER}");
        Some(match method {
            "GetMatter" => one(&intake::GetMatterRequest { name: matter }, "MATTER_NOT_FOUND"),
            "GetContact" => one(&intake::GetContactRequest { name: matter }, "MATTER_NOT_FOUND"),
            "ListMatters" => about(&intake::ListMattersRequest {
                parent: format!("units/{}", self.township),
                ..Default::default()
            }),
            // It changes nothing as long as it is a dry run, of a file that has no line but the first.
            "ImportMatters" => about(&intake::ImportMattersRequest {
                unit: region,
                format: intake::BulkFormat::Csv as i32,
                year: YEAR,
                dry_run: true,
                chunk: COLUMNS.into(),
            }),
            "ExportMatters" => about(&intake::ExportMattersRequest {
                unit: format!("units/{}", self.township),
                format: intake::BulkFormat::Xlsx as i32,
                year: YEAR,
            }),
            "GetProgressReport" => about(&intake::GetProgressReportRequest { unit: region, year: YEAR }),
            "ListVoidNumbers" => {
                about(&intake::ListVoidNumbersRequest { parent: region, year: YEAR, ..Default::default() })
            }
            "GetPolicy" => about(&intake::GetPolicyRequest { unit: region, year: YEAR }),
            "GetActivity" => one(
                &intake::GetActivityRequest { name: format!("units/{VILLAGE}/activities/{YEAR}-1") },
                "ACTIVITY_NOT_FOUND",
            ),
            "ListActivities" => about(&intake::ListActivitiesRequest {
                parent: format!("units/{}", self.township),
                year: YEAR,
                ..Default::default()
            }),
            "ListMarks" => about(&intake::ListMarksRequest {
                parent: format!("units/{}", self.township),
                year: YEAR,
                ..Default::default()
            }),
            "GetExchangeReport" => about(&intake::GetExchangeReportRequest { unit: region, year: YEAR }),
            "GetTaxonomy" => about(&intake::GetTaxonomyRequest { unit: region, year: YEAR }),
            "ListTaxonomies" => about(&intake::ListTaxonomiesRequest { parent: region }),
            "GetTranslation" => about(&intake::GetTranslationRequest {
                unit: region,
                from_year: YEAR,
                code: "village_road".to_owned(),
                to_year: YEAR,
            }),
            "GetSubcategoryReport" => {
                about(&intake::GetSubcategoryReportRequest { unit: region, year: YEAR })
            }
            "GetLikelyDuplicates" => {
                one(&intake::GetLikelyDuplicatesRequest { name: matter }, "MATTER_NOT_FOUND")
            }
            "GetLikelyDuplicatesOfDraft" => about(&intake::GetLikelyDuplicatesOfDraftRequest {
                parent: format!("villages/{VILLAGE}"),
                year: YEAR,
                matter: Some(Asks::matter("硬化村道")),
            }),
            "RenderNotice" => {
                let format = intake::NoticeFormat::Html as i32;
                one(&intake::RenderNoticeRequest { name: matter, format }, "MATTER_NOT_FOUND")
            }
            "GetDossier" => {
                one(&intake::GetDossierRequest { name: matter, ..Default::default() }, "MATTER_NOT_FOUND")
            }
            "GetLongView" => about(&intake::GetLongViewRequest {
                village: format!("villages/{VILLAGE}"),
                last_year: YEAR,
                years: 2,
            }),
            "GetParticipation" => {
                one(&intake::GetParticipationRequest { name: self.asked.clone() }, "PARTICIPATION_NOT_FOUND")
            }
            "ListParticipations" => about(&intake::ListParticipationsRequest {
                parent: format!("units/{}", self.township),
                ..Default::default()
            }),
            "GetYearBook" => one(
                &intake::GetYearBookRequest { name: format!("units/{VILLAGE}/yearBooks/{OVER}") },
                "YEAR_BOOK_NOT_FOUND",
            ),
            "ListYearBooks" => about(&intake::ListYearBooksRequest {
                parent: format!("units/{}", self.township),
                year: OVER,
                ..Default::default()
            }),
            "ListOpinions" => about(&intake::ListOpinionsRequest {
                parent: format!("departments/{}/energy", self.county()),
                ..Default::default()
            }),
            "GetReferral" => one(
                &escalation::GetReferralRequest { name: format!("units/{VILLAGE}/referrals/{own}") },
                "REFERRAL_NOT_FOUND",
            ),
            "ListReferrals" => about(&escalation::ListReferralsRequest {
                parent: region,
                roll_up: true,
                ..Default::default()
            }),
            "ListAssignments" => about(&escalation::ListAssignmentsRequest {
                parent: format!("departments/{REGION}/water"),
                ..Default::default()
            }),
            "GetEscalationReport" => {
                about(&escalation::GetEscalationReportRequest { unit: region, year: YEAR })
            }
            "GetChannel" => {
                one(&funding::GetChannelRequest { name: self.channel.clone() }, "CHANNEL_NOT_FOUND")
            }
            "ListChannels" => about(&funding::ListChannelsRequest { parent: region, ..Default::default() }),
            "GetTransfer" => {
                one(&funding::GetTransferRequest { name: self.transfer.clone() }, "TRANSFER_NOT_FOUND")
            }
            "GetLedger" => about(&funding::GetLedgerRequest { unit: region, year: YEAR }),
            "GetMatterFunding" => one(&funding::GetMatterFundingRequest { matter }, "MATTER_NOT_FOUND"),
            "GetInvestmentReport" => about(&funding::GetInvestmentReportRequest { unit: region, year: YEAR }),
            "ListPostings" => about(&funding::ListPostingsRequest { parent: region, ..Default::default() }),
            "GetScore" => {
                let name = format!("villages/{VILLAGE}/scores/{OVER}");
                one(&appraisal::GetScoreRequest { name }, "SCORE_NOT_FOUND")
            }
            "ListRanking" => {
                let parent = of_2021("rankings");
                let ask = appraisal::ListRankingRequest { parent, ..Default::default() };
                one(&ask, "RANKING_NOT_FOUND")
            }
            "GetRewardList" => {
                let name = of_2021("rewardLists");
                one(&appraisal::GetRewardListRequest { name }, "REWARD_LIST_NOT_FOUND")
            }
            "GetSurveyReport" => about(&appraisal::GetSurveyReportRequest { unit: region, year: YEAR }),
            "GetBulletin" => {
                one(&appraisal::GetBulletinRequest { name: self.bulletin() }, "BULLETIN_NOT_FOUND")
            }
            "GetCheckpoint" => {
                one(&appraisal::GetCheckpointRequest { bulletin: self.bulletin() }, "BULLETIN_NOT_FOUND")
            }
            "ListBulletins" => {
                about(&appraisal::ListBulletinsRequest { parent: region, ..Default::default() })
            }
            "RenderBulletin" => {
                let format = appraisal::BulletinFormat::Csv as i32;
                let ask = appraisal::RenderBulletinRequest { name: self.bulletin(), format };
                one(&ask, "BULLETIN_NOT_FOUND")
            }
            // A stream that begins has no end: this one says that it cannot begin, as the last thing it looks at.
            "Watch" => about(&journal::WatchRequest {
                service: "intake".to_owned(),
                units: vec![region],
                kinds: Vec::new(),
                cursor: Some(journal::Position { epoch: 7, pos: 7 }),
            }),
            _ => return None,
        })
    }
}

fn about(request: &impl Message) -> Readable {
    Readable { message: request.encode_to_vec(), unknown: None }
}

fn one(request: &impl Message, unknown: &'static str) -> Readable {
    Readable { unknown: Some(unknown), ..about(request) }
}

/// The region has a department at work on a matter.
async fn coordinated<E: Engine>(sandbox: &Sandbox<E>, matter: &str) {
    let own = matter.trim_start_matches("villages/").replace("/matters/", "-");
    let village = crate::fields::code(matter).parse().expect("a matter is a village's");
    let name = |unit: UnitCode| format!("units/{unit}/referrals/{own}");
    let below = std::iter::once(village).chain(sandbox.register.ancestors(village));
    for unit in below.filter(|unit| *unit != REGION) {
        sandbox.caught_up().await;
        let raise = escalation::RaiseMatterRequest {
            name: name(unit),
            reason: "本级无力承担".to_owned(),
            request_id: fresh_id(),
            etag: String::new(),
        };
        let _: escalation::Referral =
            Escalation::done(sandbox, Who::officer(unit), "RaiseMatter", &raise).await;
    }
    sandbox.caught_up().await;
    let accept =
        escalation::AcceptReferralRequest { name: name(REGION), request_id: fresh_id(), etag: String::new() };
    let officer = Who::officer(REGION);
    let _: escalation::Referral = Escalation::done(sandbox, officer, "AcceptReferral", &accept).await;
    let assign = escalation::AssignDepartmentsRequest {
        name: name(REGION),
        lead_department: format!("departments/{REGION}/water"),
        helper_departments: Vec::new(),
        request_id: fresh_id(),
        etag: String::new(),
    };
    let _: escalation::Referral = Escalation::done(sandbox, officer, "AssignDepartments", &assign).await;
}

/// The region opens two channels and gives some of one to a city; answers the channel and the transfer.
async fn money<E: Engine>(sandbox: &Sandbox<E>) -> (String, String) {
    let officer = Who::officer(REGION);
    let parent = format!("units/{REGION}");
    let mut channels = Vec::new();
    for title in ["乡村振兴补助资金", "人居环境整治资金"] {
        let channel = funding::Channel {
            title: title.to_owned(),
            kind: funding::ChannelKind::LivingEnvironment as i32,
            year: YEAR,
            remainder: funding::Remainder::Lapse as i32,
            ..Default::default()
        };
        let open = funding::OpenChannelRequest {
            parent: parent.clone(),
            channel: Some(channel),
            request_id: fresh_id(),
        };
        let opened: funding::Channel = Funding::done(sandbox, officer, "OpenChannel", &open).await;
        let budget = funding::ReceiveBudgetRequest {
            parent: opened.name.clone(),
            amount_fen: 100_000_000,
            document_sha256: vec![9; 32],
            request_id: fresh_id(),
        };
        let _: funding::Holding = Funding::done(sandbox, officer, "ReceiveBudget", &budget).await;
        channels.push(opened.name);
    }
    let city = sandbox.register.ancestor_at(VILLAGE, Level::City).expect("a village has a city");
    let give = funding::AppropriateRequest {
        parent,
        channel: channels[0].clone(),
        to: format!("units/{city}"),
        amount_fen: 1_000_000,
        request_id: fresh_id(),
    };
    let transfer: funding::Transfer = Funding::done(sandbox, officer, "Appropriate", &give).await;
    (channels.swap_remove(0), transfer.name)
}

/// The year is over; its villages are ranked, and the best are to be rewarded.
async fn year_ends<E: Engine>(sandbox: &Sandbox<E>) {
    let (officer, parent) = (Who::officer(REGION), format!("units/{REGION}"));
    let freeze = appraisal::FreezeSchemeRequest {
        parent: parent.clone(),
        year: OVER,
        scheme: None,
        request_id: fresh_id(),
    };
    let _: appraisal::Scheme = Appraisal::done(sandbox, officer, "FreezeScheme", &freeze).await;
    sandbox.go_to(OVER_SINCE).await;
    let rank = appraisal::RankVillagesRequest { parent: parent.clone(), year: OVER, request_id: fresh_id() };
    let _: appraisal::Ranking = Appraisal::done(sandbox, officer, "RankVillages", &rank).await;
    let issue = appraisal::IssueRewardListRequest {
        parent,
        year: OVER,
        winners: 2,
        each_fen: 100,
        pool_fen: 200,
        request_id: fresh_id(),
    };
    let _: appraisal::RewardList = Appraisal::done(sandbox, officer, "IssueRewardList", &issue).await;
    for period in PERIODS {
        let issue = appraisal::IssueBulletinRequest {
            parent: format!("units/{REGION}"),
            year: OVER,
            period: period.to_owned(),
            request_id: fresh_id(),
        };
        let _: appraisal::Bulletin = Appraisal::done(sandbox, officer, "IssueBulletin", &issue).await;
    }
}
