-- Which matter has which photograph, by its SHA-256: the same one with two matters is told of both.
CREATE TABLE photograph (
    unit    BIGINT NOT NULL,
    year    BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    sha256  BYTEA  NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (unit, year, ordinal, sha256)
);

-- The other matters that have it (photograph_shared.sql, photograph_sharing.sql).
CREATE INDEX photograph_sha256 ON photograph (sha256);
