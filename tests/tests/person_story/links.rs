//! Nodes above carry what they cannot open, and erase what they are told to.

use std::os::unix::fs::PermissionsExt;

use yishi_kernel::{PersonId, Sealed, UnitCode};
use yishi_proto::admin::v1 as admin;
use yishi_runtime::access::Role;
use yishi_seal::Keyring;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::federation::Federation;
use yishi_tests::line::Lets;
use yishi_tests::sandbox::{REGION, Sandbox};

use crate::office::{NAME, NUMBER, VILLAGE, at, erase, get, propose, reason, reveal, set, whole};

both_engines!(
    a_node_that_lost_all_but_its_secret_gets_its_people_back,
    what_was_erased_stays_so_wherever_it_comes_back_from,
    a_unit_that_goes_to_another_node_takes_its_key_along,
);

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
/// The county's node has one above, and that one has another.
const SHAPE: [UnitCode; 3] = [REGION, UnitCode::new(640_300_000_000).unwrap(), COUNTY];

async fn kept<E: Engine>(node: &Sandbox<E>, person: PersonId) -> Option<Sealed> {
    node.books("intake").await.sealed(VILLAGE, person).await
}

/// Proposes so many matters with contacts; answers their names and persons.
async fn people<E: Engine>(federation: &Federation<E>, count: u32) -> Vec<(String, PersonId)> {
    let mut office = federation.of(VILLAGE).officer(VILLAGE);
    let mut people = Vec::new();
    for nth in 0..count {
        let ask = propose(NAME, &format!("1381234{nth:04}"));
        let matter = office.propose_matter(ask).await.unwrap().into_inner();
        people.push((matter.name, matter.contact.unwrap().person.parse().unwrap()));
    }
    people
}

async fn a_node_that_lost_all_but_its_secret_gets_its_people_back<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &SHAPE).await;
    // Some of it is sent as it is written, some when the line is back, by a node that has it in its database alone.
    let mut known = people(&federation, 2).await;
    federation.settled().await;
    federation.line(COUNTY).let_through(Lets::Nothing);
    known.extend(people(&federation, 3).await);
    federation.end(COUNTY).await;
    federation.begin(COUNTY).await;
    federation.heal();
    federation.whole().await;
    federation.settled().await;
    let mut before = Vec::new();
    for (matter, person) in &known {
        let here = kept(federation.node(COUNTY), *person).await;
        assert!(here.is_some());
        for above in [SHAPE[0], SHAPE[1]] {
            assert_eq!(kept(federation.node(above), *person).await, here, "{above} holds it to the byte");
            let blind = get(federation.node(above), above, Role::Auditor, matter).await.unwrap_err();
            assert_eq!(reason(&blind), "CONTACT_SEALED", "{above} cannot open it");
        }
        before.push(here);
    }
    federation.end(COUNTY).await;
    federation.end(SHAPE[1]).await;
    federation.begin(SHAPE[1]).await;
    federation.lose(COUNTY);
    federation.begin(COUNTY).await;
    federation.whole().await;
    federation.settled().await;
    let node = federation.node(COUNTY);
    let mut office = at(node, VILLAGE, Role::Officer);
    for (nth, (matter, person)) in known.iter().enumerate() {
        assert_eq!(kept(node, *person).await, before[nth]);
        let number = format!("1381234{:04}", if nth < 2 { nth } else { nth - 2 });
        let seen = office.reveal_contact(reveal(matter)).await.unwrap().into_inner();
        assert_eq!(whole(&seen), (NAME, number.as_str()));
    }
    federation.settled().await;
    for (_, node) in federation.nodes() {
        node.verified().await;
    }
    federation.stop().await;
}

