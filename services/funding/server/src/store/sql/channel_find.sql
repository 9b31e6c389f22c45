SELECT c.unit, c.year, c.ordinal, c.record
FROM jsonb_each($1) AS k
CROSS JOIN channel AS c
WHERE c.unit = CAST(k.value ->> 'unit' AS BIGINT) AND c.year = CAST(k.value ->> 'year' AS BIGINT)
  AND c.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
