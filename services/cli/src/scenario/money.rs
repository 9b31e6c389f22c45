//! Where the money of matters comes from, and by which units it passes.

use std::collections::BTreeMap;

use yishi_kernel::{Fen, Register, Seeded, UnitCode};
use yishi_proto::{funding::v1::ChannelKind, intake::v1::Category};

use super::act::{Act, Story};

/// A channel that the topmost unit opens each year.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub(crate) kind: ChannelKind,
    pub(crate) title: &'static str,
    /// What it may be spent on.
    pub(crate) categories: &'static [Category],
}

const fn source(kind: ChannelKind, title: &'static str, categories: &'static [Category]) -> Source {
    Source { kind, title, categories }
}

use Category::{Governance, Industry, Infrastructure, PublicService, ReformAndOther};

/// All published ones that are investment.
pub(crate) const SOURCES: [Source; 9] = [
    source(
        ChannelKind::PovertyAlleviationLink,
        "巩固拓展脱贫攻坚成果同乡村振兴有效衔接资金",
        &[Infrastructure, Industry, PublicService],
    ),
    source(ChannelKind::HighStandardFarmland, "高标准农田建设资金", &[Infrastructure]),
    source(ChannelKind::LivingEnvironment, "农村人居环境整治资金", &[Infrastructure, Governance]),
    source(ChannelKind::CollectiveEconomy, "发展村级集体经济资金", &[Industry, ReformAndOther]),
    source(ChannelKind::BeautifulVillages, "美丽村庄建设资金", &[Infrastructure, PublicService, Governance]),
    source(
        ChannelKind::OneCaseOneMeeting,
        "农村公益事业一事一议财政奖补资金",
        &[Infrastructure, Industry, PublicService, Governance, ReformAndOther],
    ),
    source(ChannelKind::PartyBuilding, "基层党建资金", &[Governance, ReformAndOther]),
    source(ChannelKind::Livelihood, "民生项目资金", &[PublicService, Infrastructure]),
    source(ChannelKind::SocialCapital, "社会资本", &[Industry, Infrastructure]),
];

/// So much of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its index in [`SOURCES`].
    pub(crate) source: usize,
    pub(crate) amount: Fen,
}

/// Takes an investment from one to three sources that may serve its category.
pub(super) fn shares(chance: &mut Seeded, category: Category, investment: Fen) -> Vec<Line> {
    let mut fitting: Vec<usize> =
        (0..SOURCES.len()).filter(|source| SOURCES[*source].categories.contains(&category)).collect();
    chance.shuffle(&mut fitting);
    fitting.truncate(*chance.pick(&[1, 2, 2, 3]).expect("there are four"));
    fitting.sort_unstable();
    let weights: Vec<u64> = fitting.iter().map(|_| chance.range(1..=9)).collect();
    let lines = fitting.into_iter().zip(investment.split(&weights));
    lines.map(|(source, amount)| Line { source, amount }).filter(|line| line.amount > Fen::ZERO).collect()
}

/// Cuts shares into so many payments, the later ones not smaller on the whole.
pub(super) fn payments(chance: &mut Seeded, shares: &[Line], rounds: usize) -> Vec<Vec<Line>> {
    let mut weights: Vec<u64> = (0..rounds).map(|_| chance.range(2..=9)).collect();
    weights.sort_unstable();
    let mut payments = vec![Vec::new(); rounds];
    for share in shares {
        for (payment, amount) in payments.iter_mut().zip(share.amount.split(&weights)) {
            if amount > Fen::ZERO {
                payment.push(Line { amount, ..*share });
            }
        }
    }
    payments
}

/// What passes between two units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) from: UnitCode,
    pub(crate) to: UnitCode,
    pub(crate) line: Line,
}

/// The money of a year: exactly what its matters need.
#[derive(Debug)]
pub(crate) struct Budget {
    /// What the topmost unit gets from outside.
    pub(crate) received: Vec<Line>,
    /// What goes down, first from the topmost unit, then from those right below it.
    pub(crate) hops: [Vec<Flow>; 2],
}

impl Budget {
    pub(super) fn of(stories: &[Story], register: &Register, top: UnitCode) -> Self {
        let mut received: BTreeMap<usize, i64> = BTreeMap::new();
        let mut hops: [BTreeMap<(UnitCode, UnitCode, usize), i64>; 2] = Default::default();
        for (county, line) in stories.iter().flat_map(committed) {
            *received.entry(line.source).or_default() += line.amount.get();
            let mut route: Vec<UnitCode> = std::iter::once(county)
                .chain(register.ancestors(county))
                .take_while(|unit| register.is_within(*unit, top))
                .collect();
            route.reverse();
            for (hop, pair) in hops.iter_mut().zip(route.windows(2)) {
                *hop.entry((pair[0], pair[1], line.source)).or_default() += line.amount.get();
            }
        }
        let line = |source, fen| Line { source, amount: Fen::new(fen) };
        Self {
            received: received.into_iter().map(|(source, fen)| line(source, fen)).collect(),
            hops: hops.map(|hop| {
                let flow = |((from, to, source), fen)| Flow { from, to, line: line(source, fen) };
                hop.into_iter().map(flow).collect()
            }),
        }
    }
}

fn committed(story: &Story) -> impl Iterator<Item = (UnitCode, Line)> {
    story.steps.iter().flat_map(|step| match &step.act {
        Act::Commit { county, lines } => lines.iter().map(|line| (*county, *line)).collect(),
        _ => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_investment_comes_whole_from_sources_that_may_serve_it() {
        let mut chance = Seeded::new(1, "money");
        for total in super::super::Totals::PUBLISHED.categories {
            for fen in [1, 2, 1_000_003, 99_999_999_999] {
                let shares = shares(&mut chance, total.category, Fen::new(fen));
                assert!((1..=3).contains(&shares.len()));
                assert_eq!(shares.iter().map(|line| line.amount.get()).sum::<i64>(), fen);
                assert!(shares.is_sorted_by(|one, other| one.source < other.source), "each once");
                assert!(shares.iter().all(|line| SOURCES[line.source].categories.contains(&total.category)));
            }
        }
    }

    #[test]
    fn payments_add_up_to_the_shares() {
        let mut chance = Seeded::new(1, "payments");
        let shares =
            [Line { source: 0, amount: Fen::new(1_000_001) }, Line { source: 5, amount: Fen::new(2) }];
        for rounds in 1..=3 {
            let payments = payments(&mut chance, &shares, rounds);
            assert_eq!(payments.len(), rounds);
            let paid = |source| {
                let lines = payments.iter().flatten().filter(|line| line.source == source);
                lines.map(|line| line.amount.get()).sum::<i64>()
            };
            assert_eq!((paid(0), paid(5)), (1_000_001, 2));
            assert!(payments.iter().flatten().all(|line| line.amount > Fen::ZERO));
        }
    }
}
