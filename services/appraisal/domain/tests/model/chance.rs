//! What may come in, by chance.

use proptest::prelude::*;
use proptest::sample::select;
use yishi_appraisal_domain::{
    Act, Answers, Batch, BulletinOrder, Category, Checkpoint, Child, Command, Delivery, Form, News,
    NodeBelow, Policy, RewardTerms, Scheme, State, StepNews, TokenHash, UnitYear,
};
use yishi_kernel::{Fen, MatterId, Timestamp, UnitCode, Year};

pub(crate) const TOKENS: u8 = 12;
pub(crate) const VILLAGES: u64 = 3;
pub(crate) const ORDINALS: u32 = 2;
pub(crate) const PERIODS: &[&str] = &["2022-12-A", "2022-12-B", "2022-12"];

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Wait { days: i64 },
    Run { command: Command },
}

/// Bounds so small that random commands run into them.
pub(crate) fn policy() -> Policy {
    Policy { notice_days: 3, forms_per_village_year: 8 }
}

pub(crate) fn years() -> [Year; 2] {
    [2022, 2023].map(|year| Year::try_from(year).unwrap())
}

pub(crate) fn region(year: Year) -> UnitYear {
    UnitYear { unit: UnitCode::new(640_000_000_000).unwrap(), year }
}

pub(crate) fn village(nth: u64) -> UnitCode {
    UnitCode::new(640_324_100_200 + nth).unwrap()
}

pub(crate) fn token(number: u8) -> TokenHash {
    TokenHash::new([number; 32])
}

/// Mostly the first, so that commands meet.
fn year() -> impl Strategy<Value = Year> {
    prop_oneof![6 => Just(years()[0]), 1 => Just(years()[1])]
}

fn village_year() -> impl Strategy<Value = UnitYear> {
    (0..VILLAGES, year()).prop_map(|(nth, year)| UnitYear { unit: village(nth), year })
}

fn form() -> impl Strategy<Value = Form> {
    (0..TOKENS, any::<[u8; 5]>()).prop_map(|(number, grades)| Form {
        token: token(number),
        answers: Answers::new(grades.map(|grade| grade % 5 + 1)).unwrap(),
    })
}

fn forms() -> impl Strategy<Value = Command> {
    (village_year(), prop::collection::vec(form(), 0..6), 0..2_u32).prop_map(
        |(about, forms, wrong_answers)| {
            let batch = Batch { forms, malformed_tokens: 0, wrong_answers };
            Command::Ask { about, act: Act::CountForms(batch) }
        },
    )
}

fn news() -> impl Strategy<Value = Command> {
    let amount = || (-1..60_i64).prop_map(Fen::new);
    let due = Timestamp::from_micros(1_672_000_000_000_000);
    let news = prop_oneof![
        2 => select(Category::ALL.to_vec()).prop_map(News::PutForward),
        1 => select(Category::ALL.to_vec()).prop_map(News::Recategorised),
        2 => select(State::ALL.to_vec()).prop_map(News::Moved),
        3 => select(Category::ALL.to_vec()).prop_map(move |category| News::Determined { due: due.date(), category }),
        3 => (-9..9_i64).prop_map(move |days| News::Completed { at: due.checked_add_days(days).unwrap() }),
        2 => Just(News::Closed),
        3 => amount().prop_map(News::Committed),
        1 => amount().prop_map(News::Released),
        1 => amount().prop_map(News::Paid),
        3 => amount().prop_map(|paid| News::Settled { paid }),
    ];
    (village_year(), 1..=ORDINALS, news).prop_map(|(about, ordinal, news)| {
        let matter = MatterId { village: about.unit, year: about.year, ordinal };
        Command::Learn(Delivery::Matter { matter, news })
    })
}

fn act() -> impl Strategy<Value = Act> {
    let terms = (1..=4_u32, 1..50_i64, 0..200_i64);
    prop_oneof![
        1 => Just(Act::FreezeScheme(Scheme::default())),
        3 => Just(Act::Rank { villages: (0..VILLAGES).map(village).collect(), merged: vec![] }),
        4 => terms.prop_map(|(winners, each, pool)| {
            Act::IssueRewards(RewardTerms { winners, each: Fen::new(each), pool: Fen::new(pool) })
        }),
        4 => select(vec![None, None, None, Some(1), Some(2)]).prop_map(|version| Act::ConfirmRewards { version }),
        3 => select(PERIODS.to_vec()).prop_map(|period| Act::IssueBulletin(order(period))),
        2 => (select(PERIODS.to_vec()), 0..3_u8).prop_map(|(period, by)| Act::KeepCheckpoint(signed(period, by))),
    ]
}

fn signed(period: &str, by: u8) -> Checkpoint {
    let period = period.parse().unwrap();
    Checkpoint { period, key: [by; 32], statement: vec![by], signature: vec![by; 64] }
}

/// All villages right below, the last of them on a node that cannot be reached.
fn order(period: &str) -> BulletinOrder {
    let child = |nth| Child { unit: village(nth), name: format!("{nth}村"), units: vec![village(nth)] };
    let nodes = vec![NodeBelow { unit: village(VILLAGES - 1), linked: false }];
    BulletinOrder {
        name: "区".to_owned(),
        period: period.parse().unwrap(),
        children: (0..VILLAGES).map(child).collect(),
        nodes,
    }
}

fn steps_of_units() -> impl Strategy<Value = Command> {
    let due = || {
        (-9..9_i64)
            .prop_map(|days| Timestamp::from_micros(1_672_000_000_000_000).checked_add_days(days).unwrap())
    };
    let news = prop_oneof![
        3 => due().prop_map(StepNews::Due),
        1 => Just(StepNews::Done),
        1 => Just(StepNews::GivenBack),
        1 => due().prop_map(StepNews::Asked),
        1 => Just(StepNews::Answered),
    ];
    (0..VILLAGES, year(), news).prop_map(|(nth, year, news)| {
        let matter = MatterId { village: village(0), year, ordinal: 1 };
        Command::Learn(Delivery::Step { unit: village(nth), matter, news })
    })
}

fn report() -> impl Strategy<Value = Command> {
    (village_year(), 0..9_i64).prop_map(|(node, micros)| {
        Command::Learn(Delivery::Reported { node, at: Timestamp::from_micros(micros) })
    })
}

fn command() -> impl Strategy<Value = Command> {
    let paid = (year(), 0..VILLAGES, -1..50_i64).prop_map(|(year, nth, amount)| {
        let (list, amount) = (region(year), Fen::new(amount));
        Command::Learn(Delivery::RewardPaid { list, village: village(nth), amount })
    });
    prop_oneof![
        3 => forms(),
        4 => news(),
        4 => (year(), act()).prop_map(|(year, act)| Command::Ask { about: region(year), act }),
        3 => paid,
        3 => steps_of_units(),
        1 => report(),
    ]
}

/// What happens in one run.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => select(vec![0, 1, 5, 20_i64]).prop_map(|days| Step::Wait { days }),
        9 => command().prop_map(|command| Step::Run { command }),
    ];
    prop::collection::vec(step, 0..150)
}
