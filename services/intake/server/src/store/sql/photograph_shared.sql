SELECT p.sha256, o.unit, o.year, o.ordinal
FROM photograph AS p
JOIN photograph AS o
  ON o.sha256 = p.sha256 AND (o.unit <> p.unit OR o.year <> p.year OR o.ordinal <> p.ordinal)
WHERE p.unit = $1 AND p.year = $2 AND p.ordinal = $3
ORDER BY p.sha256, o.unit, o.year, o.ordinal
LIMIT $4
