//! Telling whoever started this node where it listens.

use std::io;
use std::path::Path;

use yishi_node::Addresses;

/// Writes the file under another name first: whoever waits for it never sees half of it.
pub(crate) fn announce(file: &Path, addresses: Addresses) -> io::Result<()> {
    let draft = file.with_extension("part");
    std::fs::write(&draft, serde_json::to_string(&addresses)?)?;
    std::fs::rename(draft, file)
}
