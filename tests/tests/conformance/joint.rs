//! The cases of joint matters: for each method that changes something, a request that would be done, and what stands in the
//! way of one that is right in every field. A request about a matter is refused in the wrong state of that, not of a part in it.

use time::macros::date;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1::{Category, InviteVillagesRequest, MatterState, Participation};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::sandbox::{Asks, OPENS, Sandbox, Together, YEAR, as_caller, participation};

use crate::cases::{Cases, Exhibit, Ready, Refused, Who};

const UNKNOWN: &str = "PARTICIPATION_NOT_FOUND";
/// When everything that had to hang out has.
const LATER: &str = "2021-12-15";

/// Pairs of villages of one township, in which nothing has happened.
pub(crate) struct JointMatters {
    pairs: Vec<(UnitCode, UnitCode)>,
    /// No neighbour of any of them.
    far: UnitCode,
    gallery: Vec<Exhibit>,
}

/// Two villages with a matter that one leads and to which the other is invited.
struct Pair {
    lead: UnitCode,
    partner: UnitCode,
    joint: Together,
}

impl Pair {
    async fn invited<E: Engine>(sandbox: &Sandbox<E>, (lead, partner): (UnitCode, UnitCode)) -> Self {
        let joint = Together::invite(sandbox, lead, &[partner]).await;
        sandbox.caught_up().await;
        Self { lead, partner, joint }
    }

    fn part(&self) -> String {
        participation(self.partner, &self.joint.matter)
    }

    async fn deliberated<E: Engine>(self, sandbox: &Sandbox<E>, day: &str) -> Self {
        let ask = Asks::deliberate_on(&self.part(), day, 20);
        let _: Participation =
            JointMatters::done(sandbox, self.officer(), "RecordPartnerDeliberation", &ask).await;
        self
    }

    async fn agreed<E: Engine>(self, sandbox: &Sandbox<E>, day: &str) -> Self {
        self.joint.agree(sandbox, self.partner, day).await;
        sandbox.caught_up().await;
        self
    }

    /// The partner's.
    fn officer(&self) -> Who {
        Who::officer(self.partner)
    }
}

