//! The end of a server: first NOT_SERVING, then what is under way, then the cut.

use std::time::Duration;

use tokio::{io::AsyncReadExt, net::TcpStream, time::Instant};
use tonic_health::pb::{
    HealthCheckRequest,
    health_check_response::ServingStatus::{self, NotServing, ServiceUnknown, Serving},
    health_client::HealthClient,
};
use yishi_runtime::config::Grpc;

use crate::{
    probe::{Running, order, within},
    raw::{SETTINGS, greet, read_until},
};

fn asking(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

#[tokio::test]
async fn an_idle_server_stops_at_once() {
    let running = Running::new(&Grpc::default()).await;
    let mut client = running.client().await;
    client.export(order("hello")).await.unwrap();
    let (address, began) = (running.address, Instant::now());
    running.stop().await;
    assert!(began.elapsed() < Grpc::default().drain_max() / 2);
    assert!(TcpStream::connect(address).await.is_err(), "still listening");
}

#[tokio::test]
async fn a_call_under_way_is_answered() {
    let running = Running::new(&Grpc::default()).await;
    let call = running.waiting_call().await;
    running.stop.cancel();
    let mut watcher = TcpStream::connect(running.address).await;
    while watcher.is_ok() {
        watcher = TcpStream::connect(running.address).await;
        tokio::task::yield_now().await;
    }
    running.probe.let_go.notify_one();
    assert!(within(call).await.unwrap().is_ok());
    within(running.task).await.unwrap();
}

#[tokio::test]
async fn a_call_that_does_not_end_is_cut_at_the_limit() {
    let running = Running::new(&Grpc { drain_max_ms: 100, ..Grpc::default() }).await;
    let (probe, call) = (running.probe.clone(), running.waiting_call().await);
    running.stop().await;
    within(probe.dropped.notified()).await;
    assert!(within(call).await.unwrap().is_err());
}

#[tokio::test]
async fn peers_that_keep_silent_do_not_hold_up_the_end() {
    let running = Running::new(&Grpc { drain_max_ms: 200, ..Grpc::default() }).await;
    // One says nothing at all, one greets and then ignores everything, GOAWAY and PING included.
    let mut mute = TcpStream::connect(running.address).await.unwrap();
    let mut deaf = greet(running.address).await;
    read_until(&mut deaf, SETTINGS).await.unwrap();
    let began = Instant::now();
    running.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5));
    for stream in [&mut mute, &mut deaf] {
        let _ = within(stream.read_to_end(&mut Vec::new())).await;
    }
}

#[tokio::test]
async fn health_knows_its_names() {
    let running = Running::new(&Grpc::default()).await;
    let mut client = HealthClient::new(running.channel().await);
    let mut status = async |service: &str| {
        let answer = within(client.check(asking(service))).await;
        answer.map(|answer| answer.into_inner().status()).map_err(|status| status.code())
    };
    let probe = "opentelemetry.proto.collector.trace.v1.TraceService";
    running.health.ready(false);
    assert_eq!(status("live").await, Ok(Serving));
    for name in ["", "ready", probe] {
        assert_eq!(status(name).await, Ok(NotServing), "{name}");
    }
    running.health.ready(true);
    for name in ["", "ready", "live", probe] {
        assert_eq!(status(name).await, Ok(Serving), "{name}");
    }
    assert_eq!(status("no.such.Service").await, Err(tonic::Code::NotFound));
    running.stop().await;
}

#[tokio::test]
async fn who_watches_health_hears_of_the_end_and_does_not_hold_it_up() {
    let running = Running::new(&Grpc::default()).await;
    let mut client = HealthClient::new(running.channel().await);
    let mut ready = client.watch(asking("ready")).await.unwrap().into_inner();
    let mut unknown = client.watch(asking("no.such.Service")).await.unwrap().into_inner();
    let next = async |stream: &mut tonic::Streaming<_>| -> Option<ServingStatus> {
        let answer: Option<tonic_health::pb::HealthCheckResponse> = within(stream.message()).await.unwrap();
        answer.map(|answer| answer.status())
    };
    assert_eq!(next(&mut ready).await, Some(Serving));
    assert_eq!(next(&mut unknown).await, Some(ServiceUnknown));
    let began = Instant::now();
    running.stop().await;
    assert!(began.elapsed() < Grpc::default().drain_max() / 2);
    assert_eq!(next(&mut ready).await, Some(NotServing));
    assert_eq!(next(&mut ready).await, None);
}
