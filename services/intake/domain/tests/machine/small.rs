//! What the programme says, told once more in as few words as will do: whole days, sets, and numbers. It shares nothing with
//! the rules but the words of refusals.

use std::collections::{BTreeMap, BTreeSet};

use crate::matter::{Handover, Matter, Part, State, State::*, do_work, meeting, no};
use crate::step::{Partner, Stand, Step, Work};

/// `Ok` if it is done, or why not.
pub(crate) type Told = Result<(), &'static str>;

/// The figures of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) matters: usize,
    pub(crate) additional: usize,
    /// Whether additional matters are of industry only.
    pub(crate) industry_only: bool,
    /// Whether two departments must agree to infrastructure.
    pub(crate) asks: bool,
    /// From which byte on a step brings a matter further; below it anything may happen.
    pub(crate) pace: u8,
}

pub(crate) const PROPOSALS: usize = 5;
pub(crate) const SUPPORTERS: usize = 3;
pub(crate) const OBJECTIONS: usize = 2;
pub(crate) const INSPECTIONS: usize = 3;
pub(crate) const FINDINGS: usize = 3;
pub(crate) const REFUSALS: usize = 1;

/// First and last day of a year's season, and the year's last day, counted from the first day of a run: 2021-12-01.
const CALENDAR: [(i32, i32, i32); 2] = [(-30, 89, 395), (335, 454, 760)];

/// Categories by their place: which may be planned together, which departments are asked about, and which are industry.
pub(crate) const TOGETHER: [bool; 3] = [true, false, false];
pub(crate) const ASKED: usize = 0;
pub(crate) const INDUSTRY: usize = 1;

const ENDABLE: &[State] = &[Determined, InProgress, Completed];

/// Two villages of one township and two years.
#[derive(Debug, Clone)]
pub(crate) struct Small {
    pub(crate) figures: Figures,
    pub(crate) today: i32,
    pub(crate) matters: Vec<Matter>,
    pub(crate) settled: BTreeSet<(usize, usize)>,
}

impl Small {
    pub(crate) fn new(figures: Figures) -> Self {
        Self { figures, today: 0, matters: Vec::new(), settled: BTreeSet::new() }
    }

    pub(crate) fn of(&self, village: usize, year: usize) -> impl Iterator<Item = &Matter> {
        self.matters.iter().filter(move |matter| (matter.village, matter.year) == (village, year))
    }

    /// Numbers given to a village in a year.
    pub(crate) fn numbers(&self, village: usize, year: usize) -> usize {
        self.of(village, year).filter(|matter| matter.number.is_some()).count()
    }

    /// Slots that it keeps or has given for the other village's matters.
    pub(crate) fn joint(&self, village: usize, year: usize) -> usize {
        self.of(1 - village, year).filter(|matter| matter.part.slot).count()
    }

    pub(crate) fn plans(&self, village: usize, year: usize) -> usize {
        self.of(village, year).filter(|matter| matter.plan.is_some() && matter.number.is_none()).count()
    }

