SELECT (SELECT COUNT(*) FROM head) AS units, pos FROM lease WHERE id = 1
