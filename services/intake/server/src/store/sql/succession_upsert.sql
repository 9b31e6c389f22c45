INSERT INTO succession (unit, village, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'village' AS BIGINT), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, village) DO UPDATE
SET record = excluded.record
