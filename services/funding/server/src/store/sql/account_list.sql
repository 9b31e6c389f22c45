SELECT a.unit, a.owner, a.year, a.ordinal, c.kind, a.received_fen, a.free_fen, a.committed_fen, a.paid_fen,
       a.in_transit_fen, a.passed_down_fen, a.returned_up_fen, a.lapsed_fen
FROM account AS a
CROSS JOIN channel AS c
WHERE a.unit = $1 AND a.year = $2 AND c.unit = a.owner AND c.year = a.year AND c.ordinal = a.ordinal
ORDER BY a.owner, a.year, a.ordinal
