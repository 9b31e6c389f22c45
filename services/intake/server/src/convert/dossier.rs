//! Which entries of a village's journal are about a matter, and how they are told to who may not see the others.

use std::mem;

use prost::Message;
use yishi_kernel::{Register, UnitCode};
use yishi_proto::intake::v1::{self as pb, event::Kind};
use yishi_proto::journal::v1 as journal;
use yishi_runtime::desk::Subject;
use yishi_store::journal::{READOPTED, Stored};

use super::fields::{unit_of, village_of};
use crate::model::Intake;

macro_rules! subjects {
    ($($request:ident, $rpc:literal, |$this:ident| $subject:expr;)*) => {$(
        impl Subject<Intake> for pb::$request {
            const RPC: &'static str = concat!("yishi.intake.v1.DossierService/", $rpc);
            fn subject(&self, _: &Register) -> Option<UnitCode> {
                let $this = self;
                $subject
            }
        }
    )*};
}

subjects! {
    GetDossierRequest, "GetDossier", |r| village_of(&r.name);
    RenderNoticeRequest, "RenderNotice", |r| village_of(&r.name);
    GetLongViewRequest, "GetLongView", |r| unit_of("villages", &r.village);
}

const NOTICED: &str = "intake.noticed";

/// Entries of a journal, as far as a page goes.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) steps: Vec<pb::DossierStep>,
    /// The hashes behind the last step.
    pub(crate) rest: Vec<Vec<u8>>,
    /// How many of those are supports of the matter.
    pub(crate) supports: i32,
    /// How many entries were told, by themselves or by their hashes.
    pub(crate) entries: usize,
}

/// What an entry is to a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It is about something else.
    None,
    /// Somebody backs the matter: it counts, and who it is stays with the village.
    Support,
    /// A step of its life.
    Step,
}

/// Tells entries in their order, up to so many steps; or which entry cannot be read.
pub(crate) fn told(entries: &[Stored], matter: &str, steps_max: usize) -> Result<Told, String> {
    let mut told = Told::default();
    for stored in entries {
        if told.steps.len() >= steps_max {
            break;
        }
        told.entries += 1;
        let part = part(stored, matter)
            .map_err(|problem| format!("entry {} of {}: {problem}", stored.entry.seq, stored.entry.unit))?;
        if part == Part::Step {
            told.steps.push(pb::DossierStep {
                between_sha256: mem::take(&mut told.rest),
                supports: mem::take(&mut told.supports),
                entry: Some(entry(stored)),
            });
        } else {
            told.rest.push(stored.entry_hash.to_vec());
            told.supports += i32::from(part == Part::Support);
        }
    }
    Ok(told)
}

/// Whether an entry is the one by which the decision about a matter was hung out.
pub(crate) fn is_notice(stored: &Stored, matter: &str) -> bool {
    let event = || pb::Event::decode(stored.entry.payload.as_slice());
    stored.entry.kind == NOTICED && event().is_ok_and(|event| event.matter == matter)
}

fn part(stored: &Stored, matter: &str) -> Result<Part, prost::DecodeError> {
    let entry = &stored.entry;
    let event = if entry.kind == READOPTED {
        let quoted = journal::Entry::decode(entry.payload.as_slice())?;
        pb::Event::decode(quoted.payload)?
    } else if entry.kind.starts_with("journal.") {
        return Ok(Part::None);
    } else {
        pb::Event::decode(entry.payload.as_slice())?
    };
    Ok(match &event.kind {
        // It is a step of both matters.
        Some(Kind::Merged(merged)) if merged.into == matter => Part::Step,
        _ if event.matter != matter => Part::None,
        Some(Kind::Supported(_)) => Part::Support,
        _ => Part::Step,
    })
}

