-- A village's part in the joint matter of another as it is served (`record` holds yishi.intake.v1.Participation).
CREATE TABLE participation (
    unit       BIGINT NOT NULL,
    year       BIGINT NOT NULL,
    lead       BIGINT NOT NULL CHECK (lead <> unit),
    ordinal    BIGINT NOT NULL CHECK (ordinal >= 1),
    state      BIGINT NOT NULL CHECK (state BETWEEN 1 AND 9),
    takes_part BIGINT NOT NULL CHECK (takes_part IN (0, 1)),
    version    BIGINT NOT NULL CHECK (version >= 0),
    record     BYTEA  NOT NULL,
    PRIMARY KEY (unit, year, lead, ordinal)
);

-- Reports count who takes part in a year; few villages do.
CREATE INDEX participation_taking ON participation (year, unit) WHERE takes_part = 1;

-- Slots kept or taken for matters of other villages, those of them whose matters have not ended, and the village's own
-- matters that are planned together and not fixed.
ALTER TABLE village_year ADD COLUMN joint BIGINT NOT NULL DEFAULT 0 CHECK (joint >= 0);
ALTER TABLE village_year ADD COLUMN joint_open BIGINT NOT NULL DEFAULT 0 CHECK (joint_open >= 0 AND joint_open <= joint);
ALTER TABLE village_year ADD COLUMN plans BIGINT NOT NULL DEFAULT 0 CHECK (plans >= 0);
