SELECT COUNT(DISTINCT s.token) AS speakers
FROM jsonb_each($1) AS k
CROSS JOIN speaker AS s
WHERE s.unit = CAST(k.value ->> 'unit' AS BIGINT) AND s.year = $2
