//! What is written is read back the same, and nothing else is read.

use std::collections::BTreeMap;

use yishi_appraisal_domain::{
    Bulletin, Category, Checkpoint, Cut, Figures, Indicator, Inputs, Position, Row, Scheme, Silence, State,
    Survey, World, appraise,
};
use yishi_kernel::BasisPoints;

use super::super::event::event;
use super::*;

const AT: Timestamp = Timestamp::from_micros(7);

fn about() -> UnitYear {
    UnitYear { unit: UnitCode::new(640_000_000_000).unwrap(), year: Year::try_from(2022).unwrap() }
}

fn village(nth: u64) -> UnitCode {
    UnitCode::new(640_324_100_200 + nth).unwrap()
}

fn survey() -> Survey {
    Survey::from_counts([[1, 2, 3, 4, 20]; 5]).unwrap()
}

/// A village with all figures, and two with none that share a rank.
fn standings() -> Vec<Ranked> {
    let full = Inputs {
        determined: 4,
        on_time: 2,
        late: 1,
        closed: 3,
        settled: 2,
        paid: Fen::new(90),
        committed: Fen::new(100),
        survey: survey(),
    };
    let figures = [(village(0), full), (village(1), Inputs::default()), (village(2), Inputs::default())];
    appraise(&Scheme::default(), about().year, &BTreeMap::from(figures)).standings
}

/// A ranked unit, one without anything to do, and two that cannot be reached, of which one never could.
fn bulletin() -> Bulletin {
    let row = |nth, figures, last_report: &[Option<i64>]| Row {
        unit: village(nth),
        name: format!("{nth}村"),
        figures,
        silences: last_report
            .iter()
            .map(|at| Silence { node: village(nth), last_report: at.map(Timestamp::from_micros) })
            .collect(),
    };
    let figures = Figures {
        counts: BTreeMap::from([
            ((Category::Industry, State::Closed), 2),
            ((Category::Governance, State::Merged), 1),
        ]),
        committed: Fen::new(30),
        paid: Fen::new(20),
        overdue: 1,
    };
    Bulletin {
        name: "区".to_owned(),
        period: "2022-06-B".parse().unwrap(),
        at: AT,
        cut: Cut { intake: Position { epoch: 3, pos: 4 }, ..Cut::default() },
        inputs_sha256: [5; 32],
        total: figures.clone(),
        own_overdue: 2,
        ranked: vec![(1, row(0, figures.clone(), &[]))],
        nothing_due: vec![row(1, Figures::default(), &[])],
        no_report: vec![row(2, figures, &[Some(6)]), row(3, Figures::default(), &[None])],
    }
}

/// One of each kind that makes an entry.
fn every_fact() -> Vec<Fact> {
    let alone = [(Indicator::Closing, BasisPoints::new(10_000).unwrap())];
    let terms = RewardTerms { winners: 3, each: Fen::new(50), pool: Fen::new(200) };
    let line = |one: &Ranked| Reward {
        village: one.scored.village,
        position: one.position,
        rank: one.rank,
        paid: None,
    };
    vec![
        Fact::SchemeFrozen(Scheme::default()),
        Fact::SchemeFrozen(Scheme::new(&alone, &[], 1).unwrap()),
        Fact::FormsCounted(FormsCounted {
            survey: survey(),
            repeated: 1,
            malformed_tokens: 2,
            wrong_answers: 3,
            tokens_sha256: [4; 32],
        }),
        Fact::Ranked { villages: 3, inputs_sha256: [1; 32], ranking_sha256: [2; 32] },
        Fact::StandingsListed(standings()),
        Fact::RewardListed {
            terms,
            lines: standings().iter().map(line).collect(),
            list_sha256: [3; 32],
            earliest_confirm: Timestamp::from_micros(9),
        },
        Fact::RewardOrdered {
            each: Fen::new(50),
            villages: vec![village(2), village(0)],
            list_sha256: [3; 32],
        },
        Fact::RewardPaid { village: village(2), amount: Fen::new(50) },
        Fact::BulletinIssued(bulletin()),
        Fact::CheckpointSigned(Checkpoint {
            period: "2022-06-B".parse().unwrap(),
            key: [1; 32],
            statement: vec![2, 3],
            signature: vec![4; 64],
        }),
    ]
}

