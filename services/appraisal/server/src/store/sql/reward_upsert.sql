INSERT INTO reward (unit, year, village, position, rank, paid_fen, paid_us)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'village' AS BIGINT),
       CAST(k.value ->> 'position' AS BIGINT), CAST(k.value ->> 'rank' AS BIGINT),
       CAST(k.value ->> 'paid_fen' AS BIGINT), CAST(k.value ->> 'paid_us' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, village) DO UPDATE
SET paid_fen = excluded.paid_fen, paid_us = excluded.paid_us
