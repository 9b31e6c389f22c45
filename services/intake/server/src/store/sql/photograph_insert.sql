INSERT INTO photograph (unit, year, ordinal, sha256)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       unhex(k.value ->> 'sha256')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, ordinal, sha256) DO NOTHING
