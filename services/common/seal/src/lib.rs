//! What is kept of persons: a name and a telephone number, sealed so that whoever holds a copy of a database, of a journal
//! or of what travels between nodes holds nothing.
//!
//! Three keys. A **node's secret** is in a file of its own and in no database. The **unit's key** follows from it and from
//! the unit's code. A **person's key** is made of chance for one record, seals it, and is kept beside it, sealed with the
//! unit's key. Whoever destroys the person's key has erased the person, in every copy that was told to do the same and in
//! every backup whose keys were destroyed; the journal knows an opaque id and is not touched.
//!
//! Architecture invariant: no database, no wire format, no runtime. Chance is handed in ([`Chance`]); what is opened shows
//! itself to nobody who does not ask for it by name ([`Contact`]).
//!
//! ```
//! use yishi_seal::{Chance, Contact, Keyring};
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let (keys, village) = (Keyring::passing()?, "640324100200".parse()?);
//! let contact = Contact::new("张三丰", "13812345678")?;
//! let sealed = keys.seal(village, &contact, Chance::draw()?);
//! assert_eq!(keys.open(village, &sealed)?.masked(), ("张**".to_owned(), "138****5678".to_owned()));
//! # Ok(())
//! # }
//! # run().unwrap();
//! ```

mod contact;
mod file;
mod keyring;
mod seal;

pub use contact::{Contact, ContactProblem};
pub use file::{FileError, open_or_make, read};
pub use keyring::{Keyring, KeyringError};
pub use seal::{Chance, NoChance, Unopened, random};
