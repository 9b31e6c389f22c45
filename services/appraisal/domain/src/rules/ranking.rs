//! A year is ranked once, when it is over, on all that is known then.

use std::collections::BTreeMap;

use yishi_kernel::{Timestamp, UnitCode};

use crate::limits::STANDINGS_PER_ENTRY;
use crate::{Fact, Refusal, UnitYear, World, appraise};

pub(super) fn rank_villages(
    world: &World,
    about: UnitYear,
    (villages, merged): (&[UnitCode], &[(UnitCode, UnitCode)]),
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    let (year, today) = (about.year, now.date());
    if today.year() <= i32::from(year.get()) {
        return Err(Refusal::YearNotOver { year, today });
    }
    if world.ranking(about).is_some() {
        return Err(Refusal::AlreadyRanked);
    }
    let scheme = world.scheme(about).ok_or(Refusal::SchemeMissing)?;
    let inputs = |unit| world.inputs(UnitYear { unit, year });
    let mut figures: BTreeMap<_, _> = villages.iter().map(|&unit| (unit, inputs(unit))).collect();
    for (closed, with) in merged {
        if let Some(sum) = figures.get_mut(with) {
            *sum = sum.with(&inputs(*closed));
        }
    }
    let made = appraise(scheme, year, &figures);
    let header = Fact::Ranked {
        villages: u32::try_from(made.standings.len())
            .expect("villages have codes of 12 digits, few of them used"),
        inputs_sha256: made.inputs_sha256,
        ranking_sha256: made.ranking_sha256,
    };
    let pages = made.standings.chunks(STANDINGS_PER_ENTRY).map(|page| Fact::StandingsListed(page.to_vec()));
    Ok([header].into_iter().chain(pages).collect())
}

#[cfg(test)]
mod tests {
    use super::super::region::{Region, day, village};
    use super::*;
    use crate::{Act, Scheme};

    #[test]
    fn a_year_is_ranked_once_and_when_it_is_over() {
        let mut region = Region::on("2022-12-31");
        region.ask(Act::FreezeScheme(Scheme::default())).unwrap();
        let rank = Act::Rank { villages: vec![village(0)], merged: vec![] };
        let refusal = Refusal::YearNotOver { year: region.about.year, today: day("2022-12-31") };
        assert_eq!(region.ask(rank.clone()), Err(refusal));
        region.go_to("2023-01-01");
        assert_eq!(region.ask(rank.clone()), Ok(()));
        assert_eq!(region.ask(rank), Err(Refusal::AlreadyRanked));
    }

    #[test]
    fn who_is_no_more_counts_with_who_came_after() {
        let mut region = Region::on("2022-12-31");
        region.ask(Act::FreezeScheme(Scheme::default())).unwrap();
        let category = crate::Category::Industry;
        region.learn(7, crate::News::Determined { due: day("2022-12-31"), category });
        region.go_to("2023-01-01");
        let (villages, merged) = (vec![village(0), village(1)], vec![(village(7), village(1))]);
        region.ask(Act::Rank { villages, merged }).unwrap();
        let determined = |position| {
            let scored = region.world.standing(region.about, position).unwrap().scored;
            (scored.village, scored.inputs.determined)
        };
        assert_eq!([determined(1), determined(2)], [(village(1), 1), (village(0), 0)]);
    }

    #[test]
    fn without_a_scheme_there_is_no_ranking() {
        let mut region = Region::on("2023-01-05");
        assert_eq!(region.ask(Act::Rank { villages: vec![], merged: vec![] }), Err(Refusal::SchemeMissing));
    }

    #[test]
    fn every_village_stands_once_in_entries_of_bounded_size() {
        let mut region = Region::on("2023-01-05");
        region.ask(Act::FreezeScheme(Scheme::default())).unwrap();
        region
            .ask(Act::Rank { villages: (0..1_201).rev().chain(0..3).map(village).collect(), merged: vec![] })
            .unwrap();
        let sizes: Vec<_> = region
            .events
            .iter()
            .filter_map(|event| match &event.fact {
                Fact::StandingsListed(page) => Some(page.len()),
                _ => None,
            })
            .collect();
        assert_eq!(sizes, [500, 500, 201]);
        assert_eq!(region.world.ranking(region.about).unwrap().villages, 1_201);
        let found = (1..=1_201).filter_map(|position| region.world.standing(region.about, position)).count();
        assert_eq!(found, 1_201);
    }
}
