INSERT INTO step (unit, year, village, ordinal, own_us, answer_us)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'village' AS BIGINT),
       CAST(k.value ->> 'ordinal' AS BIGINT), CAST(k.value ->> 'own_us' AS BIGINT), CAST(k.value ->> 'answer_us' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, village, ordinal) DO UPDATE
SET own_us = excluded.own_us, answer_us = excluded.answer_us
