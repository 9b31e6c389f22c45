INSERT INTO mark (unit, year, ordinal, marks, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       CAST(k.value ->> 'marks' AS BIGINT), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, ordinal) DO UPDATE
SET marks = excluded.marks, record = excluded.record
