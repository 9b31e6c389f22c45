use yishi_kernel::{MatterId, Register, Year};

use super::*;
use crate::State;
use crate::rules::village::Village;

const COUNTY: u64 = 640_324_000_000;
const TOWNSHIP: u64 = 640_324_100_000;
const VILLAGE: u64 = 640_324_100_200;
const ELSEWHERE: u64 = 640_381_000_000;

fn code(code: u64) -> UnitCode {
    UnitCode::new(code).unwrap()
}

fn register() -> Register {
    let divisions = "\
code,parent,level,name
640000000000,,region,区
640300000000,640000000000,city,市
640324000000,640300000000,county,县
640324100000,640324000000,township,镇
640324100200,640324100000,village,村
640381000000,640300000000,county,另一县
";
    Register::parse(divisions, "village,neighbour\n").unwrap()
}

fn because(text: &str) -> Word {
    Word { lifted: false, text: text.into() }
}

fn lifted() -> Word {
    Word { lifted: true, text: "质量有问题".into() }
}

/// What a unit says, once the village has heard it; how many entries were written.
fn say(village: &mut Village, by: u64, subject: Subject, word: &Word) -> Result<usize, Refusal> {
    let (by, now) = (code(by), village.now);
    let give = Command::Give { by, subject, word: word.clone() };
    let hear = Command::Hear { by, subject, word: word.clone() };
    let mut written = 0;
    for command in [give, hear] {
        if let Some(event) = decide(&register(), &village.world, &command, now)? {
            evolve(&mut village.world, &event).unwrap();
            written += 1;
        }
    }
    Ok(written)
}

fn year() -> Subject {
    Subject::Demonstration { village: code(VILLAGE), year: Year::try_from(2022).unwrap() }
}

#[test]
fn a_subject_has_one_name() {
    for name in ["villages/640324100200/matters/2022-7", "villages/640324100200/years/2022"] {
        assert_eq!(name.parse::<Subject>().unwrap().to_string(), name);
    }
    for wrong in
        ["", "villages/640324100200/years/", "units/640324100200/years/2022", "villages/6/years/2022"]
    {
        assert!(wrong.parse::<Subject>().is_err(), "{wrong}");
    }
}

#[test]
fn a_mark_is_shown_once_the_village_has_heard_it_and_no_more_when_it_is_lifted() {
    let mut village = Village::on("2022-03-01");
    let matter = village.determine();
    for subject in [Subject::Example(matter), year()] {
        let nobody = Err(Refusal::NotMarked { subject });
        assert_eq!(say(&mut village, COUNTY, subject, &lifted()), nobody);
        assert_eq!(say(&mut village, COUNTY, subject, &because("群众出工出力")), Ok(2));
        assert_eq!(say(&mut village, COUNTY, subject, &because("群众出工出力")), Ok(1), "it is known");
        assert_eq!(say(&mut village, 640_000_000_000, subject, &because("全区推广")), Ok(2));
        let marks = marks_of(&village.world, subject).unwrap();
        let told: Vec<_> = marks.values().map(|mark| &*mark.why).collect();
        assert_eq!(told, ["全区推广", "群众出工出力"]);
        assert_eq!(say(&mut village, COUNTY, subject, &lifted()), Ok(2));
        assert_eq!(marks_of(&village.world, subject).unwrap().len(), 1);
    }
}

#[test]
fn who_marks_is_above_and_what_is_marked_is_there() {
    let mut village = Village::with_a_matter_in_every_state();
    let why = because("可复制");
    let not_below = Err(Refusal::NotBelow { village: code(VILLAGE) });
    assert_eq!(say(&mut village, ELSEWHERE, year(), &why), not_below);
    let township = Err(Refusal::NotAMarker { unit: code(TOWNSHIP) });
    assert_eq!(say(&mut village, TOWNSHIP, year(), &why), township);
    let unknown = MatterId { ordinal: 99, ..village.id(1) };
    let nobody = Err(Refusal::UnknownMatter { matter: unknown });
    assert_eq!(say(&mut village, COUNTY, Subject::Example(unknown), &why), nobody);
    let matters: Vec<_> = village.world.matters().map(|matter| (matter.id, matter.state())).collect();
    for (matter, state) in matters {
        let may = [State::Determined, State::InProgress, State::Completed, State::Closed].contains(&state);
        let said = say(&mut village, COUNTY, Subject::Example(matter), &why);
        assert_eq!(said.is_ok(), may, "{state}: {said:?}");
    }
}

#[test]
fn a_settled_year_takes_no_mark() {
    let mut village = Village::on("2022-03-01");
    let matter = village.determine();
    for subject in [Subject::Example(matter), year()] {
        village.world.settle_village_year(subject.village(), subject.year());
        let why = because("可复制");
        let settled = Refusal::YearSettled { village: subject.village(), year: subject.year() };
        assert_eq!(say(&mut village, COUNTY, subject, &why), Err(settled));
        let hear = Command::Hear { by: code(COUNTY), subject, word: why };
        assert_eq!(decide(&register(), &village.world, &hear, village.now), Ok(None), "it comes too late");
    }
}
