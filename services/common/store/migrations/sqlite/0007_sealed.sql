-- What is kept of persons, sealed: carried beside the entry it came with and read by nobody without the unit's key. All that a
-- copy of this table tells is that somebody is known.
--
-- Rows are appended and never change their length: a key is destroyed by zeros in its own place, of which neither a page that
-- was split nor a freed one has kept another copy (sealed.rs).
CREATE TABLE sealed (
    pos    INTEGER NOT NULL PRIMARY KEY,
    unit   INTEGER NOT NULL,
    person BLOB    NOT NULL CHECK (length(person) = 16),
    key    BLOB    NOT NULL CHECK (length(key) = 60),
    record BLOB    NOT NULL CHECK (length(record) <= 1024)
) STRICT;

CREATE UNIQUE INDEX sealed_person ON sealed (unit, person);
