INSERT INTO score (unit, year, position, village, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'position' AS BIGINT),
       CAST(k.value ->> 'village' AS BIGINT), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
