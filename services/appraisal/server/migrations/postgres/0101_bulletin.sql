-- Bulletins, and what they are made of: heard from the journals of intake, escalation and funding.

-- Where a matter is, what it is about, and what was paid for it. None while only funding was heard of it.
ALTER TABLE work ADD COLUMN state TEXT COLLATE "C";
ALTER TABLE work ADD COLUMN category TEXT COLLATE "C";
ALTER TABLE work ADD COLUMN paid_fen BIGINT NOT NULL DEFAULT 0 CHECK (paid_fen >= 0);

-- When a unit has to act about a matter: its own step, and its answer to the unit below. Rows stay when nothing is due.
CREATE TABLE step (
    unit      BIGINT NOT NULL,
    year      BIGINT NOT NULL,
    village   BIGINT NOT NULL,
    ordinal   BIGINT NOT NULL CHECK (ordinal >= 1),
    own_us    BIGINT,
    answer_us BIGINT,
    PRIMARY KEY (unit, year, village, ordinal)
);

-- When the last entry of a node below arrived here, by the machine's clock.
CREATE TABLE report (
    unit        BIGINT NOT NULL PRIMARY KEY,
    received_us BIGINT NOT NULL
);

-- Bulletins are written once and served as they lie here (yishi.appraisal.v1.Bulletin). No statement updates them.
CREATE TABLE bulletin (
    unit   BIGINT NOT NULL,
    year   BIGINT NOT NULL,
    period TEXT COLLATE "C" NOT NULL CHECK (length(period) IN (7, 9)),
    record BYTEA NOT NULL,
    PRIMARY KEY (unit, year, period)
);
