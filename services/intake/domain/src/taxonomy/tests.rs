use super::*;

fn register() -> Register {
    let divisions = "\
code,parent,level,name
640000000000,,region,区
640300000000,640000000000,city,市
640324000000,640300000000,county,县
640324100000,640324000000,township,镇
640324100200,640324100000,village,村
640381000000,640300000000,county,另一县
640381100000,640381000000,township,另一镇
640381100200,640381100000,village,另一村
";
    Register::parse(divisions, "village,neighbour\n").unwrap()
}

const CITY: UnitCode = UnitCode::new(640_300_000_000).unwrap();
const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
const ELSEWHERE: UnitCode = UnitCode::new(640_381_100_200).unwrap();

fn year(year: i32) -> Year {
    Year::try_from(year).unwrap()
}

/// A category that counts as infrastructure, with these codes and what each is counted with.
fn draft(unit: UnitCode, version: u16, from: i32, codes: &[(&str, Option<&str>)]) -> Draft {
    let name = || Name { zh: "路".into(), en: "Road".into() };
    let subcategories = codes.iter().map(|(code, up)| SubcategoryDraft {
        code: (*code).to_owned(),
        name: name(),
        counts_with: up.map(str::to_owned),
    });
    let counts_as = Category::Infrastructure;
    let subcategories = subcategories.collect();
    let category = CategoryDraft { code: "works".into(), name: name(), counts_as, subcategories };
    Draft { unit, version, from: year(from), open: false, categories: vec![category], renamed: vec![] }
}

fn renamed(draft: Draft, names: &[(&str, &str)]) -> Draft {
    let names = names.iter().map(|(old, new)| Renamed { old: (*old).to_owned(), new: (*new).to_owned() });
    Draft { renamed: names.collect(), ..draft }
}

/// A county that first had lanes and roads, and then only roads.
fn county() -> Vec<Draft> {
    let first = draft(COUNTY, 1, 2021, &[("lane", Some("village_road")), ("bridge", None)]);
    let second = draft(COUNTY, 2, 2023, &[("road", Some("village_road")), ("bridge", None)]);
    vec![first, renamed(second, &[("lane", "road")])]
}

fn fault(drafts: &[Draft]) -> String {
    Taxonomies::try_new(&register(), drafts).unwrap_err().to_string()
}

#[test]
fn what_is_shipped_is_open_and_has_the_five() {
    let published = Taxonomies::published();
    let taxonomy = published.holding(VILLAGE, Year::MAX);
    assert!(taxonomy.open && taxonomy.entries.len() > 20);
    let counted: Vec<Category> = taxonomy.categories.iter().map(|category| category.counts_as).collect();
    assert_eq!(counted, Category::ALL);
    assert_eq!(Taxonomies::try_new(&register(), &[]).as_ref(), Ok(&*published));
    let admitted = published.admit(VILLAGE, year(2022), Category::Industry, &"a_free_code".parse().unwrap());
    assert_eq!(admitted, Ok(None), "what was taken before is taken still, and nothing is added to it");
}

#[test]
fn a_unit_goes_by_the_nearest_taxonomy_that_holds() {
    let mut drafts = county();
    drafts.push(draft(CITY, 1, 2022, &[("village_road", None), ("bridge", None)]));
    let all = Taxonomies::try_new(&register(), &drafts).unwrap();
    let held = |unit, at| {
        let TaxonomyId { unit, version } = all.holding(unit, year(at)).id;
        (unit.as_u64() / 1_000_000_000, unit == COUNTY, version)
    };
    let region = (640, false, 1);
    assert_eq!([2020, 2021, 2023].map(|at| held(VILLAGE, at)), [region, (640, true, 1), (640, true, 2)]);
    assert_eq!([2021, 2022].map(|at| held(ELSEWHERE, at)), [region, region]);
    assert_eq!(all.holding(ELSEWHERE, year(2022)).id.unit, CITY);
    let line: Vec<u64> = all.above(VILLAGE).map(|taxonomy| taxonomy.id.unit.as_u64() / 1_000_000).collect();
    assert_eq!(line, [640_324, 640_324, 640_300, 640_000]);
}

#[test]
fn a_strict_taxonomy_says_what_comes_near() {
    let all = Taxonomies::try_new(&register(), &county()).unwrap();
    let admit = |category, code: &str| all.admit(VILLAGE, year(2022), category, &code.parse().unwrap());
    let id = TaxonomyId { unit: COUNTY, version: 1 };
    assert_eq!(admit(Category::Infrastructure, "lane"), Ok(Some(id)));
    let unlisted = admit(Category::Infrastructure, "brigde").unwrap_err();
    assert_eq!((unlisted.elsewhere, &*unlisted.near[0]), (None, "bridge"));
    let elsewhere = admit(Category::Industry, "lane").unwrap_err();
    assert_eq!((elsewhere.elsewhere, elsewhere.near), (Some(Category::Infrastructure), vec![]));
    let before = all.admit(VILLAGE, year(2020), Category::Industry, &"lane".parse().unwrap());
    assert_eq!(before, Ok(None), "the region's own is open");
}

