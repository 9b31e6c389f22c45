//! Every method that only reads: what is wrong with a request, and page tokens that are none, or of another question.

mod asked;
mod scene;

use std::collections::BTreeSet;
use std::time::Duration;

use prost::Message;
use prost_reflect::{DynamicMessage, Value};
use tonic::metadata::MetadataMap;
use tonic_types::ErrorDetails;
use yishi_kernel::UnitCode;
use yishi_runtime::access::{ACTOR, ROLE, UNIT};
use yishi_runtime::desk::POSITION;
use yishi_store::Engine;
use yishi_tests::both_engines;
use yishi_tests::sandbox::{REGION, Wire};

use crate::cases::Who;
use crate::contract::{Input, Rpc, inputs, served};
use crate::fields::{Holds, code, holds, subject};
use crate::refusal::proper;
use crate::walk::{NOWHERE, Shelf, is_or_is_part_of, named, text};
use asked::{otherwise, rights, wrongs};
use scene::Scene;

both_engines!(whoever_reads_is_told_what_is_wrong, a_page_token_is_good_for_its_own_question_only);

const VILLAGE: UnitCode = UnitCode::new(640_324_100_200).unwrap();
/// Whatever is read, and refused, is so at once.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn every_row_is_of_a_field_of_readers() {
    asked::rows_are_of_fields();
}

async fn whoever_reads_is_told_what_is_wrong<E: Engine>(place: &str) {
    let scene = Scene::<E>::set(place).await;
    let mut shelf = Shelf::of(&scene.sandbox).await;
    let before = shelf.traces().await;
    let mut seen = 0;
    for rpc in reads(&scene).await {
        let desk = Desk::of(&scene, rpc);
        desk.answered(&desk.request, "as it should be").await;
        desk.fields().await;
        desk.envelopes().await;
        desk.callers().await;
        desk.unknown().await;
        seen += 1;
    }
    assert!(seen > 10, "only {seen} methods read");
    // Nobody has left a trace by looking.
    scene.sandbox.caught_up().await;
    assert_eq!(shelf.traces().await, before);
    scene.sandbox.stop().await;
}

async fn a_page_token_is_good_for_its_own_question_only<E: Engine>(place: &str) {
    let scene = Scene::<E>::set(place).await;
    let desks = reads(&scene).await.into_iter().map(|rpc| Desk::of(&scene, rpc));
    let desks: Vec<Desk> = desks.filter(|desk| desk.field("page_token").is_some()).collect();
    assert!(desks.len() > 4, "only {} methods list anything", desks.len());
    let mut tokens = Vec::new();
    for desk in &desks {
        tokens.push(desk.second_page().await);
    }
    for (desk, token) in desks.iter().zip(&tokens) {
        for size in [0, 1, 7, i32::MAX] {
            desk.answered(&desk.paged(token, size), "from its own token on").await;
        }
        for wrong in misread(token).iter().chain(tokens.iter().filter(|other| *other != token)) {
            desk.no_such_page(&desk.paged(wrong, 1), wrong).await;
        }
        let mut others = 0;
        for input in inputs(&desk.rpc.request) {
            let asked = desk.paged(token, 1);
            if let Some(value) = otherwise(&input, &asked) {
                let what = format!("asked with another {}", input.path());
                desk.no_such_page(&input.with(&asked, value), &what).await;
                others += 1;
            }
        }
        assert!(others > 0, "{} cannot ask for anything else", desk.rpc.name);
    }
    scene.sandbox.stop().await;
}

/// Every method that only reads.
async fn reads<E: Engine>(scene: &Scene<E>) -> Vec<Rpc> {
    let mut methods = served(&scene.sandbox).await;
    methods.retain(|rpc| !rpc.mutates());
    methods
}

/// Texts that are nearly this token, and others that nobody ever gave.
fn misread(token: &str) -> Vec<String> {
    let (place, seal) = token.rsplit_once('.').expect("a place and its seal");
    let last = if token.ends_with('0') { "1" } else { "0" };
    let nearly = [
        format!("{}{last}", &token[..token.len() - 1]),
        token[..token.len() - 1].to_owned(),
        format!("{token}0"),
        format!(" {token}"),
        format!("{token}\0"),
        format!("{place}.{}", seal.to_uppercase()),
        format!("1{token}"),
        format!("-{token}"),
        place.to_owned(),
        seal.to_owned(),
    ];
    let never = [".", "\0", "7", "令牌", "....", "-1.-1.-1.-1.-1.-1", "99999999999999999999.1.1.1.1.1"];
    let never = never.map(str::to_owned).into_iter().chain(["x".repeat(10_001)]);
    let mut wrong: Vec<String> = nearly.into_iter().chain(never).collect();
    // A seal may be without letters.
    wrong.retain(|text| text != token);
    wrong
}

