//! Villages for the tests of the rules, all on one node; letters arrive when a test says so.

use yishi_kernel::{BasisPoints, Fen, MatterId, Register, UnitCode};

use super::{Command, Follow, Refusal, Rules, decide};
use crate::joint::{
    Act, Event, Fact, FromLead, FromPartner, LeadFact, Participation, ParticipationId, Party, Shares, evolve,
};
use crate::rules::village::{Village, meeting};
use crate::{Meeting, VillageYear};

const DIVISIONS: &str = "\
code,parent,level,name
640000000000,,region,宁夏
640300000000,640000000000,city,吴忠
640323000000,640300000000,county,盐池
640323100000,640323000000,township,花马池
640323100200,640323100000,village,丙
640323100201,640323100000,village,丁
640324000000,640300000000,county,同心
640324100000,640324000000,township,豫海
640324100200,640324100000,village,甲
640324100201,640324100000,village,乙
";
const NEIGHBOURS: &str = "village,neighbour\n640323100200,640324100200\n";

pub(crate) const LEAD: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// Of the lead's township.
pub(crate) const NEAR: UnitCode = UnitCode::new(640_324_100_201).unwrap();
/// Across the county line, and registered as the lead's neighbour.
pub(crate) const ACROSS: UnitCode = UnitCode::new(640_323_100_200).unwrap();
/// Across the county line.
pub(crate) const FAR: UnitCode = UnitCode::new(640_323_100_201).unwrap();

pub(crate) struct Villages {
    pub(crate) lead: Village,
    register: Register,
    /// Letters that have not arrived.
    pub(crate) letters: Vec<Command>,
}

pub(crate) fn shares(cost: i64, credit: u16) -> Shares {
    Shares { cost: Fen::new(cost), credit: BasisPoints::new(credit).unwrap() }
}

pub(crate) fn party(village: UnitCode) -> Party {
    Party { village, shares: shares(20_000_000, 2_500) }
}

/// What is left for the lead of what a matter of the tests costs.
pub(crate) fn rest(parties: &[Party]) -> Shares {
    match parties.len() {
        1 => shares(100_000_000, 7_500),
        _ => shares(80_000_000, 5_000),
    }
}

impl Villages {
    pub(crate) fn on(today: &str) -> Self {
        let register = Register::parse(DIVISIONS, NEIGHBOURS).unwrap();
        Self { lead: Village::on(today), register, letters: Vec::new() }
    }

    pub(crate) fn part(&self, village: UnitCode, matter: MatterId) -> &Participation {
        self.lead.world.participation(ParticipationId { village, matter }).unwrap()
    }

    pub(crate) fn used(&self, village: UnitCode, matter: MatterId) -> VillageYear {
        self.lead.world.village_year(village, matter.year)
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        let rules = Rules { policy: &self.lead.policy, register: &self.register };
        for follow in decide(&rules, &self.lead.world, command, self.lead.now)? {
            match follow {
                Follow::Matter(event) => {
                    self.post_of(&event);
                    crate::evolve(&mut self.lead.world, &event).unwrap();
                }
                Follow::Participation(event) => {
                    self.letters.extend(from_partner(&event));
                    evolve(&mut self.lead.world, &event).unwrap();
                }
            }
        }
        Ok(())
    }

    /// What happens to the matter itself, and the letters that follow from it.
    pub(crate) fn act(&mut self, matter: MatterId, act: crate::Act) -> Result<(), crate::Refusal> {
        let command = crate::Command::Change { matter, version: None, act };
        for event in crate::decide(&self.lead.policy, &self.lead.world, &command, self.lead.now)? {
            self.post_of(&event);
            crate::evolve(&mut self.lead.world, &event).unwrap();
        }
        Ok(())
    }

    fn post_of(&mut self, event: &crate::Event) {
        let crate::Fact::Joint(fact) = &event.fact else { return };
        let says = match fact.clone() {
            LeadFact::Offered { content, terms, .. } => FromLead::Offered { content, terms },
            LeadFact::Released { terms, cause, reason, .. } => FromLead::Released { terms, cause, reason },
            LeadFact::Determined { terms, number, due, .. } => FromLead::Determined { terms, number, due },
            LeadFact::Ended { state, .. } => FromLead::Ended { state },
            _ => return,
        };
        let participation = ParticipationId { village: fact.to().unwrap(), matter: event.matter };
        self.letters.push(Command::HearLead { participation, says });
    }

    /// All letters arrive, and those that follow from them.
    pub(crate) fn deliver(&mut self) {
        while !self.letters.is_empty() {
            for letter in std::mem::take(&mut self.letters) {
                self.run(&letter).expect("a letter is never refused");
            }
        }
    }

    pub(crate) fn invite(&mut self, matter: MatterId, villages: &[UnitCode]) -> Result<(), Refusal> {
        let parties: Vec<Party> = villages.iter().copied().map(party).collect();
        self.run(&Command::Invite { matter, version: None, lead: rest(&parties), parties })
    }

    pub(crate) fn partner(&mut self, village: UnitCode, matter: MatterId, act: Act) -> Result<(), Refusal> {
        let participation = ParticipationId { village, matter };
        self.run(&Command::Change { participation, version: None, act })
    }

    /// A meeting of today at which whoever was not for it was against it.
    pub(crate) fn meets(&self, in_favour: u32) -> Meeting {
        Meeting { held_on: self.lead.now.date(), ..meeting("2021-12-01", 30, 25, in_favour) }
    }

    /// A partner's meeting decides for the terms, and the village agrees.
    pub(crate) fn accept(&mut self, village: UnitCode, matter: MatterId) -> Result<(), Refusal> {
        self.partner(village, matter, Act::Deliberate(self.meets(20)))?;
        self.partner(village, matter, Act::Accept)
    }

    /// A matter that these villages have agreed to plan together, and that hangs out until 2022-01-10.
    pub(crate) fn agreed(&mut self, villages: &[UnitCode]) -> MatterId {
        let matter = self.lead.propose();
        self.invite(matter, villages).unwrap();
        self.deliver();
        for village in villages {
            self.accept(*village, matter).unwrap();
        }
        self.deliver();
        self.lead.deliberate_again(matter);
        self.lead.publish(matter);
        self.lead.go_to("2022-01-10");
        matter
    }
}

fn from_partner(event: &Event) -> Option<Command> {
    let (terms, says) = match event.fact.clone() {
        Fact::Accepted { terms } => (terms, FromPartner::Accepted),
        Fact::Declined { terms, reason } => (terms, FromPartner::Declined { reason }),
        Fact::LeaveRequested { terms, reason } => (terms, FromPartner::LeaveRequested { reason }),
        _ => return None,
    };
    Some(Command::HearPartner { participation: event.participation, terms, says })
}
