//! The county of a matter's village commits money to it, releases it and pays it.
//!
//! Two reasons have no case. COST_EXCEEDED: by the policy of a node a matter is funded whole, and whatever is more than
//! its cost is NOT_FUNDED_WHOLE before that. SUM_TOO_LARGE: twenty lines of the largest amount, with all that a matter
//! may cost, are far from it. Both rules are tested where they are.

use yishi_kernel::UnitCode;
use yishi_proto::funding::v1 as pb;
use yishi_proto::intake::v1::{Category, MatterState};
use yishi_store::Engine;
use yishi_tests::sandbox::Sandbox;

use super::asks::{Lines, commit, of_rewards, of_year, only_for, only_in, pay, plain, release};
use super::budgets::LastYear;
use super::{COUNTY, TOWNSHIP, act, funded, nowhere};
use crate::cases::{Exhibit, Ready, Refused, Who};

/// What a matter of the sandbox costs, in fen.
const COST: i64 = 120_000_000;
const QUARTER: i64 = COST / 4;
/// Matters that the methods take.
const TAKEN: usize = 7;
const UNKNOWN: &str = "MATTER_NOT_FOUND";

/// Matters of one township.
pub(super) struct Matters {
    /// Determined, and without money.
    open: Vec<String>,
    /// Struck off.
    settled: String,
    /// Not determined.
    noticed: String,
}

impl Matters {
    pub(super) async fn begin<E: Engine>(sandbox: &Sandbox<E>) -> Self {
        let codes = sandbox.register.children(TOWNSHIP).iter().copied().take(TAKEN + 1);
        let mut villages = sandbox.ripe_villages(codes).await;
        let mut last = villages.pop().expect("the township has villages");
        let settled = sandbox.matter_in(&mut last, MatterState::Closed).await.name;
        let noticed = last.ripe.pop().expect("a ripe village");
        let mut open = Vec::new();
        for mut village in villages {
            open.push(sandbox.matter_in(&mut village, MatterState::Determined).await.name);
        }
        sandbox.caught_up().await;
        Self { open, settled, noticed }
    }

    pub(super) fn settled(&self) -> Exhibit {
        let name = self.settled.clone();
        Exhibit { state: "SETTLED", name, unit: COUNTY, reason: "MATTER_SETTLED" }
    }

    pub(super) async fn committed<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Ready {
        let [one, other] = purses(sandbox).await;
        open(&commit(&self.next(), &[(&one, 3 * QUARTER), (&other, QUARTER)]))
    }

    pub(super) async fn released<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Ready {
        let (matter, [one, other]) = self.whole(sandbox).await;
        open(&release(&matter, &[(&one, 3 * QUARTER), (&other, 1)]))
    }

    pub(super) async fn paid<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Ready {
        let (matter, [one, other]) = self.whole(sandbox).await;
        open(&pay(&matter, &[(&one, 3 * QUARTER), (&other, 1)]))
    }

    pub(super) async fn commitments_refused<E: Engine>(
        &mut self,
        sandbox: &Sandbox<E>,
        last_year: &LastYear,
    ) -> Vec<Refused> {
        let matter = self.next();
        let [plenty, short] = purses(sandbox).await;
        let with = async |channel| funded(sandbox, COUNTY, channel, COST).await;
        let for_industry =
            pb::Earmark { categories: vec![Category::Industry as i32], ..pb::Earmark::default() };
        let for_industry = with(only_for(plain(), for_industry)).await;
        let elsewhere = with(only_in(plain(), other_township(sandbox))).await;
        let ahead = with(of_year(2023)).await;
        let of_rewards = with(of_rewards(2022)).await;
        let per_matter = pb::Earmark { ceiling_per_matter_fen: COST - 1, ..pb::Earmark::default() };
        let per_matter = with(only_for(plain(), per_matter)).await;
        let three_quarters = with(three_quarters()).await;

        let no = |reason, lines: Lines<'_>| Refused::new(officer(), reason, &commit(&matter, lines));
        let mut refused = vec![
            no("CHANNEL_NOT_FOUND", &[(&plenty, COST - 1), (&nowhere(COUNTY), 1)]),
            no("YEAR_OVER", &[(&last_year.county, COST)]),
            no("OUTSIDE_EARMARK", &[(&for_industry, COST)]),
            no("OUTSIDE_EARMARK", &[(&elsewhere, COST)]),
            no("OUTSIDE_EARMARK", &[(&ahead, COST)]),
            no("OUTSIDE_EARMARK", &[(&of_rewards, COST)]),
            no("CEILING_EXCEEDED", &[(&per_matter, COST)]),
            no("CEILING_EXCEEDED", &[(&three_quarters, 3 * QUARTER + 1), (&plenty, QUARTER - 1)]),
            no("INSUFFICIENT_FUNDS", &[(&plenty, 2 * QUARTER - 1), (&short, 2 * QUARTER + 1)]),
            no("NOT_FUNDED_WHOLE", &[(&plenty, COST - 1)]),
            no("NOT_FUNDED_WHOLE", &[(&plenty, COST + 1)]),
            Refused::new(officer(), UNKNOWN, &commit(&self.noticed, &[(&plenty, COST)])),
        ];
        refused.extend(self.recommitments_refused(sandbox, &plenty).await);
        refused
    }

