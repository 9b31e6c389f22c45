SELECT c.unit, c.year, c.ordinal, c.record
FROM channel AS c
WHERE c.unit = $1
  AND (c.unit, c.year, c.ordinal) > ($2, $3, $4)
  AND (CAST($5 AS BIGINT) IS NULL OR c.year = $5)
  AND (CAST($6 AS BIGINT) IS NULL OR c.kind = $6)
UNION ALL
SELECT c.unit, c.year, c.ordinal, c.record
FROM account AS a
CROSS JOIN channel AS c
WHERE a.unit = $1 AND a.owner <> $1
  AND (a.owner, a.year, a.ordinal) > ($2, $3, $4)
  AND (CAST($5 AS BIGINT) IS NULL OR a.year = $5)
  AND c.unit = a.owner AND c.year = a.year AND c.ordinal = a.ordinal
  AND (CAST($6 AS BIGINT) IS NULL OR c.kind = $6)
ORDER BY unit, year, ordinal
LIMIT $7
