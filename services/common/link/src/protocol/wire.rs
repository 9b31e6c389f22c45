//! Frames as `yishi.link.v1`. Reading is strict: what does not say exactly what it should ends the session.

use prost::bytes::Bytes;
use yishi_kernel::{PersonId, Sealed, Timestamp, UnitCode};
use yishi_proto::journal::v1 as journal;
use yishi_proto::link::v1 as pb;
use yishi_store::ClockKind;
use yishi_store::journal::{Chain, Entry, Hash};
use yishi_witness::{PublicKey, Signed};

use super::farewell::{Farewell, Reason};
use super::frame::{Batch, Carried, Frame, Hello, Holdings, Way};
use super::lane::{Lane, Standing};

/// What is wrong with a frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl From<Unreadable> for Farewell {
    fn from(unreadable: Unreadable) -> Self {
        Self::new(Reason::Malformed, unreadable.0)
    }
}

type Read<T> = Result<T, Unreadable>;

fn wrong<T>(what: &str) -> Read<T> {
    Err(Unreadable(what.to_owned()))
}

/// As it is sent.
#[must_use]
pub fn write(frame: Frame) -> pb::Frame {
    use pb::frame::Kind;
    let kind = match frame {
        Frame::Hello(hello) => Kind::Hello(pb::Hello {
            version: hello.version,
            service: hello.service,
            clock: clock_to(hello.clock).into(),
            unit: hello.unit.to_string(),
            standing: standing_to(hello.standing).into(),
        }),
        Frame::Held { part, last } => Kind::Held(pb::Held {
            heads: part.heads.iter().map(|(unit, chain)| head_to(*unit, chain)).collect(),
            ways: part.ways.iter().map(|(&(from, to), way)| way_to(from, to, way)).collect(),
            last,
        }),
        Frame::Entries(batch) => Kind::Entries(pb::Entries {
            lane: lane_to(batch.lane).into(),
            first: batch.first,
            entries: batch.entries.into_iter().map(carried_to).collect(),
            live: batch.live,
            last: batch.last,
        }),
        Frame::Ack { lane, upto } => Kind::Ack(pb::Ack { lane: lane_to(lane).into(), upto }),
        Frame::Testimony(Signed { key, statement, signature }) => {
            Kind::Testimony(pb::Testimony { key: key.as_bytes().to_vec(), statement, signature })
        }
        Frame::Ping => Kind::Ping(pb::Ping {}),
        Frame::Bye(farewell) => Kind::Bye(pb::Bye {
            reason: reason_to(farewell.reason).into(),
            about: farewell.about.map(|unit| unit.to_string()),
            detail: farewell.detail,
        }),
    };
    pb::Frame { kind: Some(kind) }
}

/// As it was meant.
pub fn read(frame: pb::Frame) -> Result<Frame, Unreadable> {
    use pb::frame::Kind;
    let Some(kind) = frame.kind else { return wrong("a frame of no known kind") };
    Ok(match kind {
        Kind::Hello(hello) => Frame::Hello(Hello {
            version: hello.version,
            clock: clock(hello.clock())?,
            unit: unit(&hello.unit)?,
            standing: standing(hello.standing())?,
            service: hello.service,
        }),
        Kind::Held(held) => held_from(&held)?,
        Kind::Entries(entries) => Frame::Entries(Batch {
            lane: lane(entries.lane())?,
            first: entries.first,
            live: entries.live,
            last: entries.last,
            entries: entries.entries.into_iter().map(carried).collect::<Read<_>>()?,
        }),
        Kind::Ack(ack) => Frame::Ack { lane: lane(ack.lane())?, upto: ack.upto },
        Kind::Testimony(pb::Testimony { key, statement, signature }) => {
            Frame::Testimony(Signed { key: PublicKey::new(hash(&key)?), statement, signature })
        }
        Kind::Ping(_) => Frame::Ping,
        Kind::Bye(bye) => Frame::Bye(Farewell {
            reason: reason(bye.reason())?,
            about: bye.about.as_deref().map(unit).transpose()?,
            detail: bye.detail,
        }),
    })
}

fn held_from(held: &pb::Held) -> Read<Frame> {
    let mut part = Holdings::default();
    for head in &held.heads {
        let chain = Chain { epoch: head.epoch, seq: number(head.seq)?, hash: hash(&head.chain)? };
        if part.heads.insert(unit(&head.unit)?, chain).is_some() {
            return wrong("a head is named twice");
        }
    }
    for way in &held.ways {
        let last = Way { to_seq: number(way.to_seq)?, hash: hash(&way.entry_hash)? };
        if part.ways.insert((unit(&way.from)?, unit(&way.to)?), last).is_some() {
            return wrong("a way is named twice");
        }
    }
    Ok(Frame::Held { part, last: held.last })
}

