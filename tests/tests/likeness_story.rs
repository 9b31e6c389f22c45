//! 相似事项: what is likely to be the same wish is shown before it is filed and after.
#![expect(
    clippy::unwrap_used,
    reason = "a story fails by panicking; clippy knows only #[test] functions as tests"
)]

use tonic_types::StatusExt;
use yishi_kernel::UnitCode;
use yishi_proto::intake::v1 as pb;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{Asks, Sandbox, YEAR};

both_engines!(who_proposes_sees_what_others_want);

/// 园艺村.
const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// Another one of the same township.
const OTHER: UnitCode = UnitCode::new(640_324_100_201).unwrap();

fn wish(title: &str, description: &str, place: &str, category: pb::Category) -> pb::Matter {
    let (title, description, place) = (title.to_owned(), description.to_owned(), place.to_owned());
    pb::Matter { title, description, place, category: category as i32, ..Asks::matter("") }
}

fn names(likely: &pb::LikelyDuplicates) -> Vec<&str> {
    likely.duplicates.iter().map(|one| one.name.as_str()).collect()
}

async fn who_proposes_sees_what_others_want<E: Engine>(place: &str) {
    let sandbox = Sandbox::<E>::start(place).await;
    let mut village = sandbox.village(VILLAGE);
    let works = pb::Category::Infrastructure;
    let road = wish("硬化三组村道", "把三组到村委会的土路硬化", "三组", works);
    let lamps = wish("安装太阳能路灯", "主干道安装路灯四十盏", "主干道", pb::Category::PublicService);
    let mut filed = Vec::new();
    for matter in [&road, &lamps] {
        let ask = Asks::propose_this(VILLAGE, YEAR, matter.clone());
        filed.push(village.office.propose_matter(ask).await.unwrap().into_inner().name);
    }
    // The same wish elsewhere is another one.
    let mut other = sandbox.village(OTHER);
    other.office.propose_matter(Asks::propose_this(OTHER, YEAR, road.clone())).await.unwrap();
    village.support(&filed[0], "v-1").await;

    // Before it is filed.
    let again = wish("三组村道硬化", "把三组到村委会的土路硬化三公里", "三组", works);
    let draft = |matter: &pb::Matter, year| pb::GetLikelyDuplicatesOfDraftRequest {
        parent: format!("villages/{VILLAGE}"),
        year,
        matter: Some(matter.clone()),
    };
    let likely =
        village.office.get_likely_duplicates_of_draft(draft(&again, YEAR)).await.unwrap().into_inner();
    assert_eq!(names(&likely), [&filed[0]]);
    let found = &likely.duplicates[0];
    assert_eq!(
        (found.title.as_str(), found.state(), found.supporters),
        ("硬化三组村道", pb::MatterState::Proposed, 1)
    );
    assert!((5_000..10_000).contains(&found.likeness_bp), "{}", found.likeness_bp);
    let exact = village.office.get_likely_duplicates_of_draft(draft(&road, YEAR)).await.unwrap().into_inner();
    assert_eq!(exact.duplicates[0].likeness_bp, 10_000);
    let of_2023 =
        village.office.get_likely_duplicates_of_draft(draft(&road, 2023)).await.unwrap().into_inner();
    assert_eq!(of_2023, pb::LikelyDuplicates::default(), "another year's wish is another one");
    let empty = draft(&pb::Matter::default(), YEAR);
    let refused = village.office.get_likely_duplicates_of_draft(empty).await.unwrap_err();
    assert_eq!(refused.get_details_error_info().unwrap().reason, "INVALID_FIELDS");

    // Filed all the same, each shows the other with the same figure; once merged there is nothing to show.
    let ask = Asks::propose_this(VILLAGE, YEAR, again);
    let second = village.office.propose_matter(ask).await.unwrap().into_inner().name;
    let mut of = async |name: &str| {
        let ask = pb::GetLikelyDuplicatesRequest { name: name.to_owned() };
        village.office.get_likely_duplicates(ask).await.unwrap().into_inner()
    };
    let (from_first, from_second) = (of(&filed[0]).await, of(&second).await);
    assert_eq!((names(&from_first), names(&from_second)), (vec![second.as_str()], vec![filed[0].as_str()]));
    assert_eq!(from_first.duplicates[0].likeness_bp, from_second.duplicates[0].likeness_bp);
    assert_eq!(of(&filed[1]).await, pb::LikelyDuplicates::default());
    sandbox.village(VILLAGE).merge(&second, &filed[0]).await;
    assert_eq!(of(&filed[0]).await, pb::LikelyDuplicates::default());

    // Of a crowd the likeliest are shown, of equals the earlier.
    let crowd = sandbox.village(VILLAGE);
    for _ in 0..12 {
        crowd.clone().propose("修建文化广场").await;
    }
    let square = crowd.clone().propose("修建文化广场").await.name;
    let shown = of(&square).await;
    let ordinals: Vec<String> =
        (4..14).map(|ordinal| format!("villages/{VILLAGE}/matters/2022-{ordinal}")).collect();
    assert_eq!(names(&shown), ordinals);
    sandbox.stop().await;
}
