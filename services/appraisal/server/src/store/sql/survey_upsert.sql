INSERT INTO survey (unit, year, question, ones, twos, threes, fours, fives)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'question' AS BIGINT),
       CAST(k.value ->> 'ones' AS BIGINT), CAST(k.value ->> 'twos' AS BIGINT), CAST(k.value ->> 'threes' AS BIGINT),
       CAST(k.value ->> 'fours' AS BIGINT), CAST(k.value ->> 'fives' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, question) DO UPDATE
SET ones = excluded.ones, twos = excluded.twos, threes = excluded.threes, fours = excluded.fours,
    fives = excluded.fives