    /// What a matter has already counts, for its cost and for every ceiling.
    async fn recommitments_refused<E: Engine>(&mut self, sandbox: &Sandbox<E>, plenty: &str) -> Vec<Refused> {
        let matter = self.next();
        let ceiled = funded(sandbox, COUNTY, three_quarters(), COST).await;
        let whole = commit(&matter, &[(&ceiled, 3 * QUARTER), (plenty, QUARTER)]);
        let whole: pb::MatterFunding = act(sandbox, COUNTY, "CommitFunds", &whole).await;
        let freed = release(&matter, &[(plenty, QUARTER)]);
        let _: pb::MatterFunding = act(sandbox, COUNTY, "ReleaseCommitment", &freed).await;
        let no = |reason, lines: Lines<'_>| Refused::new(officer(), reason, &commit(&matter, lines));
        let stale = pb::CommitFundsRequest { etag: whole.etag, ..commit(&matter, &[(plenty, QUARTER)]) };
        vec![
            no("NOT_FUNDED_WHOLE", &[(plenty, COST)]),
            no("NOT_FUNDED_WHOLE", &[(plenty, QUARTER - 1)]),
            no("CEILING_EXCEEDED", &[(&ceiled, QUARTER)]),
            // With what was read when it was whole.
            Refused::new(officer(), "STALE_ETAG", &stale),
        ]
    }

    pub(super) async fn releases_refused<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Vec<Refused> {
        let with = |matter: &str, lines: Lines<'_>, etag: &str| pb::ReleaseCommitmentRequest {
            etag: etag.to_owned(),
            ..release(matter, lines)
        };
        let no = |reason, matter: &str, lines: Lines<'_>, etag: &str| {
            Refused::new(officer(), reason, &with(matter, lines, etag))
        };
        self.beyond_commitment(sandbox, no).await
    }

    pub(super) async fn payments_refused<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Vec<Refused> {
        let with = |matter: &str, lines: Lines<'_>, etag: &str| pb::PayMatterRequest {
            etag: etag.to_owned(),
            ..pay(matter, lines)
        };
        let no = |reason, matter: &str, lines: Lines<'_>, etag: &str| {
            Refused::new(officer(), reason, &with(matter, lines, etag))
        };
        self.beyond_commitment(sandbox, no).await
    }

    /// What is not committed, or paid already, is neither released nor paid.
    async fn beyond_commitment<E: Engine>(
        &mut self,
        sandbox: &Sandbox<E>,
        no: impl Fn(&'static str, &str, Lines<'_>, &str) -> Refused,
    ) -> Vec<Refused> {
        let (matter, [one, other]) = self.whole(sandbox).await;
        let first = pay(&matter, &[(&one, QUARTER)]);
        let seen: pb::MatterFunding = act(sandbox, COUNTY, "PayMatter", &first).await;
        let second = pay(&matter, &[(&one, QUARTER)]);
        let _: pb::MatterFunding = act(sandbox, COUNTY, "PayMatter", &second).await;
        let [no_part, _] = purses(sandbox).await;
        let beyond = |lines: Lines<'_>| no("COMMITMENT_EXCEEDED", &matter, lines, "");
        vec![
            beyond(&[(&one, QUARTER + 1)]),
            beyond(&[(&one, QUARTER), (&other, QUARTER + 1)]),
            beyond(&[(&no_part, 1)]),
            beyond(&[(&nowhere(COUNTY), 1)]),
            no("STALE_ETAG", &matter, &[(&one, 1)], &seen.etag),
            no(UNKNOWN, &self.noticed, &[(&one, 1)], ""),
        ]
    }

    /// A matter whose money comes from two channels, to three quarters from the first.
    async fn whole<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> (String, [String; 2]) {
        let (matter, [one, other]) = (self.next(), purses(sandbox).await);
        let lines = [(&*one, 3 * QUARTER), (&*other, QUARTER)];
        let _: pb::MatterFunding = act(sandbox, COUNTY, "CommitFunds", &commit(&matter, &lines)).await;
        (matter, [one, other])
    }

    fn next(&mut self) -> String {
        self.open.pop().expect("enough matters were determined")
    }
}

fn officer() -> Who {
    Who::officer(COUNTY)
}

/// About a matter whose money can move.
fn open(request: &impl prost::Message) -> Ready {
    Ready::new(officer(), request).of(UNKNOWN, &["OPEN"])
}

/// Two channels of the county: one with more than a matter costs, one with half of it.
async fn purses<E: Engine>(sandbox: &Sandbox<E>) -> [String; 2] {
    [funded(sandbox, COUNTY, plain(), 2 * COST).await, funded(sandbox, COUNTY, plain(), 2 * QUARTER).await]
}

/// For three quarters of a matter at most.
fn three_quarters() -> pb::Channel {
    only_for(plain(), pb::Earmark { ceiling_share_bp: 7_500, ..pb::Earmark::default() })
}

/// A township of the county without any of the matters.
fn other_township<E: Engine>(sandbox: &Sandbox<E>) -> UnitCode {
    let mut townships = sandbox.register.children(COUNTY).iter().copied();
    townships.find(|township| *township != TOWNSHIP).expect("a county has several townships")
}
