INSERT INTO trusted (unit, key, since_us)
VALUES ($1, $2, $3)
ON CONFLICT (unit) DO UPDATE SET key = excluded.key, since_us = excluded.since_us
