-- What a unit's journal tells of villages that are closed (`record` holds yishi.intake.v1.Succession): of itself, and of those
-- that went into it.
CREATE TABLE succession (
    unit    BIGINT NOT NULL,
    village BIGINT NOT NULL,
    record  BYTEA  NOT NULL,
    PRIMARY KEY (unit, village)
);
