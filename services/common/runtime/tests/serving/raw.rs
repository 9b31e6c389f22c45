//! HTTP/2 by hand, for peers that do not behave.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::probe::within;

pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;

pub(crate) const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// `POST` to the probe, uncompressed: two indexed fields, then literals.
pub(crate) const REQUEST: &[u8] = b"\x83\x86\x04\x01/\x01\x01x";

pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) payload: Vec<u8>,
}

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A connection that has said its preface and settings.
pub(crate) async fn greet(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a server");
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.expect("an open connection");
    stream
}

/// The next frame, or `None` at the end of the connection.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<Frame> {
    let mut head = [0; 9];
    within(stream.read_exact(&mut head)).await.ok()?;
    let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
    within(stream.read_exact(&mut payload)).await.ok()?;
    Some(Frame { kind: head[3], flags: head[4], payload })
}

/// Reads on until a frame of this kind comes.
pub(crate) async fn read_until(stream: &mut TcpStream, kind: u8) -> Option<Frame> {
    loop {
        let frame = read(stream).await?;
        if frame.kind == kind && frame.flags & ACK == 0 {
            return Some(frame);
        }
    }
}

/// The error of a GOAWAY.
pub(crate) fn goaway_error(frame: &Frame) -> u32 {
    u32::from_be_bytes(frame.payload[4..8].try_into().expect("a GOAWAY has eight bytes at least"))
}
