-- Projections of intake's journal; every row can be made again from it.

-- A matter as it is served (`record` holds yishi.intake.v1.Matter), with the columns that are filtered and counted by.
-- The key gives lists their order: village, year, ordinal (matter_list.sql).
CREATE TABLE matter (
    unit              INTEGER NOT NULL,
    year              INTEGER NOT NULL,
    ordinal           INTEGER NOT NULL CHECK (ordinal >= 1),
    state             INTEGER NOT NULL CHECK (state BETWEEN 1 AND 12),
    category          INTEGER NOT NULL CHECK (category BETWEEN 1 AND 5),
    cost_estimate_fen INTEGER NOT NULL CHECK (cost_estimate_fen >= 0),
    project_ordinal   INTEGER CHECK (project_ordinal >= 1),
    version           INTEGER NOT NULL CHECK (version >= 0),
    record            BLOB    NOT NULL,
    PRIMARY KEY (unit, year, ordinal)
) STRICT, WITHOUT ROWID;

-- Project numbers are unique per village and year.
CREATE UNIQUE INDEX matter_project ON matter (unit, year, project_ordinal) WHERE project_ordinal IS NOT NULL;

-- A village's counters of one year: the next proposal's ordinal, the numbers issued, the slots taken.
CREATE TABLE village_year (
    unit      INTEGER NOT NULL,
    year      INTEGER NOT NULL,
    proposals INTEGER NOT NULL CHECK (proposals >= 0),
    issued    INTEGER NOT NULL CHECK (issued >= 0),
    taken     INTEGER NOT NULL CHECK (taken >= 0 AND taken <= issued),
    PRIMARY KEY (unit, year)
) STRICT, WITHOUT ROWID;

-- Who backs a matter: a token counts once.
CREATE TABLE support (
    unit    INTEGER NOT NULL,
    year    INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    token   TEXT    NOT NULL,
    PRIMARY KEY (unit, year, ordinal, token)
) STRICT, WITHOUT ROWID;

-- Sums for counties and above; a township's few matters are summed when asked (matter_report.sql).
-- `determined` counts what was ever determined, whatever became of it.
CREATE TABLE tally (
    unit           INTEGER NOT NULL,
    year           INTEGER NOT NULL,
    state          INTEGER NOT NULL,
    category       INTEGER NOT NULL,
    matters        INTEGER NOT NULL,
    fen            INTEGER NOT NULL,
    determined     INTEGER NOT NULL,
    determined_fen INTEGER NOT NULL,
    PRIMARY KEY (unit, year, state, category)
) STRICT, WITHOUT ROWID;
