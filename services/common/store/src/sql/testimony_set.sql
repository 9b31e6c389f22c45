INSERT INTO testimony (unit, key, statement, signature, received_us)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (unit) DO UPDATE
SET key = excluded.key, statement = excluded.statement, signature = excluded.signature, received_us = excluded.received_us
