-- What appraisal knows: projections of its own journal, and figures that it heard from intake's and funding's.

-- What a village is scored by, but for the forms (survey below). Of figures that were heard there is no entry here, so
-- they are made again from the journals of those who said them.
CREATE TABLE figures (
    unit          BIGINT NOT NULL,
    year          BIGINT NOT NULL,
    determined    BIGINT NOT NULL CHECK (determined >= 0),
    on_time       BIGINT NOT NULL CHECK (on_time >= 0),
    late          BIGINT NOT NULL CHECK (late >= 0),
    closed        BIGINT NOT NULL CHECK (closed >= 0),
    settled       BIGINT NOT NULL CHECK (settled >= 0),
    paid_fen      BIGINT NOT NULL CHECK (paid_fen >= 0),
    committed_fen BIGINT NOT NULL CHECK (committed_fen >= 0),
    PRIMARY KEY (unit, year)
);

-- How a village's forms answered each question. A region's report adds up some thousands of villages, however many forms
-- there are, so there are no counters for the units above.
CREATE TABLE survey (
    unit     BIGINT NOT NULL,
    year     BIGINT NOT NULL,
    question BIGINT NOT NULL CHECK (question BETWEEN 1 AND 5),
    ones     BIGINT NOT NULL CHECK (ones >= 0),
    twos     BIGINT NOT NULL CHECK (twos >= 0),
    threes   BIGINT NOT NULL CHECK (threes >= 0),
    fours    BIGINT NOT NULL CHECK (fours >= 0),
    fives    BIGINT NOT NULL CHECK (fives >= 0),
    PRIMARY KEY (unit, year, question)
);

-- Tokens that have counted, as keyed digests. Nothing here says when a token came or with which answers; the key makes the
-- second insert of a token impossible.
CREATE TABLE token (
    unit  BIGINT NOT NULL,
    year  BIGINT NOT NULL,
    token BYTEA  NOT NULL CHECK (octet_length(token) = 32),
    PRIMARY KEY (unit, year, token)
);

-- What must be remembered of a matter until it is completed and settled.
CREATE TABLE work (
    unit          BIGINT NOT NULL,
    year          BIGINT NOT NULL,
    ordinal       BIGINT NOT NULL CHECK (ordinal >= 1),
    due_day       TEXT COLLATE "C" CHECK (length(due_day) = 10),
    committed_fen BIGINT NOT NULL CHECK (committed_fen >= 0),
    PRIMARY KEY (unit, year, ordinal)
);

-- Schemes, rankings and scores are written once and served as they lie here (`record` holds the message of
-- yishi.appraisal.v1 of that name). No statement updates them.
CREATE TABLE scheme (
    unit   BIGINT NOT NULL,
    year   BIGINT NOT NULL,
    record BYTEA  NOT NULL,
    PRIMARY KEY (unit, year)
);

CREATE TABLE ranking (
    unit   BIGINT NOT NULL,
    year   BIGINT NOT NULL,
    record BYTEA  NOT NULL,
    PRIMARY KEY (unit, year)
);

-- `unit` is who ranks.
CREATE TABLE score (
    unit     BIGINT NOT NULL,
    year     BIGINT NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 1),
    village  BIGINT NOT NULL,
    record   BYTEA  NOT NULL,
    PRIMARY KEY (unit, year, position)
);

-- A village stands in a ranking once, and is found there by its code.
CREATE UNIQUE INDEX score_village ON score (unit, year, village);

-- Reward lists change with every payment, hundreds of times: so in columns, and each line a row.
CREATE TABLE reward_list (
    unit                BIGINT NOT NULL,
    year                BIGINT NOT NULL,
    version             BIGINT NOT NULL CHECK (version >= 0),
    winners             BIGINT NOT NULL CHECK (winners >= 1),
    each_fen            BIGINT NOT NULL CHECK (each_fen >= 1),
    pool_fen            BIGINT NOT NULL CHECK (pool_fen >= each_fen * villages),
    villages            BIGINT NOT NULL CHECK (villages BETWEEN 0 AND winners),
    paid_villages       BIGINT NOT NULL CHECK (paid_villages BETWEEN 0 AND villages),
    paid_sum_fen        BIGINT NOT NULL CHECK (paid_sum_fen >= 0),
    list_sha256         BYTEA  NOT NULL CHECK (octet_length(list_sha256) = 32),
    issued_us           BIGINT NOT NULL,
    earliest_confirm_us BIGINT NOT NULL,
    ordered_us          BIGINT,
    all_paid_us         BIGINT CHECK (all_paid_us IS NULL OR ordered_us IS NOT NULL),
    PRIMARY KEY (unit, year)
);

CREATE TABLE reward (
    unit     BIGINT NOT NULL,
    year     BIGINT NOT NULL,
    village  BIGINT NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 1),
    rank     BIGINT NOT NULL CHECK (rank BETWEEN 1 AND position),
    paid_fen BIGINT CHECK (paid_fen >= 1),
    paid_us  BIGINT CHECK ((paid_us IS NULL) = (paid_fen IS NULL)),
    PRIMARY KEY (unit, year, village)
);
