//! Lists and reports over the levels, against what the journal tells.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use std::collections::{BTreeMap, BTreeSet};

use time::macros::date;
use tonic::Code;
use tonic_types::StatusExt;
use yishi_kernel::{Level, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::{Category, MatterState};
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, Intake, REGION, Sandbox, YEAR, as_caller, in_short, list};

both_engines!(
    lists_are_the_journal_by_unit_year_state_and_category,
    lists_are_the_journal_by_filter,
    reports_sum_up_at_every_level,
    a_list_is_asked_properly
);

const FIRST: UnitCode = UnitCode::new(640_324_100_200).unwrap();

/// Villages at every distance from the first: of its township, its county, its city, and of the rest of the region.
fn spread<E: Engine>(sandbox: &Sandbox<E>) -> Vec<UnitCode> {
    let register = &sandbox.register;
    let shared = |other: UnitCode| {
        let mut above = register.ancestors(other);
        above.find(|unit| register.is_within(FIRST, *unit)).and_then(|unit| register.level(unit))
    };
    let mut chosen = vec![FIRST];
    for level in [Level::Township, Level::County, Level::City, Level::Region] {
        let villages = sandbox.villages();
        chosen.extend(
            villages.into_iter().filter(|other| shared(*other) == Some(level) && *other != FIRST).take(2),
        );
    }
    assert_eq!(chosen.len(), 9);
    chosen
}

/// Matters of two years in many states and every category; answers the villages and all matters.
async fn filled<E: Engine>(sandbox: &Sandbox<E>) -> (Vec<UnitCode>, Vec<pb::Matter>) {
    const STATES: [MatterState; 6] = [
        MatterState::Noticed,
        MatterState::Proposed,
        MatterState::Merged,
        MatterState::Declined,
        MatterState::Deliberated,
        MatterState::Withdrawn,
    ];
    let villages = spread(sandbox);
    let mut noticed = Vec::new();
    for (village, states) in villages.iter().zip((0..STATES.len()).cycle()) {
        let mut village = sandbox.village(*village);
        for state in &STATES[..=states] {
            let matter = sandbox.matter_in(&mut village, *state).await;
            if *state == MatterState::Noticed {
                noticed.push((village.clone(), matter.name));
            }
        }
    }
    sandbox.go_to(date!(2021 - 12 - 10)).await;
    // One of the notices goes on, so that NOTICED is among the states that remain; the others go different ways.
    for ((mut village, name), percent) in noticed.into_iter().skip(1).zip([0, 40, 100].into_iter().cycle()) {
        village.determine(&name).await;
        if percent > 0 {
            village.progress(&name, percent).await;
        }
        if percent == 100 {
            village.complete(&name).await;
        }
    }
    sandbox.go_to(date!(2022 - 11 - 05)).await;
    let categories = (1..=5).map(|category| Category::try_from(category).unwrap()).cycle();
    for ((village, category), fen) in
        villages.iter().zip(categories).zip([0, 1, 1_000_000_000_000].into_iter().cycle())
    {
        let matter =
            pb::Matter { category: category as i32, cost_estimate_fen: fen, ..Asks::matter("文化广场") };
        let ask = Asks::propose_this(*village, YEAR + 1, matter);
        sandbox.officer(*village).propose_matter(ask).await.unwrap();
    }
    let matters = sandbox.audited().await;
    let states: BTreeSet<i32> = matters.iter().map(|matter| matter.state).collect();
    assert_eq!(states.len(), STATES.len() + 3, "a matter in every state that requests lead to");
    (villages, matters)
}

fn village(matter: &pb::Matter) -> UnitCode {
    matter.name["villages/".len()..][..12].parse().unwrap()
}

fn year(matter: &pb::Matter) -> i32 {
    let (_, id) = matter.name.rsplit_once('/').unwrap();
    id.split_once('-').unwrap().0.parse().unwrap()
}

fn auditor<E: Engine>(sandbox: &Sandbox<E>) -> Intake {
    sandbox.intake(&as_caller(REGION, Role::Auditor))
}