fn head_to(unit: UnitCode, chain: &Chain) -> pb::Head {
    pb::Head { unit: unit.to_string(), epoch: chain.epoch, seq: chain.seq, chain: chain.hash.to_vec() }
}

fn way_to(from: UnitCode, to: UnitCode, way: &Way) -> pb::Way {
    pb::Way { from: from.to_string(), to: to.to_string(), to_seq: way.to_seq, entry_hash: way.hash.to_vec() }
}

fn carried_to(carried: Carried) -> pb::Carried {
    let Carried { entry, entry_hash, chain, traceparent, sealed } = carried;
    pb::Carried {
        entry: Some(journal::Entry {
            unit: entry.unit.to_string(),
            epoch: entry.epoch,
            seq: entry.seq,
            at_us: entry.at.as_micros(),
            actor: entry.actor,
            kind: entry.kind,
            to: entry.to.map(|(unit, _)| unit.to_string()),
            to_seq: entry.to.map(|(_, seq)| seq),
            payload: entry.payload.into(),
            entry_hash: Bytes::copy_from_slice(&entry_hash),
            chain: Bytes::copy_from_slice(&chain),
        }),
        traceparent,
        sealed: sealed.map(|sealed| pb::Sealed {
            person: sealed.person.as_bytes().to_vec(),
            key: sealed.key.to_vec(),
            record: sealed.record,
        }),
    }
}

fn carried(carried: pb::Carried) -> Read<Carried> {
    let Some(entry) = carried.entry else { return wrong("an entry is missing where one was announced") };
    let to = match (&entry.to, entry.to_seq) {
        (Some(to), Some(to_seq)) => Some((unit(to)?, number(to_seq)?)),
        (None, None) => None,
        _ => return wrong("an entry is addressed without a number, or numbered without an address"),
    };
    Ok(Carried {
        entry_hash: hash(&entry.entry_hash)?,
        chain: hash(&entry.chain)?,
        traceparent: carried.traceparent,
        sealed: carried.sealed.map(sealed).transpose()?.map(Box::new),
        entry: Entry {
            unit: unit(&entry.unit)?,
            epoch: entry.epoch,
            seq: number(entry.seq)?,
            at: Timestamp::from_micros(entry.at_us),
            actor: entry.actor,
            kind: entry.kind,
            to,
            payload: entry.payload.into(),
        },
    })
}

fn sealed(sealed: pb::Sealed) -> Read<Sealed> {
    let Some(person) = PersonId::from_bytes(&sealed.person) else { return wrong("a person's id is none") };
    let key = sealed.key.try_into().or_else(|_| wrong("a sealed key does not have 60 bytes"))?;
    match sealed.record {
        record if record.len() <= Sealed::RECORD_BYTES_MAX => Ok(Sealed { person, key, record }),
        _ => wrong("a sealed record is too long"),
    }
}

fn unit(text: &str) -> Read<UnitCode> {
    text.parse().or_else(|_| wrong("a unit's code is not one"))
}

/// A number in a journal or on a way.
fn number(number: i64) -> Read<i64> {
    if number > 0 { Ok(number) } else { wrong("numbers begin at 1") }
}

fn hash(bytes: &[u8]) -> Read<Hash> {
    bytes.try_into().or_else(|_| wrong("a hash does not have 32 bytes"))
}

/// Both directions of an enumeration, said once.
macro_rules! named {
    ($from:ident, $to:ident, $ours:ident, $theirs:ident, $word:literal: $($variant:ident),+) => {
        fn $to(value: $ours) -> pb::$theirs {
            match value {
                $($ours::$variant => pb::$theirs::$variant,)+
            }
        }

        fn $from(value: pb::$theirs) -> Read<$ours> {
            match value {
                $(pb::$theirs::$variant => Ok($ours::$variant),)+
                pb::$theirs::Unspecified => wrong(concat!("no known ", $word)),
            }
        }
    };
}

