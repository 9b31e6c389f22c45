//! Counties file matters under codes of their own; whoever is above counts them by its own, and everybody by the same five.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod asks;

use sqlx::ConnectOptions;
use time::macros::date;
use yishi_kernel::{Level, UnitCode};
use yishi_proto::intake::v1::{self as pb, Category, MatterState};
use yishi_runtime::config::Settings;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::copies::follow_node;
use yishi_tests::federation::Federation;
use yishi_tests::sandbox::{Asks, REGION, Sandbox, YEAR, fresh_id, settings};

use asks::{catalogue, counted, done, filed, own_codes, rows, wrong};

both_engines!(
    a_county_files_under_codes_of_its_own,
    by_default_every_code_is_taken,
    a_code_is_told_in_every_year_and_at_every_level,
    rows_of_before_are_counted_too,
    the_region_counts_what_another_node_files
);

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const FIRST: &str = "units/640324000000/taxonomies/1";
const SECOND: &str = "units/640324000000/taxonomies/2";

async fn start<E: Engine>(place: &str) -> Sandbox<E> {
    let mut settings: Settings = settings(place, REGION);
    own_codes(&mut settings);
    Sandbox::with(settings).await
}

/// A village that goes by the region's own.
fn elsewhere<E: Engine>(node: &Sandbox<E>) -> UnitCode {
    let of_county = |unit: &UnitCode| node.register.is_within(*unit, COUNTY);
    node.villages().into_iter().find(|unit| !of_county(unit)).unwrap()
}

async fn propose<E: Engine>(
    node: &Sandbox<E>,
    village: UnitCode,
    year: i32,
    matter: pb::Matter,
) -> pb::Matter {
    done(node.officer(village).propose_matter(Asks::propose_this(village, year, matter)).await)
}

async fn a_county_files_under_codes_of_its_own<E: Engine>(place: &str) {
    let sandbox = start::<E>(place).await;
    let mut office = sandbox.officer(VILLAGE);
    let lane = propose(&sandbox, VILLAGE, YEAR, filed(Category::Infrastructure, "lane", 300)).await;
    assert_eq!((&*lane.subcategory, &*lane.taxonomy), ("lane", FIRST));
    propose(&sandbox, VILLAGE, YEAR, filed(Category::Infrastructure, "village_road", 200)).await;

    // What the county does not have is not taken, and the village is told what comes near.
    for (category, code, told) in [
        (
            Category::Infrastructure,
            "lanes",
            "units/640324000000/taxonomies/1 has no lanes; near it under INFRASTRUCTURE are lane,",
        ),
        (
            Category::Industry,
            "lane",
            "lane counts as INFRASTRUCTURE, not INDUSTRY; near it under INDUSTRY are forage,",
        ),
    ] {
        let ask = Asks::propose_this(VILLAGE, YEAR, filed(category, code, 1));
        let refused = wrong(&office.propose_matter(ask).await.unwrap_err());
        assert_eq!(refused.0, "matter.subcategory");
        assert!(refused.1.contains(told), "{}", refused.1);
    }
    let change = |subcategory: &str, title: &str, paths: &str| pb::UpdateMatterRequest {
        matter: Some(pb::Matter {
            name: lane.name.clone(),
            subcategory: subcategory.to_owned(),
            title: title.to_owned(),
            ..pb::Matter::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: paths.split(' ').map(str::to_owned).collect() }),
        request_id: fresh_id(),
        etag: String::new(),
    };
    let refused = office.update_matter(change("bridge", "", "subcategory")).await.unwrap_err();
    assert_eq!(wrong(&refused).0, "matter.subcategory");
    let same = done(office.update_matter(change("lane", "", "subcategory")).await);
    assert_eq!(same.etag, lane.etag, "a change to the same is none");
    let renamed = done(office.update_matter(change("canal", "砌护渠道", "subcategory title")).await);
    assert_eq!((&*renamed.subcategory, &*renamed.taxonomy), ("canal", FIRST));
    let titled = done(office.update_matter(change("", "硬化渠道", "title")).await);
    assert_eq!((&*titled.subcategory, &*titled.taxonomy), ("canal", FIRST));
    done(office.update_matter(change("lane", "", "subcategory")).await);

    // The county counts its own codes, the region what they are to it.
    let other = elsewhere(&sandbox);
    propose(&sandbox, other, YEAR, filed(Category::Infrastructure, "bridge", 40)).await;
    propose(&sandbox, other, YEAR, filed(Category::Governance, "a_code_of_its_own", 5)).await;
    let of_county = counted(&sandbox, COUNTY, YEAR).await;
    assert_eq!(
        (&*of_county.taxonomy, rows(&of_county)),
        (FIRST, vec![("village_road", 1, 200), ("lane", 1, 300)])
    );
    assert_eq!(of_county.by_subcategory[1].own_category, "roads_and_water");
    let of_region = counted(&sandbox, REGION, YEAR).await;
    assert_eq!(rows(&of_region), [("village_road", 2, 500), ("bridge", 1, 40), ("", 1, 5)]);
    assert_eq!(of_region.by_subcategory[2].category(), Category::Governance);
    for unit in sandbox.register.ancestors(VILLAGE) {
        counted(&sandbox, unit, YEAR).await;
    }

    let sandbox = sandbox.restart().await;
    assert_eq!(rows(&counted(&sandbox, REGION, YEAR).await), rows(&of_region));
    sandbox.audited().await;
    assert!(follow_node(&sandbox).await.contains(&"intake.matter".to_owned()));
    sandbox.stop().await;
}

