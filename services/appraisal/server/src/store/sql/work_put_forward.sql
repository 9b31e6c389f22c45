INSERT INTO work (unit, year, ordinal, committed_fen, state, category, paid_fen)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       0, 'PROPOSED', k.value ->> 'category', 0
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, ordinal) DO UPDATE
SET category = excluded.category, state = COALESCE(work.state, excluded.state)
