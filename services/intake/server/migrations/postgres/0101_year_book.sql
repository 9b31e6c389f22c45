-- The book of a unit's year as it is served (`record` holds yishi.intake.v1.YearBook).
CREATE TABLE year_book (
    unit    BIGINT NOT NULL,
    year    BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 0),
    record  BYTEA  NOT NULL,
    PRIMARY KEY (unit, year)
);

-- 1 once the village has settled its book: no matter of the year changes any more.
ALTER TABLE village_year ADD COLUMN settled BIGINT NOT NULL DEFAULT 0 CHECK (settled IN (0, 1));