    /// Whether it has a slot left for a matter of a category, and whether that is an additional one.
    fn slot(&self, village: usize, year: usize, category: usize) -> Result<bool, &'static str> {
        let Figures { matters, additional, industry_only, .. } = self.figures;
        let more = if industry_only && category != INDUSTRY { 0 } else { additional };
        let taken = self.numbers(village, year) + self.joint(village, year);
        if taken >= matters + more { Err("SlotTaken") } else { Ok(taken >= matters) }
    }

    pub(crate) fn may_settle(&self, village: usize, year: usize) -> bool {
        let open = self
            .of(1 - village, year)
            .any(|matter| matches!(matter.part.state, "INVITED" | "ACCEPTED" | "DETERMINED"));
        self.plans(village, year) == 0 && !open
    }

    pub(crate) fn propose(&mut self, village: usize, year: usize, category: usize) -> Told {
        no(self.settled.contains(&(village, year)), "YearSettled")?;
        let (first, last, _) = CALENDAR[year];
        no(!(first..=last).contains(&self.today), "OutOfSeason")?;
        no(self.of(village, year).count() >= PROPOSALS, "TooManyProposals")?;
        self.matters.push(Matter {
            village,
            year,
            state: Proposed,
            category,
            backers: BTreeSet::new(),
            met: None,
            published: 0,
            upheld: false,
            objections: Vec::new(),
            number: None,
            additional: false,
            percent: None,
            handover: Handover::Awaited,
            endings: 0,
            ending_waits: None,
            findings: Vec::new(),
            inspections: 0,
            refusals: 0,
            opinions: None,
            plan: None,
            offered: 0,
            part: Part::default(),
        });
        Ok(())
    }

    /// Where a matter must be for a step; nothing for what is told from elsewhere.
    pub(crate) fn wanted(step: &Step) -> &'static [State] {
        match step {
            Step::Update(_)
            | Step::Support(_)
            | Step::Merge(_)
            | Step::Withdraw
            | Step::Deliberate { .. } => &[Proposed],
            Step::Publish => &[Deliberated],
            Step::Object | Step::Answer(..) | Step::Determine => &[Noticed],
            Step::Decline | Step::Invite | Step::Release => &[Proposed, Deliberated, Noticed],
            Step::Progress(_) => &[Determined, InProgress],
            Step::Complete => &[InProgress],
            Step::Accept | Step::Close | Step::Work(Work::Refuse) => &[Completed],
            Step::End(_) | Step::MeetCondition(_) => ENDABLE,
            Step::Work(_) => &[InProgress, Completed],
            _ => &[],
        }
    }

    /// A step about the `at`th matter.
    pub(crate) fn step(&mut self, at: usize, step: &Step) -> Told {
        match step {
            Step::EndingAnswered { number, granted } => return self.ending_answered(at, *number, *granted),
            Step::Settled => {
                let matter = &mut self.matters[at];
                if matter.state == Completed && matter.handover == Handover::Requested {
                    self.end(at, Closed);
                }
                return Ok(());
            }
            Step::Opinion { department, round, stand } => {
                return self.opinion(at, *department, *round, *stand);
            }
            Step::Partner(partner) => return self.partner(at, partner),
            _ => {}
        }
        let (today, figures) = (self.today, self.figures);
        let before = self.matters[at].clone();
        let (village, year) = (before.village, before.year);
        no(self.settled.contains(&(village, year)), "YearSettled")?;
        no(!Self::wanted(step).contains(&before.state), "WrongState")?;
        let slot = self.slot(village, year, before.category);
        let numbers = self.numbers(village, year);
        let hears = !self.settled.contains(&(1 - village, year));
        if let Step::Merge(into) = step {
            return self.merge(at, *into);
        }
        let matter = &mut self.matters[at];
        match step {
            Step::Update(category) => {
                no(*category != before.category && before.plan.is_some(), "PlannedTogether")?;
                matter.category = *category;
            }
            Step::Support(villager) => {
                no(before.backers.contains(villager), "AlreadySupported")?;
                no(before.backers.len() >= SUPPORTERS, "TooManySupporters")?;
                matter.backers.insert(*villager);
            }
            Step::Decline => {
                no(before.open_objections() > 0, "ObjectionsOpen")?;
                matter.state = Declined;
                matter.drop_plan();
            }
            Step::Withdraw => {
                matter.state = Withdrawn;
                matter.drop_plan();
            }
            Step::Deliberate { present, in_favour, days_ago } => {
                let earliest = before.met.unwrap_or(CALENDAR[year].0);
                let earliest = if before.plan.is_some() { earliest.max(before.offered) } else { earliest };
                let carried = meeting(*present, *in_favour, today - days_ago, earliest, today)?;
                matter.met = Some(today - days_ago);
                if carried {
                    matter.state = Deliberated;
                } else {
                    matter.drop_plan();
                }
            }
            Step::Publish => {
                (matter.state, matter.published, matter.upheld) = (Noticed, today, false);
            }
            Step::Object => {
                no(before.objections.len() >= OBJECTIONS, "TooManyObjections")?;
                matter.objections.push(None);
            }
            Step::Answer(number, upheld) => {
                let answer = number.checked_sub(1).and_then(|nth| matter.objections.get_mut(nth));
                let answer = answer.ok_or("UnknownObjection")?;
                no(answer.is_some(), "ObjectionAnswered")?;
                *answer = Some(*upheld);
                matter.upheld |= upheld;
                if matter.upheld && matter.open_objections() == 0 {
                    matter.state = Proposed;
                }
            }
            Step::Determine => {
                no(today > CALENDAR[year].2, "YearOver")?;
                // The day it was hung out is no full day, and seven full ones follow.
                no(today < before.published + 8, "NoticeRunning")?;
                no(before.open_objections() > 0, "ObjectionsOpen")?;
                no(before.plan == Some(false), "NotAgreed")?;
                matter.additional = slot?;
                (matter.state, matter.number) = (Determined, Some(numbers + 1));
                if before.plan.is_some() {
                    matter.part.state = "DETERMINED";
                }
                matter.opinions = (figures.asks && matter.category == ASKED).then_some([None; 2]);
            }
            Step::Progress(percent) => {
                no(Some(*percent) < before.percent, "ProgressBackwards")?;
                (matter.state, matter.percent) = (InProgress, Some(*percent));
            }
            Step::Complete => {
                no(before.percent != Some(100), "WorkUnfinished")?;
                before.held_up()?;
                (matter.state, matter.handover) = (Completed, Handover::Awaited);
            }
            Step::Accept => {
                no(before.handover != Handover::Awaited, "AlreadyAccepted")?;
                before.held_up()?;
                matter.handover = Handover::Accepted;
            }
            Step::Close => {
                no(before.handover == Handover::Awaited, "NotAccepted")?;
                no(before.handover == Handover::Requested, "ClosingRequested")?;
                before.held_up()?;
                no(before.ending_waits.is_some(), "EndingRequested")?;
                matter.handover = Handover::Requested;
            }
            Step::End(cancel) => {
                no(before.ending_waits.is_some(), "EndingRequested")?;
                let requested = before.state == Completed && before.handover == Handover::Requested;
                no(requested, "ClosingRequested")?;
                (matter.endings, matter.ending_waits) = (before.endings + 1, Some(*cancel));
            }
            Step::MeetCondition(department) => {
                let said = matter.opinions.as_mut().and_then(|said| said[*department].as_mut());
                let said =
                    said.filter(|(stand, ..)| *stand == Stand::Conditional).ok_or("UnknownCondition")?;
                no(said.2, "ConditionMet")?;
                said.2 = true;
            }
            Step::Work(work) => return do_work(matter, work),
            Step::Invite => {
                no(before.open_objections() > 0, "ObjectionsOpen")?;
                no(!TOGETHER[before.category], "CategoryNotAllowed")?;
                (matter.state, matter.plan, matter.offered) = (Proposed, Some(false), today);
                // Who has settled its year hears of nothing more.
                if hears {
                    matter.part =
                        Part { state: "INVITED", offered: today, met: None, slot: before.part.slot };
                }
            }
            Step::Release => {
                no(before.open_objections() > 0, "ObjectionsOpen")?;
                no(before.plan.is_none(), "NotPlanned")?;
                matter.state = Proposed;
                matter.drop_plan();
            }
            _ => unreachable!("told from elsewhere, or merged"),
        }
        Ok(())
    }

    fn merge(&mut self, at: usize, into: usize) -> Told {
        let (from, target) = (&self.matters[at], &self.matters[into]);
        let alike = (from.village, from.year) == (target.village, target.year);
        no(at == into || !alike || target.state != Proposed, "MergeTarget")?;
        let all: BTreeSet<u8> = from.backers.union(&target.backers).copied().collect();
        no(all.len() > SUPPORTERS, "TooManySupporters")?;
        self.matters[into].backers = all;
        self.matters[at].state = Merged;
        self.matters[at].drop_plan();
        Ok(())
    }

    fn end(&mut self, at: usize, state: State) {
        let matter = &mut self.matters[at];
        matter.state = state;
        if matter.part.state == "DETERMINED" {
            matter.part.state = match state {
                Closed => "CLOSED",
                Cancelled => "CANCELLED",
                _ => "CARRIED_OVER",
            };
        }
    }

    fn ending_answered(&mut self, at: usize, number: u32, granted: bool) -> Told {
        let matter = &mut self.matters[at];
        if number == matter.endings
            && let Some(cancel) = matter.ending_waits.take()
            && granted
        {
            self.end(at, if cancel { Cancelled } else { CarriedOver });
        }
        Ok(())
    }

    fn opinion(&mut self, at: usize, department: usize, round: u32, stand: Stand) -> Told {
        let (today, matter) = (self.today, &mut self.matters[at]);
        let over = matter.over();
        if let Some(said) = matter.opinions.as_mut().filter(|_| round == 1 && !over) {
            let known = &mut said[department];
            let both = known.is_some_and(|(before, _, met)| {
                met && before == Stand::Conditional && stand == Stand::Conditional
            });
            if known.is_none_or(|(before, day, _)| (before, day) != (stand, today)) {
                *known = Some((stand, today, both));
            }
        }
        Ok(())
    }

    fn partner(&mut self, at: usize, says: &Partner) -> Told {
        let (today, matter) = (self.today, &self.matters[at]);
        let (other, year) = (1 - matter.village, matter.year);
        no(self.settled.contains(&(other, year)), "YearSettled")?;
        no(matter.part.state.is_empty(), "UnknownParticipation")?;
        let wanted = if matches!(says, Partner::Leave) { "ACCEPTED" } else { "INVITED" };
        no(matter.part.state != wanted, "WrongState")?;
        let slot = self.slot(other, year, matter.category);
        let matter = &mut self.matters[at];
        let part = &mut matter.part;
        match says {
            Partner::Deliberate { present, in_favour, days_ago } => {
                let earliest = part.met.map_or(part.offered, |(day, _)| day);
                let carried = meeting(*present, *in_favour, today - days_ago, earliest, today)?;
                part.met = Some((today - days_ago, carried));
            }
            Partner::Accept => {
                no(part.met.is_none_or(|(_, carried)| !carried), "NotDeliberated")?;
                if !part.slot {
                    slot?;
                }
                (part.state, part.slot, matter.plan) = ("ACCEPTED", true, Some(true));
            }
            Partner::Decline => (part.state, part.slot) = ("DECLINED", false),
            Partner::Leave => {
                (part.state, part.slot, matter.plan) = ("RELEASED", false, Some(false));
            }
        }
        Ok(())
    }

    /// What people can see, to be compared.
    pub(crate) fn years(&self) -> BTreeMap<(usize, usize), [usize; 4]> {
        let all = [(0, 0), (0, 1), (1, 0), (1, 1)];
        let told = |(village, year)| {
            let proposals = self.of(village, year).count();
            let (numbers, joint) = (self.numbers(village, year), self.joint(village, year));
            ((village, year), [proposals, numbers, joint, self.plans(village, year)])
        };
        all.into_iter().map(told).collect()
    }
}
