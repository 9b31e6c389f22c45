-- The keys by which nodes right below are known, by their topmost units: the first one that was seen, until an operator says
-- otherwise.
CREATE TABLE trusted (
    unit     INTEGER NOT NULL PRIMARY KEY,
    key      BLOB    NOT NULL CHECK (length(key) = 32),
    since_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What each of them said last of where its journals end, byte for byte, and by which key it signed it then (witness.rs). It may
-- be long, so it comes last.
CREATE TABLE testimony (
    unit        INTEGER NOT NULL PRIMARY KEY,
    key         BLOB    NOT NULL CHECK (length(key) = 32),
    received_us INTEGER NOT NULL,
    signature   BLOB    NOT NULL CHECK (length(signature) = 64),
    statement   BLOB    NOT NULL
) STRICT;
