SELECT s.unit, s.year, s.ordinal, s.token
FROM jsonb_each($1) AS k
CROSS JOIN support AS s
WHERE s.unit = CAST(k.value ->> 'unit' AS BIGINT) AND s.year = CAST(k.value ->> 'year' AS BIGINT)
  AND s.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
