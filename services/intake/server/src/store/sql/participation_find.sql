SELECT p.record
FROM jsonb_each($1) AS k
CROSS JOIN participation AS p
WHERE p.unit = CAST(k.value ->> 'unit' AS BIGINT) AND p.year = CAST(k.value ->> 'year' AS BIGINT)
  AND p.lead = CAST(k.value ->> 'lead' AS BIGINT) AND p.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
