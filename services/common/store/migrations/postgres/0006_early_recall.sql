-- A subtree was asked back by a letter that has overtaken the entry which moves it here (directory.rs).
CREATE TABLE early_recall (
    unit    BIGINT NOT NULL PRIMARY KEY,
    turn    BIGINT NOT NULL CHECK (turn > 0),
    by_unit BIGINT NOT NULL,
    address TEXT   NOT NULL
);