impl Cases for JointMatters {
    const SERVICE: &'static str = "yishi.intake.v1.JointMatterService";
    const FILE: &'static str = file!();
    // LEAVING passes at once where the lead is on the same node.
    const STATES: &'static [&'static str] =
        &["INVITED", "ACCEPTED", "DECLINED", "RELEASED", "DETERMINED", "CLOSED", "CANCELLED", "CARRIED_OVER"];

    async fn begin<E: Engine>(sandbox: &Sandbox<E>, methods: usize) -> Self {
        let villages = sandbox.villages();
        let mut pairs: Vec<(UnitCode, UnitCode)> = Vec::new();
        for two in villages.windows(2) {
            let township = |unit| sandbox.register.parent(unit);
            let new = pairs.last().is_none_or(|(lead, _)| township(*lead) != township(two[0]));
            if new && township(two[0]) == township(two[1]) {
                pairs.push((two[0], two[1]));
            }
        }
        let far = pairs.pop().expect("there are many townships").0;
        let mut gallery = Vec::new();
        let mut ends = Vec::new();
        for state in Self::STATES.iter().copied() {
            let pair = Pair::invited(sandbox, pairs.pop().expect("there are many townships")).await;
            let pair = if state == "INVITED" { pair } else { pair.agreed(sandbox, OPENS).await };
            gallery.push(Exhibit {
                state,
                name: pair.part(),
                unit: pair.partner,
                reason: "PARTICIPATION_STATE",
            });
            match state {
                "INVITED" | "ACCEPTED" => {}
                "DECLINED" => {
                    let mut lead = Together::at(sandbox, pair.lead);
                    let again = Asks::invite(&pair.joint.matter, pair.lead, &[pair.partner]);
                    lead.invite_villages(again).await.expect("it may be asked anew");
                    sandbox.caught_up().await;
                    let mut partner = Together::at(sandbox, pair.partner);
                    partner.decline_invitation(Asks::refuse(&pair.part())).await.expect("it may say no");
                }
                "RELEASED" => {
                    let mut partner = Together::at(sandbox, pair.partner);
                    partner.leave_joint_matter(Asks::leave(&pair.part())).await.expect("it may go");
                }
                _ => {
                    pair.joint.hang_out(sandbox, OPENS).await;
                    ends.push((state, pair));
                }
            }
        }
        sandbox.go_to(date!(2021 - 12 - 15)).await;
        for (state, pair) in ends {
            end(sandbox, state, &pair).await;
        }
        sandbox.caught_up().await;
        pairs.truncate(4 * methods);
        Self { pairs, far, gallery }
    }

    fn gallery(&self) -> &[Exhibit] {
        &self.gallery
    }

    async fn ready<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Option<Ready> {
        let pair = Pair::invited(sandbox, self.take()).await;
        let (lead, matter) = (Who::officer(pair.lead), pair.joint.matter.clone());
        let while_invited = |ready: Ready| ready.of(UNKNOWN, &["INVITED"]);
        Some(match method {
            "InviteVillages" => {
                let ask = Asks::invite(&matter, pair.lead, &[pair.partner]);
                Ready::new(lead, &ask).of("MATTER_NOT_FOUND", &[])
            }
            "ReleaseVillages" => Ready::new(lead, &Asks::release(&matter)).of("MATTER_NOT_FOUND", &[]),
            "RecordPartnerDeliberation" => {
                while_invited(Ready::new(pair.officer(), &Asks::deliberate_on(&pair.part(), LATER, 20)))
            }
            "AcceptInvitation" => {
                let pair = pair.deliberated(sandbox, LATER).await;
                while_invited(Ready::new(pair.officer(), &Asks::agree(&pair.part())))
            }
            "DeclineInvitation" => while_invited(Ready::new(pair.officer(), &Asks::refuse(&pair.part()))),
            "LeaveJointMatter" => {
                let pair = pair.agreed(sandbox, LATER).await;
                Ready::new(pair.officer(), &Asks::leave(&pair.part())).of(UNKNOWN, &["ACCEPTED"])
            }
            _ => return None,
        })
    }

    async fn refusals<E: Engine>(&mut self, sandbox: &Sandbox<E>, method: &str) -> Vec<Refused> {
        match method {
            "InviteVillages" => self.inviting(sandbox).await,
            "ReleaseVillages" => self.releasing(sandbox).await,
            "RecordPartnerDeliberation" => {
                let pair = Pair::invited(sandbox, self.take()).await;
                let part = pair.part();
                let crowded = |ask: &mut yishi_proto::intake::v1::RecordPartnerDeliberationRequest| {
                    ask.deliberation.get_or_insert_default().present += 9;
                };
                let mut too_many = Asks::deliberate_on(&part, LATER, 20);
                crowded(&mut too_many);
                vec![
                    // Before the village was asked, and in the future.
                    Refused::wrong(
                        pair.officer(),
                        "deliberation.held_on",
                        &Asks::deliberate_on(&part, OPENS, 20),
                    ),
                    Refused::wrong(
                        pair.officer(),
                        "deliberation.held_on",
                        &Asks::deliberate_on(&part, "2021-12-16", 20),
                    ),
                    Refused::wrong(pair.officer(), "deliberation.present", &too_many),
                ]
            }
            "AcceptInvitation" => {
                let (lead, partner) = self.take();
                let pair = Pair::invited(sandbox, (lead, partner)).await;
                let other = Pair::invited(sandbox, (lead, partner)).await;
                let other = other.agreed(sandbox, LATER).await;
                let undecided = Pair::invited(sandbox, (lead, partner)).await;
                let pair = pair.deliberated(sandbox, LATER).await;
                vec![
                    Refused::new(other.officer(), "SLOT_TAKEN", &Asks::agree(&pair.part())),
                    Refused::new(other.officer(), "NOT_DELIBERATED", &Asks::agree(&undecided.part())),
                ]
            }
            _ => Vec::new(),
        }
    }
}

