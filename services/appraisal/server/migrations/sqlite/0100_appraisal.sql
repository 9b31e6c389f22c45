-- What appraisal knows: projections of its own journal, and figures that it heard from intake's and funding's.

-- What a village is scored by, but for the forms (survey below). Of figures that were heard there is no entry here, so
-- they are made again from the journals of those who said them.
CREATE TABLE figures (
    unit          INTEGER NOT NULL,
    year          INTEGER NOT NULL,
    determined    INTEGER NOT NULL CHECK (determined >= 0),
    on_time       INTEGER NOT NULL CHECK (on_time >= 0),
    late          INTEGER NOT NULL CHECK (late >= 0),
    closed        INTEGER NOT NULL CHECK (closed >= 0),
    settled       INTEGER NOT NULL CHECK (settled >= 0),
    paid_fen      INTEGER NOT NULL CHECK (paid_fen >= 0),
    committed_fen INTEGER NOT NULL CHECK (committed_fen >= 0),
    PRIMARY KEY (unit, year)
) STRICT, WITHOUT ROWID;

-- How a village's forms answered each question. A region's report adds up some thousands of villages, however many forms
-- there are, so there are no counters for the units above.
CREATE TABLE survey (
    unit     INTEGER NOT NULL,
    year     INTEGER NOT NULL,
    question INTEGER NOT NULL CHECK (question BETWEEN 1 AND 5),
    ones     INTEGER NOT NULL CHECK (ones >= 0),
    twos     INTEGER NOT NULL CHECK (twos >= 0),
    threes   INTEGER NOT NULL CHECK (threes >= 0),
    fours    INTEGER NOT NULL CHECK (fours >= 0),
    fives    INTEGER NOT NULL CHECK (fives >= 0),
    PRIMARY KEY (unit, year, question)
) STRICT, WITHOUT ROWID;

-- Tokens that have counted, as keyed digests. Nothing here says when a token came or with which answers; the key makes the
-- second insert of a token impossible.
CREATE TABLE token (
    unit  INTEGER NOT NULL,
    year  INTEGER NOT NULL,
    token BLOB    NOT NULL CHECK (length(token) = 32),
    PRIMARY KEY (unit, year, token)
) STRICT, WITHOUT ROWID;

-- What must be remembered of a matter until it is completed and settled.
CREATE TABLE work (
    unit          INTEGER NOT NULL,
    year          INTEGER NOT NULL,
    ordinal       INTEGER NOT NULL CHECK (ordinal >= 1),
    due_day       TEXT CHECK (length(due_day) = 10),
    committed_fen INTEGER NOT NULL CHECK (committed_fen >= 0),
    PRIMARY KEY (unit, year, ordinal)
) STRICT, WITHOUT ROWID;

-- Schemes, rankings and scores are written once and served as they lie here (`record` holds the message of
-- yishi.appraisal.v1 of that name). No statement updates them.
CREATE TABLE scheme (
    unit   INTEGER NOT NULL,
    year   INTEGER NOT NULL,
    record BLOB    NOT NULL,
    PRIMARY KEY (unit, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE ranking (
    unit   INTEGER NOT NULL,
    year   INTEGER NOT NULL,
    record BLOB    NOT NULL,
    PRIMARY KEY (unit, year)
) STRICT, WITHOUT ROWID;

-- `unit` is who ranks.
CREATE TABLE score (
    unit     INTEGER NOT NULL,
    year     INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 1),
    village  INTEGER NOT NULL,
    record   BLOB    NOT NULL,
    PRIMARY KEY (unit, year, position)
) STRICT, WITHOUT ROWID;

-- A village stands in a ranking once, and is found there by its code.
CREATE UNIQUE INDEX score_village ON score (unit, year, village);

-- Reward lists change with every payment, hundreds of times: so in columns, and each line a row.
CREATE TABLE reward_list (
    unit                INTEGER NOT NULL,
    year                INTEGER NOT NULL,
    version             INTEGER NOT NULL CHECK (version >= 0),
    winners             INTEGER NOT NULL CHECK (winners >= 1),
    each_fen            INTEGER NOT NULL CHECK (each_fen >= 1),
    pool_fen            INTEGER NOT NULL CHECK (pool_fen >= each_fen * villages),
    villages            INTEGER NOT NULL CHECK (villages BETWEEN 0 AND winners),
    paid_villages       INTEGER NOT NULL CHECK (paid_villages BETWEEN 0 AND villages),
    paid_sum_fen        INTEGER NOT NULL CHECK (paid_sum_fen >= 0),
    list_sha256         BLOB    NOT NULL CHECK (length(list_sha256) = 32),
    issued_us           INTEGER NOT NULL,
    earliest_confirm_us INTEGER NOT NULL,
    ordered_us          INTEGER,
    all_paid_us         INTEGER CHECK (all_paid_us IS NULL OR ordered_us IS NOT NULL),
    PRIMARY KEY (unit, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE reward (
    unit     INTEGER NOT NULL,
    year     INTEGER NOT NULL,
    village  INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 1),
    rank     INTEGER NOT NULL CHECK (rank BETWEEN 1 AND position),
    paid_fen INTEGER CHECK (paid_fen >= 1),
    paid_us  INTEGER CHECK ((paid_us IS NULL) = (paid_fen IS NULL)),
    PRIMARY KEY (unit, year, village)
) STRICT, WITHOUT ROWID;
