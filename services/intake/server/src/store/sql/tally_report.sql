SELECT state, category, matters, fen, determined, determined_fen
FROM tally
WHERE unit = $1 AND year = $2
ORDER BY state, category
