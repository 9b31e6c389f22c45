use super::super::villages::{ACROSS, FAR, LEAD, NEAR, Villages, party, rest, shares};
use super::*;
use crate::joint::{Act, Command};
use crate::rules::village::{actor, content};
use crate::{Act as MatterAct, Amendment, Category, Content, State as MatterState, align};

const DETERMINE: MatterAct = MatterAct::Determine { due: None };

fn no() -> String {
    "无力承担".into()
}

fn leave() -> Act {
    Act::Leave { reason: no() }
}

#[test]
fn villages_of_one_township_or_neighbours_are_invited() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    assert_eq!(villages.invite(matter, &[FAR]), Err(Refusal::NotNeighbours { village: FAR }));
    for twice in [[NEAR, NEAR], [NEAR, LEAD]] {
        assert_eq!(villages.invite(matter, &twice), Err(Refusal::NamedTwice { village: twice[1] }));
    }
    villages.invite(matter, &[NEAR, ACROSS]).unwrap();
    villages.deliver();
    for village in [NEAR, ACROSS] {
        assert_eq!(villages.part(village, matter).state, State::Invited);
        assert_eq!(villages.part(village, matter).content, content());
    }
}

#[test]
fn only_infrastructure_and_public_service_are_planned_together() {
    for category in Category::ALL.iter().copied() {
        let mut villages = Villages::on("2021-12-01");
        let id = villages.lead.id(1);
        let command = crate::Command::Propose {
            village: id.village,
            year: id.year,
            content: Content { category, ..content() },
            proposer: actor("officer"),
            contact: None,
        };
        villages.lead.run(&command).unwrap();
        let allowed = matches!(category, Category::Infrastructure | Category::PublicService);
        let refused = if allowed { Ok(()) } else { Err(Refusal::CategoryNotAllowed { category }) };
        assert_eq!(villages.invite(id, &[NEAR]), refused);
    }
}

#[test]
fn shares_are_all_of_the_cost_and_all_of_the_credit() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    let mut offer = |lead, parties: &[Party]| {
        villages.run(&Command::Invite { matter, version: None, lead, parties: parties.to_vec() })
    };
    let estimate = content().cost_estimate.get();
    let near = [party(NEAR)];
    for (lead, cost, credit) in [
        (shares(100_000_001, 7_500), estimate + 1, 10_000),
        (shares(99_999_999, 7_500), estimate - 1, 10_000),
        (shares(100_000_000, 7_499), estimate, 9_999),
        (shares(100_000_000, 10_000), estimate, 12_500),
    ] {
        assert_eq!(offer(lead, &near), Err(Refusal::SharesDoNotSum { cost, estimate, credit }));
    }
    // What is more than any number can hold is no sum.
    let huge = [Party { village: NEAR, shares: shares(i64::MAX, 2_500) }];
    let refusal = Refusal::SharesDoNotSum { cost: i64::MAX, estimate, credit: 10_000 };
    assert_eq!(offer(rest(&huge), &huge), Err(refusal));
    assert_eq!(offer(rest(&near), &near), Ok(()));
}

#[test]
fn what_villages_are_asked_about_does_not_change_under_them() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    villages.invite(matter, &[NEAR]).unwrap();
    let dearer = MatterAct::Update(Amendment { households: Some(1), ..Amendment::default() });
    assert_eq!(villages.act(matter, dearer.clone()), Err(crate::Refusal::PlannedTogether));
    assert_eq!(villages.act(matter, MatterAct::Update(Amendment::default())), Ok(()), "nothing changes");
    villages.run(&Command::Release { matter, version: None, reason: no() }).unwrap();
    assert_eq!(villages.act(matter, dearer), Ok(()));
    let again = Command::Release { matter, version: None, reason: no() };
    assert_eq!(villages.run(&again), Err(Refusal::NotPlanned));
}

#[test]
fn a_matter_is_fixed_for_all_or_for_none() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    villages.invite(matter, &[NEAR, ACROSS]).unwrap();
    villages.deliver();
    villages.accept(NEAR, matter).unwrap();
    villages.deliver();
    villages.lead.deliberate_again(matter);
    villages.lead.publish(matter);
    villages.lead.go_to("2022-01-10");
    let waits = Err(crate::Refusal::NotAgreed { villages: vec![ACROSS] });
    assert_eq!(villages.act(matter, DETERMINE), waits);
    villages.accept(ACROSS, matter).unwrap();
    assert_eq!(villages.act(matter, DETERMINE), waits, "the lead has not heard");
    villages.deliver();
    villages.act(matter, DETERMINE).unwrap();
    // Their shares sum to the cost that they have agreed to.
    let agreed = align::Scope::of(&villages.lead.matter(matter).content);
    let revise = |cost_estimate| {
        let scope = align::Scope { cost_estimate, ..agreed.clone() };
        MatterAct::Align(align::Act::Revise(align::Revision { scope, reason: no() }))
    };
    assert_eq!(villages.act(matter, revise(Fen::new(1))), Err(crate::Refusal::PlannedTogether));
    assert_eq!(villages.act(matter, revise(agreed.cost_estimate)), Ok(()), "nothing changes");
    assert_eq!(villages.used(LEAD, matter).slots, 1);
    let number = villages.lead.matter(matter).stage.determination().unwrap().number;
    for village in [NEAR, ACROSS] {
        assert_eq!(villages.part(village, matter).state, State::Accepted, "until it hears");
        assert_eq!(villages.used(village, matter).joint, 1);
    }
    villages.deliver();
    for village in [NEAR, ACROSS] {
        let part = villages.part(village, matter);
        assert_eq!(
            (part.state, part.determination.map(|(number, _)| number)),
            (State::Determined, Some(number))
        );
        assert_eq!(villages.used(village, matter).joint, 1);
        assert_eq!(villages.used(village, matter).slots, 0, "it is the lead's matter");
    }
}