async fn lists_are_the_journal_by_unit_year_state_and_category<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let (_, matters) = filled(&sandbox).await;
    let mut caller = auditor(&sandbox);
    let units: Vec<UnitCode> = std::iter::once(FIRST).chain(sandbox.register.ancestors(FIRST)).collect();
    let mut sizes = Vec::new();
    for unit in units {
        let all =
            pb::ListMattersRequest { parent: format!("units/{unit}"), ..pb::ListMattersRequest::default() };
        let expected = |ask: &pb::ListMattersRequest| -> Vec<pb::Matter> {
            let wanted = |matter: &&pb::Matter| {
                sandbox.register.is_within(village(matter), unit)
                    && (ask.year == 0 || ask.year == year(matter))
                    && (ask.category == 0 || ask.category == matter.category)
                    && (ask.states.is_empty() || ask.states.contains(&matter.state))
            };
            matters.iter().filter(wanted).cloned().map(in_short).collect()
        };
        sizes.push(expected(&all).len());
        for page_size in [0, 1, 2, 7, 1000, i32::MAX] {
            let ask = pb::ListMattersRequest { page_size, ..all.clone() };
            assert_eq!(list(&mut caller, ask.clone()).await, expected(&ask), "{ask:?}");
        }
        let proposed = vec![MatterState::Proposed as i32];
        let both = vec![MatterState::Determined as i32, MatterState::Merged as i32];
        let industry = Category::Industry as i32;
        for ask in [
            pb::ListMattersRequest { year: YEAR, page_size: 3, ..all.clone() },
            pb::ListMattersRequest { year: YEAR + 1, page_size: 3, ..all.clone() },
            pb::ListMattersRequest { year: YEAR + 2, ..all.clone() },
            pb::ListMattersRequest { states: proposed.clone(), page_size: 2, ..all.clone() },
            pb::ListMattersRequest { states: both, page_size: 2, ..all.clone() },
            pb::ListMattersRequest { category: industry, page_size: 1, ..all.clone() },
            pb::ListMattersRequest { year: YEAR + 1, category: industry, states: proposed, ..all },
        ] {
            assert_eq!(list(&mut caller, ask.clone()).await, expected(&ask), "{ask:?}");
        }
    }
    assert!(
        sizes.is_sorted() && sizes[0] < sizes[4],
        "each unit shows more than the one below it: {sizes:?}"
    );
    sandbox.stop().await;
}

async fn lists_are_the_journal_by_filter<E: Engine>(place: &str) {
    type Passes = fn(&pb::Matter) -> bool;
    let sandbox = Sandbox::<E>::start(place).await;
    let (_, matters) = filled(&sandbox).await;
    let mut caller = auditor(&sandbox);
    let filters: [(&str, Passes); 8] = [
        ("state = DETERMINED", |m| m.state() == MatterState::Determined),
        ("NOT state = PROPOSED year = 2022", |m| m.state() != MatterState::Proposed && year(m) == YEAR),
        ("category != INDUSTRY AND cost_estimate_fen > 0", |m| {
            m.category() != Category::Industry && m.cost_estimate_fen > 0
        }),
        ("文化 OR state = MERGED OR project_number:*", |m| {
            m.title.contains("文化") || m.state() == MatterState::Merged || !m.project_number.is_empty()
        }),
        ("percent >= 40", |m| m.progress.as_ref().is_some_and(|told| told.percent >= 40)),
        ("-reason:*", |m| m.reason.is_empty()),
        ("create_time >= 2022-06-01T00:00:00Z", |m| m.create_time_us >= 1_654_041_600_000_000),
        ("no such word", |_| false),
    ];
    for (filter, passes) in filters {
        let expected: Vec<pb::Matter> = matters.iter().filter(|m| passes(m)).cloned().map(in_short).collect();
        assert!(
            expected.len() < matters.len() && (expected.is_empty() == (filter == "no such word")),
            "{filter}"
        );
        for page_size in [0, 1, 3] {
            let (parent, filter) = (format!("units/{REGION}"), filter.to_owned());
            let ask =
                pb::ListMattersRequest { parent, page_size, filter, ..pb::ListMattersRequest::default() };
            assert_eq!(list(&mut caller, ask.clone()).await, expected, "{ask:?}");
        }
    }
    sandbox.stop().await;
}

/// The report that these matters make.
fn recount(unit: UnitCode, year: i32, matters: &[pb::Matter]) -> pb::ProgressReport {
    let mut rows: BTreeMap<(i32, i32), (i64, i64)> = BTreeMap::new();
    for matter in matters {
        let (count, fen) = rows.entry((matter.state, matter.category)).or_default();
        (*count, *fen) = (*count + 1, *fen + matter.cost_estimate_fen);
    }
    let mut states: BTreeMap<i32, (i64, i64)> = BTreeMap::new();
    for ((state, _), (count, fen)) in &rows {
        let sum = states.entry(*state).or_default();
        *sum = (sum.0 + count, sum.1 + fen);
    }
    let numbered = || matters.iter().filter(|matter| !matter.project_number.is_empty());
    pb::ProgressReport {
        unit: format!("units/{unit}"),
        year,
        by_state_and_category: rows
            .into_iter()
            .map(|((state, category), (matters, cost_estimate_fen))| pb::StateCategoryCount {
                state,
                category,
                matters,
                cost_estimate_fen,
            })
            .collect(),
        by_state: states
            .into_iter()
            .map(|(state, (matters, cost_estimate_fen))| pb::StateCount { state, matters, cost_estimate_fen })
            .collect(),
        determined_matters: i64::try_from(numbered().count()).unwrap(),
        participations: 0,
        void_numbers: 0,
        determined_cost_estimate_fen: numbered().map(|matter| matter.cost_estimate_fen).sum(),
    }
}