/// One method, and a request that the region's officer may make of it.
struct Desk {
    rpc: Rpc,
    wire: Wire,
    request: DynamicMessage,
    unknown: Option<&'static str>,
}

impl Desk {
    fn of<E: Engine>(scene: &Scene<E>, rpc: Rpc) -> Self {
        let readable = scene.readable(rpc.method());
        let readable =
            readable.unwrap_or_else(|| panic!("{}: say in {} what can be read", rpc.name, scene::FILE));
        let request = DynamicMessage::decode(rpc.request.clone(), readable.message.as_slice());
        let request = request.expect("its own request");
        let wire = Wire::on(scene.sandbox.channel());
        Self { rpc, wire, request, unknown: readable.unknown }
    }

    /// Each field wrong in each way, everything missing, and each field as far as it may go.
    async fn fields(&self) {
        let inputs = inputs(&self.rpc.request);
        for input in &inputs {
            for harm in wrongs(input, &self.request) {
                let details = self.refused(&harm.request, "INVALID_FIELDS", &harm.what).await;
                let named = named(&details);
                let right = named.iter().all(|field| is_or_is_part_of(field, &harm.field));
                assert!(!named.is_empty() && right, "{}: {} names {named:?}", self.rpc.name, harm.what);
            }
            for value in rights(input, &self.request) {
                let what = format!("{} = {value:?}", input.path());
                self.answered(&input.with(&self.request, value), &what).await;
            }
        }
        let nothing = DynamicMessage::new(self.rpc.request.clone());
        let required = inputs.iter().filter(|input| input.required && input.is_topmost());
        self.all_told(&nothing, required.map(Input::path), "nothing").await;
        let (mut all, mut harmed) = (self.request.clone(), Vec::new());
        for input in &inputs {
            // What is missing altogether has no parts that are wrong.
            let harm = wrongs(input, &all).pop();
            harmed.extend(harm.map(|harm| {
                all = harm.request;
                harm.field
            }));
        }
        self.all_told(&all, harmed, "all wrong").await;
    }

    /// Everything that is wrong is told at once.
    async fn all_told(&self, request: &DynamicMessage, wrong: impl IntoIterator<Item = String>, what: &str) {
        let named = named(&self.refused(request, "INVALID_FIELDS", what).await);
        for field in wrong {
            let told = named.iter().any(|named| is_or_is_part_of(named, &field));
            assert!(told, "{}, {what}: {field} is not among {named:?}", self.rpc.name);
        }
    }

    /// What is no message of this contract, or too much of one, or comes after what nobody wrote.
    async fn envelopes(&self) {
        let (caller, own) = (officer(), self.request.encode_to_vec());
        // A field that no request has, of 256 KiB.
        let large = [&own[..], &[0xfa, 0x7f, 0x80, 0x80, 0x10], &vec![7; 256 * 1024]].concat();
        self.refused_bytes(&caller, large, "MESSAGE_TOO_LARGE", "a large message").await;
        self.refused_bytes(&caller, b"\xff\xff\xff".to_vec(), "MESSAGE_MALFORMED", "no message").await;
        let tag = u8::try_from(subject(&self.rpc.request).field().number() << 3 | 2).expect("a short one");
        let latin = [&own[..], &[tag, 2, 0xc3, 0x28]].concat();
        self.refused_bytes(&caller, latin, "MESSAGE_MALFORMED", "text that is not UTF-8").await;
        if self.rpc.service().starts_with("yishi.journal.") {
            return;
        }
        for position in ["", "intake", "intake:7", "intake:7.x", "intake:99999999999999999999.1"] {
            let mut later = caller.clone();
            later.insert(POSITION, position.parse().expect("ASCII"));
            let details = self.refused_bytes(&later, own.clone(), "INVALID_FIELDS", position).await;
            assert_eq!(named(&details), BTreeSet::from([format!("metadata.{POSITION}")]));
        }
    }

    /// Nobody, half of somebody, and whoever asks about another's unit or about none.
    async fn callers(&self) {
        let own = self.request.encode_to_vec();
        for header in [UNIT, ROLE, ACTOR] {
            let mut faceless = officer();
            faceless.remove(header);
            self.refused_bytes(&faceless, own.clone(), "UNAUTHENTICATED", header).await;
        }
        let about = subject(&self.rpc.request);
        let read = about.read(&self.request);
        let name = read.as_list().map_or(&read, |units| &units[0]).as_str().expect("a name").to_owned();
        let nowhere = Value::String(name.replacen(code(&name), &NOWHERE.to_string(), 1));
        let nowhere = if read.as_list().is_some() { Value::List(vec![nowhere]) } else { nowhere };
        let nowhere = about.with(&self.request, nowhere);
        let unknown = self.refused(&nowhere, "PERMISSION_DENIED", "nowhere").await;
        let stranger = Who::officer(NOWHERE).metadata();
        let strange = self.refused_bytes(&stranger, own, "PERMISSION_DENIED", "a stranger").await;
        assert_eq!(format!("{unknown:?}"), format!("{strange:?}"), "what does not exist is not told");
    }

