SELECT x.unit, x.year, x.ordinal, x.due_day, x.committed_fen, x.state, x.category, x.paid_fen
FROM jsonb_each($1) AS k
CROSS JOIN work AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = CAST(k.value ->> 'year' AS BIGINT)
  AND x.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
