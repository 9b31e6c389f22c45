-- What the node that issued a bulletin signed of the journals it was made from (yishi.appraisal.v1.Checkpoint). No statement
-- updates it. A row may hold some hundred kilobytes.
CREATE TABLE checkpoint (
    unit   BIGINT NOT NULL,
    year   BIGINT NOT NULL,
    period TEXT COLLATE "C" NOT NULL CHECK (length(period) IN (7, 9)),
    record BYTEA NOT NULL,
    PRIMARY KEY (unit, year, period)
);
