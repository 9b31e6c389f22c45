SELECT a.unit, a.owner, a.year, a.ordinal, c.kind, a.received_fen, a.free_fen, a.committed_fen, a.paid_fen,
       a.in_transit_fen, a.passed_down_fen, a.returned_up_fen, a.lapsed_fen
FROM jsonb_each($1) AS k
CROSS JOIN account AS a
CROSS JOIN channel AS c
WHERE a.unit = CAST(k.value ->> 'unit' AS BIGINT) AND a.year = CAST(k.value ->> 'year' AS BIGINT)
  AND c.unit = a.owner AND c.year = a.year AND c.ordinal = a.ordinal