#[test]
fn a_code_is_counted_by_whoever_counts() {
    let all = Taxonomies::try_new(&register(), &county()).unwrap();
    let code = |code: &str, version| {
        let under = (version > 0).then_some(TaxonomyId { unit: COUNTY, version });
        code.parse::<Subcategory>().unwrap().under(under)
    };
    let counted = |code: &Subcategory, unit, at| {
        let by = all.holding(unit, year(at));
        all.counted(Category::Infrastructure, code, by).map(|entry| entry.code.to_string())
    };
    let lane = code("lane", 1);
    assert_eq!(counted(&lane, VILLAGE, 2022).as_deref(), Some("lane"));
    assert_eq!(counted(&lane, VILLAGE, 2023).as_deref(), Some("road"));
    assert_eq!(counted(&lane, ELSEWHERE, 2022).as_deref(), Some("village_road"));
    // Who counts by an older version, or further down, knows the codes that it has itself.
    assert_eq!(counted(&code("bridge", 2), VILLAGE, 2022).as_deref(), Some("bridge"));
    assert_eq!(counted(&code("road", 2), VILLAGE, 2022), None);
    assert_eq!(counted(&code("bridge", 0), VILLAGE, 2022).as_deref(), Some("bridge"));
    assert_eq!(counted(&code("drainage", 0), VILLAGE, 2022), None);
    let told = all.translations(all.holding(VILLAGE, year(2021)), "lane", year(2024));
    let told: Vec<_> = told.iter().map(|(_, entry)| entry.unwrap().code.as_str()).collect();
    assert_eq!(told, ["road", "village_road"]);
}

#[test]
fn a_draft_that_leaves_a_code_without_a_way_is_refused() {
    let told = |drafts: &[Draft], what: &str| {
        let fault = fault(drafts);
        assert!(fault.contains(what), "{fault}");
    };
    let [first, second] = <[Draft; 2]>::try_from(county()).unwrap();
    told(std::slice::from_ref(&second), "version: 2 comes after version 0; number them 1, 2, 3");
    told(&[first.clone(), Draft { from: year(2021), ..second.clone() }], "write a year after 2021");
    told(
        &[first.clone(), Draft { renamed: vec![], ..second.clone() }],
        "taxonomies/1 has lane, and nothing here follows it",
    );
    told(&[first.clone(), renamed(second.clone(), &[("lane", "street")])], "there is no street here");
    told(&[first.clone(), renamed(second.clone(), &[("path", "road")])], "taxonomies/1 has no path");
    let twice = renamed(second.clone(), &[("lane", "road"), ("lane", "bridge")]);
    told(&[first.clone(), twice], "renamed lane: it is written twice");
    told(&[renamed(first.clone(), &[("lane", "lane")])], "the first version renames codes");
    let otherwise = renamed(second, &[("lane", "bridge")]);
    told(
        &[first.clone(), otherwise],
        "at the region lane of units/640324000000/taxonomies/1 is village_road, and bridge is bridge",
    );
    told(
        &[draft(COUNTY, 1, 2021, &[("lane", None)])],
        "subcategory lane: units/640000000000/taxonomies/1 has no lane",
    );
    told(&[draft(COUNTY, 1, 2021, &[("lane", Some("clinic"))])], "its category counts as INFRASTRUCTURE");
    told(
        &[draft(COUNTY, 1, 2021, &[("bridge", None), ("bridge", None)])],
        "subcategory bridge: it is written twice",
    );
    told(&[draft(COUNTY, 1, 2021, &[("Bridge", None)])], "subcategory Bridge: the code is none");
    told(&[draft(COUNTY, 1, 2021, &[])], "it has 0 subcategories");
    told(&[draft(VILLAGE, 1, 2021, &[("bridge", None)])], "a village has no taxonomy of its own");
    let mut unnamed = first.clone();
    unnamed.categories[0].name.zh = " ".into();
    told(&[unnamed], "category works: its name cannot be printed");
    let mut twice = first;
    twice.categories.push(CategoryDraft { subcategories: vec![], ..twice.categories[0].clone() });
    told(&[twice], "category works: it is written twice");
    let region = register().root();
    told(&[draft(region, 1, 2021, &[("bridge", None)])], "the region would have no taxonomy before 2021");
    told(&[draft(region, 1, 2000, &[("bridge", Some("bridge"))])], "nothing is above the region");
}
