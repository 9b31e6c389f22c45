use std::collections::HashMap;

use yishi_kernel::{Date, Register, UnitCode};

use super::{Caller, Relation, Role};
use crate::errors::{Failure, reasons};

/// Per RPC, the roles and relations it is open to.
#[derive(Debug, Clone)]
pub struct Policy(HashMap<String, HashMap<Role, Vec<Relation>>>);

/// A policy that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the policy cannot be read: {0}")]
pub struct PolicyError(#[from] toml::de::Error);

impl Policy {
    /// The policy of the suite.
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../policy.toml")).expect("a test reads the embedded policy")
    }

    /// Reads a policy: one table per RPC, one line per role.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Ok(Self(toml::from_str(text)?))
    }

    /// The RPCs that are open to anybody at all.
    pub fn rpcs(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether an RPC (`pkg.Service/Method`) is open to a role that stands so to the subject.
    pub fn allows(&self, rpc: &str, role: Role, relation: Relation) -> bool {
        self.0.get(rpc).and_then(|row| row.get(&role)).is_some_and(|relations| relations.contains(&relation))
    }

    /// Lets the caller pass on a day, or refuses without telling whether the subject exists.
    pub fn check(
        &self,
        rpc: &str,
        caller: &Caller,
        subject: UnitCode,
        (register, day): (&Register, Date),
    ) -> Result<(), Failure> {
        let relation = Relation::on(register, day, caller.unit, subject);
        if self.allows(rpc, caller.role, relation) {
            Ok(())
        } else {
            Err(Failure::new(&reasons::PERMISSION_DENIED))
        }
    }
}
