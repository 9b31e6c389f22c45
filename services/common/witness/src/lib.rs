//! What a node signs, with which key, and what that proves.
//!
//! A node says by a [`Statement`] where journals end that it holds, and signs its bytes with the [`NodeKey`] that lies beside
//! its databases. Whoever has the node's [`PublicKey`] can tell ever after that the node itself said so: a journal that was
//! rewritten since, with hashes that fit each other, no longer fits what was signed ([`Signed::open`]).
//!
//! Architecture invariant: it knows no database, no wire format and no runtime; the only thing it does outside is reading and
//! making the file of a key.

mod compare;
mod file;
mod key;
mod signed;
mod statement;

pub use compare::{Link, Parting, parting};
pub use file::{chance, secret_file};
pub use key::{KeyError, NodeKey, PublicKey};
pub use signed::{Signed, Unproven};
pub use statement::{About, Head, MAX_HEADS, Part, Statement, Unclear};
