SELECT COUNT(*) AS entries, COUNT(DISTINCT pos) AS positions, COALESCE(MIN(pos), 1) AS first, COALESCE(MAX(pos), 0) AS last FROM journal
