SELECT year, proposals
FROM village_year
WHERE unit = $1 AND year BETWEEN $2 AND $3
