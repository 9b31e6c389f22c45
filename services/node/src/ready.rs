//! Telling whoever started this node where it listens.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

/// Where a node listens.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Ready {
    /// For callers.
    pub(crate) address: SocketAddr,
    /// For the operator.
    pub(crate) admin: SocketAddr,
}

/// Writes the file under another name first: whoever waits for it never sees half of it.
pub(crate) fn announce(file: &Path, ready: &Ready) -> io::Result<()> {
    let draft = file.with_extension("part");
    std::fs::write(&draft, serde_json::to_string(ready)?)?;
    std::fs::rename(draft, file)
}
