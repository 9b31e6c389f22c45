-- The CHECK is what a spoilt command breaks.
CREATE TABLE purse (
    unit BIGINT NOT NULL PRIMARY KEY,
    fen  BIGINT NOT NULL CHECK (fen BETWEEN 0 AND 1000000)
);
