INSERT INTO report (unit, received_us)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'received_us' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit) DO UPDATE SET received_us = excluded.received_us
