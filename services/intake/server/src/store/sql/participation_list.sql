SELECT p.unit, p.year, p.lead, p.ordinal, p.record
FROM jsonb_each($1) AS k
CROSS JOIN participation AS p
WHERE p.unit = CAST(k.value ->> 'unit' AS BIGINT)
  AND (p.unit, p.year, p.lead, p.ordinal) > ($2, $3, $4, $5)
  AND (CAST($6 AS BIGINT) IS NULL OR p.year = $6)
  AND ($7 = 0 OR ($7 >> CAST(p.state AS INTEGER)) % 2 = 1)
ORDER BY p.unit, p.year, p.lead, p.ordinal
LIMIT $8
