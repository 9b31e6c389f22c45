SELECT pos, person, key, record
FROM sealed
WHERE pos > $1 AND pos <= $2
