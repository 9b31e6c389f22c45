INSERT INTO ranking (unit, year, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
