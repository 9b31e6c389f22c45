-- A subtree was asked back by a letter that has overtaken the entry which moves it here (directory.rs).
CREATE TABLE early_recall (
    unit    INTEGER NOT NULL PRIMARY KEY,
    turn    INTEGER NOT NULL CHECK (turn > 0),
    by_unit INTEGER NOT NULL,
    address TEXT    NOT NULL
) STRICT;
