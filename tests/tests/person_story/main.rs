//! 提事人联系方式: kept sealed, seen by whoever must call, erased for good.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

mod links;
mod office;

use tonic_types::StatusExt;
use yishi_kernel::{Sealed, UnitCode};
use yishi_proto::intake::v1 as pb;
use yishi_proto::intake::v1::dossier_service_client::DossierServiceClient;
use yishi_runtime::access::Role;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, Sandbox, Signature, as_caller};

use office::{NAME, NUMBER, VILLAGE, at, erase, get, propose, reason, reveal, set, whole};

both_engines!(a_contact_is_kept_masked_revealed_replaced_and_erased, without_its_secret_a_node_opens_nothing);

const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();
const TOWNSHIP: UnitCode = UnitCode::new(640_324_100_000).unwrap();
/// Another village of the same township.
const OTHER: UnitCode = UnitCode::new(640_324_100_201).unwrap();

async fn a_contact_is_kept_masked_revealed_replaced_and_erased<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);

    // What cannot be a contact is refused, in both fields at once, and not repeated.
    let said = pb::Contact { name: "张三丰8".into(), telephone: "1381234567x".into() };
    let ask = pb::ProposeMatterRequest { contact: Some(said), ..Asks::propose(VILLAGE, "修路") };
    let refused = village.office.propose_matter(ask).await.unwrap_err();
    let wrong = refused.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<&str> = wrong.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(
        (reason(&refused).as_str(), fields),
        ("INVALID_FIELDS", vec!["contact.name", "contact.telephone"])
    );
    assert!(!format!("{refused:?}").contains("1381234567"));

    // A matter says that somebody is known, and no more; one without a contact has no row.
    let plain = village.propose("硬化村道").await;
    assert_eq!(plain.contact, None);
    let ask = propose(NAME, NUMBER);
    let matter = village.office.propose_matter(ask.clone()).await.unwrap().into_inner();
    let person = matter.contact.clone().unwrap().person;
    assert_eq!(sandbox.books("intake").await.counts().await["sealed"], 1);
    // A repeat is the same whatever contact it gives: that leaves no trace by which it could be told.
    let said = Some(pb::Contact { name: "李四".into(), telephone: "13900000000".into() });
    let again = pb::ProposeMatterRequest { contact: said, ..ask };
    assert_eq!(village.office.propose_matter(again).await.unwrap().into_inner(), matter);

    // Masked for whoever answers for the matter; whole for its own office, and for nobody else.
    for (unit, role) in [
        (VILLAGE, Role::Officer),
        (VILLAGE, Role::Supervisor),
        (TOWNSHIP, Role::Officer),
        (COUNTY, Role::Auditor),
    ] {
        let seen = get(&sandbox, unit, role, &matter.name).await.unwrap();
        let contact = seen.contact.unwrap();
        assert_eq!((contact.name.as_str(), contact.telephone.as_str()), ("张**", "138****5678"), "{unit}");
        assert_eq!((seen.masked, &seen.person), (true, &person));
    }
    for (unit, role) in [(OTHER, Role::Officer), (COUNTY, Role::Supervisor)] {
        let refused = get(&sandbox, unit, role, &matter.name).await.unwrap_err();
        assert_eq!(reason(&refused), "PERMISSION_DENIED");
    }
    for (unit, role) in [(TOWNSHIP, Role::Officer), (VILLAGE, Role::Auditor), (OTHER, Role::Officer)] {
        let mut persons = at(&sandbox, unit, role);
        assert_eq!(
            reason(&persons.reveal_contact(reveal(&matter.name)).await.unwrap_err()),
            "PERMISSION_DENIED"
        );
        assert_eq!(
            reason(&persons.erase_contact(erase(&matter.name)).await.unwrap_err()),
            "PERMISSION_DENIED"
        );
    }
    let mut office = at(&sandbox, VILLAGE, Role::Officer);
    let ask = reveal(&matter.name);
    for _ in 0..2 {
        let seen = office.reveal_contact(ask.clone()).await.unwrap().into_inner();
        assert_eq!((whole(&seen), seen.masked), ((NAME, NUMBER), false));
    }
    // Who looked stands in the dossier, once.
    assert_eq!(looks(&sandbox, &matter.name).await, [format!("officer:{VILLAGE}")]);
    let nobody = get(&sandbox, VILLAGE, Role::Officer, &plain.name).await.unwrap_err();
    assert_eq!(reason(&nobody), "CONTACT_NOT_FOUND");

    // A corrected number replaces the one before, whose key is gone.
    let before = kept(&sandbox, &person).await;
    assert!(!before.is_erased());
    let changed = office.set_contact(set(&matter.name, NAME, "0951-5012345")).await.unwrap().into_inner();
    assert!(kept(&sandbox, &person).await.is_erased());
    let seen = office.reveal_contact(reveal(&matter.name)).await.unwrap().into_inner();
    assert_eq!(whole(&seen), (NAME, "0951-5012345"));
    let stale = pb::EraseContactRequest { etag: changed.etag, ..erase(&matter.name) };
    assert_eq!(reason(&office.erase_contact(stale).await.unwrap_err()), "STALE_ETAG");

    // Erased is erased, also after a start, and a matter that has ended can be erased.
    village.withdraw(&matter.name).await;
    let person = changed.contact.unwrap().person;
    let gone = office.erase_contact(erase(&matter.name)).await.unwrap().into_inner();
    assert_eq!(gone.contact, Some(pb::ContactNote { person: person.clone(), erased: true }));
    assert!(kept(&sandbox, &person).await.is_erased());
    let late = office.set_contact(set(&matter.name, NAME, NUMBER)).await.unwrap_err();
    assert_eq!(reason(&late), "WRONG_STATE");
    sandbox.verified().await;
    let sandbox = sandbox.restart().await;
    let mut office = at(&sandbox, VILLAGE, Role::Officer);
    for refused in [
        get(&sandbox, VILLAGE, Role::Officer, &matter.name).await.unwrap_err(),
        office.reveal_contact(reveal(&matter.name)).await.unwrap_err(),
        office.erase_contact(erase(&matter.name)).await.unwrap_err(),
        // Who looked when there was something to see and asks again sees no more than anybody.
        office.reveal_contact(ask).await.unwrap_err(),
    ] {
        assert_eq!(reason(&refused), "CONTACT_ERASED");
    }
    let file = (place.starts_with("sqlite://")).then(|| sandbox.settings.node.data_dir.join("intake.db"));
    let keys = [before.key];
    sandbox.stop().await;
    // In a SQLite file a key is overwritten where it lay: no page has another copy of it.
    for bytes in file.iter().map(|file| std::fs::read(file).unwrap()) {
        for key in &keys {
            assert!(!bytes.windows(key.len()).any(|window| window == key), "a destroyed key is in the file");
        }
        assert!(
            bytes.windows(before.record.len()).any(|window| window == before.record),
            "what it sealed is"
        );
    }
}

