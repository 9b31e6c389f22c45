use std::path::Path;

use yishi_kernel::{UnitCode, Year};
use yishi_runtime::config::Settings;

use super::*;

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();

fn register() -> Register {
    let place = |file: &str| format!("{DEPLOY}/divisions/{file}");
    let variables = [
        ("YISHI__NODE__DIVISIONS", place("ningxia.csv")),
        ("YISHI__NODE__NEIGHBOURS", place("ningxia-neighbours.csv")),
    ];
    let files = [Path::new(DEPLOY).join("levels/county.toml")];
    let settings =
        Settings::load_with(&files, variables.map(|(name, value)| (name.to_owned(), value))).unwrap();
    settings.node.register().unwrap()
}

fn shipped(files: &[&str]) -> Intake {
    let taxonomies = files.iter().map(|file| Path::new(DEPLOY).join("taxonomies").join(file)).collect();
    Intake { taxonomies, ..Intake::default() }
}

fn holding(all: &Taxonomies, year: i32) -> String {
    all.holding(VILLAGE, Year::try_from(year).unwrap()).id.to_string()
}

#[test]
fn by_itself_a_node_goes_by_what_is_published() {
    let built = taxonomies(&Intake::default(), &register()).unwrap();
    assert_eq!(built, Taxonomies::published());
    assert_eq!(taxonomies(&shipped(&["ningxia.toml"]), &register()).unwrap(), built);
}

#[test]
fn a_county_goes_by_its_own_from_its_first_year_on() {
    let built = taxonomies(&shipped(&["tongxin-2.toml", "tongxin-1.toml"]), &register()).unwrap();
    let held = [2020, 2021, 2022, 2023].map(|year| holding(&built, year));
    let [region, first, second] =
        ["640000000000/taxonomies/1", "640324000000/taxonomies/1", "640324000000/taxonomies/2"]
            .map(|id| format!("units/{id}"));
    assert_eq!(held, [region, first.clone(), first, second]);
}

/// The error for a file with another text in place of one that it has.
fn refused(file: &str, text: &str, other: &str) -> String {
    let told = std::fs::read_to_string(Path::new(DEPLOY).join("taxonomies").join(file)).unwrap();
    assert!(told.contains(text), "{file} has no {text}");
    let folder = tempfile::tempdir().unwrap();
    let harmed = folder.path().join(format!("harmed-{file}"));
    std::fs::write(&harmed, told.replacen(text, other, 1)).unwrap();
    let mut settings = shipped(&["tongxin-1.toml", "tongxin-2.toml"]);
    settings.taxonomies.retain(|path| !path.ends_with(file));
    settings.taxonomies.push(harmed);
    let error = taxonomies(&settings, &register()).unwrap_err();
    format!("{error:#}")
}

#[test]
fn a_file_that_cannot_be_meant_is_named_with_its_entry_and_what_would_be_right() {
    for (file, text, other, told) in [
        ("tongxin-1.toml", "version = 1", "edition = 1", "unknown field `edition`"),
        ("tongxin-1.toml", "from = 2021", "from = 1921", "from: 1921 is not a year"),
        (
            "tongxin-1.toml",
            "\"INDUSTRY\"",
            "\"HERDING\"",
            "category herding: counts_as: \"HERDING\" is no Category",
        ),
        ("tongxin-1.toml", "640324000000", "640324100200", "unit: a village has no taxonomy of its own"),
        ("tongxin-1.toml", "640324000000", "999324000000", "unit: 999324000000 is not in node.divisions"),
        (
            "tongxin-1.toml",
            "counts_with = \"irrigation\"",
            "counts_with = \"irigation\"",
            "subcategory canal: units/640000000000/taxonomies/1 has no irigation; write counts_with = one of its codes, \
             such as irrigation,",
        ),
        (
            "tongxin-2.toml",
            "old = \"lane\"",
            "old = \"road\"",
            "renamed road: units/640324000000/taxonomies/1 has no road",
        ),
        (
            "tongxin-2.toml",
            "from = 2023",
            "from = 2021",
            "from: it holds from 2021 on, and so would version 1",
        ),
    ] {
        let error = refused(file, text, other);
        assert!(error.contains(&format!("harmed-{file}")) && error.contains(told), "{error}");
    }
    let absent = taxonomies(&shipped(&["nowhere.toml"]), &register()).unwrap_err().to_string();
    assert!(absent.starts_with("intake.taxonomies = ") && absent.contains("cannot be read"), "{absent}");
}
