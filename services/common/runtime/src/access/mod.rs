//! Who may do what: the caller, how a unit relates to another, and the policy that joins the two.
//!
//! Architecture invariant: closed unless opened. An RPC without a row in `policy.toml` is refused to everybody,
//! and a unit that does not exist is refused like one that is forbidden.

mod department;
mod development;
mod policy;
mod relation;

use std::str::FromStr;

use serde::Deserialize;
use yishi_kernel::{Actor, UnitCode};

pub use department::{DepartmentKind, DepartmentKindError};
pub(crate) use development::caller_of;
pub use development::{ACTOR, DEPARTMENT, ROLE, UNIT};
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
    /// Which of the unit's departments; of one in the role of a department, and of nobody else.
    pub department: Option<DepartmentKind>,
}

impl Caller {
    /// Who acts for a unit as a whole.
    #[must_use]
    pub const fn of(unit: UnitCode, role: Role, actor: Actor) -> Self {
        Self { unit, role, actor, department: None }
    }

    /// The resource name of the caller's department.
    #[must_use]
    pub fn department_name(&self) -> Option<String> {
        self.department.as_ref().map(|kind| format!("departments/{}/{kind}", self.unit))
    }

    /// Whether the caller may speak of what a department does: itself, or, where the policy lets others in at all, they.
    #[must_use]
    pub fn speaks_for(&self, department: &str) -> bool {
        self.role != Role::Department || self.department_name().is_some_and(|own| own == department)
    }
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
    /// One of the unit's departments: what is asked of it concerns it, and nothing else does. There are departments at
    /// counties, cities and the region.
    Department,
    /// The unit's own node, which speaks to the node above and to nobody else.
    Node,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 6] =
        [Role::Officer, Role::Supervisor, Role::Auditor, Role::Operator, Role::Department, Role::Node];

    /// The name in metadata and policy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Officer => "officer",
            Role::Supervisor => "supervisor",
            Role::Auditor => "auditor",
            Role::Operator => "operator",
            Role::Department => "department",
            Role::Node => "node",
        }
    }
}

/// A text that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role: write officer, supervisor, auditor, operator, department or node")]
pub struct RoleError(String);

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| RoleError(text.to_owned()))
    }
}
