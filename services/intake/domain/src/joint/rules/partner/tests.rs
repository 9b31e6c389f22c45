use super::super::villages::{ACROSS, LEAD, NEAR, Villages, party, rest};
use super::*;
use crate::joint::{Cause, Command, LeadFact, ParticipationId, Terms};
use crate::{Act as MatterAct, Fact as MatterFact};

#[test]
fn a_village_decides_with_its_own_meeting() {
    let mut villages = Villages::on("2021-12-10");
    let matter = villages.lead.propose();
    villages.invite(matter, &[NEAR]).unwrap();
    villages.deliver();
    assert_eq!(villages.partner(NEAR, matter, Act::Accept), Err(Refusal::NotDeliberated));
    villages.partner(NEAR, matter, Act::Deliberate(villages.meets(12))).unwrap();
    assert_eq!(villages.partner(NEAR, matter, Act::Accept), Err(Refusal::NotDeliberated), "it was lost");
    assert_eq!(villages.accept(NEAR, matter), Ok(()), "another may follow");
    assert_eq!(villages.used(NEAR, matter).joint, 1);
    let early = crate::rules::village::meeting("2021-12-09", 30, 25, 20);
    villages.invite(matter, &[NEAR]).unwrap();
    villages.deliver();
    let (earliest, latest) = (villages.lead.now.date(), villages.lead.now.date());
    let refusal = crate::Refusal::MeetingDay { held_on: early.held_on, earliest, latest };
    let refused = villages.partner(NEAR, matter, Act::Deliberate(early));
    assert_eq!(refused, Err(refusal.into()), "before it was asked");
}

#[test]
fn a_slot_is_kept_for_one() {
    let mut villages = Villages::on("2021-12-01");
    let (one, other) = (villages.lead.propose(), villages.lead.propose());
    for matter in [one, other] {
        villages.invite(matter, &[NEAR]).unwrap();
    }
    villages.deliver();
    villages.accept(NEAR, one).unwrap();
    let taken = crate::Refusal::SlotTaken { taken: 1, allowed: 1 };
    assert_eq!(villages.accept(NEAR, other), Err(taken.clone().into()));
    // Nor is there one left for what the village leads itself.
    let used = villages.used(NEAR, one);
    assert_eq!(slot_left(&villages.lead.policy, used, crate::Category::Infrastructure), Err(taken));
}

#[test]
fn declining_frees_what_earlier_terms_kept() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.agreed(&[NEAR]);
    villages.invite(matter, &[NEAR]).unwrap();
    villages.deliver();
    assert_eq!(villages.used(NEAR, matter).joint, 1);
    villages.partner(NEAR, matter, Act::Decline { reason: "no".into() }).unwrap();
    assert_eq!(villages.used(NEAR, matter).joint, 0);
    villages.deliver();
    let plan = villages.lead.matter(matter).plan().unwrap();
    assert_eq!(plan.members().count(), 0);
    villages.invite(matter, &[NEAR]).unwrap();
    villages.deliver();
    assert_eq!(villages.part(NEAR, matter).state, State::Invited, "it may be asked again");
}

#[test]
fn a_letter_that_comes_again_changes_nothing() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    let mut all = Vec::new();
    let mut deliver = |villages: &mut Villages| {
        all.extend(villages.letters.clone());
        villages.deliver();
        for letter in &all {
            let before = villages.lead.world.clone();
            villages.run(letter).unwrap();
            assert_eq!(villages.lead.world, before, "{letter:?}");
        }
    };
    villages.invite(matter, &[NEAR, ACROSS]).unwrap();
    deliver(&mut villages);
    villages.accept(NEAR, matter).unwrap();
    villages.partner(ACROSS, matter, Act::Decline { reason: "no".into() }).unwrap();
    deliver(&mut villages);
    villages.invite(matter, &[NEAR]).unwrap();
    deliver(&mut villages);
    villages.run(&Command::Release { matter, version: None, reason: "no".into() }).unwrap();
    deliver(&mut villages);
    villages.invite(matter, &[NEAR]).unwrap();
    deliver(&mut villages);
    villages.accept(NEAR, matter).unwrap();
    deliver(&mut villages);
    villages.lead.deliberate_again(matter);
    villages.lead.publish(matter);
    villages.lead.go_to("2022-01-10");
    villages.act(matter, MatterAct::Determine { due: None }).unwrap();
    deliver(&mut villages);
    assert_eq!(villages.part(NEAR, matter).state, State::Determined);
}

