//! As much of the state as the commands of the moment must see.

use std::collections::{BTreeMap, BTreeSet};

use yishi_kernel::{Actor, MatterId, UnitCode, Year};

use crate::book::{Book, BookId, Total};
use crate::exchange::mark::Marks;
use crate::exchange::{Activity, ActivityId};
use crate::joint::{Participation, ParticipationId};
use crate::map::Succession;
use crate::{Matter, Supporter};

/// What a village has used up of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VillageYear {
    /// Proposals made; the last one's ordinal.
    pub proposals: u32,
    /// Project numbers given; the last one's ordinal. A number is given once, whatever becomes of its matter.
    pub numbers: u16,
    /// Slots taken by matters that count as the village's in the year.
    pub slots: u16,
    /// Slots kept or taken for matters of other villages.
    pub joint: u16,
    /// Those of them whose matters have not come to their end.
    pub joint_open: u16,
    /// Matters of the village that it plans together with others and has not fixed.
    pub plans: u16,
    /// Slots of the year that villages used which went into this one since; not counted here, but heard of them.
    pub inherited: u16,
    /// Whether the village has settled its book of the year: no matter of it changes any more.
    pub settled: bool,
}

impl VillageYear {
    /// Slots that are gone, by whatever took them.
    pub(crate) const fn taken(self) -> u16 {
        self.slots.saturating_add(self.joint).saturating_add(self.inherited)
    }
}

/// What a village has heard of those that went into it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inherited {
    /// Slots that they used of a year.
    pub slots: u16,
    /// How many they are.
    pub villages: u16,
}

/// Matters, years and supporters by their [`crate::Key`]s. What was not put in is taken not to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    matters: BTreeMap<MatterId, Matter>,
    years: BTreeMap<(UnitCode, Year), VillageYear>,
    supporters: BTreeMap<MatterId, BTreeSet<Supporter>>,
    /// How those would be written down now who were written down otherwise.
    salted: BTreeMap<(UnitCode, Year, Supporter), Supporter>,
    participations: BTreeMap<ParticipationId, Participation>,
    books: BTreeMap<BookId, Book>,
    totals: BTreeMap<BookId, Vec<Total>>,
    activities: BTreeMap<ActivityId, Activity>,
    activities_of: BTreeMap<(UnitCode, Year), u32>,
    demonstrations: BTreeMap<(UnitCode, Year), Marks>,
    /// By whose journal tells of them, and by the village that is closed.
    successions: BTreeMap<(UnitCode, UnitCode), Succession>,
}

impl World {
    /// The matter, if there is one.
    pub fn matter(&self, id: MatterId) -> Option<&Matter> {
        self.matters.get(&id)
    }

    /// All matters, in the order of village, year and ordinal.
    pub fn matters(&self) -> impl Iterator<Item = &Matter> {
        self.matters.values()
    }

    /// What a village has used up of a year; nothing, if it is not known to have begun.
    pub fn village_year(&self, village: UnitCode, year: Year) -> VillageYear {
        let used = self.years.get(&(village, year)).copied().unwrap_or_default();
        VillageYear { inherited: self.inherited(village, year).slots, ..used }
    }

    /// What a village has heard of those that went into it and could propose for the year.
    pub fn inherited(&self, village: UnitCode, year: Year) -> Inherited {
        let heard =
            self.successions(village).filter(|told| told.village != village && told.year == Some(year));
        heard.fold(Inherited::default(), |sum, told| Inherited {
            slots: sum.slots.saturating_add(told.slots),
            villages: sum.villages.saturating_add(told.villages),
        })
    }

    /// What a unit's journal tells of villages that are closed, by village.
    pub fn successions(&self, unit: UnitCode) -> impl Iterator<Item = &Succession> {
        let all = self.successions.range((unit, UnitCode::MIN)..);
        all.take_while(move |((of, _), _)| *of == unit).map(|(_, told)| told)
    }

    /// What a unit's journal tells of one of them.
    pub fn succession(&self, unit: UnitCode, village: UnitCode) -> Option<&Succession> {
        self.successions.get(&(unit, village))
    }

    /// Whether somebody backs a matter.
    pub fn is_supporter(&self, matter: MatterId, supporter: &Supporter) -> bool {
        self.supporters.get(&matter).is_some_and(|all| all.contains(supporter))
    }

    /// Those who back a matter.
    pub fn supporters(&self, matter: MatterId) -> impl Iterator<Item = &Supporter> {
        self.supporters.get(&matter).into_iter().flatten()
    }

    /// The same, each villager once, however written down.
    pub(crate) fn villagers(&self, matter: MatterId) -> BTreeSet<&Supporter> {
        let of_year = |supporter: &Supporter| (matter.village, matter.year, supporter.clone());
        self.supporters(matter)
            .map(|written| match written {
                Supporter::Plain(_) => self.salted.get(&of_year(written)).unwrap_or(written),
                Supporter::Salted(_) => written,
            })
            .collect()
    }

