//! Who may do what: the caller, how a unit relates to another, and the policy that joins the two.
//!
//! Architecture invariant: closed unless opened. An RPC without a row in `policy.toml` is refused to everybody,
//! and a unit that does not exist is refused like one that is forbidden.

mod development;
mod policy;
mod relation;

use std::str::FromStr;

use serde::Deserialize;
use yishi_kernel::{Actor, UnitCode};

pub(crate) use development::caller_of;
pub use development::{ACTOR, ROLE, UNIT};
pub use policy::{Policy, PolicyError};
pub use relation::Relation;

/// Who calls: found by the authentication layer in the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The unit the caller acts for.
    pub unit: UnitCode,
    /// What the caller is there.
    pub role: Role,
    /// Which person or program it is.
    pub actor: Actor,
}

/// What a caller is in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Does the unit's business.
    Officer,
    /// Watches it.
    Supervisor,
    /// Looks into the books.
    Auditor,
    /// Runs the machines, and has no business in the books.
    Operator,
    /// The unit's own node, which speaks to the node above and to nobody else.
    Node,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [Role::Officer, Role::Supervisor, Role::Auditor, Role::Operator, Role::Node];

    /// The name in metadata and policy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Officer => "officer",
            Role::Supervisor => "supervisor",
            Role::Auditor => "auditor",
            Role::Operator => "operator",
            Role::Node => "node",
        }
    }
}

/// A text that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role: write officer, supervisor, auditor, operator or node")]
pub struct RoleError(String);

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| RoleError(text.to_owned()))
    }
}
