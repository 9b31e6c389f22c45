//! As much of the state as the commands of the moment must see.

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{MatterId, Timestamp, UnitCode, Year};

use crate::{
    Bulletin, Checkpoint, Inputs, Period, Ranked, Ranking, Reward, RewardList, Scheme, Step, TokenHash, Work,
};

/// A unit in a year: what everything here is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitYear {
    /// The unit.
    pub unit: UnitCode,
    /// The year.
    pub year: Year,
}

/// The state by its [`crate::Key`]s. What was not put in is taken not to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    schemes: BTreeMap<UnitYear, Scheme>,
    inputs: BTreeMap<UnitYear, Inputs>,
    works: BTreeMap<MatterId, Work>,
    tokens: BTreeSet<(UnitYear, TokenHash)>,
    rankings: BTreeMap<UnitYear, Ranking>,
    standings: BTreeMap<(UnitYear, u32), Ranked>,
    lists: BTreeMap<UnitYear, RewardList>,
    rewards: BTreeMap<(UnitYear, UnitCode), Reward>,
    steps: BTreeMap<(UnitYear, MatterId), Step>,
    reports: BTreeMap<UnitCode, Timestamp>,
    bulletins: BTreeMap<(UnitYear, Period), Bulletin>,
    checkpoints: BTreeMap<(UnitYear, Period), Checkpoint>,
}

/// Before every unit.
const NOBODY: UnitCode = UnitCode::new(0).expect("nought has few digits");

impl World {
    /// By what a unit's villages are scored in a year.
    pub fn scheme(&self, about: UnitYear) -> Option<&Scheme> {
        self.schemes.get(&about)
    }

    /// The figures of a village for a year; none at all, if nothing is known.
    pub fn inputs(&self, about: UnitYear) -> Inputs {
        self.inputs.get(&about).copied().unwrap_or_default()
    }

    /// What is remembered of a matter.
    pub fn work(&self, matter: MatterId) -> Work {
        self.works.get(&matter).copied().unwrap_or_default()
    }

    /// What is remembered of all matters of a village for a year.
    pub fn works(&self, about: UnitYear) -> impl Iterator<Item = (&MatterId, &Work)> {
        let matter = |ordinal| MatterId { village: about.unit, year: about.year, ordinal };
        self.works.range(matter(0)..=matter(u32::MAX))
    }

    /// What a unit has to do about a matter.
    pub fn step(&self, unit: UnitCode, matter: MatterId) -> Step {
        self.steps.get(&(UnitYear { unit, year: matter.year }, matter)).copied().unwrap_or_default()
    }

    /// What a unit has to do about all matters of a year, by matter.
    pub fn steps(&self, about: UnitYear) -> impl Iterator<Item = (&MatterId, &Step)> {
        let first = MatterId { village: NOBODY, year: about.year, ordinal: 0 };
        let mine = self.steps.range((about, first)..).take_while(move |((of, _), _)| *of == about);
        mine.map(|((_, matter), step)| (matter, step))
    }

    /// When the last entries of a node below arrived.
    pub fn report(&self, node: UnitCode) -> Option<Timestamp> {
        self.reports.get(&node).copied()
    }

    /// A unit's bulletin.
    pub fn bulletin(&self, about: UnitYear, period: Period) -> Option<&Bulletin> {
        self.bulletins.get(&(about, period))
    }

    /// What was signed of a unit's bulletin.
    pub fn checkpoint(&self, about: UnitYear, period: Period) -> Option<&Checkpoint> {
        self.checkpoints.get(&(about, period))
    }

    /// Whether a form with this token has counted for a village and year.
    pub fn is_spent(&self, about: UnitYear, token: TokenHash) -> bool {
        self.tokens.contains(&(about, token))
    }

    /// The ranking of a unit's villages for a year.
    pub fn ranking(&self, about: UnitYear) -> Option<&Ranking> {
        self.rankings.get(&about)
    }

    /// The village at a place of a ranking, from 1.
    pub fn standing(&self, about: UnitYear, position: u32) -> Option<&Ranked> {
        self.standings.get(&(about, position))
    }

    /// The reward list of a unit for a year.
    pub fn list(&self, about: UnitYear) -> Option<&RewardList> {
        self.lists.get(&about)
    }

    /// A village's line on a reward list.
    pub fn reward(&self, about: UnitYear, village: UnitCode) -> Option<&Reward> {
        self.rewards.get(&(about, village))
    }

    /// All lines of a reward list, by village.
    pub fn rewards(&self, about: UnitYear) -> impl Iterator<Item = &Reward> {
        let mine = self.rewards.range((about, NOBODY)..);
        mine.take_while(move |((list, _), _)| *list == about).map(|(_, reward)| reward)
    }

    /// Puts a scheme in.
    pub fn put_scheme(&mut self, about: UnitYear, scheme: Scheme) {
        self.schemes.insert(about, scheme);
    }

    /// Puts a village's figures in.
    pub fn put_inputs(&mut self, about: UnitYear, inputs: Inputs) {
        self.inputs.insert(about, inputs);
    }

    /// Puts in what is remembered of a matter.
    pub fn put_work(&mut self, matter: MatterId, work: Work) {
        self.works.insert(matter, work);
    }

    /// Puts in what a unit has to do about a matter.
    pub fn put_step(&mut self, unit: UnitCode, matter: MatterId, step: Step) {
        self.steps.insert((UnitYear { unit, year: matter.year }, matter), step);
    }

    /// Puts in when the last entries of a node below arrived.
    pub fn put_report(&mut self, node: UnitCode, at: Timestamp) {
        self.reports.insert(node, at);
    }

    /// Puts in a unit's bulletin.
    pub fn put_bulletin(&mut self, about: UnitYear, bulletin: Bulletin) {
        self.bulletins.insert((about, bulletin.period), bulletin);
    }

    /// Puts in what was signed of a unit's bulletin.
    pub fn put_checkpoint(&mut self, about: UnitYear, checkpoint: Checkpoint) {
        self.checkpoints.insert((about, checkpoint.period), checkpoint);
    }

    /// Puts in that a token has counted.
    pub fn put_token(&mut self, about: UnitYear, token: TokenHash) {
        self.tokens.insert((about, token));
    }

    /// Puts a ranking in.
    pub fn put_ranking(&mut self, about: UnitYear, ranking: Ranking) {
        self.rankings.insert(about, ranking);
    }

    /// Puts in a village at its place of a ranking.
    pub fn put_standing(&mut self, about: UnitYear, standing: Ranked) {
        self.standings.insert((about, standing.position), standing);
    }

    /// Puts a reward list in.
    pub fn put_list(&mut self, about: UnitYear, list: RewardList) {
        self.lists.insert(about, list);
    }

    /// Puts in a line of a reward list.
    pub fn put_reward(&mut self, about: UnitYear, reward: Reward) {
        self.rewards.insert((about, reward.village), reward);
    }
}
