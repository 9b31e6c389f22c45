SELECT m.unit, m.year, m.ordinal, m.record
FROM jsonb_each($1) AS k
CROSS JOIN matter AS m
WHERE m.unit = CAST(k.value ->> 'unit' AS BIGINT)
  AND (m.unit, m.year, m.ordinal) > ($2, $3, $4)
  AND (CAST($5 AS BIGINT) IS NULL OR m.year = $5)
  AND (CAST($6 AS BIGINT) IS NULL OR m.category = $6)
  AND ($7 = 0 OR ($7 >> CAST(m.state AS INTEGER)) % 2 = 1)
ORDER BY m.unit, m.year, m.ordinal
LIMIT $8
