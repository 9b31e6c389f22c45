//! The key under which villagers who back a proposal are written down, in a file beside the databases.

use std::path::Path;

use anyhow::{Context, Result, bail};
use yishi_intake::SupportKey;
use yishi_kernel::UnitCode;
use yishi_seal::{FileError, open_or_make, random};

/// The file's name, in the node's folder.
pub const FILE: &str = "support.key";

/// Whether there is a key already.
pub fn is_there(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// The key of the node that hosts a unit; it is made if there is none.
pub fn open(folder: &Path, unit: UnitCode) -> Result<SupportKey> {
    let path = folder.join(FILE);
    let new = || Ok::<_, FileError>(SupportKey::new(unit, random()?).expose().into_bytes());
    read(&path, open_or_make(&path, new)?, unit)
}

/// The key of the node that hosts a unit, which must be there.
pub fn find(folder: &Path, unit: UnitCode) -> Result<SupportKey> {
    let path = folder.join(FILE);
    let bytes = yishi_seal::read(&path)?;
    let bytes =
        bytes.with_context(|| format!("{} is not there: is it the node's folder?", path.display()))?;
    read(&path, bytes, unit)
}

fn read(path: &Path, bytes: Vec<u8>, unit: UnitCode) -> Result<SupportKey> {
    let text = String::from_utf8(bytes).unwrap_or_default();
    let key: SupportKey = text.parse().with_context(|| path.display().to_string())?;
    if key.unit() != unit {
        bail!(
            "{} is the key of {}, and this node is {unit}: write the key that `yishi-node all --support-key-for {unit}` prints there",
            path.display(),
            key.unit()
        );
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use yishi_kernel::Register;

    use super::*;

    const DIVISIONS: &str = include_str!("../../../deploy/divisions/ningxia.csv");
    const COUNTY: UnitCode = UnitCode::new(640_324_000_000).unwrap();

    #[test]
    fn a_key_is_made_once_and_that_of_another_unit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let register = Register::parse(DIVISIONS, "").unwrap();
        let region = open(folder.path(), register.root()).unwrap();
        assert_eq!(open(folder.path(), register.root()).unwrap().expose(), region.expose());
        let refused = open(folder.path(), COUNTY).unwrap_err().to_string();
        assert!(refused.contains("is the key of 640000000000, and this node is 640324000000"), "{refused}");
        // What the node above makes for the node of a county is that node's key.
        let below = tempfile::tempdir().unwrap();
        let made = region.below(&register, COUNTY).expose();
        open_or_make(&below.path().join(FILE), || Ok::<_, FileError>(made.clone().into_bytes())).unwrap();
        assert_eq!(open(below.path(), COUNTY).unwrap().expose(), made);
        let broken = tempfile::tempdir().unwrap();
        open_or_make(&broken.path().join(FILE), || Ok::<_, FileError>(b"640324000000 ab".to_vec())).unwrap();
        let refused = format!("{:#}", open(broken.path(), COUNTY).unwrap_err());
        assert!(refused.contains("write a key for supporters as"), "{refused}");
    }
}
