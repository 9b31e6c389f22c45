INSERT INTO work (unit, year, ordinal, due_day, committed_fen)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       k.value ->> 'due_day', CAST(k.value ->> 'committed_fen' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, ordinal) DO UPDATE
SET due_day = excluded.due_day, committed_fen = excluded.committed_fen
