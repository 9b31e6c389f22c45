-- What is kept of persons, sealed: carried beside the entry it came with and read by nobody without the unit's key. All that a
-- copy of this table tells is that somebody is known.
--
-- A key is destroyed by zeros in its place. What the old row leaves behind goes with the next vacuum (sealed.rs).
CREATE TABLE sealed (
    pos    BIGINT NOT NULL PRIMARY KEY,
    unit   BIGINT NOT NULL,
    person BYTEA  NOT NULL CHECK (length(person) = 16),
    key    BYTEA  NOT NULL CHECK (length(key) = 60),
    record BYTEA  NOT NULL CHECK (length(record) <= 1024)
);

CREATE UNIQUE INDEX sealed_person ON sealed (unit, person);
