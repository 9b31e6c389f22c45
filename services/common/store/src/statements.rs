//! Every statement of the store, so that a test can prepare them all on both engines.

macro_rules! statements {
    ($(#[$doc:meta] $name:ident = $file:literal;)*) => {
        $(#[$doc] pub(crate) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*
        /// The shared statements by file name.
        pub const ALL: &[(&str, &str)] = &[$(($file, $name)),*];
    };
}

statements! {
    /// Whose database this is, and how far it has come.
    LEASE_FIND = "lease_find";
    /// The first row ever.
    LEASE_CREATE = "lease_create";
    /// A new term begins.
    LEASE_CLAIM = "lease_claim";
    /// Fence, lock and position in one.
    LEASE_ADVANCE = "lease_advance";
    /// A term and where it began.
    TERM_INSERT = "term_insert";
    /// All terms.
    TERM_LIST = "term_list";
    /// All heads.
    HEAD_LIST = "head_list";
    /// Where one unit's journal ends.
    HEAD_FIND = "head_find";
    /// Heads of units that had none.
    HEAD_INSERT = "head_insert";
    /// Compare-and-set of heads.
    HEAD_MOVE = "head_move";
    /// Where each journal stood at a position.
    HEADS_AT = "heads_at";
    /// All ways between units.
    ADDRESS_LIST = "address_list";
    /// The last number on a way.
    ADDRESS_MOVE = "address_move";
    /// Entries of a batch.
    JOURNAL_INSERT = "journal_insert";
    /// A page of entries by position.
    JOURNAL_AFTER = "journal_after";
    /// When an entry was written.
    ENTRY_TIME = "entry_time";
    /// A page of one unit's entries.
    JOURNAL_OF_UNIT = "journal_of_unit";
    /// A page of all entries, unit by unit.
    JOURNAL_WALK = "journal_walk";
    /// How many entries, and which positions.
    JOURNAL_EXTENT = "journal_extent";
    /// Letters of a batch.
    LETTER_INSERT = "letter_insert";
    /// A page of letters, way by way.
    LETTER_WALK = "letter_walk";
    /// Epochs that other writers wrote.
    ELSEWHERE_INSERT = "elsewhere_insert";
    /// All of them.
    ELSEWHERE_LIST = "elsewhere_list";
    /// A page of whole journals, by position.
    DENSE_AFTER = "dense_after";
    /// A page of what is addressed to anybody, by position.
    ADDRESSED_AFTER = "addressed_after";
    /// The chains of journals at given entries.
    CHAINS_AT = "chains_at";
    /// The digests of given letters.
    WAY_ENDS = "way_ends";
    /// Where to go on sending whole journals.
    RESUME_JOURNAL = "resume_journal";
    /// Where to go on sending letters.
    RESUME_LETTERS = "resume_letters";
    /// What was asked and answered.
    REQUEST_INSERT = "request_insert";
    /// Which of these were answered before.
    REQUEST_FIND = "request_find";
    /// How far each source was read.
    CURSOR_LIST = "cursor_list";
    /// A source was read further.
    CURSOR_MOVE = "cursor_move";
    /// Who decides for which subtree.
    TENURE_LIST = "tenure_list";
    /// One of them.
    TENURE_PUT = "tenure_put";
    /// What was asked back before it came, by unit.
    EARLY_RECALL_LIST = "early_recall_list";
    /// Notes one.
    EARLY_RECALL_PUT = "early_recall_put";
    /// Drops one.
    EARLY_RECALL_DROP = "early_recall_drop";
    /// What followers passed over.
    MISSED_LIST = "missed_list";
    /// By one of them, of one subtree.
    MISSED_PUT = "missed_put";
    /// It is made up for.
    MISSED_DROP = "missed_drop";
    /// How much there is.
    EXTENT = "extent";
    /// A node is known by a key.
    TRUSTED_SET = "trusted_set";
    /// All keys.
    TRUSTED_LIST = "trusted_list";
    /// What a node signed last.
    TESTIMONY_SET = "testimony_set";
    /// Of one node.
    TESTIMONY_GET = "testimony_get";
    /// Of all nodes.
    TESTIMONY_LIST = "testimony_list";
    /// What came sealed with the entries of a batch.
    SEALED_INSERT = "sealed_insert";
    /// What came with the entries of a page.
    SEALED_BETWEEN = "sealed_between";
    /// What is kept of one person.
    SEALED_FIND = "sealed_find";
    /// Destroys the keys of persons.
    SEALED_ERASE = "sealed_erase";
    /// Requests that claim positions nobody wrote.
    REQUEST_BEYOND = "request_beyond";
}

/// PostgreSQL only: the whole write of a batch in one statement.
pub(crate) const POSTGRES_WRITE: &str = include_str!("sql/postgres_write.sql");
/// PostgreSQL only: the writer's lock.
pub(crate) const POSTGRES_LOCK: &str = include_str!("sql/postgres_lock.sql");
/// PostgreSQL only: the lock given back.
pub(crate) const POSTGRES_UNLOCK: &str = include_str!("sql/postgres_unlock.sql");
