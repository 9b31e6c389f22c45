//! What one side of a link says to what the other side says, one thing at a time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use yishi_kernel::{Register, Timestamp, UnitCode};
use yishi_link::protocol::{
    Batch, Beyond, Effect, Farewell, Fork, Frame, Hello, Holdings, Input, Lane, Limits, Party, Reason,
    Session, Standing,
};
use yishi_store::ClockKind;
use yishi_store::journal::{Chain, Entry, Stored};
use yishi_witness::{PublicKey, Signed};

const ROWS: &str = "code,parent,level,name\n640000000000,,region,r\n640300000000,640000000000,city,c\n\
                    640324000000,640300000000,county,d\n640500000000,640000000000,city,e\n";

fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

fn region() -> UnitCode {
    unit("640000000000")
}

fn city() -> UnitCode {
    unit("640300000000")
}

fn party(root: UnitCode, delegates: &[UnitCode]) -> Party {
    Party {
        service: "drill",
        clock: ClockKind::System,
        register: Arc::new(Register::parse(ROWS, "").unwrap()),
        root,
        delegates: Arc::new(delegates.iter().copied().collect()),
        standing: Standing::Whole,
        limits: Limits { frame_entries: 2, window_entries: 4, ..Limits::default() },
    }
}

fn hello(unit: UnitCode) -> Hello {
    Hello { version: 1, service: "drill".into(), clock: ClockKind::System, unit, standing: Standing::Whole }
}

/// Entries of a unit from a number on, one position each.
fn entries(unit: UnitCode, to: Option<UnitCode>, count: i64) -> Vec<Stored> {
    let mut head = Chain::start("drill", unit);
    (1..=count)
        .map(|seq| {
            let entry = Entry {
                unit,
                epoch: 1,
                seq,
                at: Timestamp::from_micros(seq),
                actor: "a".into(),
                kind: "drill.said".into(),
                to: to.map(|to| (to, seq)),
                payload: vec![7],
            };
            let entry_hash = entry.hash("drill");
            head = head.follow(&entry, &entry_hash);
            Stored {
                entry,
                entry_hash,
                chain: head.hash,
                pos: seq,
                received_us: 0,
                traceparent: None,
                sealed: None,
                letter: false,
            }
        })
        .collect()
}

fn step(session: &mut Session, input: Input) -> Vec<Effect> {
    session.step(Duration::from_secs(1), input)
}

fn closed(effects: &[Effect]) -> Option<&Farewell> {
    effects.iter().find_map(|effect| if let Effect::Close(farewell) = effect { Some(farewell) } else { None })
}

fn why(effects: &[Effect]) -> Option<Reason> {
    closed(effects).map(|farewell| farewell.reason)
}

/// A city's side that has been greeted, holds nothing, and is sent to from the first position on.
fn greeted(mine: Holdings) -> Session {
    let mut session = Session::lower(party(city(), &[]));
    let begun = step(&mut session, Input::Tick);
    assert_eq!(begun[0], Effect::Send(Frame::Hello(hello(city()))));
    assert_eq!(begun[1], Effect::Look { unit: city(), ways: true });
    assert_eq!(step(&mut session, Input::Frame(Frame::Hello(hello(region())))), []);
    let said = step(&mut session, Input::Looked(mine.clone()));
    assert_eq!(said, [Effect::Send(Frame::Held { part: mine, last: true })]);
    let asked = step(&mut session, Input::Frame(Frame::Held { part: Holdings::default(), last: true }));
    assert_eq!(asked, [Effect::Resume { lane: Lane::Copies, held: Holdings::default() }]);
    session
}

fn resumed(upto: i64) -> Input {
    Input::Resumed { lane: Lane::Copies, after: 0, upto, beyond: vec![], forked: None }
}

fn letters(first: u64, entries: Vec<Stored>) -> Input {
    let entries = entries.into_iter().map(Into::into).collect();
    Input::Frame(Frame::Entries(Batch { lane: Lane::Letters, first, entries, live: true, last: false }))
}