named!(clock, clock_to, ClockKind, ClockKind, "clock": System, Manual);
named!(standing, standing_to, Standing, Standing, "standing": Whole, Returning, Gathering);
named!(lane, lane_to, Lane, Lane, "lane": Copies, Letters, Restored, Readopted);
named!(
    reason, reason_to, Reason, Reason, "reason":
    Stopping, Version, Service, Clock, Stranger, Late, Silent, Malformed, Gap, Tampered, Trespass, Forked, Behind, Key,
    Unproven
);

#[cfg(test)]
mod tests {
    use super::*;

    fn city() -> UnitCode {
        "640300000000".parse().unwrap()
    }

    fn entries() -> Frame {
        let entry = Entry {
            unit: city(),
            epoch: 7,
            seq: 3,
            at: Timestamp::from_micros(5),
            actor: "officer-1".into(),
            kind: "drill.said".into(),
            to: Some(("640000000000".parse().unwrap(), 2)),
            payload: vec![1, 2, 3],
        };
        let traceparent = Some("00-1-2-01".to_owned());
        let person = PersonId::from_random_bytes([4; 16]);
        let sealed = Some(Box::new(Sealed { person, key: [5; 60], record: vec![6; 7] }));
        let carried = Carried { entry, entry_hash: [1; 32], chain: [2; 32], traceparent, sealed };
        Frame::Entries(Batch {
            lane: Lane::Restored,
            first: 9,
            entries: vec![carried],
            live: true,
            last: true,
        })
    }

    #[test]
    fn what_is_written_is_read() {
        let mut part = Holdings::default();
        part.heads.insert(city(), Chain { epoch: 1, seq: 2, hash: [3; 32] });
        part.ways.insert((city(), city()), Way { to_seq: 4, hash: [5; 32] });
        let standing = Standing::Gathering;
        let hello =
            Hello { version: 1, service: "drill".into(), clock: ClockKind::Manual, unit: city(), standing };
        for frame in [
            Frame::Hello(hello),
            Frame::Held { part, last: true },
            entries(),
            Frame::Ack { lane: Lane::Copies, upto: 3 },
            Frame::Testimony(Signed {
                key: PublicKey::new([6; 32]),
                statement: vec![7],
                signature: vec![8; 64],
            }),
            Frame::Ping,
            Frame::Bye(Farewell::about(city(), Reason::Forked, "two")),
            Frame::Bye(Farewell::new(Reason::Stopping, "")),
        ] {
            assert_eq!(read(write(frame.clone())), Ok(frame));
        }
    }

    #[test]
    fn what_is_not_exact_is_not_read() {
        use pb::frame::Kind;
        let spoil = |change: fn(&mut journal::Entry)| {
            let mut frame = write(entries());
            let Some(Kind::Entries(batch)) = &mut frame.kind else { panic!("not entries") };
            change(batch.entries[0].entry.as_mut().unwrap());
            read(frame).map_err(|unreadable| unreadable.to_string())
        };
        assert!(spoil(|_| {}).is_ok());
        for (change, word) in [
            ((|entry| entry.unit = "64".into()) as fn(&mut journal::Entry), "code"),
            (|entry| entry.seq = 0, "begin at 1"),
            (|entry| entry.to = None, "without an address"),
            (|entry| entry.to_seq = None, "without a number"),
            (|entry| entry.chain = Bytes::new(), "32 bytes"),
        ] {
            let problem = spoil(change).unwrap_err();
            assert!(problem.contains(word), "{problem}");
        }
        for (change, word) in [
            ((|sealed| sealed.person = vec![1; 15]) as fn(&mut pb::Sealed), "id"),
            (|sealed| sealed.key = vec![1; 61], "60 bytes"),
            (|sealed| sealed.record = vec![1; 1025], "too long"),
        ] {
            let mut frame = write(entries());
            let Some(Kind::Entries(batch)) = &mut frame.kind else { panic!("not entries") };
            change(batch.entries[0].sealed.as_mut().unwrap());
            let problem = read(frame).unwrap_err().to_string();
            assert!(problem.contains(word), "{problem}");
        }
        assert!(read(pb::Frame { kind: None }).is_err());
        let ack = pb::Ack { lane: 99, upto: 1 };
        assert!(read(pb::Frame { kind: Some(Kind::Ack(ack)) }).is_err(), "a lane of the future");
        let head = head_to(city(), &Chain { epoch: 1, seq: 1, hash: [0; 32] });
        let held = pb::Held { heads: vec![head.clone(), head], ways: vec![], last: true };
        assert!(read(pb::Frame { kind: Some(Kind::Held(held)) }).is_err(), "named twice");
    }
}
