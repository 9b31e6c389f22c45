//! Turns what chance wants into a command that can be asked in the state of the run.

use yishi_funding_domain::{
    Act, Amount, Amounts, Balance, Channel, ChannelId, Command, Delivery, Direction, Earmark, Key,
    MatterFunding, MatterShare, Remainder, Terms, Transfer, TransferId, World,
};
use yishi_kernel::{BasisPoints, Fen, Level, MatterId, UnitCode, Year};

use crate::chance::{HOLDERS, Pick, Step};
use crate::{Run, code};

/// One of those there are.
pub(crate) fn nth<T>(all: &[T], pick: Pick) -> Option<&T> {
    all.get(pick.checked_rem(all.len())?)
}

fn year(number: i32) -> Year {
    Year::try_from(number).unwrap()
}

fn amount(fen: i64) -> Amount {
    Amount::new(Fen::new(fen)).unwrap()
}

/// Only what these keys name.
pub(crate) fn restricted(world: &World, keys: &[Key]) -> World {
    let mut seen = World::default();
    for key in keys {
        match key {
            Key::Channel(id) => {
                world.channel(*id).into_iter().for_each(|channel| seen.put_channel(channel.clone()));
            }
            Key::Account(holder, channel) => {
                seen.put_account(*holder, *channel, world.account(*holder, *channel));
            }
            Key::Book(unit, year) => seen.put_book(*unit, *year, world.book(*unit, *year)),
            Key::Transfer(unit, id) => {
                world.transfer(*unit, *id).into_iter().for_each(|view| seen.put_transfer(*unit, *view));
            }
            Key::Matter(id) => {
                world.matter(*id).into_iter().for_each(|matter| seen.put_matter(matter.clone()));
            }
            Key::Accounts(holder, year) => {
                let held = world.accounts().filter(|(who, id, _)| (*who, id.year) == (*holder, *year));
                held.for_each(|(_, id, balance)| seen.put_account(*holder, id, balance));
            }
            Key::Matters(county, year) => {
                let of = world.matters().filter(|one| (one.county, one.matter.year) == (*county, *year));
                of.for_each(|matter| seen.put_matter(matter.clone()));
            }
            Key::Reward(order, village) => {
                world.reward(order, *village).into_iter().for_each(|reward| seen.put_reward(reward.clone()));
            }
        }
    }
    seen
}

