//! The real Ningxia: its register, and project numbers over all its villages.

use std::sync::LazyLock;

use yishi_kernel::{Level, ProjectNumber, Register, UnitCode, Year};

static NINGXIA: LazyLock<Register> = LazyLock::new(|| {
    Register::parse(
        include_str!("../../../../deploy/divisions/ningxia.csv"),
        include_str!("../../../../deploy/divisions/ningxia-neighbours.csv"),
    )
    .expect("the files of the repository are right")
});

fn code(text: &str) -> UnitCode {
    text.parse().expect("a code of 12 digits")
}

#[test]
fn it_has_the_units_of_mid_2023() {
    let counts = Level::ALL.map(|level| NINGXIA.at_level(level).count());
    assert_eq!(counts, [2_214, 200, 22, 5, 1]);
    assert_eq!(NINGXIA.units().count(), 2_442);
    assert_eq!(NINGXIA.get(NINGXIA.root()).unwrap().name, "宁夏回族自治区");
}

#[test]
fn a_village_is_in_its_township_county_city_and_region() {
    let village = NINGXIA.get(code("640522214206")).unwrap();
    assert_eq!((village.name.as_str(), village.level), ("久坪村委会", Level::Village));
    let above: Vec<UnitCode> = NINGXIA.ancestors(village.code).collect();
    assert_eq!(above, ["640522214000", "640522000000", "640500000000", "640000000000"].map(code));
    for (unit, level) in above.iter().zip([Level::Township, Level::County, Level::City, Level::Region]) {
        assert_eq!(NINGXIA.ancestor_at(village.code, level), Some(*unit));
        assert!(NINGXIA.is_within(village.code, *unit));
    }
    assert!(!NINGXIA.is_within(village.code, code("640521000000")));
}

#[test]
fn the_parts_of_every_unit_make_it_whole() {
    for unit in NINGXIA.units() {
        let parts: usize =
            NINGXIA.children(unit.code).iter().map(|child| NINGXIA.subtree(*child).len()).sum();
        assert_eq!(NINGXIA.subtree(unit.code).len(), 1 + parts, "{}", unit.code);
    }
}

/// Every wrong digit at every place, and every swap of unequal neighbours, with or without a dash between.
fn assert_typing_errors_are_refused(number: ProjectNumber) {
    let text = number.to_string();
    assert_eq!(text.parse(), Ok(number));
    let characters: Vec<char> = text.chars().collect();
    let assert_refused = |wrong: &[char]| {
        let wrong: String = wrong.iter().collect();
        assert!(wrong.parse::<ProjectNumber>().is_err(), "{wrong} passes for {text}");
    };
    let mut wrong = characters.clone();
    for place in 0..characters.len() {
        for other in "0123456789X-".chars().filter(|other| *other != characters[place]) {
            wrong[place] = other;
            assert_refused(&wrong);
        }
        wrong[place] = characters[place];
    }
    for place in 0..characters.len() {
        for next in [place + 1, place + 2] {
            let over_dash = next == place + 1 || characters[place + 1..].starts_with(&['-']);
            if over_dash && characters.get(next).is_some_and(|other| *other != characters[place]) {
                wrong.swap(place, next);
                assert_refused(&wrong);
                wrong.swap(place, next);
            }
        }
    }
}

/// The unit tests prove it for all numbers by the arithmetic; this reads the texts themselves.
#[test]
fn typing_errors_are_refused_in_every_village() {
    let ordinals = [1, 2, 9, 10, 42, 99, 100, 999, 1_000, u16::MAX];
    for year in [2020, 2021, 2022] {
        let year = Year::try_from(year).unwrap();
        for (village, ordinal) in NINGXIA.at_level(Level::Village).zip(ordinals.into_iter().cycle()) {
            assert_typing_errors_are_refused(ProjectNumber { village: village.code, year, ordinal });
        }
    }
}

#[test]
fn typing_errors_are_refused_in_every_year_and_for_every_ordinal_of_a_village() {
    let village = code("640324100200");
    let years = (2000..=2100).map(|year| Year::try_from(year).unwrap());
    for number in years.map(|year| ProjectNumber { village, year, ordinal: 1 }) {
        assert_typing_errors_are_refused(number);
    }
    let year = Year::try_from(2022).unwrap();
    for ordinal in 1..=1_000 {
        assert_typing_errors_are_refused(ProjectNumber { village, year, ordinal });
    }
}
