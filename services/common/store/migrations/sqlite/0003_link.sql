-- Entries that units of other nodes addressed to units of this subtree: single ones, without what stands around them in
-- their own journals. They share the journal's positions, so that whoever follows reads both in one order (journal_after.sql).
CREATE TABLE letter (
    pos         INTEGER NOT NULL PRIMARY KEY,
    unit        INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    seq         INTEGER NOT NULL CHECK (seq >= 1),
    at_us       INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    to_unit     INTEGER NOT NULL,
    to_seq      INTEGER NOT NULL CHECK (to_seq >= 1),
    payload     BLOB    NOT NULL,
    entry_hash  BLOB    NOT NULL CHECK (length(entry_hash) = 32),
    chain       BLOB    NOT NULL CHECK (length(chain) = 32),
    received_us INTEGER NOT NULL,
    traceparent TEXT
) STRICT;

-- The key of a letter: its number on the way from its unit to its addressee. Nothing with it is ever taken twice.
CREATE UNIQUE INDEX letter_way ON letter (to_unit, unit, to_seq);

-- Epochs in which a unit's entries were written by another node's writer, or by this one's in a future that its database
-- has lost: its own terms are in `term` (verify.rs).
CREATE TABLE elsewhere (
    unit  INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    PRIMARY KEY (unit, epoch)
) STRICT, WITHOUT ROWID;

-- What is addressed is sent on to nodes below in the order of positions (addressed_after.sql); few entries are.
CREATE INDEX journal_addressed ON journal (pos) WHERE to_unit IS NOT NULL;
