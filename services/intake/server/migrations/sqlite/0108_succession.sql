-- What a unit's journal tells of villages that are closed (`record` holds yishi.intake.v1.Succession): of itself, and of those
-- that went into it.
CREATE TABLE succession (
    unit    INTEGER NOT NULL,
    village INTEGER NOT NULL,
    record  BLOB    NOT NULL,
    PRIMARY KEY (unit, village)
) STRICT, WITHOUT ROWID;