    /// The tokens by which some were written down, and the matters that they back.
    pub fn tokens(&self) -> Vec<(MatterId, Actor)> {
        let all = self.supporters.iter().flat_map(|(matter, all)| all.iter().map(|one| (*matter, one)));
        let plain = all.filter_map(|(matter, supporter)| match supporter {
            Supporter::Plain(token) => Some((matter, token.clone())),
            Supporter::Salted(_) => None,
        });
        plain.collect()
    }

    /// The determined matters of a village and year, in the order of their proposals.
    pub fn determined(&self, village: UnitCode, year: Year) -> impl Iterator<Item = &Matter> {
        let first = MatterId { village, year, ordinal: 0 };
        let last = MatterId { ordinal: u32::MAX, ..first };
        let all = self.matters.range(first..=last).map(|(_, matter)| matter);
        all.filter(|matter| matter.stage.determination().is_some())
    }

    /// A village's part in the matter of another, if it was ever asked.
    pub fn participation(&self, id: ParticipationId) -> Option<&Participation> {
        self.participations.get(&id)
    }

    /// All participations, in the order of the villages that take part, and of the matters.
    pub fn participations(&self) -> impl Iterator<Item = &Participation> {
        self.participations.values()
    }

    /// The year book, if there is one.
    pub fn book(&self, id: BookId) -> Option<&Book> {
        self.books.get(&id)
    }

    /// All year books, in the order of unit and year.
    pub fn books(&self) -> impl Iterator<Item = &Book> {
        self.books.values()
    }

    /// What the matters of a unit and of all units below it come to; nothing, if nobody has counted.
    pub fn totals(&self, id: BookId) -> &[Total] {
        self.totals.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The activity, if there is one.
    pub fn activity(&self, id: ActivityId) -> Option<&Activity> {
        self.activities.get(&id)
    }

    /// How many activities a unit has recorded for a year.
    pub fn activities_of(&self, unit: UnitCode, year: Year) -> u32 {
        self.activities_of.get(&(unit, year)).copied().unwrap_or_default()
    }

    /// Who holds a village up to others in a year, if anybody ever did.
    pub fn demonstration(&self, village: UnitCode, year: Year) -> Option<&Marks> {
        self.demonstrations.get(&(village, year))
    }

    /// Puts in who holds a village up to others in a year.
    pub fn put_demonstration(&mut self, village: UnitCode, year: Year, marks: Marks) {
        self.demonstrations.insert((village, year), marks);
    }

    /// Puts an activity in.
    pub fn put_activity(&mut self, activity: Activity) {
        self.activities.insert(activity.id, activity);
    }

    /// Puts in how many activities a unit has recorded for a year.
    pub fn put_activities_of(&mut self, unit: UnitCode, year: Year, so_many: u32) {
        self.activities_of.insert((unit, year), so_many);
    }

    /// Puts a matter in.
    pub fn put_matter(&mut self, matter: Matter) {
        self.matters.insert(matter.id, matter);
    }

    /// Puts in what a village has used up of a year.
    pub fn put_village_year(&mut self, village: UnitCode, year: Year, used: VillageYear) {
        self.years.insert((village, year), used);
    }

    /// Puts in that somebody backs a matter.
    pub fn put_supporter(&mut self, matter: MatterId, supporter: Supporter) {
        self.supporters.entry(matter).or_default().insert(supporter);
    }

    /// Puts in how a supporter of a village and year would be written down now.
    pub fn put_salted(&mut self, village: UnitCode, year: Year, written: Supporter, salted: Supporter) {
        self.salted.insert((village, year, written), salted);
    }

    /// Puts a village's part in the matter of another in.
    pub fn put_participation(&mut self, participation: Participation) {
        self.participations.insert(participation.id, participation);
    }

    /// Puts in what a unit's journal tells of a village that is closed.
    pub fn put_succession(&mut self, unit: UnitCode, told: Succession) {
        self.successions.insert((unit, told.village), told);
    }

    /// Puts a year book in.
    pub fn put_book(&mut self, book: Book) {
        self.books.insert(book.id, book);
    }

    /// Puts in what the matters of a unit and of all units below it come to.
    pub fn put_totals(&mut self, id: BookId, totals: Vec<Total>) {
        self.totals.insert(id, totals);
    }

    pub(crate) fn settle_village_year(&mut self, village: UnitCode, year: Year) {
        self.years.entry((village, year)).or_default().settled = true;
    }

    pub(crate) fn matter_mut(&mut self, id: MatterId) -> Option<&mut Matter> {
        self.matters.get_mut(&id)
    }

    pub(crate) fn village_year_mut(&mut self, id: MatterId) -> &mut VillageYear {
        self.year_mut(id.village, id.year)
    }

    pub(crate) fn year_mut(&mut self, village: UnitCode, year: Year) -> &mut VillageYear {
        self.years.entry((village, year)).or_default()
    }
}
