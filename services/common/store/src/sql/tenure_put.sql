INSERT INTO tenure (unit, holder, turn, address, ended, since, recall_by, recall_address)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (unit) DO UPDATE SET holder = excluded.holder, turn = excluded.turn, address = excluded.address,
    ended = excluded.ended, since = excluded.since, recall_by = excluded.recall_by, recall_address = excluded.recall_address
