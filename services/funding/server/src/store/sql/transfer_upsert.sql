INSERT INTO transfer (unit, sender, year, ordinal, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'sender' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT),
       CAST(k.value ->> 'ordinal' AS BIGINT), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, sender, year, ordinal) DO UPDATE
SET record = excluded.record
