SELECT COUNT(*) AS entries, COUNT(DISTINCT pos) AS positions, COALESCE(MIN(pos), 1) AS first, COALESCE(MAX(pos), 0) AS last
FROM (SELECT pos FROM journal UNION ALL SELECT pos FROM letter) AS held
