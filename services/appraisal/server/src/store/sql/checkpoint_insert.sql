INSERT INTO checkpoint (unit, year, period, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), k.value ->> 'period', unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