fn told(fact: Fact) -> (Event, pb::Event) {
    let mut world = World::default();
    world.put_scheme(about(), Scheme::default());
    let there = Event { about: about(), at: AT, fact };
    let told = event(&world, &there).unwrap();
    (there, told)
}

fn entry(kind: &str, to: Option<UnitCode>, told: &pb::Event) -> Entry {
    Entry {
        unit: about().unit,
        epoch: 1,
        seq: 1,
        at: AT,
        actor: "officer-1".into(),
        kind: kind.into(),
        to: to.map(|unit| (unit, 1)),
        payload: told.encode_to_vec(),
    }
}

#[test]
fn every_fact_comes_back_from_its_entry() {
    let mut kinds = std::collections::BTreeSet::new();
    for fact in every_fact() {
        let kind = fact.kind().unwrap();
        let (there, told) = told(fact);
        assert_eq!(event_from(&entry(kind, there.to(), &told)), Ok(there));
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 9);
}

#[test]
fn what_is_no_event_of_the_entry_is_told() {
    let (_, paid) = told(Fact::RewardPaid { village: village(2), amount: Fen::new(50) });
    let right = entry("appraisal.reward_paid", None, &paid);
    let timeless = pb::Event { year: 1822, ..paid };
    for (wrong, problem) in [
        (Entry { kind: "appraisal.ranked".into(), ..right.clone() }, "it holds appraisal.reward_paid"),
        (Entry { to: Some((village(0), 1)), ..right.clone() }, "it is addressed to somebody else"),
        (
            entry("appraisal.ranked", None, &pb::Event { year: 2022, kind: None }),
            "what it holds cannot be read",
        ),
    ] {
        assert_eq!(event_from(&wrong).unwrap_err(), problem);
    }
    for wrong in
        [entry("appraisal.reward_paid", None, &timeless), Entry { payload: b"\xff".to_vec(), ..right }]
    {
        assert!(event_from(&wrong).is_err());
    }
}

#[test]
fn a_field_that_cannot_be_is_not_read() {
    let unit = about().unit;
    let wrongs: [fn(&mut Kind); 11] = [
        |kind| {
            let Kind::SchemeFrozen(told) = kind else { return };
            told.weights[0].weight_bp -= 1;
        },
        |kind| {
            let Kind::FormsCounted(told) = kind else { return };
            told.answers[0] += 1;
        },
        |kind| {
            let Kind::Ranked(told) = kind else { return };
            told.inputs_sha256.pop();
        },
        |kind| {
            let Kind::StandingsListed(told) = kind else { return };
            told.standings[1].rank = told.standings[1].position + 1;
        },
        |kind| {
            let Kind::StandingsListed(told) = kind else { return };
            told.standings[1].points[0].points = Some(1_000_001);
        },
        |kind| {
            let Kind::RewardListed(told) = kind else { return };
            told.lines[0].rank = 0;
        },
        |kind| {
            let Kind::RewardOrdered(told) = kind else { return };
            told.order = "units/640000000000/rewardLists/2023".into();
        },
        |kind| {
            let Kind::RewardPaid(told) = kind else { return };
            told.paid_fen = 0;
        },
        |kind| {
            let Kind::BulletinIssued(told) = kind else { return };
            told.bulletin.as_mut().unwrap().year = 2023;
        },
        |kind| {
            let Kind::CheckpointSigned(told) = kind else { return };
            told.checkpoint.as_mut().unwrap().bulletin =
                "units/640000000000/years/2023/bulletins/2022-06-B".into();
        },
        |kind| {
            let Kind::BulletinIssued(told) = kind else { return };
            told.bulletin.as_mut().unwrap().ranked[0].figures.as_mut().unwrap().closed = 3;
        },
    ];
    for wrong in wrongs {
        let mut changed = 0;
        for fact in every_fact() {
            let kind = fact.kind().unwrap();
            let (there, right) = told(fact);
            let mut told = right.clone();
            wrong(told.kind.as_mut().unwrap());
            if told != right {
                let problem = event_from(&entry(kind, there.to().map(|_| unit), &told)).unwrap_err();
                assert_eq!(problem, "what it holds cannot be read", "{kind}");
                changed += 1;
            }
        }
        assert!(changed > 0);
    }
}
