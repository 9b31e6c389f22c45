INSERT INTO tally (unit, year, state, category, matters, fen, determined, determined_fen)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'state' AS BIGINT),
       CAST(k.value ->> 'category' AS BIGINT), CAST(k.value ->> 'matters' AS BIGINT), CAST(k.value ->> 'fen' AS BIGINT),
       CAST(k.value ->> 'determined' AS BIGINT), CAST(k.value ->> 'determined_fen' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, state, category) DO UPDATE
SET matters = tally.matters + excluded.matters, fen = tally.fen + excluded.fen,
    determined = tally.determined + excluded.determined, determined_fen = tally.determined_fen + excluded.determined_fen
