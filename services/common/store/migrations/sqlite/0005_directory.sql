-- Who decides for which subtree since when. A projection of the journals' own entries about moves (directory.rs), but for
-- the nodes that have been there from the beginning (turn 0), which the configuration named once.
CREATE TABLE tenure (
    unit           INTEGER NOT NULL PRIMARY KEY,
    holder         INTEGER NOT NULL,
    turn           INTEGER NOT NULL CHECK (turn >= 0),
    address        TEXT    NOT NULL,
    ended          INTEGER NOT NULL,
    since          INTEGER NOT NULL,
    recall_by      INTEGER,
    recall_address TEXT,
    CHECK ((recall_by IS NULL) = (recall_address IS NULL))
) STRICT;

-- What a follower has passed over of a subtree's while another node decided for it, and is to hear once it is back.
CREATE TABLE missed (
    unit   INTEGER NOT NULL,
    source TEXT    NOT NULL,
    heard  INTEGER NOT NULL CHECK (heard >= 0),
    upto   INTEGER,
    PRIMARY KEY (unit, source)
) STRICT, WITHOUT ROWID;
