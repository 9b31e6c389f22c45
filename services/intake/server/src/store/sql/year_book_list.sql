SELECT b.unit, b.record
FROM jsonb_each($1) AS k
CROSS JOIN year_book AS b
WHERE b.unit = CAST(k.value ->> 'unit' AS BIGINT) AND b.year = $2
ORDER BY b.unit
LIMIT $3
