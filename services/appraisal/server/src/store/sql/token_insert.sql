INSERT INTO token (unit, year, token)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), unhex(k.value ->> 'token')
FROM jsonb_each($1) AS k
