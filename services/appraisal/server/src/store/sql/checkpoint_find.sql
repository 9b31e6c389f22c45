SELECT x.unit, x.year, x.record
FROM jsonb_each($1) AS k
CROSS JOIN checkpoint AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = CAST(k.value ->> 'year' AS BIGINT)
  AND x.period = k.value ->> 'period'
