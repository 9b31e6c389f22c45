-- What a matter is filed under, for reports by subcategory (subcategory_report.sql). Empty in rows of before, whose record tells
-- it (subcategory_unsorted.sql), until they are next written. There is no `taxonomy` where it is the region's first.
ALTER TABLE matter ADD COLUMN subcategory TEXT NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN taxonomy TEXT;

-- What units hold for publicity and exchange, as it is served (`record` holds yishi.intake.v1.Activity).
CREATE TABLE activity (
    unit         INTEGER NOT NULL,
    year         INTEGER NOT NULL,
    ordinal      INTEGER NOT NULL CHECK (ordinal >= 1),
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    participants INTEGER NOT NULL CHECK (participants >= 0),
    counts       INTEGER NOT NULL CHECK (counts IN (0, 1)),
    version      INTEGER NOT NULL CHECK (version >= 0),
    record       BLOB NOT NULL,
    PRIMARY KEY (unit, year, ordinal)
) STRICT, WITHOUT ROWID;

-- Who spoke at those that count: whoever spoke twice is one speaker (speaker_report.sql).
CREATE TABLE speaker (
    unit    INTEGER NOT NULL,
    year    INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    token   TEXT NOT NULL,
    PRIMARY KEY (unit, year, ordinal, token)
) STRICT, WITHOUT ROWID;

-- What is held up of a village and year: the village itself under the ordinal 0, and its matters. By so many units; `record`
-- holds yishi.intake.v1.MarkedSubject.
CREATE TABLE mark (
    unit    INTEGER NOT NULL,
    year    INTEGER NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    marks   INTEGER NOT NULL CHECK (marks >= 0),
    record  BLOB NOT NULL,
    PRIMARY KEY (unit, year, ordinal)
) STRICT, WITHOUT ROWID;
