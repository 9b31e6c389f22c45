SELECT x.unit, x.year, x.determined, x.on_time, x.late, x.closed, x.settled, x.paid_fen, x.committed_fen
FROM jsonb_each($1) AS k
CROSS JOIN figures AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = CAST(k.value ->> 'year' AS BIGINT)
