SELECT pos, person, key, record
FROM sealed
WHERE unit = $1 AND person = $2
