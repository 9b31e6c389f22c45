SELECT b.record
FROM jsonb_each($1) AS k
CROSS JOIN year_book AS b
WHERE b.unit = CAST(k.value ->> 'unit' AS BIGINT)
ORDER BY b.unit, b.year
