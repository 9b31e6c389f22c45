INSERT INTO referral (unit, village, year, ordinal, state, is_open, due_us, level, waits_until_us, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'village' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT),
       CAST(k.value ->> 'ordinal' AS BIGINT), CAST(k.value ->> 'state' AS BIGINT), CAST(k.value ->> 'is_open' AS BIGINT),
       CAST(k.value ->> 'due_us' AS BIGINT), CAST(k.value ->> 'level' AS BIGINT),
       CAST(k.value ->> 'waits_until_us' AS BIGINT), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, village, year, ordinal) DO UPDATE
SET state = excluded.state, is_open = excluded.is_open, due_us = excluded.due_us, level = excluded.level,
    waits_until_us = excluded.waits_until_us, record = excluded.record
