INSERT INTO figures (unit, year, determined, on_time, late, closed, settled, paid_fen, committed_fen)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT),
       CAST(k.value ->> 'determined' AS BIGINT), CAST(k.value ->> 'on_time' AS BIGINT),
       CAST(k.value ->> 'late' AS BIGINT), CAST(k.value ->> 'closed' AS BIGINT),
       CAST(k.value ->> 'settled' AS BIGINT), CAST(k.value ->> 'paid_fen' AS BIGINT),
       CAST(k.value ->> 'committed_fen' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year) DO UPDATE
SET determined = excluded.determined, on_time = excluded.on_time, late = excluded.late, closed = excluded.closed,
    settled = excluded.settled, paid_fen = excluded.paid_fen, committed_fen = excluded.committed_fen
