-- What departments of the county were asked about, and how each stands to it (yishi.intake.v1.OpinionStand). The key is in the
-- order in which a department lists it (opinion_list.sql).
CREATE TABLE opinion (
    unit       INTEGER NOT NULL,
    department TEXT    NOT NULL,
    year       INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,
    stand      INTEGER NOT NULL CHECK (stand BETWEEN 1 AND 4),
    due_us     INTEGER NOT NULL,
    PRIMARY KEY (unit, department, year, ordinal)
) STRICT, WITHOUT ROWID;
