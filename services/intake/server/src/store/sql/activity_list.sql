SELECT a.unit, a.year, a.ordinal, a.record
FROM jsonb_each($1) AS k
CROSS JOIN activity AS a
WHERE a.unit = CAST(k.value ->> 'unit' AS BIGINT) AND a.year = $2
  AND (a.unit, a.ordinal) > ($3, $4)
  AND ($5 = 0 OR a.kind = $5)
ORDER BY a.unit, a.ordinal
LIMIT $6
