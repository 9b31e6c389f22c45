SELECT m.record
FROM jsonb_each($1) AS k
CROSS JOIN mark AS m
WHERE m.unit = CAST(k.value ->> 'unit' AS BIGINT) AND m.year = CAST(k.value ->> 'year' AS BIGINT)
  AND m.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
