SELECT record
FROM matter
WHERE unit = $1 AND year = $2 AND project_ordinal IS NOT NULL
ORDER BY project_ordinal
LIMIT $3