/// What was written before there were taxonomies is written still, to the byte.
async fn by_default_every_code_is_taken<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let free = propose(&sandbox, VILLAGE, YEAR, filed(Category::Industry, "village_road", 7)).await;
    assert_eq!((&*free.subcategory, &*free.taxonomy), ("village_road", ""));
    let written = sandbox.books("intake").await.entries().await;
    let proposed = written.iter().find(|stored| stored.entry.kind == "intake.proposed").unwrap();
    let told: pb::Event = prost::Message::decode(proposed.entry.payload.as_slice()).unwrap();
    let Some(pb::event::Kind::Proposed(told)) = told.kind else { panic!("{told:?}") };
    assert_eq!(told.content.unwrap().taxonomy, "", "an entry does not grow");
    let report = counted(&sandbox, COUNTY, YEAR).await;
    assert_eq!((&*report.taxonomy, rows(&report)), ("units/640000000000/taxonomies/1", vec![("", 1, 7)]));
    assert_eq!(report.by_subcategory[0].category(), Category::Industry);
    sandbox.stop().await;
}

async fn a_code_is_told_in_every_year_and_at_every_level<E: Engine>(place: &str) {
    let sandbox = start::<E>(place).await;
    let unit = format!("units/{VILLAGE}");
    let mut village = catalogue(&sandbox, VILLAGE);
    let mut held = Vec::new();
    for year in [2020, 2022, 2023] {
        let whole = done(village.get_taxonomy(pb::GetTaxonomyRequest { unit: unit.clone(), year }).await);
        assert!(whole.categories.iter().all(|category| !category.subcategories.is_empty()));
        held.push((whole.name, whole.open));
    }
    let region = "units/640000000000/taxonomies/1";
    assert_eq!(
        held,
        [(region, true), (FIRST, false), (SECOND, false)].map(|(name, open)| (name.to_owned(), open))
    );
    let list = pb::ListTaxonomiesRequest { parent: format!("units/{COUNTY}") };
    let listed = done(village.list_taxonomies(list).await).taxonomies;
    assert_eq!(listed.iter().map(|one| &*one.name).collect::<Vec<_>>(), [FIRST, SECOND, region]);
    assert!(listed.iter().flat_map(|one| &one.categories).all(|category| category.subcategories.is_empty()));

    let mut translate = async |from_year, code: &str, to_year| {
        let ask = pb::GetTranslationRequest { unit: unit.clone(), from_year, code: code.to_owned(), to_year };
        let told = done(village.get_translation(ask).await);
        let codes: Vec<_> = told.codes.into_iter().map(|one| (one.taxonomy, one.code)).collect();
        (told.taxonomy, codes)
    };
    let pair = |(taxonomy, code): (&str, &str)| (taxonomy.to_owned(), code.to_owned());
    let on = translate(2022, "lane", 2024).await;
    assert_eq!(on, (FIRST.to_owned(), [(SECOND, "road"), (region, "village_road")].map(pair).to_vec()));
    let back = translate(2024, "road", 2022).await;
    assert_eq!(back, (SECOND.to_owned(), [(FIRST, ""), (region, "village_road")].map(pair).to_vec()));
    assert_eq!(translate(2022, "nothing", 2024).await, (FIRST.to_owned(), vec![]));

    // A matter of a year is filed under what holds for that year, whenever it is filed.
    propose(&sandbox, VILLAGE, YEAR, filed(Category::Infrastructure, "lane", 300)).await;
    sandbox.go_to(date!(2022 - 11 - 02)).await;
    let next = propose(&sandbox, VILLAGE, YEAR + 1, filed(Category::Infrastructure, "road", 20)).await;
    assert_eq!(next.taxonomy, SECOND);
    let old = Asks::propose_this(VILLAGE, YEAR + 1, filed(Category::Infrastructure, "lane", 1));
    assert_eq!(
        wrong(&sandbox.officer(VILLAGE).propose_matter(old).await.unwrap_err()).0,
        "matter.subcategory"
    );
    assert_eq!(rows(&counted(&sandbox, COUNTY, YEAR).await), [("lane", 1, 300)]);
    assert_eq!(rows(&counted(&sandbox, COUNTY, YEAR + 1).await), [("road", 1, 20)]);
    assert_eq!(rows(&counted(&sandbox, REGION, YEAR + 1).await), [("village_road", 1, 20)]);
    sandbox.audited().await;
    sandbox.stop().await;
}

