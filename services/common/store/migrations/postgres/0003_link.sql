-- Entries that units of other nodes addressed to units of this subtree: single ones, without what stands around them in
-- their own journals. They share the journal's positions, so that whoever follows reads both in one order (journal_after.sql).
CREATE TABLE letter (
    pos         BIGINT NOT NULL,
    unit        BIGINT NOT NULL,
    epoch       BIGINT NOT NULL,
    seq         BIGINT NOT NULL CHECK (seq >= 1),
    at_us       BIGINT NOT NULL,
    actor       TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    to_unit     BIGINT NOT NULL,
    to_seq      BIGINT NOT NULL CHECK (to_seq >= 1),
    payload     BYTEA  NOT NULL,
    entry_hash  BYTEA  NOT NULL CHECK (length(entry_hash) = 32),
    chain       BYTEA  NOT NULL CHECK (length(chain) = 32),
    received_us BIGINT NOT NULL,
    traceparent TEXT,
    PRIMARY KEY (to_unit, unit, to_seq)
);

-- The key of a letter is its number on the way from its unit to its addressee: nothing with it is ever taken twice.
CREATE INDEX letter_pos ON letter (pos);

-- Epochs in which a unit's entries were written by another node's writer, or by this one's in a future that its database
-- has lost: its own terms are in `term` (verify.rs).
CREATE TABLE elsewhere (
    unit  BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    PRIMARY KEY (unit, epoch)
);

-- What is addressed is sent on to nodes below in the order of positions (addressed_after.sql); few entries are.
CREATE INDEX journal_addressed ON journal (pos) WHERE to_unit IS NOT NULL;
