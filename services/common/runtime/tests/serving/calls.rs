//! What a caller is answered by the stack, before and after a handler.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::{
    v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    },
    v1alpha,
};
use tonic_types::StatusExt;
use yishi_runtime::config::{Grpc, IdentityKind};

use crate::probe::{Running, order, said, signed, within};

fn reason(answer: Result<Response<ExportTraceServiceResponse>, Status>) -> (Code, String) {
    let status = answer.expect_err("a refusal");
    let details = status.check_error_details().expect("details that can be read");
    let info = details.error_info().unwrap_or_else(|| panic!("{status:?} has no reason"));
    assert!(details.localized_message().is_some());
    (status.code(), info.reason.clone())
}

fn is(code: Code, reason: &str) -> (Code, String) {
    (code, reason.to_owned())
}

#[tokio::test]
async fn a_call_goes_through() {
    let running = Running::new(&Grpc::default()).await;
    assert_eq!(said(running.client().await.export(order("hello")).await.unwrap()), "hello");
    running.stop().await;
}

#[tokio::test]
async fn a_deadline_is_answered_as_such_and_ends_the_work() {
    // The server's own default: tonic's client would answer for a deadline of its own before the server does.
    let running = Running::new(&Grpc { deadline_default_ms: 50, ..Grpc::default() }).await;
    let answer = within(running.client().await.export(order("wait"))).await;
    assert_eq!(reason(answer), is(Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
    within(running.probe.dropped.notified()).await;
    running.stop().await;
}

#[tokio::test]
async fn every_call_has_a_deadline_within_bounds() {
    let limits = Grpc {
        deadline_min_ms: 1_500,
        deadline_default_ms: 4_000,
        deadline_max_ms: 9_000,
        ..Grpc::default()
    };
    let running = Running::new(&limits).await;
    let mut client = running.client().await;
    for (wish, most) in [(None, 4_000), (Some(2), 2_000), (Some(3_600), 9_000)] {
        let mut request = order("deadline");
        if let Some(seconds) = wish {
            request.set_timeout(Duration::from_secs(seconds));
        }
        let left: u64 = said(client.export(request).await.unwrap()).parse().unwrap();
        assert!(left <= most && left + 1_900 > most, "{wish:?}: {left}");
    }
    for (wish, expected) in [
        ("1400m", is(Code::DeadlineExceeded, "DEADLINE_TOO_SHORT")),
        ("soon", is(Code::InvalidArgument, "INVALID_FIELDS")),
    ] {
        let mut request = order("hello");
        request.metadata_mut().insert("grpc-timeout", wish.parse().unwrap());
        assert_eq!(reason(client.export(request).await), expected);
    }
    running.stop().await;
}

#[tokio::test]
async fn a_full_server_refuses_calls_and_answers_probes() {
    let running = Running::new(&Grpc { calls_in_flight_max: 1, ..Grpc::default() }).await;
    let (waiting, mut client) = (running.waiting_call().await, running.client().await);
    let refused = client.export(order("hello")).await;
    let pause = refused.as_ref().unwrap_err().get_details_retry_info().and_then(|retry| retry.retry_delay);
    assert!(pause.is_some_and(|pause| !pause.is_zero()));
    assert_eq!(reason(refused), is(Code::ResourceExhausted, "OVERLOADED"));
    HealthClient::new(running.channel().await).check(HealthCheckRequest::default()).await.unwrap();

    running.probe.let_go.notify_one();
    within(waiting).await.unwrap().unwrap();
    assert_eq!(said(client.export(order("hello")).await.unwrap()), "hello", "the place was not given back");
    running.stop().await;
}

#[tokio::test]
async fn who_does_not_say_who_it_is_gets_no_further() {
    let running =
        Running::with(&Grpc::default(), |services| services.with_identity(IdentityKind::Development)).await;
    let mut client = running.client().await;
    let status = client.export(order("who")).await.unwrap_err();
    let fields = status.get_details_bad_request().unwrap().field_violations;
    assert_eq!(fields.len(), 3, "{fields:?}");
    assert_eq!(reason(Err(status)), is(Code::Unauthenticated, "UNAUTHENTICATED"));
    let caller = said(client.export(signed("who")).await.unwrap());
    assert!(
        caller.contains("640324100200") && caller.contains("Officer") && caller.contains("clerk:7"),
        "{caller}"
    );
    HealthClient::new(running.channel().await).check(HealthCheckRequest::default()).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn refusals_speak_the_callers_language() {
    let running = Running::new(&Grpc::default()).await;
    let mut client = running.client().await;
    for (wish, locale, text) in [
        (None, "zh-CN", "行政区划登记中没有 640324100200"),
        (Some("en-GB,zh;q=0.5"), "en", "the register has no unit 640324100200"),
        (Some("zh"), "zh-CN", "行政区划登记中没有 640324100200"),
    ] {
        let mut request = order("refuse");
        if let Some(wish) = wish {
            request.metadata_mut().insert("accept-language", wish.parse().unwrap());
        }
        let status = client.export(request).await.unwrap_err();
        assert_eq!(status.message(), "the register has no unit 640324100200");
        let message = status.get_details_localized_message().unwrap();
        assert_eq!((message.locale.as_str(), message.message.as_str()), (locale, text));
    }
    running.stop().await;
}

#[tokio::test]
async fn the_frameworks_own_errors_have_reasons_too() {
    let running = Running::new(&Grpc { message_in_bytes_max: 1_000, ..Grpc::default() }).await;
    let mut client = running.client().await;
    let large = client.export(order(&"x".repeat(2_000))).await;
    assert_eq!(reason(large), is(Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    let mut packed = order("hello");
    packed.metadata_mut().insert("grpc-encoding", "gzip".parse().unwrap());
    let packed = client.export(packed).await;
    assert!(packed.as_ref().unwrap_err().metadata().contains_key("grpc-accept-encoding"));
    assert_eq!(reason(packed), is(Code::Unimplemented, "COMPRESSION_UNSUPPORTED"));
    let panicked = client.export(order("panic")).await;
    assert_eq!(reason(panicked), is(Code::Internal, "INTERNAL"));
    assert_eq!(
        said(client.export(order("hello")).await.unwrap()),
        "hello",
        "a panic must not end the connection"
    );

    let export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    for (path, message, expected) in [
        (export, &b"\xff\xff\xff"[..], is(Code::InvalidArgument, "MESSAGE_MALFORMED")),
        (
            "/opentelemetry.proto.collector.trace.v1.TraceService/Import",
            b"",
            is(Code::Unimplemented, "METHOD_UNKNOWN"),
        ),
        ("/no.such.Service/Method", b"", is(Code::Unimplemented, "METHOD_UNKNOWN")),
    ] {
        assert_eq!(reason(send(&running, path, message).await), expected, "{path}");
    }
    running.stop().await;
}

/// Bytes that need not be a message, to a path that need not be a method.
async fn send(
    running: &Running,
    path: &'static str,
    message: &'static [u8],
) -> Result<Response<ExportTraceServiceResponse>, Status> {
    use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

    #[derive(Default)]
    struct Bytes;
    impl Encoder for Bytes {
        type Item = &'static [u8];
        type Error = Status;
        fn encode(&mut self, item: &'static [u8], out: &mut EncodeBuf<'_>) -> Result<(), Status> {
            bytes::BufMut::put_slice(out, item);
            Ok(())
        }
    }
    impl Decoder for Bytes {
        type Item = ExportTraceServiceResponse;
        type Error = Status;
        fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Self::Item>, Status> {
            ExportTraceServiceResponse::decode(from)
                .map(Some)
                .map_err(|error| Status::data_loss(error.to_string()))
        }
        fn buffer_settings(&self) -> BufferSettings {
            BufferSettings::default()
        }
    }
    impl Codec for Bytes {
        type Encode = &'static [u8];
        type Decode = ExportTraceServiceResponse;
        type Encoder = Bytes;
        type Decoder = Bytes;
        fn encoder(&mut self) -> Bytes {
            Bytes
        }
        fn decoder(&mut self) -> Bytes {
            Bytes
        }
    }

    let mut client = tonic::client::Grpc::new(running.channel().await);
    client.ready().await.expect("a connection");
    client.unary(Request::new(message), http::uri::PathAndQuery::from_static(path), Bytes).await
}

#[tokio::test]
async fn reflection_describes_what_is_served_and_the_details_of_errors_in_both_versions() {
    let running = Running::with(&Grpc::default(), |services| services.with_reflection(true)).await;
    let mut client = ServerReflectionClient::new(running.channel().await);
    let questions = [
        MessageRequest::ListServices(String::new()),
        MessageRequest::FileContainingSymbol("google.rpc.ErrorInfo".to_owned()),
        MessageRequest::FileContainingSymbol("yishi.intake.v1.IntakeService".to_owned()),
    ];
    let questions = questions
        .map(|question| ServerReflectionRequest { host: String::new(), message_request: Some(question) });
    let mut answers =
        client.server_reflection_info(tokio_stream::iter(questions)).await.unwrap().into_inner();
    match within(answers.message()).await.unwrap().unwrap().message_response {
        Some(MessageResponse::ListServicesResponse(list)) => {
            let names: Vec<_> = list.service.iter().map(|service| service.name.as_str()).collect();
            let probe = "opentelemetry.proto.collector.trace.v1.TraceService";
            assert_eq!(names, ["grpc.health.v1.Health", probe, "grpc.reflection.v1.ServerReflection"]);
        }
        other => panic!("{other:?}"),
    }
    for _ in 0..2 {
        let answer = within(answers.message()).await.unwrap().unwrap().message_response;
        assert!(matches!(answer, Some(MessageResponse::FileDescriptorResponse(_))), "{answer:?}");
    }

    let mut older = v1alpha::server_reflection_client::ServerReflectionClient::new(running.channel().await);
    let list = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(
            v1alpha::server_reflection_request::MessageRequest::ListServices(String::new()),
        ),
    };
    let mut answers = older.server_reflection_info(tokio_stream::once(list)).await.unwrap().into_inner();
    assert!(within(answers.message()).await.unwrap().is_some());
    running.stop().await;

    let silent = Running::new(&Grpc::default()).await;
    let mut client = ServerReflectionClient::new(silent.channel().await);
    let refused = client.server_reflection_info(tokio_stream::empty()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unimplemented);
    silent.stop().await;
}
