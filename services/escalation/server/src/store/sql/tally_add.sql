INSERT INTO tally (unit, year, level, waits_until_us, matters)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'level' AS BIGINT),
       CAST(k.value ->> 'waits_until_us' AS BIGINT), CAST(k.value ->> 'matters' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, level, waits_until_us) DO UPDATE
SET matters = tally.matters + excluded.matters
