INSERT INTO year_book (unit, year, version, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'version' AS BIGINT),
       unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year) DO UPDATE
SET version = excluded.version, record = excluded.record
