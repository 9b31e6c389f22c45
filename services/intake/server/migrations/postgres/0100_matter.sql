-- Projections of intake's journal; every row can be made again from it.

-- A matter as it is served (`record` holds yishi.intake.v1.Matter), with the columns that are filtered and counted by.
-- The key gives lists their order: village, year, ordinal (matter_list.sql).
CREATE TABLE matter (
    unit              BIGINT  NOT NULL,
    year              BIGINT  NOT NULL,
    ordinal           BIGINT  NOT NULL CHECK (ordinal >= 1),
    state             BIGINT  NOT NULL CHECK (state BETWEEN 1 AND 12),
    category          BIGINT  NOT NULL CHECK (category BETWEEN 1 AND 5),
    cost_estimate_fen BIGINT  NOT NULL CHECK (cost_estimate_fen >= 0),
    project_ordinal   BIGINT CHECK (project_ordinal >= 1),
    version           BIGINT NOT NULL CHECK (version >= 0),
    record            BYTEA   NOT NULL,
    PRIMARY KEY (unit, year, ordinal)
);

-- Project numbers are unique per village and year.
CREATE UNIQUE INDEX matter_project ON matter (unit, year, project_ordinal) WHERE project_ordinal IS NOT NULL;

-- A village's counters of one year: the next proposal's ordinal, the numbers issued, the slots taken.
CREATE TABLE village_year (
    unit      BIGINT  NOT NULL,
    year      BIGINT  NOT NULL,
    proposals BIGINT  NOT NULL CHECK (proposals >= 0),
    issued    BIGINT  NOT NULL CHECK (issued >= 0),
    taken     BIGINT  NOT NULL CHECK (taken >= 0 AND taken <= issued),
    PRIMARY KEY (unit, year)
);

-- Who backs a matter: a token counts once.
CREATE TABLE support (
    unit    BIGINT  NOT NULL,
    year    BIGINT  NOT NULL,
    ordinal BIGINT  NOT NULL,
    token   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (unit, year, ordinal, token)
);

-- Sums for counties and above; a township's few matters are summed when asked (matter_report.sql).
-- `determined` counts what was ever determined, whatever became of it.
CREATE TABLE tally (
    unit           BIGINT  NOT NULL,
    year           BIGINT  NOT NULL,
    state          BIGINT  NOT NULL,
    category       BIGINT  NOT NULL,
    matters        BIGINT  NOT NULL,
    fen            BIGINT  NOT NULL,
    determined     BIGINT  NOT NULL,
    determined_fen BIGINT  NOT NULL,
    PRIMARY KEY (unit, year, state, category)
);
