SELECT a.record
FROM jsonb_each($1) AS k
CROSS JOIN activity AS a
WHERE a.unit = CAST(k.value ->> 'unit' AS BIGINT) AND a.year = CAST(k.value ->> 'year' AS BIGINT)
  AND a.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