impl Run {
    /// A command and who gets it; or something is sent, or nothing can be wanted.
    pub(crate) fn want(&mut self, step: Step) -> Option<(UnitCode, Command)> {
        let channels = self.channels();
        match step {
            Step::Open { owner, year: of, kind, category, area, ceiling, share, remainder } => {
                let earmark = Earmark {
                    categories: category.into_iter().collect(),
                    area: code(area),
                    ceiling_per_matter: ceiling.map(Fen::new),
                    ceiling_share: share.and_then(BasisPoints::new),
                };
                let terms = Terms { title: "资金".into(), kind, earmark, remainder };
                // A township has no books; the region's node is asked in its name.
                let asked = if self.worlds.contains_key(&code(owner)) { owner } else { HOLDERS[0] };
                Some((code(asked), Command::Open { owner: code(owner), year: year(of), terms }))
            }
            Step::Receive { channel, fen } => {
                let id = nth(&channels, channel)?.id;
                Some((
                    id.owner,
                    Command::Receive { channel: id, amount: amount(fen), document_sha256: [1; 32] },
                ))
            }
            Step::Appropriate { from, to, channel, fen } => {
                let channel = self.held(code(from), channel)?;
                let (from, to) = (code(from), code(to));
                Some((from, Command::Appropriate { from, channel, to, amount: amount(fen) }))
            }
            Step::Return { from, channel, fen } => {
                let (from, channel) = (code(from), self.held(code(from), channel)?);
                Some((from, Command::Return { from, channel, amount: amount(fen) }))
            }
            Step::Lapse { holder, channel } => {
                let (holder, channel) = (code(holder), self.held(code(holder), channel)?);
                Some((holder, Command::Lapse { holder, channel }))
            }
            Step::Commit { matter, channel, fen, second, stale, stranger } => {
                let funding = self.matter(matter);
                let (county, id) = match &funding {
                    Some(funding) => (funding.county, funding.matter),
                    // Determined, but the county does not know yet.
                    None => (code(HOLDERS[2]), *nth(&self.determined, matter)?),
                };
                let missing =
                    funding.as_ref().map_or(1, |funding| funding.cost.get() - funding.total().unwrap().get());
                let mut wanted = fen.unwrap_or(missing).max(1);
                let first = self.held(county, channel)?;
                let mut lines = Vec::new();
                if let Some((pick, part)) = second
                    && let Some(other) =
                        self.held(county, pick).filter(|other| *other != first && part < wanted)
                {
                    wanted -= part;
                    lines.push((other, amount(part)));
                }
                lines.push((first, amount(wanted)));
                let version = stale.then(|| funding.map_or(0, |funding| funding.version) + 1);
                let act = Act::Commit(Amounts::new(lines).unwrap());
                let asking = if stranger { code(HOLDERS[1]) } else { county };
                Some((county, Command::Fund { county: asking, matter: id, version, act }))
            }
            Step::Release { matter, share, fen } => {
                let (funding, amounts) = self.part(matter, share, fen)?;
                Some(fund(&funding, Act::Release { amounts, reason: "节余".into() }))
            }
            Step::Pay { matter, share, fen } => {
                let (funding, amounts) = self.part(matter, share, fen)?;
                Some(fund(&funding, Act::Pay(amounts)))
            }
            Step::PayReward { reward, channel, payer } => {
                let region = code(HOLDERS[0]);
                let rewards: Vec<_> = self.worlds[&region].rewards().cloned().collect();
                let reward = nth(&rewards, reward)?;
                let payer = payer.map(code).filter(|payer| self.worlds.contains_key(payer)).unwrap_or(region);
                let channel = self.held(region, channel)?;
                let (order, village) = (reward.order.clone(), reward.village);
                Some((payer, Command::PayReward { payer, order, village, channel }))
            }
            Step::Determine { village, year: of, category, cost } => {
                let ordinal = u32::try_from(self.determined.len()).unwrap() + 1;
                let matter = MatterId { village: code(village), year: year(of), ordinal };
                self.determined.push(matter);
                let cost = Fen::new(cost);
                let mut seq = 10 * i64::from(ordinal);
                let mut next = || {
                    seq += 1;
                    seq
                };
                let asked = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect();
                let first = asked(if cost.get() % 3 == 0 { &["transport"] } else { &[] });
                self.tell(matter, Delivery::Determined { matter, category, cost, asked: first, seq: next() });
                // There and back, so that what comes twice would change what has come since.
                if cost.get() % 5 == 0 {
                    for (more, anew) in [(1, &["water"][..]), (2, &[]), (1, &["transport"])] {
                        let (cost, asked) = (Fen::new(cost.get() + more), asked(anew));
                        self.tell(matter, Delivery::Revised { matter, cost, asked, seq: next() });
                    }
                }
                for kinds in [&["water"][..], &[], &["transport", "water"], &[]] {
                    let outstanding = asked(kinds);
                    self.tell(matter, Delivery::Opinions { matter, outstanding, seq: next() });
                }
                None
            }
            Step::Close { matter } => {
                let matter = *nth(&self.determined, matter)?;
                self.tell(matter, Delivery::ClosingRequested { matter });
                None
            }
            Step::Order { villages, number } => {
                let payer = code(HOLDERS[0]);
                let lines = villages.into_iter().map(|village| (code(village), amount(30))).collect();
                let order = format!("list-{number}").parse().unwrap();
                self.send("appraisal".to_owned(), payer, Delivery::RewardOrdered { payer, order, lines });
                None
            }
            Step::Settle { unit, year: of } => {
                let asked = u32::try_from(self.events.len()).unwrap() + 1;
                let unit = code(unit);
                Some((unit, Command::Deliver(Delivery::SettlingRequested { unit, year: year(of), asked })))
            }
            Step::Forge { from, to, channel, fen } => {
                let channel = nth(&channels, channel)?.clone();
                let id = TransferId { from: code(from), year: channel.id.year, ordinal: 1_000 };
                let transfer = Transfer {
                    id,
                    to: code(to),
                    direction: Direction::Up,
                    channel: channel.id,
                    amount: amount(fen * 1_000_000),
                };
                Some((code(to), Command::Deliver(Delivery::Sent { transfer, channel })))
            }
            Step::Wait { .. } | Step::Deliver { .. } | Step::Repeat { .. } | Step::Mangle { .. } => None,
        }
    }