impl JointMatters {
    fn take(&mut self) -> (UnitCode, UnitCode) {
        self.pairs.pop().unwrap_or_else(|| panic!("there are more townships; see {}", Self::FILE))
    }

    async fn inviting<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Vec<Refused> {
        let (lead, partner) = self.take();
        let mut village = sandbox.village(lead);
        let matter = sandbox.matter_in(&mut village, MatterState::Proposed).await.name;
        let gone = sandbox.matter_in(&mut village, MatterState::Withdrawn).await.name;
        let hung = sandbox.matter_in(&mut village, MatterState::Noticed).await.name;
        village.object(&hung, "v-8").await;
        let industry = yishi_proto::intake::v1::Matter {
            category: Category::Industry as i32,
            ..Asks::matter("建加工车间")
        };
        let propose = Asks::propose_this(lead, YEAR, industry);
        let industry = village.office.propose_matter(propose).await.expect("it is the season").into_inner();
        let officer = Who::officer(lead);
        let ask = |name: &str| Asks::invite(name, lead, &[partner]);
        let less = |change: fn(&mut InviteVillagesRequest)| {
            let mut ask = ask(&matter);
            change(&mut ask);
            ask
        };
        vec![
            Refused::new(officer, "WRONG_STATE", &ask(&gone)),
            Refused::new(officer, "OBJECTION_OPEN", &ask(&hung)),
            Refused::new(officer, "JOINT_CATEGORY_NOT_ALLOWED", &ask(&industry.name)),
            Refused::new(officer, "NOT_NEIGHBOURS", &Asks::invite(&matter, lead, &[self.far])),
            no_sum(officer, &less(|ask| ask.shares[0].cost_share_fen -= 1)),
            no_sum(officer, &less(|ask| ask.shares[1].credit_share_bp += 1)),
            Refused::wrong(officer, "shares", &less(|ask| ask.shares.truncate(1))),
            Refused::wrong(officer, "shares", &Asks::invite(&matter, partner, &[self.far])),
        ]
    }

    async fn releasing<E: Engine>(&mut self, sandbox: &Sandbox<E>) -> Vec<Refused> {
        let (lead, partner) = self.take();
        let pair = Pair::invited(sandbox, (lead, partner)).await;
        pair.joint.hang_out(sandbox, LATER).await;
        let mut village = sandbox.village(lead);
        village.object(&pair.joint.matter, "v-8").await;
        let own = sandbox.matter_in(&mut village, MatterState::Proposed).await.name;
        let gone = sandbox.matter_in(&mut village, MatterState::Withdrawn).await.name;
        let officer = Who::officer(lead);
        vec![
            Refused::new(officer, "NOT_PLANNED_TOGETHER", &Asks::release(&own)),
            Refused::new(officer, "WRONG_STATE", &Asks::release(&gone)),
            Refused::new(officer, "OBJECTION_OPEN", &Asks::release(&pair.joint.matter)),
        ]
    }
}

fn no_sum(who: Who, ask: &InviteVillagesRequest) -> Refused {
    Refused { field: "shares", ..Refused::new(who, "SHARES_DO_NOT_SUM", ask) }
}

/// The lead fixes the matter, and brings it to its end.
async fn end<E: Engine>(sandbox: &Sandbox<E>, state: &str, pair: &Pair) {
    let matter = &pair.joint.matter;
    let mut lead = sandbox.village(pair.lead);
    lead.determine(matter).await;
    match state {
        "CLOSED" => {
            lead.progress(matter, 100).await;
            lead.complete(matter).await;
            let mut committee = sandbox.intake(&as_caller(pair.lead, Role::Supervisor));
            committee.accept_matter(Asks::accept(matter)).await.expect("the committee accepts");
            lead.close(matter).await;
        }
        "CANCELLED" | "CARRIED_OVER" => {
            let ending = if state == "CANCELLED" { MatterState::Cancelled } else { MatterState::CarriedOver };
            lead.end(matter, ending).await;
            sandbox.answer_ending(&lead, matter, true).await;
        }
        _ => {}
    }
}
