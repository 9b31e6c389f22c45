INSERT INTO tally (unit, year, category, kind, number, committed_fen, paid_fen)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'category' AS BIGINT),
       CAST(k.value ->> 'kind' AS BIGINT), CAST(k.value ->> 'number' AS BIGINT),
       CAST(k.value ->> 'committed_fen' AS BIGINT), CAST(k.value ->> 'paid_fen' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, category, kind) DO UPDATE
SET number = tally.number + excluded.number, committed_fen = tally.committed_fen + excluded.committed_fen,
    paid_fen = tally.paid_fen + excluded.paid_fen
