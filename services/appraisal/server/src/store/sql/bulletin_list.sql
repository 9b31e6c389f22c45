SELECT record
FROM bulletin
WHERE unit = $1 AND year BETWEEN $2 AND $3 AND (year > $4 OR (year = $4 AND period > $5))
ORDER BY year, period
LIMIT $6
