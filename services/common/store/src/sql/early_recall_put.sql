INSERT INTO early_recall (unit, turn, by_unit, address)
VALUES ($1, $2, $3, $4)
ON CONFLICT (unit) DO UPDATE SET turn = excluded.turn, by_unit = excluded.by_unit, address = excluded.address
