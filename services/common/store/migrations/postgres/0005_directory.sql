-- Who decides for which subtree since when. A projection of the journals' own entries about moves (directory.rs), but for
-- the nodes that have been there from the beginning (turn 0), which the configuration named once.
CREATE TABLE tenure (
    unit           BIGINT NOT NULL PRIMARY KEY,
    holder         BIGINT NOT NULL,
    turn           BIGINT NOT NULL CHECK (turn >= 0),
    address        TEXT   NOT NULL,
    ended          BIGINT NOT NULL,
    since          BIGINT NOT NULL,
    recall_by      BIGINT,
    recall_address TEXT,
    CHECK ((recall_by IS NULL) = (recall_address IS NULL))
);

-- What a follower has passed over of a subtree's while another node decided for it, and is to hear once it is back.
CREATE TABLE missed (
    unit   BIGINT NOT NULL,
    source TEXT   NOT NULL,
    heard  BIGINT NOT NULL CHECK (heard >= 0),
    upto   BIGINT,
    PRIMARY KEY (unit, source)
);