#[test]
fn a_village_that_lost_its_word_goes_by_the_leads() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.agreed(&[NEAR]);
    villages.act(matter, MatterAct::Determine { due: None }).unwrap();
    let restored =
        Participation { state: State::Invited, slot: false, ..villages.part(NEAR, matter).clone() };
    villages.lead.world.put_participation(restored);
    villages.lead.world.put_village_year(NEAR, matter.year, VillageYear::default());
    villages.deliver();
    assert_eq!(villages.part(NEAR, matter).state, State::Determined);
    assert_eq!(villages.used(NEAR, matter).joint, 1);
}

#[test]
fn a_settled_year_hears_nothing() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    villages.invite(matter, &[NEAR, ACROSS]).unwrap();
    let settled = VillageYear { settled: true, ..VillageYear::default() };
    villages.lead.world.put_village_year(NEAR, matter.year, settled);
    villages.deliver();
    let near = ParticipationId { village: NEAR, matter };
    assert_eq!(villages.lead.world.participation(near), None);
    villages.lead.world.put_village_year(ACROSS, matter.year, settled);
    let refused = villages.accept(ACROSS, matter);
    assert_eq!(refused, Err(crate::Refusal::YearSettled { village: ACROSS, year: matter.year }.into()));
    villages.lead.world.put_village_year(LEAD, matter.year, settled);
    let refused = villages.invite(matter, &[NEAR]);
    assert_eq!(refused, Err(crate::Refusal::YearSettled { village: LEAD, year: matter.year }.into()));
}

#[test]
fn whoever_keeps_a_slot_looks_for_itself() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    // By the register of this node the two are no neighbours.
    let far = super::super::villages::FAR;
    let participation = ParticipationId { village: far, matter };
    let parties = vec![party(far)];
    let terms = Terms { number: 1, lead: rest(&parties), parties };
    let content = crate::rules::village::content();
    villages.run(&Command::HearLead { participation, says: FromLead::Offered { content, terms } }).unwrap();
    assert_eq!(villages.accept(far, matter), Err(Refusal::NotNeighbours { village: far }));
}

#[test]
fn what_cannot_have_happened_is_named_and_changes_nothing() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.agreed(&[NEAR]);
    villages.act(matter, MatterAct::Determine { due: None }).unwrap();
    villages.deliver();
    let (at, before) = (villages.lead.now, villages.lead.world.clone());
    let terms = villages.part(NEAR, matter).terms.clone();
    let content = villages.part(NEAR, matter).content.clone();
    let (number, due) = villages.part(NEAR, matter).determination.unwrap();
    let reason = || String::from("no");
    let participation = ParticipationId { village: NEAR, matter };
    for fact in [
        Fact::Invited { content: content.clone(), terms: terms.clone() },
        Fact::Invited { content, terms: Terms { number: 2, ..terms.clone() } },
        Fact::Deliberated(villages.part(NEAR, matter).deliberation.unwrap()),
        Fact::Accepted { terms: 1 },
        Fact::Declined { terms: 1, reason: reason() },
        Fact::LeaveRequested { terms: 1, reason: reason() },
        Fact::Released { cause: Cause::Left, reason: reason() },
        Fact::Determined { number, due },
        Fact::Ended { state: State::Released },
    ] {
        let said = format!("{} does not fit {participation}, which is DETERMINED", fact.kind());
        let event = crate::joint::Event { participation, at, fact };
        let misfit = crate::joint::evolve(&mut villages.lead.world, &event).unwrap_err();
        assert_eq!(misfit.to_string(), said);
        assert_eq!(villages.lead.world, before);
    }
    for fact in [
        LeadFact::Invited { terms: Terms { number: 2, ..terms }, reopened: false },
        LeadFact::Answered { partner: NEAR, declined: None },
        LeadFact::Answered { partner: ACROSS, declined: None },
        LeadFact::Dropped { cause: Cause::Dropped, reason: reason(), reopened: true },
    ] {
        let event = crate::Event { matter, at, fact: MatterFact::Joint(fact) };
        crate::evolve(&mut villages.lead.world, &event).unwrap_err();
        assert_eq!(villages.lead.world, before);
    }
}
