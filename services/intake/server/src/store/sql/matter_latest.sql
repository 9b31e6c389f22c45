SELECT record
FROM matter
WHERE unit = $1 AND year = $2 AND state BETWEEN 1 AND 7
ORDER BY ordinal DESC
LIMIT $3