#[test]
fn who_does_not_fit_is_told_why() {
    let greet = |change: fn(&mut Hello)| {
        let mut session = Session::upper(party(region(), &[city()]));
        step(&mut session, Input::Tick);
        let mut hello = hello(city());
        change(&mut hello);
        let effects = step(&mut session, Input::Frame(Frame::Hello(hello)));
        let last = effects.last().cloned();
        (why(&effects), last)
    };
    assert_eq!(greet(|hello| hello.version = 2).0, Some(Reason::Version));
    assert_eq!(greet(|hello| hello.service = "other".into()).0, Some(Reason::Service));
    assert_eq!(greet(|hello| hello.clock = ClockKind::Manual).0, Some(Reason::Clock));
    assert_eq!(greet(|hello| hello.unit = unit("640500000000")).0, Some(Reason::Stranger));
    let admitted = greet(|_| {});
    assert_eq!(admitted, (None, Some(Effect::Look { unit: city(), ways: false })));

    let mut lower = Session::lower(party(city(), &[]));
    step(&mut lower, Input::Tick);
    let beside = step(&mut lower, Input::Frame(Frame::Hello(hello(unit("640500000000")))));
    assert_eq!(why(&beside), Some(Reason::Stranger));
}

#[test]
fn nobody_is_waited_for_without_end() {
    let seconds = Duration::from_secs;
    let mut late = Session::upper(party(region(), &[city()]));
    late.step(seconds(0), Input::Tick);
    assert_eq!(why(&late.step(seconds(19), Input::Tick)), None);
    assert_eq!(why(&late.step(seconds(20), Input::Tick)), Some(Reason::Late));
    assert_eq!(late.step(seconds(40), Input::Tick), [], "a session that is over says nothing");

    let mut silent = greeted(Holdings::default());
    assert_eq!(silent.step(seconds(30), Input::Tick), [Effect::Send(Frame::Ping)]);
    silent.step(seconds(30), Input::Frame(Frame::Ping));
    assert_eq!(why(&silent.step(seconds(59), Input::Tick)), None);
    assert_eq!(why(&silent.step(seconds(60), Input::Tick)), Some(Reason::Silent));
}

