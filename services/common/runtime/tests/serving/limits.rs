//! What a peer may not do.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};
use yishi_runtime::{config::Grpc, server::Server};

use crate::{
    probe::{Running, order, within},
    raw::{
        END_HEADERS, GOAWAY, HEADERS, PREFACE, REQUEST, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame,
        goaway_error, greet, read_until,
    },
};

const ENHANCE_YOUR_CALM: u32 = 11;

/// Limits with a short drain: the peers of these tests do not know when to go.
fn limits() -> Grpc {
    Grpc { drain_max_ms: 50, ..Grpc::default() }
}

#[tokio::test]
async fn streams_and_headers_are_bounded_in_the_servers_settings() {
    let limits = Grpc { streams_per_connection_max: 7, header_bytes_max: 9_000, ..limits() };
    let running = Running::new(&limits).await;
    let mut stream = greet(running.address).await;
    let settings = read_until(&mut stream, SETTINGS).await.unwrap().payload;
    let value = |wanted: u16| {
        let mut pairs =
            settings.chunks_exact(6).map(|pair| (u16::from_be_bytes([pair[0], pair[1]]), &pair[2..]));
        pairs.find(|(id, _)| *id == wanted).map(|(_, value)| u32::from_be_bytes(value.try_into().unwrap()))
    };
    assert_eq!(value(3), Some(7), "MAX_CONCURRENT_STREAMS");
    assert_eq!(value(6), Some(9_000), "MAX_HEADER_LIST_SIZE");
    running.stop().await;
}

#[tokio::test]
async fn a_peer_that_resets_what_it_opens_is_cut_off() {
    let running = Running::new(&Grpc { streams_reset_pending_max: 5, ..limits() }).await;
    let mut stream = greet(running.address).await;
    // More than the limit, and fewer than the library's own.
    let burst: Vec<u8> = (0..15)
        .flat_map(|n| {
            let id = 2 * n + 1;
            [frame(HEADERS, END_HEADERS, id, REQUEST), frame(RST_STREAM, 0, id, &8_u32.to_be_bytes())]
                .concat()
        })
        .collect();
    stream.write_all(&burst).await.unwrap();
    let goaway = read_until(&mut stream, GOAWAY).await.expect("a GOAWAY before the end");
    assert_eq!(goaway_error(&goaway), ENHANCE_YOUR_CALM);
    running.stop().await;
}

#[tokio::test]
async fn a_peer_that_makes_the_server_reset_is_cut_off() {
    let running = Running::new(&Grpc { streams_reset_by_error_max: 5, ..limits() }).await;
    let mut stream = greet(running.address).await;
    let burst: Vec<u8> = (0..200)
        .flat_map(|n| {
            let id = 2 * n + 1;
            let overflow = frame(WINDOW_UPDATE, 0, id, &0x7fff_ffff_u32.to_be_bytes());
            [frame(HEADERS, END_HEADERS, id, REQUEST), overflow].concat()
        })
        .collect();
    stream.write_all(&burst).await.unwrap();
    let goaway = read_until(&mut stream, GOAWAY).await.expect("a GOAWAY before the end");
    assert_eq!(goaway_error(&goaway), ENHANCE_YOUR_CALM);
    running.stop().await;
}

#[tokio::test]
async fn whoever_does_not_begin_to_speak_http2_is_shown_the_door() {
    let running = Running::new(&Grpc { handshake_max_ms: 50, ..limits() }).await;
    for greeting in [&b""[..], &PREFACE[..10], b"GET / HTTP/1.1\r\nhost: yishi\r\n\r\n", &[0x16, 3, 1, 2, 0]]
    {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(greeting).await.unwrap();
        let mut nothing = Vec::new();
        // Closed or reset, but not left open.
        let _ = within(stream.read_to_end(&mut nothing)).await;
        assert!(nothing.is_empty());
    }
    running.stop().await;
}

#[tokio::test]
async fn a_peer_that_does_not_answer_pings_is_dropped() {
    let limits = Grpc { keepalive_interval_ms: 50, keepalive_timeout_ms: 50, ..limits() };
    let running = Running::new(&limits).await;
    let mut stream = greet(running.address).await;
    while read_until(&mut stream, GOAWAY).await.is_some() {}
    running.stop().await;
}

#[tokio::test]
async fn a_connection_is_asked_to_end_at_its_age_and_its_calls_may_end() {
    let running = Running::new(&Grpc { connection_age_max_s: 1, ..limits() }).await;
    let mut stream = greet(running.address).await;
    let began = Instant::now();
    let call = running.waiting_call().await;
    read_until(&mut stream, GOAWAY).await.expect("a GOAWAY at the age");
    assert!(began.elapsed() > Duration::from_millis(500));
    running.probe.let_go.notify_one();
    assert!(within(call).await.unwrap().is_ok());
    running.stop().await;
}

#[tokio::test]
async fn connections_above_the_limit_wait_for_a_place() {
    let running = Running::new(&Grpc { connections_max: 1, ..limits() }).await;
    let mut first = running.client().await;
    first.export(order("one")).await.unwrap();
    let mut second = greet(running.address).await;
    assert!(
        timeout(Duration::from_millis(100), read_until(&mut second, SETTINGS)).await.is_err(),
        "served above the limit"
    );
    drop(first);
    assert!(read_until(&mut second, SETTINGS).await.is_some());
    running.stop().await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_refused_by_name() {
    let running = Running::new(&limits()).await;
    let refusal = Server::bind(running.address, &Grpc::default()).await.unwrap_err().to_string();
    assert!(refusal.contains(&running.address.to_string()) && refusal.contains("[listen]"), "{refusal}");
    running.stop().await;
}

#[tokio::test]
async fn dropping_the_server_cuts_everything() {
    let running = Running::new(&limits()).await;
    let call = running.waiting_call().await;
    running.task.abort();
    within(running.probe.dropped.notified()).await;
    assert!(within(call).await.unwrap().is_err());
}
