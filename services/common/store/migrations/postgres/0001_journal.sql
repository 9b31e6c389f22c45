-- Unit codes are integers here: half the bytes of their text in every index, and the same order.
-- A code's zeros come back when it is shown (kernel UnitCode).

-- One row: whose term it is (fence), how far the database has come (pos), whose database it is (service, clock).
CREATE TABLE lease (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    service    TEXT    NOT NULL,
    clock      TEXT    NOT NULL CHECK (clock IN ('system', 'manual')),
    epoch      BIGINT NOT NULL,
    pos        BIGINT NOT NULL CHECK (pos >= 0),
    at_us      BIGINT NOT NULL,
    digest_key BYTEA  NOT NULL CHECK (length(digest_key) = 32)
);

-- Every term of a writer, and the position it began at: a cursor of a term that is not here comes from a lost future.
CREATE TABLE term (
    epoch    BIGINT NOT NULL PRIMARY KEY,
    from_pos BIGINT NOT NULL
);

-- Where each unit's chain stands. The writer moves it by compare-and-set (write.rs).
CREATE TABLE head (
    unit  BIGINT NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    seq   BIGINT NOT NULL CHECK (seq >= 1),
    chain BYTEA  NOT NULL CHECK (length(chain) = 32)
);

-- The last number used on each way from unit to unit, so that a sparse reader notices a missing entry.
CREATE TABLE address (
    unit    BIGINT NOT NULL,
    to_unit BIGINT NOT NULL,
    to_seq  BIGINT NOT NULL CHECK (to_seq >= 1),
    PRIMARY KEY (unit, to_unit)
);

-- `pos` has a plain index; the lease row makes it unique (write.sql), and the key begins with the unit (partitioning).
CREATE TABLE journal (
    pos         BIGINT NOT NULL,
    unit        BIGINT NOT NULL,
    epoch       BIGINT NOT NULL,
    seq         BIGINT NOT NULL CHECK (seq >= 1),
    at_us       BIGINT NOT NULL,
    actor       TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    to_unit     BIGINT,
    to_seq      BIGINT,
    payload     BYTEA  NOT NULL,
    entry_hash  BYTEA  NOT NULL CHECK (length(entry_hash) = 32),
    chain       BYTEA  NOT NULL CHECK (length(chain) = 32),
    received_us BIGINT NOT NULL,
    traceparent TEXT,
    PRIMARY KEY (unit, seq),
    CHECK ((to_unit IS NULL) = (to_seq IS NULL))
);

-- Watches, links and cuts read by position (journal/read.rs). One line of history per unit is the primary key's work.
CREATE INDEX journal_pos ON journal (pos);
-- Sparse on purpose: few entries are addressed (link, and the uniqueness of to_seq).
CREATE UNIQUE INDEX journal_address ON journal (to_unit, unit, to_seq) WHERE to_unit IS NOT NULL;

-- What was asked and answered: the same request acts once. Only what was done is here; a refused request may be tried again.
CREATE TABLE request (
    unit       BIGINT NOT NULL,
    caller     TEXT    NOT NULL,
    request_id BYTEA  NOT NULL CHECK (length(request_id) = 16),
    digest     BYTEA  NOT NULL CHECK (length(digest) = 32),
    response   BYTEA  NOT NULL,
    entries    BIGINT NOT NULL CHECK (entries >= 0),
    pos        BIGINT NOT NULL,
    PRIMARY KEY (unit, caller, request_id)
);

-- SQLite has unhex() built in; with this the shared statements say the same on both engines.
CREATE FUNCTION unhex(digits TEXT) RETURNS BYTEA
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN decode(digits, 'hex');
