SELECT s.unit, s.record
FROM jsonb_each($1) AS k
CROSS JOIN succession AS s
WHERE s.unit = CAST(k.value ->> 'unit' AS BIGINT)
ORDER BY s.unit, s.village
