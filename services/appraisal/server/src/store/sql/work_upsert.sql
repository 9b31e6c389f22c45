INSERT INTO work (unit, year, ordinal, due_day, committed_fen, state, category, paid_fen)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       k.value ->> 'due_day', CAST(k.value ->> 'committed_fen' AS BIGINT),
       k.value ->> 'state', k.value ->> 'category', CAST(k.value ->> 'paid_fen' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, ordinal) DO UPDATE
SET due_day = excluded.due_day, committed_fen = excluded.committed_fen, state = excluded.state,
    category = excluded.category, paid_fen = excluded.paid_fen
