-- The keys by which nodes right below are known, by their topmost units: the first one that was seen, until an operator says
-- otherwise.
CREATE TABLE trusted (
    unit     BIGINT NOT NULL PRIMARY KEY,
    key      BYTEA  NOT NULL CHECK (length(key) = 32),
    since_us BIGINT NOT NULL
);

-- What each of them said last of where its journals end, byte for byte, and by which key it signed it then (witness.rs). It may
-- be long, so it comes last.
CREATE TABLE testimony (
    unit        BIGINT NOT NULL PRIMARY KEY,
    key         BYTEA  NOT NULL CHECK (length(key) = 32),
    received_us BIGINT NOT NULL,
    signature   BYTEA  NOT NULL CHECK (length(signature) = 64),
    statement   BYTEA  NOT NULL
);
