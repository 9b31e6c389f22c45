-- What the node that issued a bulletin signed of the journals it was made from (yishi.appraisal.v1.Checkpoint). No statement
-- updates it. A row may hold some hundred kilobytes.
CREATE TABLE checkpoint (
    unit   INTEGER NOT NULL,
    year   INTEGER NOT NULL,
    period TEXT    NOT NULL CHECK (length(period) IN (7, 9)),
    record BLOB    NOT NULL,
    PRIMARY KEY (unit, year, period)
) STRICT;