async fn what_was_erased_stays_so_wherever_it_comes_back_from<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &SHAPE).await;
    let known = people(&federation, 2).await;
    federation.settled().await;
    let (gone, person) = known[0].clone();
    let (replaced, old) = known[1].clone();
    let keys = [kept(federation.node(COUNTY), person).await, kept(federation.node(COUNTY), old).await];
    // It is erased while the line is cut, and above as soon as that is told there.
    federation.line(COUNTY).let_through(Lets::Nothing);
    let mut office = at(federation.node(COUNTY), VILLAGE, Role::Officer);
    office.erase_contact(erase(&gone)).await.unwrap();
    let anew = office.set_contact(set(&replaced, NAME, NUMBER)).await.unwrap().into_inner();
    assert!(!kept(federation.node(REGION), person).await.unwrap().is_erased());
    federation.heal();
    federation.settled().await;
    for unit in SHAPE {
        for erased in [person, old] {
            assert!(kept(federation.node(unit), erased).await.unwrap().is_erased(), "at {unit}");
        }
        let rows = federation.node(unit).books("intake").await.contents().await["sealed"].join("\n");
        for key in keys.iter().flatten() {
            assert!(!rows.to_lowercase().contains(&hex::encode(key.key)), "a destroyed key at {unit}");
        }
    }
    // The county's node comes back from the copy of the one above, and the city's on an empty disk is told all anew.
    for unit in [COUNTY, SHAPE[1]] {
        federation.end(unit).await;
        federation.lose(unit);
        federation.begin(unit).await;
        federation.whole().await;
        federation.settled().await;
        for erased in [person, old] {
            let kept = kept(federation.node(unit), erased).await;
            assert!(kept.is_none_or(|kept| kept.is_erased()), "at {unit}");
        }
    }
    let node = federation.node(COUNTY);
    let refused = get(node, VILLAGE, Role::Officer, &gone).await.unwrap_err();
    assert_eq!(reason(&refused), "CONTACT_ERASED");
    let mut office = at(node, VILLAGE, Role::Officer);
    let seen = office.reveal_contact(reveal(&replaced)).await.unwrap().into_inner();
    assert_eq!((whole(&seen), &seen.person), ((NAME, NUMBER), &anew.contact.unwrap().person));
    federation.stop().await;
}

async fn a_unit_that_goes_to_another_node_takes_its_key_along<E: Engine>(place: &str) {
    let mut federation = Federation::<E>::start(place, &[REGION]).await;
    let known = people(&federation, 1).await;
    let (matter, person) = known[0].clone();
    federation.add(TOWNSHIP, Lets::All).await;
    let order =
        admin::DelegateUnitRequest { unit: format!("units/{TOWNSHIP}"), address: "127.0.0.1:1".into() };
    federation.node(REGION).admin().delegate_unit(order).await.unwrap();
    federation.whole().await;
    federation.settled().await;
    // What was sealed has come along; the key comes from hand to hand.
    assert!(kept(federation.node(TOWNSHIP), person).await.is_some());
    let refused = get(federation.node(TOWNSHIP), VILLAGE, Role::Officer, &matter).await.unwrap_err();
    assert_eq!(reason(&refused), "CONTACT_SEALED");
    let old = Keyring::open_in(&federation.data_dir(REGION)).unwrap();
    let file = federation.data_dir(TOWNSHIP).join("person.units");
    std::fs::write(&file, old.hand_over(VILLAGE)).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    federation.end(TOWNSHIP).await;
    federation.begin(TOWNSHIP).await;
    federation.whole().await;
    let mut office = at(federation.node(TOWNSHIP), VILLAGE, Role::Officer);
    let seen = office.reveal_contact(reveal(&matter)).await.unwrap().into_inner();
    assert_eq!(whole(&seen), (NAME, "13812340000"));
    // What is kept from now on is the new node's, and the old one opens it no more than anybody.
    let changed = office.set_contact(set(&matter, NAME, NUMBER)).await.unwrap().into_inner();
    federation.settled().await;
    let person = changed.contact.unwrap().person.parse().unwrap();
    assert!(kept(federation.node(REGION), person).await.is_some());
    let blind = get(federation.node(REGION), REGION, Role::Auditor, &matter).await.unwrap_err();
    assert_eq!(reason(&blind), "CONTACT_SEALED");
    federation.stop().await;
}
