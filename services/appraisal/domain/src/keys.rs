//! Which parts of a [`crate::World`] a command needs and an event changes.

use yishi_kernel::{MatterId, UnitCode};

use crate::{Act, Command, Delivery, Event, Fact, News, Period, TokenHash, UnitYear};

/// A part of a [`crate::World`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// By what a unit's villages are scored.
    Scheme(UnitYear),
    /// A village's figures.
    Inputs(UnitYear),
    /// What is remembered of a matter.
    Work(MatterId),
    /// That a matter was put forward. It is written without being read: most matters are heard of for the first time.
    PutForward(MatterId),
    /// Whether a token has counted for a village.
    Token(UnitYear, TokenHash),
    /// A unit's ranking.
    Ranking(UnitYear),
    /// A place of a ranking.
    Standing(UnitYear, u32),
    /// A unit's reward list.
    List(UnitYear),
    /// A village's line on it.
    Reward(UnitYear, UnitCode),
    /// All lines on it.
    Rewards(UnitYear),
    /// What is remembered of all matters of a village.
    Works(UnitYear),
    /// What a unit has to do about a matter.
    Step(UnitCode, MatterId),
    /// What a unit has to do about all matters of a year.
    Steps(UnitYear),
    /// When the last entries of a node below arrived.
    Report(UnitCode),
    /// A unit's bulletin.
    Bulletin(UnitYear, Period),
    /// What was signed of it.
    Checkpoint(UnitYear, Period),
}

/// What a command must see.
pub fn reads(command: &Command) -> Vec<Key> {
    let (about, act) = match command {
        Command::Ask { about, act } => (*about, act),
        Command::Learn(delivery) => return heard(delivery),
    };
    match act {
        Act::FreezeScheme(_) => vec![Key::Scheme(about)],
        Act::CountForms(batch) => {
            let tokens = batch.forms.iter().map(|form| Key::Token(about, form.token));
            [Key::Inputs(about)].into_iter().chain(tokens).collect()
        }
        Act::Rank { villages, merged } => {
            let all = villages.iter().chain(merged.iter().map(|(closed, _)| closed));
            let inputs = all.map(|&unit| Key::Inputs(UnitYear { unit, year: about.year }));
            [Key::Scheme(about), Key::Ranking(about)].into_iter().chain(inputs).collect()
        }
        Act::IssueRewards(terms) => {
            let standings = (1..=terms.winners).map(|position| Key::Standing(about, position));
            [Key::Ranking(about), Key::List(about)].into_iter().chain(standings).collect()
        }
        Act::ConfirmRewards { .. } => vec![Key::List(about), Key::Rewards(about)],
        Act::IssueBulletin(order) => {
            let below = order.children.iter().flat_map(|child| &child.units);
            let below = below.map(|&unit| UnitYear { unit, ..about });
            let below = below.flat_map(|unit| [Key::Works(unit), Key::Steps(unit)]);
            let nodes = order.nodes.iter().map(|node| Key::Report(node.unit));
            let own = [Key::Bulletin(about, order.period), Key::Works(about), Key::Steps(about)];
            own.into_iter().chain(below).chain(nodes).collect()
        }
        Act::KeepCheckpoint(checkpoint) => of_checkpoint(about, checkpoint.period).to_vec(),
    }
}

fn of_checkpoint(about: UnitYear, period: Period) -> [Key; 2] {
    [Key::Bulletin(about, period), Key::Checkpoint(about, period)]
}

fn heard(delivery: &Delivery) -> Vec<Key> {
    match delivery {
        Delivery::Matter { matter, news } if news.counts() => {
            vec![Key::Work(*matter), Key::Inputs(delivery.about())]
        }
        Delivery::Matter { news: News::PutForward(_), .. } => Vec::new(),
        Delivery::Matter { matter, .. } => vec![Key::Work(*matter)],
        Delivery::RewardPaid { list, village, .. } => vec![Key::List(*list), Key::Reward(*list, *village)],
        Delivery::Step { unit, matter, .. } => vec![Key::Step(*unit, *matter)],
        Delivery::Reported { node, .. } => vec![Key::Report(node.unit)],
    }
}

/// What an event changes, all of it among what its command reads but for what is new.
pub fn touches(event: &Event) -> Vec<Key> {
    let about = event.about;
    match &event.fact {
        Fact::SchemeFrozen(_) => vec![Key::Scheme(about)],
        Fact::Noted { matter, inputs: Some(_), .. } => vec![Key::Work(*matter), Key::Inputs(about)],
        Fact::Noted { matter, .. } => vec![Key::Work(*matter)],
        Fact::PutForward { matter, .. } => vec![Key::PutForward(*matter)],
        Fact::StepNoted { matter, .. } => vec![Key::Step(about.unit, *matter)],
        Fact::ReportNoted { .. } => vec![Key::Report(about.unit)],
        Fact::FormsCounted(_) => vec![Key::Inputs(about)],
        Fact::TokensSpent(tokens) => tokens.iter().map(|&token| Key::Token(about, token)).collect(),
        Fact::Ranked { .. } => vec![Key::Ranking(about)],
        Fact::StandingsListed(standings) => {
            standings.iter().map(|standing| Key::Standing(about, standing.position)).collect()
        }
        Fact::RewardListed { lines, .. } => {
            let lines = lines.iter().map(|line| Key::Reward(about, line.village));
            [Key::List(about)].into_iter().chain(lines).collect()
        }
        Fact::RewardOrdered { .. } => vec![Key::List(about)],
        Fact::RewardPaid { village, .. } => vec![Key::List(about), Key::Reward(about, *village)],
        Fact::BulletinIssued(bulletin) => vec![Key::Bulletin(about, bulletin.period)],
        Fact::CheckpointSigned(checkpoint) => vec![Key::Checkpoint(about, checkpoint.period)],
    }
}

/// What an event must find to be applied where it was not decided: all that it changes, and what standings and checkpoints
/// belong to.
pub fn needs(event: &Event) -> Vec<Key> {
    let mut keys = touches(event);
    match &event.fact {
        Fact::StandingsListed(_) => keys.extend([Key::Scheme(event.about), Key::Ranking(event.about)]),
        Fact::CheckpointSigned(checkpoint) => keys.push(Key::Bulletin(event.about, checkpoint.period)),
        _ => {}
    }
    keys
}
