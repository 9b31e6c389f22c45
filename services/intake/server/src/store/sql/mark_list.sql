SELECT m.unit, m.ordinal, m.record
FROM jsonb_each($1) AS k
CROSS JOIN mark AS m
WHERE m.unit = CAST(k.value ->> 'unit' AS BIGINT) AND m.year = $2 AND m.marks > 0
  AND (m.unit, m.ordinal) > ($3, $4)
ORDER BY m.unit, m.ordinal
LIMIT $5