#[test]
fn a_partner_leaves_before_the_matter_is_fixed_and_not_after() {
    for leaves_first in [true, false] {
        let mut villages = Villages::on("2021-12-01");
        let matter = villages.agreed(&[NEAR]);
        villages.partner(NEAR, matter, leave()).unwrap();
        assert_eq!(villages.part(NEAR, matter).state, State::Leaving);
        assert_eq!(villages.used(NEAR, matter).joint, 1, "kept until the lead has answered");
        if leaves_first {
            villages.deliver();
            let gone = Err(crate::Refusal::NotAgreed { villages: vec![NEAR] });
            assert_eq!(villages.act(matter, DETERMINE), gone);
        } else {
            villages.act(matter, DETERMINE).unwrap();
            villages.deliver();
        }
        let part = villages.part(NEAR, matter);
        let (state, cause) = (part.state, part.released.as_ref().map(|(cause, _)| *cause));
        let expected =
            if leaves_first { (State::Released, Some(Cause::Left)) } else { (State::Determined, None) };
        assert_eq!((state, cause), expected);
        assert_eq!(villages.used(NEAR, matter).joint, u16::from(!leaves_first));
        let again = villages.partner(NEAR, matter, leave());
        assert_eq!(again, Err(Refusal::WrongState { state, wanted: leave().wanted() }));
    }
}

#[test]
fn a_late_wish_to_leave_does_not_touch_who_has_come_back() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    villages.invite(matter, &[NEAR]).unwrap();
    villages.deliver();
    villages.accept(NEAR, matter).unwrap();
    villages.deliver();
    villages.partner(NEAR, matter, leave()).unwrap();
    let late = villages.letters.remove(0);
    villages.invite(matter, &[ACROSS]).unwrap();
    villages.invite(matter, &[NEAR]).unwrap();
    villages.deliver();
    assert_eq!(villages.part(NEAR, matter).state, State::Invited);
    villages.run(&late).unwrap();
    assert_eq!(villages.letters, []);
    assert!(villages.lead.matter(matter).plan().unwrap().partner(NEAR).unwrap().is_in());
}

#[test]
fn who_asks_to_leave_is_answered_even_if_the_lead_knows_nothing() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.agreed(&[NEAR]);
    villages.partner(NEAR, matter, leave()).unwrap();
    // The lead's node was restored from before it had asked anybody.
    let lost = Matter { joint: None, ..villages.lead.matter(matter).clone() };
    villages.lead.world.put_matter(lost);
    villages.deliver();
    assert_eq!(villages.part(NEAR, matter).state, State::Released);
    assert_eq!(villages.used(NEAR, matter).joint, 0);
}

#[test]
fn a_wish_to_leave_that_comes_twice_is_answered_once() {
    for dropped in [false, true] {
        let mut villages = Villages::on("2021-12-01");
        let matter = villages.agreed(&[NEAR]);
        villages.partner(NEAR, matter, leave()).unwrap();
        let letter = villages.letters.remove(0);
        if dropped {
            villages.run(&Command::Release { matter, version: None, reason: no() }).unwrap();
        } else {
            villages.run(&letter).unwrap();
        }
        villages.deliver();
        assert_eq!(villages.part(NEAR, matter).state, State::Released);
        let before = villages.lead.world.clone();
        villages.run(&letter).unwrap();
        assert_eq!((villages.lead.world, villages.letters), (before, vec![]));
    }
}

#[test]
fn other_terms_are_agreed_on_anew_by_all() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.agreed(&[NEAR]);
    let (lead, parties) =
        (shares(60_000_000, 5_000), vec![Party { village: NEAR, shares: shares(60_000_000, 5_000) }]);
    villages.run(&Command::Invite { matter, version: None, lead, parties }).unwrap();
    assert_eq!(villages.lead.matter(matter).state(), MatterState::Proposed, "to be deliberated anew");
    villages.deliver();
    let part = villages.part(NEAR, matter);
    assert_eq!((part.state, part.terms.number, part.deliberation), (State::Invited, 2, None));
    assert_eq!(villages.used(NEAR, matter).joint, 1, "only its own word frees the slot");
    assert_eq!(villages.partner(NEAR, matter, Act::Accept), Err(Refusal::NotDeliberated));
    villages.accept(NEAR, matter).unwrap();
    villages.deliver();
    assert_eq!(villages.used(NEAR, matter).joint, 1, "kept once");
    assert_eq!(villages.lead.matter(matter).plan().unwrap().outstanding().count(), 0);
}

