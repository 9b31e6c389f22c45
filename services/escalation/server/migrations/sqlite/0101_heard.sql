-- How far a unit has dealt with what another sent it: the last number on the way from `sender` to `unit`. Follows from the
-- entries of `unit` alone, so that a letter which is delivered again is known wherever there is a copy of them.
CREATE TABLE heard (
    unit   INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    PRIMARY KEY (unit, sender)
) STRICT, WITHOUT ROWID;
