-- Bulletins, and what they are made of: heard from the journals of intake, escalation and funding.

-- Where a matter is, what it is about, and what was paid for it. None while only funding was heard of it.
ALTER TABLE work ADD COLUMN state TEXT;
ALTER TABLE work ADD COLUMN category TEXT;
ALTER TABLE work ADD COLUMN paid_fen INTEGER NOT NULL DEFAULT 0 CHECK (paid_fen >= 0);

-- When a unit has to act about a matter: its own step, and its answer to the unit below. Rows stay when nothing is due.
CREATE TABLE step (
    unit      INTEGER NOT NULL,
    year      INTEGER NOT NULL,
    village   INTEGER NOT NULL,
    ordinal   INTEGER NOT NULL CHECK (ordinal >= 1),
    own_us    INTEGER,
    answer_us INTEGER,
    PRIMARY KEY (unit, year, village, ordinal)
) STRICT, WITHOUT ROWID;

-- When the last entry of a node below arrived here, by the machine's clock.
CREATE TABLE report (
    unit        INTEGER NOT NULL PRIMARY KEY,
    received_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Bulletins are written once and served as they lie here (yishi.appraisal.v1.Bulletin). No statement updates them.
CREATE TABLE bulletin (
    unit   INTEGER NOT NULL,
    year   INTEGER NOT NULL,
    period TEXT NOT NULL CHECK (length(period) IN (7, 9)),
    record BLOB NOT NULL,
    PRIMARY KEY (unit, year, period)
) STRICT, WITHOUT ROWID;
