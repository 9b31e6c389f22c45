use yishi_runtime::desk::Subject;

use super::*;

const NUMBER: &str = "13812345678";

fn person(number: u8) -> PersonId {
    PersonId::from_random_bytes([number; 16])
}

#[test]
fn what_is_written_is_read_back_the_same() {
    for fact in [
        Fact::Kept { person: person(1), instead_of: None },
        Fact::Kept { person: person(1), instead_of: Some(person(2)) },
        Fact::Erased { person: person(1) },
        Fact::Revealed { person: person(1) },
    ] {
        assert_eq!(fact_from(event(&fact)), Some(fact));
    }
    for told in [
        Kind::ContactKept(pb::ContactKept { person: "张三".into(), instead_of: String::new() }),
        Kind::ContactKept(pb::ContactKept { person: person(1).to_string(), instead_of: "张三".into() }),
        Kind::ContactErased(pb::ContactErased::default()),
        Kind::Accepted(pb::Accepted {}),
    ] {
        assert_eq!(fact_from(told), None);
    }
    for kept in [Kept { person: person(1), erased: false }, Kept { person: person(1), erased: true }] {
        assert_eq!(note_from(&note(&kept)), Some(kept));
    }
}

#[test]
fn a_repeat_is_known_by_all_but_the_contact() {
    let said = |telephone: &str| Some(pb::Contact { name: "张三丰".into(), telephone: telephone.into() });
    let propose = |contact| pb::ProposeMatterRequest { year: 2022, contact, ..Default::default() };
    let (one, other) = (propose(said(NUMBER)), propose(said("13912345678")));
    assert_eq!(one.known_by(), other.known_by());
    assert_ne!(one.known_by(), propose(None).known_by());
    assert_ne!(one.known_by(), pb::ProposeMatterRequest { year: 2023, ..one.clone() }.known_by());
    let set = |contact| pb::SetContactRequest { contact, ..Default::default() };
    for known_by in [one.known_by(), set(said(NUMBER)).known_by()] {
        assert!(!known_by.windows(NUMBER.len()).any(|window| window == NUMBER.as_bytes()));
    }
    assert!(!format!("{one:?}").contains(NUMBER), "a request that is printed hides it");
}

#[test]
fn what_is_wrong_is_not_repeated() {
    let mut check = Checker::default();
    let said = pb::Contact { name: "张三丰8".into(), telephone: "1381234567x".into() };
    assert!(contact(&mut check, &said).is_none());
    let failure = check.finish(|| None::<()>).unwrap_err();
    let told = format!("{failure:?}");
    assert!(told.contains("contact.name") && told.contains("contact.telephone"), "{told}");
    assert!(!told.contains("张三丰") && !told.contains("1381234567"), "{told}");
}

#[test]
fn what_cannot_be_opened_says_why() {
    let (here, elsewhere) = (Keyring::passing().unwrap(), Keyring::passing().unwrap());
    let matter: MatterId = "villages/640324100200/matters/2022-7".parse().unwrap();
    let said = Contact::new("张三丰", NUMBER).unwrap();
    let kept = sealed(&here, matter.village, &said).unwrap();
    assert_eq!(opened(&here, matter, Some(&kept)).unwrap(), said);
    let reason = |kept: Option<&Sealed>| opened(&elsewhere, matter, kept).unwrap_err().reason().name;
    assert_eq!(reason(Some(&kept)), "CONTACT_SEALED");
    assert_eq!(reason(None), "CONTACT_SEALED");
    assert_eq!(reason(Some(&Sealed { key: Sealed::NO_KEY, ..*kept })), "CONTACT_ERASED");
    let told = view(matter, person(1), &said, true).contact.unwrap();
    assert_eq!((told.name.as_str(), told.telephone.as_str()), ("张**", "138****5678"));
}