#[test]
fn the_lead_too_meets_about_terms_that_were_offered() {
    let mut villages = Villages::on("2021-12-10");
    let matter = villages.lead.propose();
    villages.invite(matter, &[NEAR]).unwrap();
    let early = crate::rules::village::meeting("2021-12-09", 30, 25, 20);
    let (earliest, latest) = (villages.lead.now.date(), villages.lead.now.date());
    let refusal = crate::Refusal::MeetingDay { held_on: early.held_on, earliest, latest };
    assert_eq!(villages.act(matter, MatterAct::Deliberate(early)), Err(refusal));
}

#[test]
fn an_answer_to_void_terms_is_no_answer() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.lead.propose();
    villages.invite(matter, &[NEAR]).unwrap();
    villages.deliver();
    villages.accept(NEAR, matter).unwrap();
    villages.invite(matter, &[NEAR]).unwrap();
    villages.deliver();
    assert_eq!(villages.lead.matter(matter).plan().unwrap().outstanding().collect::<Vec<_>>(), [NEAR]);
    assert_eq!(villages.part(NEAR, matter).state, State::Invited);
}

#[test]
fn whatever_ends_the_matter_before_it_is_fixed_lets_all_go() {
    for cause in [Cause::NotCarried, Cause::Declined, Cause::Withdrawn, Cause::Merged] {
        let mut villages = Villages::on("2021-12-01");
        let matter = villages.lead.propose();
        villages.lead.propose();
        villages.invite(matter, &[NEAR, ACROSS]).unwrap();
        villages.deliver();
        villages.accept(NEAR, matter).unwrap();
        villages.deliver();
        let act = match cause {
            Cause::NotCarried => MatterAct::Deliberate(villages.meets(3)),
            Cause::Declined => MatterAct::Decline { reason: no() },
            Cause::Withdrawn => MatterAct::Withdraw { reason: no() },
            _ => MatterAct::Merge { into: villages.lead.id(2) },
        };
        villages.act(matter, act).unwrap();
        assert_eq!(villages.used(NEAR, matter).joint, 1, "until it hears");
        villages.deliver();
        for village in [NEAR, ACROSS] {
            let part = villages.part(village, matter);
            let told = part.released.as_ref().map(|(cause, _)| *cause);
            assert_eq!((part.state, told), (State::Released, Some(cause)));
            assert_eq!(villages.used(village, matter).joint, 0);
        }
        assert_eq!(villages.used(LEAD, matter).plans, 0);
    }
}

#[test]
fn nothing_ends_a_notice_while_an_objection_is_open() {
    let mut villages = Villages::on("2021-12-01");
    let matter = villages.agreed(&[NEAR]);
    villages.lead.object(matter).unwrap();
    let open = Refusal::Matter(crate::Refusal::ObjectionsOpen { open: vec![1] });
    assert_eq!(villages.invite(matter, &[NEAR]), Err(open.clone()));
    let release = Command::Release { matter, version: None, reason: no() };
    assert_eq!(villages.run(&release), Err(open));
    villages.lead.answer(matter, 1, false).unwrap();
    assert_eq!(villages.run(&release), Ok(()));
    assert_eq!(villages.lead.matter(matter).state(), MatterState::Proposed);
}

#[test]
fn partners_hear_how_it_ended() {
    for (ending, state) in [(Ending::Cancelled, State::Cancelled), (Ending::CarriedOver, State::CarriedOver)]
    {
        let mut villages = Villages::on("2021-12-01");
        let matter = villages.agreed(&[NEAR]);
        villages.act(matter, DETERMINE).unwrap();
        villages.deliver();
        assert_eq!(villages.used(NEAR, matter).joint_open, 1);
        villages.act(matter, MatterAct::RequestEnding { ending, reason: no() }).unwrap();
        let by = crate::rules::village::above();
        let told = crate::Delivery::EndingAnswered { matter, by, number: 1, granted: true, reason: no() };
        let command = crate::Command::Delivery(told);
        let world = &mut villages.lead.world;
        let events = crate::decide(&villages.lead.policy, world, &command, villages.lead.now).unwrap();
        for event in events {
            if let crate::Fact::Joint(LeadFact::Ended { village, state }) = &event.fact {
                let participation = crate::joint::ParticipationId { village: *village, matter };
                let says = crate::joint::FromLead::Ended { state: *state };
                villages.letters.push(Command::HearLead { participation, says });
            }
            crate::evolve(world, &event).unwrap();
        }
        villages.deliver();
        assert_eq!(villages.part(NEAR, matter).state, state);
        let used = villages.used(NEAR, matter);
        assert_eq!((used.joint, used.joint_open), (1, 0), "the slot stays taken, as the lead's does");
        assert_eq!(villages.used(LEAD, matter).slots, 1);
    }
}
