-- Projections of escalation's journal; every row can be made again from it.

-- What one unit knows of one matter, as it is served but for its history (`record` holds yishi.escalation.v1.Referral),
-- with the columns that are filtered, sorted and counted by. `is_open` tells what stands in a roll-up: what the unit has
-- to decide, or has sent and not seen confirmed. `level` is of who answers, and `waits_until_us` when what the matter waits
-- for is due, both as far as the unit has heard; `due_us` is when the unit's own next step is due.
CREATE TABLE referral (
    unit           BIGINT  NOT NULL,
    village        BIGINT  NOT NULL,
    year           BIGINT  NOT NULL,
    ordinal        BIGINT  NOT NULL CHECK (ordinal >= 1),
    state          BIGINT  NOT NULL CHECK (state BETWEEN 1 AND 7),
    is_open        BIGINT  NOT NULL CHECK (is_open IN (0, 1)),
    due_us         BIGINT,
    level          BIGINT  NOT NULL CHECK (level BETWEEN 0 AND 5),
    waits_until_us BIGINT,
    record         BYTEA   NOT NULL,
    PRIMARY KEY (unit, village, year, ordinal)
);

-- Lists begin with what is due (referral_list_due.sql). Few referrals are at any time: what nobody raised has no day, and
-- what was resolved or sent away has none any more. All others are listed in the order of the key.
CREATE INDEX referral_due ON referral (unit, due_us, village, year, ordinal) WHERE due_us IS NOT NULL;

-- What was written about a matter by the units of this node, in order: `payload` holds yishi.escalation.v1.Event. Each unit
-- may see a part of it. Under the village's code, so that a matter's whole history lies in one place.
CREATE TABLE trail (
    village BIGINT  NOT NULL,
    year    BIGINT  NOT NULL,
    ordinal BIGINT  NOT NULL,
    n       BIGINT  NOT NULL CHECK (n >= 1),
    unit    BIGINT  NOT NULL,
    to_unit BIGINT,
    at_us   BIGINT  NOT NULL,
    actor   TEXT COLLATE "C" NOT NULL,
    payload BYTEA   NOT NULL,
    PRIMARY KEY (village, year, ordinal, n)
);

-- Villages' matters for counties and above; a township's few are counted when asked (referral_report.sql). What is overdue
-- changes by itself as time goes by, so it is counted per instant at which something is due (0: nothing is): always the end
-- of a working day, so these rows do not grow with the matters.
CREATE TABLE tally (
    unit           BIGINT  NOT NULL,
    year           BIGINT  NOT NULL,
    level          BIGINT  NOT NULL,
    waits_until_us BIGINT  NOT NULL,
    matters        BIGINT  NOT NULL,
    PRIMARY KEY (unit, year, level, waits_until_us)
);
