INSERT INTO account (unit, owner, year, ordinal, received_fen, free_fen, committed_fen, paid_fen, in_transit_fen,
                     passed_down_fen, returned_up_fen, lapsed_fen)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'owner' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT),
       CAST(k.value ->> 'ordinal' AS BIGINT), CAST(k.value ->> 'received_fen' AS BIGINT),
       CAST(k.value ->> 'free_fen' AS BIGINT), CAST(k.value ->> 'committed_fen' AS BIGINT),
       CAST(k.value ->> 'paid_fen' AS BIGINT), CAST(k.value ->> 'in_transit_fen' AS BIGINT),
       CAST(k.value ->> 'passed_down_fen' AS BIGINT), CAST(k.value ->> 'returned_up_fen' AS BIGINT),
       CAST(k.value ->> 'lapsed_fen' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, owner, year, ordinal) DO UPDATE
SET received_fen = excluded.received_fen, free_fen = excluded.free_fen, committed_fen = excluded.committed_fen,
    paid_fen = excluded.paid_fen, in_transit_fen = excluded.in_transit_fen, passed_down_fen = excluded.passed_down_fen,
    returned_up_fen = excluded.returned_up_fen, lapsed_fen = excluded.lapsed_fen
