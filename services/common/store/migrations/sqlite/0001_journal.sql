-- Unit codes are integers here: half the bytes of their text in every index, and the same order.
-- A code's zeros come back when it is shown (kernel UnitCode).

-- One row: whose term it is (fence), how far the database has come (pos), whose database it is (service, clock).
CREATE TABLE lease (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    service    TEXT    NOT NULL,
    clock      TEXT    NOT NULL CHECK (clock IN ('system', 'manual')),
    epoch      INTEGER NOT NULL,
    pos        INTEGER NOT NULL CHECK (pos >= 0),
    at_us      INTEGER NOT NULL,
    digest_key BLOB    NOT NULL CHECK (length(digest_key) = 32)
) STRICT;

-- Every term of a writer, and the position it began at: a cursor of a term that is not here comes from a lost future.
CREATE TABLE term (
    epoch    INTEGER NOT NULL PRIMARY KEY,
    from_pos INTEGER NOT NULL
) STRICT;

-- Where each unit's chain stands. The writer moves it by compare-and-set (write.rs).
CREATE TABLE head (
    unit  INTEGER NOT NULL PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seq   INTEGER NOT NULL CHECK (seq >= 1),
    chain BLOB    NOT NULL CHECK (length(chain) = 32)
) STRICT;

-- The last number used on each way from unit to unit, so that a sparse reader notices a missing entry.
CREATE TABLE address (
    unit    INTEGER NOT NULL,
    to_unit INTEGER NOT NULL,
    to_seq  INTEGER NOT NULL CHECK (to_seq >= 1),
    PRIMARY KEY (unit, to_unit)
) STRICT, WITHOUT ROWID;

-- `pos` is the row id: entries append to the end of the file, whatever unit they belong to.
CREATE TABLE journal (
    pos         INTEGER NOT NULL PRIMARY KEY,
    unit        INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    seq         INTEGER NOT NULL CHECK (seq >= 1),
    at_us       INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    to_unit     INTEGER,
    to_seq      INTEGER,
    payload     BLOB    NOT NULL,
    entry_hash  BLOB    NOT NULL CHECK (length(entry_hash) = 32),
    chain       BLOB    NOT NULL CHECK (length(chain) = 32),
    received_us INTEGER NOT NULL,
    traceparent TEXT,
    CHECK ((to_unit IS NULL) = (to_seq IS NULL))
) STRICT;

-- One line of history per unit: a second entry with the same number cannot be stored, whatever its epoch (verify.rs, read.rs).
CREATE UNIQUE INDEX journal_unit_seq ON journal (unit, seq);
-- Sparse on purpose: few entries are addressed (link, and the uniqueness of to_seq).
CREATE UNIQUE INDEX journal_address ON journal (to_unit, unit, to_seq) WHERE to_unit IS NOT NULL;

-- What was asked and answered: the same request acts once. Only what was done is here; a refused request may be tried again.
CREATE TABLE request (
    unit       INTEGER NOT NULL,
    caller     TEXT    NOT NULL,
    request_id BLOB    NOT NULL CHECK (length(request_id) = 16),
    digest     BLOB    NOT NULL CHECK (length(digest) = 32),
    response   BLOB    NOT NULL,
    entries    INTEGER NOT NULL CHECK (entries >= 0),
    pos        INTEGER NOT NULL,
    PRIMARY KEY (unit, caller, request_id)
) STRICT, WITHOUT ROWID;