/// A database of before has rows that do not say what they are filed under; their records do.
async fn rows_of_before_are_counted_too<E: Engine>(place: &str) {
    let sandbox = start::<E>(place).await;
    let mut village = sandbox.ripe_villages([elsewhere(&sandbox)]).await.pop().unwrap();
    sandbox.matter_in(&mut village, MatterState::Determined).await;
    propose(&sandbox, VILLAGE, YEAR, filed(Category::Infrastructure, "lane", 300)).await;
    let before = counted(&sandbox, REGION, YEAR).await;
    let options = E::writing(&sandbox.location("intake")).unwrap();
    let mut conn = options.connect().await.unwrap();
    let forget = "UPDATE matter SET subcategory = '', taxonomy = NULL";
    E::execute(&mut conn, forget, E::Arguments::default()).await.unwrap();
    assert_eq!(counted(&sandbox, REGION, YEAR).await, before);
    assert_eq!(rows(&counted(&sandbox, COUNTY, YEAR).await), [("lane", 1, 300)]);
    // A row that is written again says it itself.
    propose(&sandbox, VILLAGE, YEAR, filed(Category::Infrastructure, "lane", 1)).await;
    assert_eq!(rows(&counted(&sandbox, COUNTY, YEAR).await), [("lane", 2, 301)]);
    sandbox.stop().await;
}

async fn the_region_counts_what_another_node_files<E: Engine>(place: &str) {
    let federation = Federation::<E>::with(place, &[REGION, VILLAGE], own_codes).await;
    let (above, node) = (federation.node(REGION), federation.node(VILLAGE));
    propose(node, VILLAGE, YEAR, filed(Category::Infrastructure, "lane", 300)).await;
    propose(node, VILLAGE, YEAR, filed(Category::Industry, "forage", 50)).await;
    propose(above, elsewhere(above), YEAR, filed(Category::Infrastructure, "bridge", 40)).await;
    federation.settled().await;
    let here = counted(node, VILLAGE, YEAR).await;
    assert_eq!(rows(&here), [("lane", 1, 300), ("forage", 1, 50)]);
    let of_county = counted(above, COUNTY, YEAR).await;
    assert_eq!(rows(&of_county), rows(&here), "equal where the cuts are equal");
    let of_region = counted(above, REGION, YEAR).await;
    assert_eq!(rows(&of_region), [("village_road", 1, 300), ("bridge", 1, 40), ("grain_mill", 1, 50)]);
    let cities = above.register.at_level(Level::City).map(|city| city.code).collect::<Vec<_>>();
    let mut sum = 0;
    for city in cities {
        sum += counted(above, city, YEAR).await.by_subcategory.iter().map(|row| row.matters).sum::<i64>();
    }
    assert_eq!(sum, of_region.by_subcategory.iter().map(|row| row.matters).sum::<i64>());
    federation.stop().await;
}
