//! What may happen, by chance: numbers that the run turns into commands that fit its state, more or less.

use proptest::prelude::*;
use proptest::sample::select;
use yishi_funding_domain::{Category, ChannelKind, Policy, Remainder};

/// Units that hold money, the region first; one county hangs directly under it.
pub(crate) const HOLDERS: [u64; 6] =
    [640_000_000_000, 640_100_000_000, 640_101_000_000, 640_102_000_000, 640_200_000_000, 640_900_000_000];
/// One village of each of two townships of the first county, and one of each other.
pub(crate) const VILLAGES: [u64; 4] = [640_101_101_200, 640_101_102_200, 640_102_101_200, 640_900_101_200];
pub(crate) const TOWNSHIPS: [u64; 4] = [640_101_101_000, 640_101_102_000, 640_102_101_000, 640_900_101_000];
const YEARS: [i32; 2] = [2022, 2023];

pub(crate) const DIVISIONS: &str = "code,parent,level,name
640000000000,,region,区
640100000000,640000000000,city,甲市
640101000000,640100000000,county,甲县
640101101000,640101000000,township,甲乡
640101101200,640101101000,village,甲村
640101102000,640101000000,township,乙乡
640101102200,640101102000,village,乙村
640102000000,640100000000,county,乙县
640102101000,640102000000,township,丙乡
640102101200,640102101000,village,丙村
640200000000,640000000000,city,乙市
640900000000,640000000000,county,丙县
640900101000,640900000000,township,丁乡
640900101200,640900101000,village,丁村
";

/// A choice among what there is when its time comes.
pub(crate) type Pick = usize;

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Wait {
        days: i64,
    },
    Open {
        owner: u64,
        year: i32,
        kind: ChannelKind,
        category: Option<Category>,
        area: u64,
        ceiling: Option<i64>,
        share: Option<u16>,
        remainder: Remainder,
    },
    Receive {
        channel: Pick,
        fen: i64,
    },
    Appropriate {
        from: u64,
        to: u64,
        channel: Pick,
        fen: i64,
    },
    Return {
        from: u64,
        channel: Pick,
        fen: i64,
    },
    Lapse {
        holder: u64,
        channel: Pick,
    },
    /// The whole cost if `fen` is none; a second channel pays the part of the second kind.
    Commit {
        matter: Pick,
        channel: Pick,
        fen: Option<i64>,
        second: Option<(Pick, i64)>,
        stale: bool,
        stranger: bool,
    },
    Release {
        matter: Pick,
        share: Pick,
        fen: i64,
    },
    Pay {
        matter: Pick,
        share: Pick,
        fen: i64,
    },
    PayReward {
        reward: Pick,
        channel: Pick,
        payer: Option<u64>,
    },
    Determine {
        village: u64,
        year: i32,
        category: Category,
        cost: i64,
    },
    Close {
        matter: Pick,
    },
    Order {
        villages: Vec<u64>,
        number: u32,
    },
    /// The first that waits on one of the ways.
    Deliver {
        way: Pick,
    },
    /// One that was delivered before.
    Repeat {
        which: Pick,
    },
    /// The first that waits on one of the ways, if it is money, seems to come from the wrong side.
    Mangle {
        way: Pick,
    },
    /// Intake asks whether the money of a year has come to rest.
    Settle {
        unit: u64,
        year: i32,
    },
    /// Money that no rule of this house would send.
    Forge {
        from: u64,
        to: u64,
        channel: Pick,
        fen: i64,
    },
}

/// Bounds so small that random commands run into them.
pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    any::<bool>().prop_map(|funded_whole| Policy {
        funded_whole,
        channels_per_owner_year: 3,
        transfers_per_sender_year: 4,
    })
}

fn holder() -> impl Strategy<Value = u64> {
    prop_oneof![3 => select(&HOLDERS[..3]), 1 => select(&HOLDERS), 1 => select(&TOWNSHIPS[..1])]
}

fn county() -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(HOLDERS[2]), 1 => Just(HOLDERS[3]), 1 => Just(HOLDERS[5])]
}

fn year() -> impl Strategy<Value = i32> {
    prop_oneof![5 => Just(YEARS[0]), 1 => Just(YEARS[1])]
}

fn fen() -> impl Strategy<Value = i64> {
    prop_oneof![6 => 1..=60_i64, 1 => 1..=1_000_i64]
}