    /// There is no such number, and nothing has happened yet in such a year.
    async fn unknown(&self) {
        let Some(reason) = self.unknown else { return };
        let about = subject(&self.rpc.request);
        let name = text(&about, &self.request);
        let others = match holds(&about) {
            Holds::Yearly(..) => vec![format!("{}2099", &name[..name.len() - 4])],
            Holds::Bulletin => vec![name.replace("-12", "-11"), name.replace("years/2021", "years/2099")],
            _ => vec![format!("{name}9999"), name.replace("2022", "2099")],
        };
        for other in others {
            let unknown = about.with(&self.request, Value::String(other.clone()));
            let details = self.refused(&unknown, reason, &other).await;
            let told = details.resource_info().map(|info| &info.resource_name);
            assert_eq!(told, Some(&other), "{}: {reason}", self.rpc.name);
        }
    }

    fn field(&self, name: &str) -> Option<Input> {
        inputs(&self.rpc.request).into_iter().find(|input| input.path() == name)
    }

    /// The request for a page of so many rows, from a token on.
    fn paged(&self, token: &str, size: i32) -> DynamicMessage {
        let mut request = self.request.clone();
        request.set_field_by_name("page_token", Value::String(token.to_owned()));
        request.set_field_by_name("page_size", Value::I32(size));
        request
    }

    /// The token of a second page, which there is.
    async fn second_page(&self) -> String {
        let answer = self.ask(&officer(), self.paged("", 1).encode_to_vec()).await;
        let answer = answer.unwrap_or_else(|status| panic!("{}: {status:?}", self.rpc.name));
        let answer = DynamicMessage::decode(self.rpc.response.clone(), answer.as_slice()).unwrap();
        let token = answer.get_field_by_name("next_page_token").expect("lists have pages");
        let token = token.as_str().unwrap().to_owned();
        assert!(!token.is_empty(), "{} lists less than two", self.rpc.name);
        token
    }

    async fn no_such_page(&self, request: &DynamicMessage, what: &str) {
        let what: String = what.chars().take(90).collect();
        let details = self.refused(request, "PAGE_TOKEN_INVALID", &what).await;
        assert_eq!(named(&details), BTreeSet::from(["page_token".to_owned()]), "{}: {what}", self.rpc.name);
    }

    /// Nothing is wrong with a request. A stream that may be followed is seen by the last thing that it looks at.
    async fn answered(&self, request: &DynamicMessage, what: &str) {
        let (caller, bytes) = (officer(), request.encode_to_vec());
        if self.rpc.service().starts_with("yishi.journal.") {
            self.refused_bytes(&caller, bytes, "CURSOR_UNKNOWN", what).await;
        } else if let Err(status) = self.ask(&caller, bytes).await {
            panic!("{}, {what}: {status:?}", self.rpc.name);
        }
    }

    async fn refused(&self, request: &DynamicMessage, reason: &str, what: &str) -> ErrorDetails {
        self.refused_bytes(&officer(), request.encode_to_vec(), reason, what).await
    }

    /// Asks in both languages; the refusal must be a proper one.
    async fn refused_bytes(
        &self,
        caller: &MetadataMap,
        request: Vec<u8>,
        reason: &str,
        what: &str,
    ) -> ErrorDetails {
        let what = format!("{}, {what}", self.rpc.name);
        let mut english = caller.clone();
        english.insert("accept-language", "en".parse().expect("ASCII"));
        let zh = self.ask(caller, request.clone()).await;
        let en = self.ask(&english, request).await;
        let (Err(zh), Err(en)) = (zh, en) else { panic!("{what}: read, and should have been {reason}") };
        proper(&what, reason, &zh, &en)
    }

    async fn ask(&self, caller: &MetadataMap, request: Vec<u8>) -> Result<Vec<u8>, tonic::Status> {
        let messages = [request];
        let answer = tokio::time::timeout(PATIENCE, self.rpc.call(&self.wire, caller, &messages)).await;
        answer.unwrap_or_else(|_| panic!("{}: no end of it", self.rpc.name))
    }
}

fn officer() -> MetadataMap {
    Who::officer(REGION).metadata()
}
