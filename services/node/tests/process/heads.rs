//! What a node says it holds.

use yishi_proto::admin::v1 as admin;
use yishi_proto::intake::v1 as intake;

use crate::program::{Home, Program};

const VILLAGES: [&str; 2] = ["640324100200", "640324100201"];

async fn held(program: &Program, service: &str) -> Result<Vec<admin::ListHeadsResponse>, tonic::Status> {
    let ask = admin::ListHeadsRequest { service: service.to_owned() };
    let mut parts = program.admin().list_heads(ask).await?.into_inner();
    let mut all = Vec::new();
    while let Some(part) = parts.message().await? {
        all.push(part);
    }
    Ok(all)
}

#[tokio::test]
async fn every_journal_is_named_with_its_end() {
    let home = Home::with("");
    let program = home.start().await;
    assert_eq!(held(&program, "").await.unwrap(), [], "nothing is written yet");
    for (village, ordinal) in [(VILLAGES[0], 1), (VILLAGES[0], 2), (VILLAGES[1], 3)] {
        let ask = intake::ProposeMatterRequest {
            parent: format!("villages/{village}"),
            year: 2022,
            matter: Some(intake::Matter {
                title: "修路".to_owned(),
                description: "硬化三公里".to_owned(),
                category: intake::Category::Infrastructure as i32,
                subcategory: "village_road".to_owned(),
                households: 10,
                persons: 30,
                ..intake::Matter::default()
            }),
            request_id: format!("00000000-0000-4000-8000-{ordinal:012}"),
            contact: None,
        };
        program.officer(village).propose_matter(ask).await.unwrap();
    }
    let parts = held(&program, "intake").await.unwrap();
    assert_eq!(parts, held(&program, "").await.unwrap());
    let heads: Vec<&admin::JournalHead> = parts.iter().flat_map(|part| &part.heads).collect();
    let ends: Vec<(&str, i64)> = heads.iter().map(|head| (&*head.unit, head.seq)).collect();
    assert_eq!(ends, [(VILLAGES[0], 3), (VILLAGES[1], 2)], "the first entry opens the epoch");
    assert!(heads.iter().all(|head| head.chain.len() == 32 && head.epoch == heads[0].epoch));
    assert!(parts.iter().all(|part| part.service == "intake" && part.ways.is_empty()));

    let status = held(&program, "weather").await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    assert!(program.let_go().await.success());
}
