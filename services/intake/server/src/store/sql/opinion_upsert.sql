INSERT INTO opinion (unit, year, ordinal, department, stand, due_us)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       k.value ->> 'department', CAST(k.value ->> 'stand' AS BIGINT), CAST(k.value ->> 'due_us' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, department, year, ordinal) DO UPDATE
SET stand = excluded.stand, due_us = excluded.due_us