async fn without_its_secret_a_node_opens_nothing<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let matter = village.office.propose_matter(propose(NAME, NUMBER)).await.unwrap().into_inner();
    let secret = sandbox.settings.node.data_dir.join("person.key");
    let kept = std::fs::read(&secret).unwrap();
    std::fs::remove_file(&secret).unwrap();
    let sandbox = sandbox.restart().await;
    for refused in [
        get(&sandbox, VILLAGE, Role::Officer, &matter.name).await.unwrap_err(),
        at(&sandbox, VILLAGE, Role::Officer).reveal_contact(reveal(&matter.name)).await.unwrap_err(),
    ] {
        assert_eq!(reason(&refused), "CONTACT_SEALED");
        assert!(refused.message().contains(&VILLAGE.to_string()), "{}", refused.message());
    }
    // It goes on with a new one, and opens the old once that is put back.
    let mut office = at(&sandbox, VILLAGE, Role::Officer);
    let other = sandbox.village(VILLAGE).propose("安装路灯").await;
    office.set_contact(set(&other.name, NAME, NUMBER)).await.unwrap();
    assert!(get(&sandbox, VILLAGE, Role::Officer, &other.name).await.unwrap().masked);
    std::fs::write(&secret, kept).unwrap();
    let sandbox = sandbox.restart().await;
    let mut office = at(&sandbox, VILLAGE, Role::Officer);
    let seen = office.reveal_contact(reveal(&matter.name)).await.unwrap().into_inner();
    assert_eq!(whole(&seen), (NAME, NUMBER));
    sandbox.stop().await;
}

/// What the node has of a person.
async fn kept<E: Engine>(sandbox: &Sandbox<E>, person: &str) -> Sealed {
    let mut books = sandbox.books("intake").await;
    books.sealed(VILLAGE, person.parse().unwrap()).await.unwrap()
}

/// Who looked, by the dossier.
async fn looks<E: Engine>(sandbox: &Sandbox<E>, matter: &str) -> Vec<String> {
    let signature = Signature::of(&as_caller(COUNTY, Role::Auditor));
    let mut archive = DossierServiceClient::with_interceptor(sandbox.channel(), signature);
    let ask = pb::GetDossierRequest { name: matter.to_owned(), ..Default::default() };
    let steps = archive.get_dossier(ask).await.unwrap().into_inner().steps;
    let entries = steps.into_iter().filter_map(|step| step.entry);
    entries.filter(|entry| entry.kind == "intake.contact_revealed").map(|entry| entry.actor).collect()
}