#[test]
fn entries_leave_when_they_are_marked_and_as_the_window_lets_them() {
    let mut session = greeted(Holdings::default());
    let fetch = step(&mut session, resumed(5));
    assert_eq!(fetch, [Effect::Fetch { lane: Lane::Copies, after: 0, limit: 512 }]);
    let page = Input::Page { lane: Lane::Copies, entries: entries(city(), None, 6), upto: 6 };
    assert_eq!(step(&mut session, page), [Effect::Mark(6)]);
    let sent = step(&mut session, Input::Marked(6));
    let shape = |effects: &[Effect]| -> Vec<(u64, usize, bool)> {
        effects
            .iter()
            .map(|effect| match effect {
                Effect::Send(Frame::Entries(batch)) => (batch.first, batch.entries.len(), batch.live),
                other => panic!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(shape(&sent), [(1, 2, false), (3, 2, false)]);
    assert!(!session.has_delivered(6));
    let ack = |upto| Input::Frame(Frame::Ack { lane: Lane::Copies, upto });
    // The sixth was committed after the session had begun: its trace goes on, the others' are pointed to.
    assert_eq!(shape(&step(&mut session, ack(4))), [(5, 1, false), (6, 1, true)]);
    // All that there was in the beginning is there: now it can be signed, once.
    assert_eq!(step(&mut session, ack(5)), [Effect::Testify(5)]);
    assert_eq!(step(&mut session, ack(6)), []);
    assert!(session.has_delivered(6) && !session.has_delivered(7));
    let grown = step(&mut session, Input::Grown(7));
    assert_eq!(grown, [Effect::Fetch { lane: Lane::Copies, after: 6, limit: 512 }]);
    assert_eq!(why(&step(&mut session, ack(7))), Some(Reason::Malformed), "it was never sent");
}

#[test]
fn a_page_that_brings_nothing_is_asked_for_again_in_time() {
    let mut session = greeted(Holdings::default());
    step(&mut session, resumed(3));
    let nothing = Input::Page { lane: Lane::Copies, entries: vec![], upto: 0 };
    assert_eq!(step(&mut session, nothing), [], "no spinning");
    let again = step(&mut session, Input::Tick);
    assert_eq!(again, [Effect::Fetch { lane: Lane::Copies, after: 0, limit: 512 }]);
}

#[test]
fn what_comes_is_acknowledged_when_it_is_applied() {
    let mut session = greeted(Holdings::default());
    let applied = step(&mut session, letters(1, entries(region(), Some(city()), 2)));
    assert!(
        matches!(&applied[..], [Effect::Apply { lane: Lane::Letters, upto: 2, live: true, entries }] if entries.len() == 2)
    );
    let acked = step(&mut session, Input::Applied { lane: Lane::Letters, upto: 2 });
    assert_eq!(acked, [Effect::Send(Frame::Ack { lane: Lane::Letters, upto: 2 })]);
}

#[test]
fn what_cannot_be_is_refused() {
    let heard = |input| why(&step(&mut greeted(Holdings::default()), input));
    let all = || entries(region(), Some(city()), 3);
    assert_eq!(heard(letters(1, all()[1..2].to_vec())), Some(Reason::Gap));
    assert_eq!(heard(letters(2, all()[..1].to_vec())), Some(Reason::Malformed), "not the next number");
    assert_eq!(heard(letters(1, all())), Some(Reason::Malformed), "too many for a frame");
    let mut altered = all();
    altered[0].entry.payload = vec![];
    assert_eq!(heard(letters(1, altered[..1].to_vec())), Some(Reason::Tampered));
    // Not addressed to here; not from elsewhere; a lane that is not there.
    assert_eq!(heard(letters(1, entries(region(), Some(region()), 1))), Some(Reason::Trespass));
    assert_eq!(heard(letters(1, entries(city(), Some(city()), 1))), Some(Reason::Trespass));
    // Of a unit that is new to the other side and not known here: it may be, once this side has been told of it.
    let new = UnitCode::new(640_324_100_999).unwrap();
    assert_eq!(heard(letters(1, entries(new, Some(city()), 1))), Some(Reason::Stranger));
    assert!(!Reason::Stranger.is_alarm());
    let batch = Batch { lane: Lane::Restored, first: 1, entries: vec![], live: false, last: true };
    assert_eq!(heard(Input::Frame(Frame::Entries(batch))), Some(Reason::Malformed));
    assert_eq!(heard(Input::Frame(Frame::Hello(hello(region())))), Some(Reason::Malformed), "greeted twice");
    assert_eq!(heard(Input::Stop), Some(Reason::Stopping));
}

#[test]
fn a_sender_that_floods_is_refused() {
    let mut session = greeted(Holdings::default());
    let all = entries(region(), Some(city()), 6);
    assert_eq!(why(&step(&mut session, letters(1, all[..2].to_vec()))), None);
    assert_eq!(why(&step(&mut session, letters(3, all[2..4].to_vec()))), None);
    assert_eq!(why(&step(&mut session, letters(5, all[4..].to_vec()))), Some(Reason::Malformed));
}

#[test]
fn a_fork_and_a_loss_are_alarms_on_both_sides() {
    let fork = Fork { unit: city(), to: None, number: 3, mine: [1; 32], theirs: [2; 32] };
    let effects = step(&mut greeted(Holdings::default()), Input::Forked(fork));
    let farewell = closed(&effects).unwrap().clone();
    assert!(farewell.reason.is_alarm() && farewell.about == Some(city()));
    // The other side hears the same and says nothing more.
    let told = step(&mut greeted(Holdings::default()), Input::Frame(Frame::Bye(farewell.clone())));
    assert_eq!(told, [Effect::Close(farewell)]);

    let behind = |unit| {
        let beyond = vec![Beyond { unit, to: None, number: 3 }];
        Input::Resumed { lane: Lane::Copies, after: 0, upto: 0, beyond, forked: None }
    };
    assert_eq!(why(&step(&mut greeted(Holdings::default()), behind(city()))), Some(Reason::Behind));
}

#[test]
fn who_was_restored_gets_back_and_is_compared() {
    let mut me = party(city(), &[]);
    me.standing = Standing::Returning;
    let mut session = Session::lower(me);
    step(&mut session, Input::Tick);
    step(&mut session, Input::Frame(Frame::Hello(hello(region()))));
    step(&mut session, Input::Looked(Holdings::default()));
    let batch = |first, entries: Vec<Stored>, last| {
        let entries = entries.into_iter().map(Into::into).collect();
        Input::Frame(Frame::Entries(Batch { lane: Lane::Restored, first, entries, live: false, last }))
    };
    step(&mut session, batch(1, entries(city(), None, 2), false));
    assert_eq!(step(&mut session, batch(3, vec![], true)), [], "not before all is applied");
    let ended = step(&mut session, Input::Applied { lane: Lane::Restored, upto: 2 });
    assert_eq!(ended, [Effect::Send(Frame::Ack { lane: Lane::Restored, upto: 2 }), Effect::Compared]);
}

fn signed() -> Signed {
    Signed { key: PublicKey::new([1; 32]), statement: vec![2], signature: vec![3; 64] }
}

#[test]
fn the_lower_side_signs_once_what_the_upper_side_holds() {
    let mut session = greeted(Holdings::default());
    // The upper side holds all there is already.
    let all = Input::Resumed { lane: Lane::Copies, after: 4, upto: 4, beyond: vec![], forked: None };
    assert_eq!(step(&mut session, all), [Effect::Testify(4)]);
    assert_eq!(step(&mut session, Input::Testified(signed())), [Effect::Send(Frame::Testimony(signed()))]);
    assert_eq!(step(&mut session, Input::Tick), []);
    let back = step(&mut session, Input::Frame(Frame::Testimony(signed())));
    assert_eq!(why(&back), Some(Reason::Malformed), "nobody below signs for somebody above");

    let mut me = party(city(), &[]);
    me.standing = Standing::Gathering;
    let mut gathering = Session::lower(me);
    step(&mut gathering, Input::Tick);
    step(&mut gathering, Input::Frame(Frame::Hello(hello(region()))));
    step(&mut gathering, Input::Looked(Holdings::default()));
    step(&mut gathering, Input::Frame(Frame::Held { part: Holdings::default(), last: true }));
    assert_eq!(step(&mut gathering, resumed(0)), [], "it does not know yet what it had decided");
}

#[test]
fn the_upper_side_looks_at_what_was_signed_and_says_what_is_wrong() {
    let met = || {
        let mut session = Session::upper(party(region(), &[city()]));
        step(&mut session, Input::Tick);
        step(&mut session, Input::Frame(Frame::Hello(hello(city()))));
        session
    };
    let early = step(&mut met(), Input::Frame(Frame::Testimony(signed())));
    assert_eq!(why(&early), Some(Reason::Malformed), "before it has said what it holds");
    let greeted = || {
        let mut session = met();
        step(&mut session, Input::Looked(Holdings::default()));
        step(&mut session, Input::Frame(Frame::Held { part: Holdings::default(), last: true }));
        session
    };
    let mut session = greeted();
    let heard = step(&mut session, Input::Frame(Frame::Testimony(signed())));
    assert_eq!(heard, [Effect::Witness(signed())]);
    assert_eq!(why(&step(&mut session, Input::Frame(Frame::Testimony(signed())))), Some(Reason::Malformed));
    for reason in [Reason::Key, Reason::Unproven] {
        let farewell = Farewell { reason, about: Some(city()), detail: "no".into() };
        let ended = step(&mut greeted(), Input::Objected(farewell.clone()));
        assert_eq!(ended, [Effect::Send(Frame::Bye(farewell.clone())), Effect::Close(farewell)]);
        assert!(reason.is_alarm());
    }
}
