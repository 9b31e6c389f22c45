SELECT t.unit, t.record
FROM jsonb_each($1) AS k
CROSS JOIN transfer AS t
WHERE t.unit = CAST(k.value ->> 'unit' AS BIGINT) AND t.sender = CAST(k.value ->> 'owner' AS BIGINT)
  AND t.year = CAST(k.value ->> 'year' AS BIGINT) AND t.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