fn open() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![4 => Just(ChannelKind::BeautifulVillages), 1 => Just(ChannelKind::Reward)];
    let area =
        prop_oneof![1 => Just(None), 1 => select(&TOWNSHIPS).prop_map(Some), 1 => county().prop_map(Some)];
    let seldom = |weight| prop::option::weighted(weight, 20..=200_i64);
    (
        prop_oneof![3 => holder(), 2 => county()],
        year(),
        kind,
        prop::option::weighted(0.2, select(Category::ALL)),
        area,
        seldom(0.2),
        prop::option::weighted(0.2, 1_000..=9_000_u16),
        select(Remainder::ALL),
    )
        .prop_map(|(owner, year, kind, category, area, ceiling, share, remainder)| {
            let area = area.unwrap_or(owner);
            let plain = kind == ChannelKind::Reward && ceiling.is_none();
            let (category, ceiling, share) =
                if plain { (None, None, None) } else { (category, ceiling, share) };
            Step::Open { owner, year, kind, category, area, ceiling, share, remainder }
        })
}

fn pick() -> impl Strategy<Value = Pick> {
    any::<Pick>()
}

fn step() -> impl Strategy<Value = Step> {
    let days = prop_oneof![12 => 0..=3_i64, 1 => Just(230)];
    let one_below_other = select(&[(0, 1), (1, 2), (1, 3), (0, 4), (0, 5), (0, 2), (2, 1)]);
    let villages = prop::collection::vec(select(&VILLAGES), 1..4);
    let cost = prop_oneof![8 => 1..=90_i64, 1 => Just(0)];
    prop_oneof![
        3 => days.prop_map(|days| Step::Wait { days }),
        4 => open(),
        6 => (pick(), prop_oneof![100..=500_i64, fen()]).prop_map(|(channel, fen)| Step::Receive { channel, fen }),
        8 => (one_below_other, pick(), 1..=200_i64).prop_map(|((from, to), channel, fen)| {
            Step::Appropriate { from: HOLDERS[from], to: HOLDERS[to], channel, fen }
        }),
        1 => (holder(), holder(), pick(), fen()).prop_map(|(from, to, channel, fen)| {
            Step::Appropriate { from, to, channel, fen }
        }),
        3 => (prop_oneof![holder(), county()], pick(), fen()).prop_map(|(from, channel, fen)| {
            Step::Return { from, channel, fen }
        }),
        3 => (prop_oneof![holder(), county()], pick()).prop_map(|(holder, channel)| Step::Lapse { holder, channel }),
        14 => (
            pick(),
            pick(),
            prop::option::weighted(0.3, fen()),
            prop::option::weighted(0.4, (pick(), fen())),
            prop::bool::weighted(0.05),
            prop::bool::weighted(0.05),
        )
            .prop_map(|(matter, channel, fen, second, stale, stranger)| {
                Step::Commit { matter, channel, fen, second, stale, stranger }
            }),
        3 => (pick(), pick(), fen()).prop_map(|(matter, share, fen)| Step::Release { matter, share, fen }),
        8 => (pick(), pick(), fen()).prop_map(|(matter, share, fen)| Step::Pay { matter, share, fen }),
        5 => (pick(), pick(), prop::option::weighted(0.1, holder())).prop_map(|(reward, channel, payer)| {
            Step::PayReward { reward, channel, payer }
        }),
        5 => (select(&VILLAGES), year(), select(Category::ALL), cost).prop_map(
            |(village, year, category, cost)| Step::Determine { village, year, category, cost }
        ),
        2 => pick().prop_map(|matter| Step::Close { matter }),
        2 => (villages, 1..=2_u32).prop_map(|(villages, number)| Step::Order { villages, number }),
        25 => pick().prop_map(|way| Step::Deliver { way }),
        3 => pick().prop_map(|which| Step::Repeat { which }),
        1 => pick().prop_map(|way| Step::Mangle { way }),
        1 => (prop_oneof![1 => holder(), 3 => county()], year()).prop_map(|(unit, year)| Step::Settle { unit, year }),
        1 => (holder(), holder(), pick(), fen()).prop_map(|(from, to, channel, fen)| {
            Step::Forge { from, to, channel, fen }
        }),
    ]
}

/// What happens in one run.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 0..200)
}