    fn tell(&mut self, matter: MatterId, delivery: Delivery) {
        let county = self.register.ancestor_at(matter.village, Level::County).unwrap();
        self.send(format!("intake {}", matter.village), county, delivery);
    }

    /// All channels, as their owners know them.
    fn channels(&self) -> Vec<Channel> {
        let opened = self.events.iter().filter_map(|event| match &event.fact {
            yishi_funding_domain::Fact::ChannelOpened(channel) => Some(channel.clone()),
            _ => None,
        });
        opened.collect()
    }

    /// Mostly a channel that a holder has money of.
    fn held(&self, holder: UnitCode, pick: Pick) -> Option<ChannelId> {
        let mut all: Vec<ChannelId> = self.channels().iter().map(|channel| channel.id).collect();
        if let Some(world) = self.worlds.get(&holder) {
            let held =
                world.accounts().filter(|(_, _, balance)| balance.free > Fen::ZERO).map(|(_, id, _)| id);
            let held: Vec<ChannelId> = held.collect();
            for _ in 0..all.len().div_ceil(held.len().max(1)) * 3 {
                all.extend(&held);
            }
        }
        nth(&all, pick).copied()
    }

    fn matter(&self, pick: Pick) -> Option<MatterFunding> {
        let all: Vec<_> = self.worlds.values().flat_map(World::matters).cloned().collect();
        nth(&all, pick).cloned()
    }

    /// A matter that has money, and a part of one of its shares.
    fn part(&self, matter: Pick, share: Pick, fen: i64) -> Option<(MatterFunding, Amounts)> {
        let all: Vec<_> = self
            .worlds
            .values()
            .flat_map(World::matters)
            .filter(|funding| !funding.shares.is_empty())
            .cloned()
            .collect();
        let funding = nth(&all, matter)?.clone();
        let channels: Vec<ChannelId> = funding.shares.keys().copied().collect();
        let amounts = Amounts::new([(*nth(&channels, share)?, amount(fen))]).unwrap();
        Some((funding, amounts))
    }
}

fn fund(funding: &MatterFunding, act: Act) -> (UnitCode, Command) {
    let (county, matter) = (funding.county, funding.matter);
    (county, Command::Fund { county, matter, version: None, act })
}

/// What may never change again: the accounts of settled years, and the money of matters of settled years.
#[expect(clippy::type_complexity, reason = "two lists that are only compared")]
pub(crate) fn settled(
    world: &World,
) -> (Vec<(UnitCode, ChannelId, Balance)>, Vec<(MatterId, Vec<(ChannelId, MatterShare)>)>) {
    let accounts = world.accounts().filter(|(holder, id, _)| {
        let lapses = world.channel(*id).is_some_and(|channel| channel.terms.remainder == Remainder::Lapse);
        lapses && world.book(*holder, id.year).settled
    });
    let matters = world.matters().filter(|matter| world.book(matter.county, matter.matter.year).settled);
    let shares = |matter: &MatterFunding| matter.shares.iter().map(|(id, share)| (*id, *share)).collect();
    (accounts.collect(), matters.map(|matter| (matter.matter, shares(matter))).collect())
}