async fn reports_sum_up_at_every_level<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let (villages, matters) = filled(&sandbox).await;
    let mut caller = auditor(&sandbox);
    // Every unit above a village with matters, and every child of one, most of them with nothing.
    let above: BTreeSet<UnitCode> =
        villages.iter().flat_map(|unit| sandbox.register.ancestors(*unit)).collect();
    for year_asked in [YEAR, YEAR + 1] {
        let mut report = async |unit: UnitCode| {
            let ask = pb::GetProgressReportRequest { unit: format!("units/{unit}"), year: year_asked };
            caller.get_progress_report(ask).await.unwrap().into_inner()
        };
        for unit in &above {
            let within = |matter: &&pb::Matter| {
                year(matter) == year_asked && sandbox.register.is_within(village(matter), *unit)
            };
            let below: Vec<pb::Matter> = matters.iter().filter(within).cloned().collect();
            let reported = report(*unit).await;
            assert_eq!(reported, recount(*unit, year_asked, &below));
            assert!(!reported.by_state.is_empty(), "{unit} has matters");
            let mut sum = (0, 0);
            for child in sandbox.register.children(*unit) {
                let part = report(*child).await;
                let counted = |row: &pb::StateCount| (row.matters, row.cost_estimate_fen);
                sum = part.by_state.iter().map(counted).fold(sum, |sum, row| (sum.0 + row.0, sum.1 + row.1));
            }
            let whole = reported.by_state.iter().map(|row| (row.matters, row.cost_estimate_fen));
            assert_eq!(whole.fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1)), sum, "{unit}");
        }
    }
    sandbox.stop().await;
}

async fn a_list_is_asked_properly<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut office = sandbox.village(FIRST);
    for title in ["修路", "修桥", "修渠"] {
        office.propose(title).await;
    }
    let parent = format!("units/{FIRST}");
    let all =
        pb::ListMattersRequest { parent: parent.clone(), page_size: 1, ..pb::ListMattersRequest::default() };
    let token = office.office.list_matters(all.clone()).await.unwrap().into_inner().next_page_token;
    let same = pb::ListMattersRequest { page_size: 2, page_token: token.clone(), ..all.clone() };
    assert_eq!(office.office.list_matters(same).await.unwrap().into_inner().matters.len(), 2, "{token}");

    let other_place = token.replacen("2022.1", "2022.2", 1);
    assert_ne!(other_place, token);
    let longer = format!("{token}.0");
    let other_filter = ("修桥", 0, &*token);
    for (filter, year, page_token) in [
        other_filter,
        ("", YEAR, &*token),
        ("", 0, &*other_place),
        ("", 0, &*longer),
        ("", 0, "1"),
        ("", 0, "\0"),
    ] {
        let (page_token, filter) = (page_token.to_owned(), filter.to_owned());
        let ask = pb::ListMattersRequest { page_token: page_token.clone(), year, filter, ..all.clone() };
        let status = office.office.list_matters(ask).await.unwrap_err();
        let info = status.get_details_error_info().unwrap();
        assert_eq!(
            (status.code(), &*info.reason),
            (Code::InvalidArgument, "PAGE_TOKEN_INVALID"),
            "{page_token}"
        );
    }
    for (wrong, field) in [
        (pb::ListMattersRequest { page_size: -1, ..all.clone() }, "page_size"),
        (pb::ListMattersRequest { year: 1999, ..all.clone() }, "year"),
        (pb::ListMattersRequest { states: vec![1, 0], ..all.clone() }, "states"),
        (pb::ListMattersRequest { states: vec![99], ..all.clone() }, "states"),
        (pb::ListMattersRequest { category: 99, ..all.clone() }, "category"),
        (pb::ListMattersRequest { filter: "state = OPEN".to_owned(), ..all.clone() }, "filter"),
        (pb::ListMattersRequest { parent: format!("villages/{FIRST}"), ..all }, "parent"),
    ] {
        let status = office.office.list_matters(wrong).await.unwrap_err();
        let fields = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(fields.iter().map(|violation| &*violation.field).collect::<Vec<_>>(), [field]);
    }
    sandbox.stop().await;
}