fn entry(stored: &Stored) -> journal::Entry {
    let Stored { entry, entry_hash, chain, .. } = stored;
    journal::Entry {
        unit: entry.unit.to_string(),
        epoch: entry.epoch,
        seq: entry.seq,
        at_us: entry.at.as_micros(),
        actor: entry.actor.clone(),
        kind: entry.kind.clone(),
        to: entry.to.map(|(unit, _)| unit.to_string()),
        to_seq: entry.to.map(|(_, seq)| seq),
        payload: entry.payload.clone().into(),
        entry_hash: entry_hash.to_vec().into(),
        chain: chain.to_vec().into(),
    }
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Timestamp;
    use yishi_store::journal::{Entry, OPENED};

    use super::*;

    const OURS: &str = "villages/640324100200/matters/2022-7";
    const OTHERS: &str = "villages/640324100200/matters/2022-70";

    fn stored(seq: i64, kind: &str, payload: Vec<u8>) -> Stored {
        let entry = Entry {
            unit: "640324100200".parse().unwrap(),
            epoch: 1,
            seq,
            at: Timestamp::from_micros(seq),
            actor: "officer-1".into(),
            kind: kind.into(),
            to: None,
            payload,
        };
        let entry_hash = entry.hash("intake");
        let (chain, traceparent, sealed) = ([0; 32], None, None);
        Stored { entry, entry_hash, chain, pos: seq, received_us: 0, traceparent, sealed, letter: false }
    }

    fn event(matter: &str, kind: Kind) -> Vec<u8> {
        pb::Event { matter: matter.into(), kind: Some(kind), ..pb::Event::default() }.encode_to_vec()
    }

    fn merged(into: &str) -> Kind {
        Kind::Merged(pb::Merged { into: into.into(), supporters_gained: 1 })
    }

    fn journal() -> Vec<Stored> {
        let backed = || Kind::Supported(pb::Supported { digest: vec![1; 16], ..pb::Supported::default() });
        let asked = Kind::EndingRequested(pb::EndingRequested::default());
        let quoted = journal::Entry { payload: event(OURS, asked).into(), ..journal::Entry::default() };
        vec![
            stored(1, OPENED, vec![0x0a, 0]),
            stored(2, "intake.proposed", event(OURS, Kind::Proposed(pb::Proposed::default()))),
            stored(3, "intake.proposed", event(OTHERS, Kind::Proposed(pb::Proposed::default()))),
            stored(4, "intake.supported", event(OURS, backed())),
            stored(5, "intake.supported", event(OTHERS, backed())),
            stored(6, "intake.merged", event(OTHERS, merged(OURS))),
            stored(7, READOPTED, quoted.encode_to_vec()),
            stored(8, "intake.supported", event(OURS, backed())),
        ]
    }

    #[test]
    fn steps_are_told_whole_and_all_else_by_its_hash() {
        let journal = journal();
        let told = told(&journal, OURS, 10).unwrap();
        let seqs = |step: &pb::DossierStep| {
            (step.between_sha256.len(), step.supports, step.entry.as_ref().map_or(0, |entry| entry.seq))
        };
        assert_eq!(told.steps.iter().map(seqs).collect::<Vec<_>>(), [(1, 0, 2), (3, 1, 6), (0, 0, 7)]);
        assert_eq!((told.rest.len(), told.supports, told.entries), (1, 1, 8));
        assert_eq!(told.steps[1].between_sha256[2], journal[4].entry_hash);
        let (first, entry) = (told.steps[0].entry.as_ref().unwrap(), &journal[1]);
        assert_eq!(
            (first.payload.as_ref(), first.entry_hash.as_ref()),
            (&*entry.entry.payload, &entry.entry_hash[..])
        );
    }

    #[test]
    fn a_page_ends_with_its_last_step() {
        let told = told(&journal(), OURS, 2).unwrap();
        assert_eq!((told.steps.len(), told.rest.len(), told.entries), (2, 0, 6));
    }

    #[test]
    fn a_matter_that_is_merged_has_it_in_its_own_dossier_too() {
        let told = told(&journal(), OTHERS, 10).unwrap();
        let kinds: Vec<&str> =
            told.steps.iter().filter_map(|s| Some(s.entry.as_ref()?.kind.as_str())).collect();
        assert_eq!((kinds, told.supports), (vec!["intake.proposed", "intake.merged"], 0));
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_named() {
        let problem = told(&[stored(9, "intake.proposed", vec![0xff])], OURS, 1).unwrap_err();
        assert!(problem.starts_with("entry 9 of 640324100200: "), "{problem}");
    }
}
