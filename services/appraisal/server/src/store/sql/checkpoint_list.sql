SELECT record
FROM checkpoint
WHERE unit > $1 OR (unit = $1 AND (year > $2 OR (year = $2 AND period > $3)))
ORDER BY unit, year, period
LIMIT $4
