//! Calls below the generated clients: any method by its name, any bytes, any metadata.

use std::time::Duration;

use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Extensions, Request, Response, Status};

use prost::bytes::{Buf, BufMut};

/// A stream may be long, and the machine busy with other tests.
const STREAM_MAX: Duration = Duration::from_secs(120);

/// A connection that carries bytes.
#[derive(Clone, Debug)]
pub struct Wire(Channel);

impl Wire {
    /// On a connection there is.
    #[must_use]
    pub fn on(channel: Channel) -> Self {
        Self(channel)
    }

    /// Calls `pkg.Service/Method`.
    pub async fn call(&self, rpc: &str, metadata: &MetadataMap, message: Vec<u8>) -> Result<Vec<u8>, Status> {
        let request = Request::from_parts(metadata.clone(), Extensions::default(), message);
        self.client().await.unary(request, path(rpc), Bytes).await.map(Response::into_inner)
    }

    /// Calls `pkg.Service/Method`, which takes a stream of messages.
    pub async fn stream(
        &self,
        rpc: &str,
        metadata: &MetadataMap,
        messages: Vec<Vec<u8>>,
    ) -> Result<Vec<u8>, Status> {
        let messages = tokio_stream::iter(messages);
        let mut request = Request::from_parts(metadata.clone(), Extensions::default(), messages);
        request.set_timeout(STREAM_MAX);
        self.client().await.client_streaming(request, path(rpc), Bytes).await.map(Response::into_inner)
    }

    async fn client(&self) -> Grpc<Channel> {
        let mut client = Grpc::new(self.0.clone());
        client.ready().await.expect("a node that serves");
        client
    }
}

fn path(rpc: &str) -> PathAndQuery {
    format!("/{rpc}").parse().expect("a method's name makes a path")
}

/// What is sent is what is given.
#[derive(Clone, Copy, Debug, Default)]
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, message: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put_slice(&message);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining()).to_vec()))
    }
}
