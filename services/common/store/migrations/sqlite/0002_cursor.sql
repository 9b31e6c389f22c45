-- How far this service has read each source of entries. Moved in the transaction of what the entries led to, so that an
-- entry is applied exactly once, however often it is delivered (writer/attempt.rs).
CREATE TABLE cursor (
    source TEXT    NOT NULL PRIMARY KEY,
    epoch  INTEGER NOT NULL,
    pos    INTEGER NOT NULL CHECK (pos >= 0)
) STRICT, WITHOUT ROWID;
