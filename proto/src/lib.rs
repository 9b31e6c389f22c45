//! The contracts of the suite. The truth is in `yishi/**/*.proto`; what stands in `src/gen` is made from it
//! by `make gen` and committed, so that a build needs no generator. A test compares the two.

/// What the intake service serves, and what it writes into its journal.
pub mod intake {
    /// Version 1.
    #[expect(
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "tonic's generator writes its own `#[allow]`s"
    )]
    pub mod v1 {
        include!("gen/yishi.intake.v1.rs");
    }
}

/// What the escalation service serves, and what it writes into its journal.
pub mod escalation {
    /// Version 1.
    #[expect(
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "tonic's generator writes its own `#[allow]`s"
    )]
    pub mod v1 {
        include!("gen/yishi.escalation.v1.rs");
    }
}

/// What the funding service serves, and what it writes into its journal.
pub mod funding {
    /// Version 1.
    #[expect(
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "tonic's generator writes its own `#[allow]`s"
    )]
    pub mod v1 {
        include!("gen/yishi.funding.v1.rs");
    }
}

/// Journal entries as they travel, and following them.
pub mod journal {
    /// Version 1.
    #[expect(
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "tonic's generator writes its own `#[allow]`s"
    )]
    #[expect(clippy::large_enum_variant, reason = "an entry is what nearly every answer of Watch holds")]
    pub mod v1 {
        include!("gen/yishi.journal.v1.rs");
    }
}

/// What a node and the node above it tell each other.
pub mod link {
    /// Version 1.
    #[expect(
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "tonic's generator writes its own `#[allow]`s"
    )]
    pub mod v1 {
        include!("gen/yishi.link.v1.rs");
    }
}

/// What a node serves to its operator.
pub mod admin {
    /// Version 1.
    #[expect(
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "tonic's generator writes its own `#[allow]`s"
    )]
    pub mod v1 {
        include!("gen/yishi.admin.v1.rs");
    }
}

/// What the appraisal service serves, and what it writes into its journal.
pub mod appraisal {
    /// Version 1.
    #[expect(
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "tonic's generator writes its own `#[allow]`s"
    )]
    #[expect(clippy::large_enum_variant, reason = "a bulletin is rare, and few events are held at once")]
    pub mod v1 {
        include!("gen/yishi.appraisal.v1.rs");
    }
}

// Whoever prints a request or an answer prints no person with it.
impl std::fmt::Debug for intake::v1::Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(hidden)")
    }
}

impl std::fmt::Debug for link::v1::Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(hidden)")
    }
}

/// All contracts as an encoded `google.protobuf.FileDescriptorSet`, imports and custom options included.
pub const DESCRIPTORS: &[u8] = include_bytes!("gen/descriptors.bin");
