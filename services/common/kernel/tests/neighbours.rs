//! The invented neighbours of Ningxia's villages: how they are made, and that the file is what is made.

use std::{fs, path::Path};

use yishi_kernel::{Level, Register, UnitCode};

const DIVISIONS: &str = include_str!("../../../../deploy/divisions/ningxia.csv");

const NOTE: &str = "\
# INVENTED: nobody published which villages are neighbours. Made from ningxia.csv by the kernel's test `neighbours`:
# the villages of a township stand in a ring by code; the last of a township touches the first of the county's
# next township, and the last of a county the first of the next county.
village,neighbour
";

/// Which pairs of villages pass for neighbours, in the order of the register.
fn invent(register: &Register) -> Vec<(UnitCode, UnitCode)> {
    let villages_of = |unit| -> Vec<UnitCode> {
        let units = register.subtree(unit).into_iter();
        units.filter(|code| register.level(*code) == Some(Level::Village)).collect()
    };
    // Joins the last village of each unit to the first of the next.
    let joints = |units: &[UnitCode]| -> Vec<(UnitCode, UnitCode)> {
        let villages: Vec<_> =
            units.iter().map(|unit| villages_of(*unit)).filter(|found| !found.is_empty()).collect();
        villages.windows(2).map(|pair| (pair[0][pair[0].len() - 1], pair[1][0])).collect()
    };
    let mut pairs = Vec::new();
    let counties: Vec<UnitCode> = register.at_level(Level::County).map(|unit| unit.code).collect();
    for county in &counties {
        for township in register.children(*county) {
            let villages = villages_of(*township);
            pairs.extend(villages.windows(2).map(|pair| (pair[0], pair[1])));
            if let [first, _, .., last] = villages[..] {
                pairs.push((first, last));
            }
        }
        pairs.extend(joints(register.children(*county)));
    }
    pairs.extend(joints(&counties));
    pairs
}

fn made() -> String {
    let register = Register::parse(DIVISIONS, "").expect("the divisions of the repository are right");
    let rows = invent(&register).into_iter().map(|(village, neighbour)| format!("{village},{neighbour}\n"));
    NOTE.to_owned() + &rows.collect::<String>()
}

#[test]
fn the_file_is_what_is_made() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../deploy/divisions/ningxia-neighbours.csv");
    if std::env::var_os("YISHI_REGENERATE").is_some() {
        fs::write(&path, made()).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made(),
        "ningxia-neighbours.csv is not what is made: run this test with YISHI_REGENERATE=1"
    );
}

#[test]
fn every_village_has_a_partner_and_some_have_one_across_a_line() {
    let register = Register::parse(DIVISIONS, &made()).unwrap();
    let mut across = [(Level::Township, 0), (Level::County, 0), (Level::City, 0)];
    for village in register.at_level(Level::Village) {
        let neighbours = register.neighbours(village.code);
        assert!(!neighbours.is_empty(), "{} is alone", village.code);
        for neighbour in neighbours {
            assert!(register.are_neighbours(*neighbour, village.code), "{} and {neighbour}", village.code);
            for (level, count) in &mut across {
                let unit = |code| register.ancestor_at(code, *level);
                *count += u32::from(*neighbour > village.code && unit(*neighbour) != unit(village.code));
            }
        }
    }
    // 200 townships in 22 counties in 5 cities: one pair at each seam of a row.
    assert_eq!(across, [(Level::Township, 199), (Level::County, 21), (Level::City, 4)]);
}
