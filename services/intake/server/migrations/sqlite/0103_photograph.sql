-- Which matter has which photograph, by its SHA-256: the same one with two matters is told of both.
CREATE TABLE photograph (
    unit    INTEGER NOT NULL,
    year    INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    sha256  BLOB    NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (unit, year, ordinal, sha256)
) STRICT, WITHOUT ROWID;

-- The other matters that have it (photograph_shared.sql, photograph_sharing.sql).
CREATE INDEX photograph_sha256 ON photograph (sha256);
