SELECT o.unit, o.year, o.ordinal, o.stand, o.due_us, m.record
FROM jsonb_each($1) AS k
CROSS JOIN opinion AS o
JOIN matter AS m ON m.unit = o.unit AND m.year = o.year AND m.ordinal = o.ordinal
WHERE o.unit = CAST(k.value ->> 'unit' AS BIGINT) AND o.department = $2
  AND (o.unit, o.year, o.ordinal) > ($3, $4, $5)
  AND ($6 = 0 OR o.stand = $6)
  AND m.state IN (4, 5, 6)
ORDER BY o.unit, o.year, o.ordinal
LIMIT $7
