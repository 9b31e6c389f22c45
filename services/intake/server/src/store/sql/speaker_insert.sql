INSERT INTO speaker (unit, year, ordinal, token)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       k.value ->> 'token'
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, ordinal, token) DO NOTHING
